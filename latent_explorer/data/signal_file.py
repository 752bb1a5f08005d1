"""Files of signals: arrays (.npy, .npz, .safetensors), tables of numbers (.csv, .tsv), and .ts as UCR/UEA has them.

It reads series, labels and names; `signals` makes a data set of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from latent_explorer import config
from latent_explorer.data import array_file, signals, text_table
from latent_explorer.data.array_file import LABELS
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.memory_limit import get_limit
from latent_explorer.data.signals import Series, SignalTable
from latent_explorer.errors import InputError, quote, report_unreadable, write_count

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".ts")
SUFFIXES = (*array_file.SUFFIXES, *TEXT_SUFFIXES)
NAMES = ("signals", "series", "x", "X", "data", "images")
"""Of the array of signals, the likeliest first."""
LABEL_NAMES = ("label", "class", "target", "y", "labels")
SECONDS, TIMES = ("seconds", "second", "s", "time (s)", "time [s]", "time_s"), ("time", "t", "timestamp", "index")
"""Names of a column of times: in seconds, or in another unit, which is not told."""
TEXT_SHARE = 24  # of the memory that numbers may take: a text of short numbers grows that much when it is read
MISSING = ("", "?", "nan", "na", "null")
FEW_POINTS = 16  # of a series that may be a moment of a recording


def load(path: Path, settings: config.Data, seed: int) -> Dataset:
    """Load a file of signals; raise `InputError`, without the file's name, for one that cannot be read."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"a file of another kind arrived; {', '.join(SUFFIXES)} is allowed")
    with report_unreadable("the file"):
        if suffix in array_file.SUFFIXES:
            table = _read_arrays(path, suffix, cuts=settings.window is not None)
        else:
            text = text_table.read_text(path, get_limit() // TEXT_SHARE, "")
            table = _read_ts(text) if suffix == ".ts" else _read_csv(text, settings)
    return signals.make_dataset(table, settings, seed)


# -- arrays ---------------------------------------------------------------------------------------------


def _read_arrays(path: Path, suffix: str, *, cuts: bool) -> SignalTable:
    """Read the array of signals and what is beside it; labels of each point are allowed of recordings that are cut."""
    with ExitStack() as opened:
        entries = array_file.READERS[suffix](path, opened)
        arrays = entries.arrays
        name = next((name for name in NAMES if name in arrays and len(arrays[name].shape) in (1, 2, 3)), None)
        name = name or next((name for name, one in arrays.items() if len(one.shape) in (2, 3)), None)
        if name is None:
            there = ", ".join(f"{name} {one.shape}" for name, one in list(arrays.items())[:4])
            raise InputError(f"no array of signals arrived, but {there or 'nothing'}; (N, T) or (N, C, T) is needed")
        values = array_file.read_whole(arrays[name])
        values = values[None] if values.ndim == 1 else values
        is_last = values.ndim == 3 and values.shape[1] > values.shape[2] and values.shape[2] <= signals.MAX_CHANNELS
        remarks = [f"shape {values.shape} read as (N, T, C)"] if is_last else []
        remarks += [f"signals read from {quote(name)}"] if name not in ("", *NAMES) else []
        rest = {other: one for other, one in arrays.items() if other != name}
        labels = next((array_file.read_whole(rest.pop(other)) for other in LABELS if other in rest), None)
        points = values.shape[1 if is_last else -1]
        of_points = [(len(values), points), *([(points,)] if len(values) == 1 else [])] if cuts else []
        if labels is not None and len(labels) != len(values) and labels.shape not in of_points:
            raise InputError(f"labels: {len(labels):,} arrived for {len(values):,} signals; one for each is allowed")
        fitting = {other: one for other, one in rest.items() if one.shape == (len(values),)}
        attributes = {other: array_file.read_whole(one) for other, one in fitting.items() if one.dtype.kind in "buifUS"}
        unused = [f"{other} {one.shape}" for other, one in rest.items() if other not in attributes]
        remarks += [f"left out: {', '.join(unused[:6])}"] if unused else []
    series = signals.from_array(values, 2 if is_last else 1)
    return SignalTable(series, labels, entries.class_names, attributes, remarks=tuple(remarks))


# -- tables of numbers ----------------------------------------------------------------------------------


def _read_csv(text: str, settings: config.Data) -> SignalTable:
    """Read a table: with `data.window` each row is a moment and each column a channel, else each row is a series."""
    separator = text_table.choose_separator(text)
    rows = list(text_table.read_rows(text, separator, ""))
    if not rows:
        raise InputError("nothing arrived; rows of numbers are needed")
    commas = separator == ";"
    header: list[str] = []
    if _is_header(rows[0][1], settings.label, commas=commas):
        header = rows.pop(0)[1]
        if not rows:
            raise InputError("a line of names alone arrived; rows of numbers below it are needed")
    if settings.window is not None:
        return _read_recording(header, rows, settings.label, commas=commas)
    label_at = _find_label(header, settings.label)
    series, labels = list[Series](), list[str]()
    for line, cells in rows:
        if label_at is not None and label_at >= len(cells):
            raise text_table.make_error(
                "", line, f"{write_count(len(cells), 'cell')} arrived; a label in cell {label_at + 1}"
            )
        points = [cell for k, cell in enumerate(cells) if k != label_at]
        while points and not points[-1]:
            points.pop()  # a shorter series in a table of the longest
        series.append(np.array([list(_to_numbers(points, line, commas=commas))]))
        labels.append(cells[label_at] if label_at is not None else "")
    said = f"labels read from {quote(header[label_at])}" if label_at is not None else "no column of labels"
    longest = max((one.shape[1] for one in series), default=0)
    if longest <= FEW_POINTS and len(series) > 10 * longest:
        said += f"; a row is a series of {longest} points: if it is a moment of a recording, set data.window"
    return SignalTable(series, labels if label_at is not None else None, remarks=(said,))


def _is_header(cells: list[str], label: str | None, *, commas: bool) -> bool:
    """Return whether a first line names columns: most of it is no number, or counts up, or it names the labels."""
    there = [cell for cell in cells if cell.lower() not in MISSING]
    numbers = [cell for cell in there if text_table.to_number(cell, uses_commas=commas) is not None]
    if any(cell.lower() in LABEL_NAMES or cell == label for cell in there) or 2 * len(numbers) < len(there):
        return True
    first = int(bool(numbers) and numbers[0] == "1")
    return len(numbers) > 2 and numbers == [str(k + first) for k in range(len(numbers))]


def _read_recording(
    header: list[str], rows: list[tuple[int, list[str]]], label: str | None, *, commas: bool
) -> SignalTable:
    """Read one recording: each row is a moment, each column a channel, the times or the labels."""
    width = len(header) or len(rows[0][1])
    for line, cells in rows:
        if len(cells) != width:
            raise text_table.make_error(
                "", line, f"{write_count(len(cells), 'cell')} arrived; {width} as in the first line"
            )
    label_at, step, remarks = _find_label(header, label), 0.0, list[str]()
    labels: list[str] | None = None
    if label_at is not None:
        labels = [_read_label(cells[label_at]) for _, cells in rows]
        remarks.append(f"labels read from {quote(header[label_at])}")
        rows = [(line, cells[:label_at] + cells[label_at + 1 :]) for line, cells in rows]
        header = header[:label_at] + header[label_at + 1 :]
    values = np.array([list(_to_numbers(cells, line, commas=commas)) for line, cells in rows]).T
    time = next((k for k, name in enumerate(header) if name.lower() in (*SECONDS, *TIMES)), None)
    if time is not None:
        steps, in_seconds = np.diff(values[time]), header[time].lower() in SECONDS
        step = float(np.median(steps)) if in_seconds and len(steps) and np.isfinite(steps).all() else 0.0
        about = "the time in seconds" if in_seconds else "times, left out; a column of seconds is named seconds"
        remarks.append(f"{quote(header[time])}: {about}")
        values = np.delete(values, time, axis=0)
        header = [name for k, name in enumerate(header) if k != time]
    if not len(values):
        alone = "times" if time is not None else "labels"
        raise InputError(f"a column of {alone} alone arrived; a column for each channel is needed")
    return SignalTable([values], labels, channels=tuple(header), step=max(0.0, step), remarks=tuple(remarks))


def _read_label(cell: str) -> str:
    """Return the label of a moment; empty where it is missing."""
    return "" if cell.lower() in MISSING else cell


def _find_label(header: list[str], wanted: str | None) -> int | None:
    """Return the column of the labels, the one `wanted` or one that is named so; None for an empty text, or if there
    is none."""
    if wanted == "":
        return None
    if wanted is not None:
        if wanted not in header:
            raise InputError(f"data.label: {quote(wanted)} arrived; a name of the first line is allowed")
        return header.index(wanted)
    return next((k for k, name in enumerate(header) if name.lower() in LABEL_NAMES), None)


def _to_numbers(cells: list[str], line: int, *, commas: bool) -> Iterator[float]:
    """Yield the numbers of cells, NaN where one is missing; raise `InputError`, which names the line, for a text."""
    for cell in cells:
        number = text_table.to_number(cell, uses_commas=commas)
        if number is None:
            if cell.lower() not in MISSING:
                raise text_table.make_error(
                    "", line, f"{quote(cell)} arrived; a number, or nothing where it is missing,"
                )
            number = np.nan
        yield number


# -- .ts ------------------------------------------------------------------------------------------------


def _read_ts(text: str) -> SignalTable:
    """Read the format of the UCR and UEA archives (timeseriesclassification.com): after `@data` a series a line, its
    channels separated by colons, its points by commas, its class last."""
    stripped = enumerate(map(str.strip, text.splitlines()), 1)
    lines = [(number, line) for number, line in stripped if line and not line.startswith(("#", "%"))]
    start = next((k for k, (_, line) in enumerate(lines) if line.split()[0].lower() == "@data"), None)
    header = _read_ts_header(lines[:start])
    if start is None:
        raise InputError("no line @data arrived; a .ts file of the UCR or UEA archive is needed")
    series, labels, targets = list[Series](), list[str](), list[float]()
    for number, line in lines[start + 1 :]:
        channels = line.split(":")
        if header.has_labels:
            labels.append(channels.pop().strip())
        elif header.has_targets:
            targets.extend(_to_numbers([channels.pop().strip()], number, commas=False))
        series.append(_read_ts_series(channels, number))
    if header.has_labels and header.class_names and all(label in header.class_names for label in labels):
        return SignalTable(series, labels, header.class_names)
    attributes = {"target": np.array(targets)} if targets else None
    return SignalTable(series, labels if header.has_labels else None, attributes=attributes)


@dataclass
class _TsHeader:
    """What a .ts file says before `@data`."""

    has_labels: bool = False
    class_names: list[str] = field(default_factory=list)
    has_targets: bool = False
    """Whether each series ends in a number to be predicted, in place of a class."""


def _read_ts_header(lines: Sequence[tuple[int, str]]) -> _TsHeader:
    """Read the lines, with their numbers, before `@data`; keys that tell nothing of use here are ignored."""
    header = _TsHeader()
    for number, line in lines:
        word, *rest = line.split()
        is_true = bool(rest) and rest[0].lower() == "true"
        match word.lower():
            case "@classlabel":
                header.has_labels, header.class_names = is_true, rest[1:]
            case "@targetlabel":
                header.has_targets = is_true
            case "@timestamps" if is_true:
                raise text_table.make_error("", number, "timestamps arrived; series of equal steps are allowed")
            case key if not key.startswith("@"):
                raise text_table.make_error("", number, f"{quote(line)} arrived; a line with @ before @data")
    return header


def _read_ts_series(channels: Sequence[str], number: int) -> Series:
    """Return the series (C, T) in line `number`, from the texts of its channels; shorter ones end in NaN."""
    if len(channels) > signals.MAX_CHANNELS:
        problem = f"{len(channels):,} channels arrived; up to {signals.MAX_CHANNELS}"
        raise text_table.make_error("", number, problem)
    points = [list(_to_numbers([c.strip() for c in one.split(",")], number, commas=False)) for one in channels]
    longest = max(map(len, points), default=0)
    if longest > signals.MAX_POINTS:
        raise text_table.make_error("", number, f"{longest:,} points arrived; up to {signals.MAX_POINTS:,}")
    if not longest:
        raise text_table.make_error("", number, "no points arrived; numbers separated by commas")
    return np.array([one + [np.nan] * (longest - len(one)) for one in points])
