"""Signals as a data set: series of C channels and T points, scaled to 0..1 by the range of each channel.

It knows no files and no models. Gaps are bridged, and series of different lengths are brought to one; what was done is
in the data set's remarks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from latent_explorer import config, files
from latent_explorer.arrays import as_floats
from latent_explorer.config.type_hints import MAX_FLOAT
from latent_explorer.data import array_columns, loaded_images
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.array_images import compute_digest
from latent_explorer.data.attributes import POSITION
from latent_explorer.data.dataset import MIN_IMAGES, Dataset, split_folder
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.data.memory_limit import check_memory
from latent_explorer.errors import InputError, write_count
from latent_explorer.samples import Curves
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

MIN_POINTS, MAX_POINTS, MAX_CHANNELS = 4, 65_536, 64
RATE_TOLERANCE = 0.01
"""By how much the rate of a config may differ from that of the file without a remark."""
SHORTEST_SHARE = 0.5  # of the longest series: shorter ones are left out
Series = NDArray[np.float64]
"""(C, T), NaN where there is no value."""


@dataclass(frozen=True)
class SignalTable:
    """Series as a file or a caller gives them."""

    series: Sequence[Series]
    labels: Any = None
    """One a series; of recordings that are cut also one a point, (T,) of a single one, else (N, T)."""
    class_names: Sequence[str] | None = None
    attributes: Mapping[str, Any] | None = None
    channels: tuple[str, ...] = ()
    unit: str = ""
    step: float = 0.0
    """Seconds between two points; 0 if it is not known."""
    held_out: int = 0
    """How many of the last series are held out, if there is a split already."""
    remarks: tuple[str, ...] = ()


def make_dataset(table: SignalTable, settings: config.Data, seed: int) -> Dataset:
    """Return signals as a data set, and keep them in the user's cache for the explorer; raise `InputError` for what is
    not allowed."""
    if settings.window is not None:
        table = cut_windows(table, settings.window)
    _check_sizes(table.series)
    stacked, rows, remarks = _bring_together(table.series)
    count = len(table.series)
    labels, names = array_columns.to_classes(table.labels, table.class_names, count)
    known, left_out = array_columns.to_attributes(table.attributes or {}, count)
    if len(stacked) < MIN_IMAGES:
        raise InputError(f"{write_count(len(stacked), 'signal')} arrived; at least {MIN_IMAGES} are needed")
    low, high = _find_range(stacked, table.channels)
    values = ((stacked - low[:, None]) / (high - low)[:, None]).astype(np.float32)[:, :, None]
    step = table.step if settings.rate is None else 1 / settings.rate
    unit = table.unit if settings.unit is None else settings.unit
    seconds = step * stacked.shape[2]
    kind = Curves(tuple(low.tolist()), tuple(high.tolist()), clean_names(table.channels), unit, seconds)
    if settings.rate is not None and table.step and abs(table.step / step - 1) > RATE_TOLERANCE:
        rate = f"data.rate: {settings.rate:g} a second, which is taken; the file's own times say {1 / table.step:.6g}"
        remarks.append(rate)
    pixels, classes = torch.from_numpy(np.ascontiguousarray(np.clip(values, 0, 1))), torch.from_numpy(labels[rows])
    held_out = int(np.count_nonzero(rows >= count - table.held_out)) if table.held_out else 0
    digest = compute_digest(pixels, classes, names, held_out)
    loaded = LoadedImages(pixels, classes, names, digest, held_out=held_out, kind=kind)
    if loaded_images.load_cached(digest) is None:
        loaded_images.save_to_cache(loaded)
    dataset = split_folder(loaded, settings, seed, {name: one.select(rows) for name, one in known.items()})
    return replace(dataset, remarks=tuple(map(files.to_printable, (*table.remarks, *remarks, *left_out))))


def from_memory(given: Any, annotations: Annotations, settings: config.Data, seed: int) -> Dataset:
    """Return signals (N, T) or (N, C, T) in memory, or a list of series (C, T) of different lengths, as a data set."""
    if isinstance(given, Sequence):
        series = [_to_series(one) for one in given]
    else:
        array, _ = as_floats(given)
        series = from_array(array)
    table = SignalTable(series, annotations.labels, annotations.class_names, annotations.attributes)
    return make_dataset(table, settings, seed)


def _to_series(given: Any) -> Series:
    """Return one series (T,) or (C, T) as numbers."""
    values, _ = as_floats(given)
    if values.ndim not in (1, 2) or not values.size:
        raise InputError(f"a series of shape {values.shape} arrived; (T,) or (C, T) is allowed")
    return np.atleast_2d(values).astype(np.float64)


def clean_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of channels as printable texts, short enough for a file."""
    return tuple(files.to_printable(" ".join(name.split()))[:MAX_NAME_LENGTH] for name in names)


def from_array(array: Any, channel_axis: int = 1) -> list[Series]:
    """Return series of an array (N, T) or (N, C, T), or (N, T, C) with `channel_axis` 2; raise `InputError` for another
    shape, or anything but numbers."""
    values = np.asarray(array)
    if values.dtype.kind not in "buif" or values.ndim not in (2, 3) or not values.size:
        raise InputError(f"shape {values.shape} of {values.dtype} arrived; signals (N, T) or (N, C, T) are allowed")
    numbers = values.astype(np.float64)
    if numbers.ndim == 2:
        return list(numbers[:, None])
    return list(numbers if channel_axis == 1 else numbers.transpose(0, 2, 1))


def cut_windows(table: SignalTable, window: int) -> SignalTable:
    """Return recordings cut into windows of so many points, without overlap; a label or attribute of a recording goes
    to each of its windows, and what is too short for one at the end is left out. Of labels of the points a window gets
    the one that most of its points have. `POSITION` counts the windows through all recordings.
    """
    there = len(table.series)
    of_points = _read_point_labels(table)
    of_recordings = table.labels if of_points is None else None
    for name, column in {"labels": of_recordings, **(table.attributes or {})}.items():
        if column is not None and len(column) != there:
            raise InputError(f"{name}: {len(column):,} arrived for {there:,} recordings; one for each is allowed")
    if POSITION in (table.attributes or {}):
        raise InputError(
            f"an attribute {POSITION!r} arrived; another name, since the windows are counted by it, is needed"
        )
    counts = [one.shape[1] // window for one in table.series]
    if sum(counts) < MIN_IMAGES:
        longest = max((one.shape[1] for one in table.series), default=0)
        raise InputError(
            f"data.window: {window:,} points arrived for {write_count(there, 'recording')} of up to {longest:,}, "
            f"which makes {sum(counts)} windows; at least {MIN_IMAGES} are needed"
        )
    series = [
        one[:, k * window : (k + 1) * window]
        for one, n in zip(table.series, counts, strict=True)
        for k in range(n)
    ]  # fmt: skip
    rows = np.repeat(np.arange(len(table.series)), counts)
    labels = None if of_recordings is None else np.asarray(of_recordings)[rows]
    voted = list[str]()
    if of_points is not None:
        labels, mixed = _vote(of_points, window)
        voted = ["the label of a window is the one that most of its points have, the first of equally many"
                 + (f"; {write_count(mixed, 'window')} held several" if mixed else "")]  # fmt: skip
    attributes: dict[str, Any] = {name: np.asarray(one)[rows] for name, one in (table.attributes or {}).items()}
    attributes[POSITION] = np.arange(sum(counts), dtype=np.float64)
    held_out = sum(counts[len(counts) - table.held_out :]) if table.held_out else 0
    rest = sum(one.shape[1] % window for one in table.series)
    cut = f"{write_count(there, 'recording')} cut into {sum(counts):,} windows of {window:,} points"
    cut += f", {rest:,} points at the end left out" if rest else ""
    return replace(
        table, series=series, labels=labels, attributes=attributes, held_out=held_out,
        remarks=(*table.remarks, cut, *voted),
    )  # fmt: skip


def _read_point_labels(table: SignalTable) -> list[NDArray[Any]] | None:
    """Return the labels (T,) of the points of each recording; None if there are none, or one a recording."""
    if table.labels is None or not table.series:
        return None
    labels = array_columns.to_column(table.labels)
    rows = list(labels) if labels.ndim == 2 else [labels]
    lengths = [one.shape[1] for one in table.series]
    if labels.ndim not in (1, 2) or lengths == [1] or [len(one) for one in rows] != lengths:
        return None
    return rows


def _vote(labels: Sequence[NDArray[Any]], window: int) -> tuple[NDArray[Any], int]:
    """Return the label that most points of each window have, the first of equally many, and how many windows held
    several."""
    chosen, mixed = list[Any](), 0
    for recording in labels:
        for k in range(len(recording) // window):
            different, first, counts = np.unique(
                recording[k * window : (k + 1) * window], return_index=True, return_counts=True
            )
            chosen.append(different[np.lexsort((first, -counts))[0]])
            mixed += len(different) > 1
    return np.array(chosen), mixed


def fill_gaps(series: Series) -> tuple[Series, int]:
    """Return a series without gaps, each bridged by a straight line and the ends kept on; and how many points were
    missing. A channel without any value stays as it is."""
    missing = ~np.isfinite(series)
    if not missing.any():
        return series, 0
    filled = series.copy()
    at = np.arange(series.shape[1])
    for channel, gone in enumerate(missing):
        if gone.any() and not gone.all():
            filled[channel, gone] = np.interp(at[gone], at[~gone], series[channel, ~gone])
    return filled, int(missing.sum())


def _check_sizes(series: Sequence[Series]) -> None:
    channels = sorted({len(one) for one in series})
    if len(channels) > 1:
        raise InputError(f"signals of {channels[0]} and of {channels[-1]} channels arrived; one number is allowed")
    longest = max((one.shape[1] for one in series), default=0)
    if channels and channels[0] > MAX_CHANNELS:
        raise InputError(f"{channels[0]:,} channels arrived; up to {MAX_CHANNELS} are allowed")
    if not MIN_POINTS <= longest <= MAX_POINTS:
        raise InputError(
            f"signals of {longest:,} points arrived; {MIN_POINTS} to {MAX_POINTS:,} are allowed, and data.window cuts "
            "a long recording"
        )
    check_memory(4 * len(series), (channels[0], 1, longest))


def _bring_together(series: Sequence[Series]) -> tuple[Series, NDArray[np.intp], list[str]]:
    """Return series of one length (N, C, T), which of the given ones they are, and what was done."""
    trimmed = [_trim(one) for one in series]
    whole = [one for one in trimmed if np.isfinite(one).any(axis=1).all()]
    longest, remarks = max((one.shape[1] for one in whole), default=0), list[str]()
    rows, whole_series, gaps, short, empty = list[int](), list[Series](), 0, 0, 0
    for row, one in enumerate(trimmed):
        if not np.isfinite(one).any(axis=1).all():
            empty += 1
            continue
        if one.shape[1] < SHORTEST_SHARE * longest:
            short += 1
            continue
        filled, missing = fill_gaps(one)
        gaps += missing
        rows.append(row)
        whole_series.append(np.pad(filled, ((0, 0), (0, longest - filled.shape[1])), mode="edge"))
    lengths = {trimmed[row].shape[1] for row in rows}
    if len(lengths) > 1:
        remarks.append(f"series of {min(lengths):,} to {longest:,} points: each is continued by its last value")
    if short:
        remarks.append(f"{short:,} series left out: less than half as long as the longest, {longest:,} points")
    if empty:
        remarks.append(f"{empty:,} series left out: a channel without any value")
    if gaps:
        remarks.append(f"{gaps:,} missing points bridged by straight lines")
    if not whole_series:
        raise InputError("no signal with a value in every channel arrived")
    return np.stack(whole_series), np.array(rows), remarks


def _trim(one: Series) -> Series:
    """Return a series without the points at its end that no channel has, as tables pad shorter series."""
    there = np.flatnonzero(np.isfinite(one).any(axis=0))
    return one[:, : int(there[-1]) + 1] if len(there) else one


def _find_range(stacked: Series, names: tuple[str, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest value of each channel; raise `InputError` if they are the same, or too large."""
    low, high = stacked.min(axis=(0, 2)), stacked.max(axis=(0, 2))
    for channel, (least, most) in enumerate(zip(low, high, strict=True)):
        name = names[channel] if names else f"channel {channel + 1}"
        if not least < most:
            raise InputError(f"{name}: {least:g} alone arrived; values that differ are needed")
        if max(abs(least), abs(most)) > MAX_FLOAT:
            raise InputError(f"{name}: {least:g} to {most:g} arrived; up to {MAX_FLOAT:g} is allowed")
    return low, high
