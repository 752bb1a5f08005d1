"""What is known of vectors, a row each: TensorBoard's metadata. One column has no header row, several have one; cells
are separated by tabs. Which column is the text, which the class, is decided here."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from latent_explorer.data.attributes import MAX_ATTRIBUTES
from latent_explorer.data.vector_file import read_lines
from latent_explorer.errors import InputError, did_you_mean, quote, write_count
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

MAX_LETTERS = 200_000_000  # of a file
MAX_GROUPS = 50
"""Different texts up to which a column is taken for the class."""
CLASS_NAMES = ("class", "label", "labels", "category", "target")
ONLY = "metadata"
"""Name of the only column of a file."""


@dataclass(frozen=True)
class Metadata:
    """The columns of a file by what they are used for."""

    texts: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    attributes: Mapping[str, Sequence[str] | Sequence[float]] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    """What each column was taken for, in words."""


def read(path: Path, count: int, limit: int | None = None, *, text: str = "", label: str = "") -> Metadata:
    """Read what is known of `count` vectors; if they are the first `limit` of a file, of as many rows. `text` and
    `label` name the columns of the texts and of the classes, which are guessed otherwise.

    Raises `InputError`, which names the line, for rows of different lengths, or for more or fewer rows than vectors.
    """
    columns = _read_columns(path, count, limit)
    for option, name in (("--text", text), ("--label", label)):
        if name and name not in columns:
            hint = did_you_mean(name, list(columns))
            raise InputError(f"{option} {quote(name)}: {path} has the columns {', '.join(columns)}{hint}")
    return _assign(columns, text, label)


def _read_columns(path: Path, count: int, limit: int | None) -> dict[str, list[str]]:
    rows, letters = list[list[str]](), 0
    first, names = list[str](), list[str]()
    try:
        for number, line in read_lines(path):
            cells = line.split("\t")
            if number == 1 and len(cells) > 1:
                first, names = cells, _check_names(path, cells)
                continue
            if limit is not None and len(rows) == limit:
                break
            if len(cells) != max(1, len(names)):
                if not line and names:  # an empty line at the end
                    continue
                allowed = f"{len(names)}, as in its first line," if names else "one"
                raise InputError(
                    f"{path}, line {number:,}: {write_count(len(cells), 'column')} arrived; {allowed} is allowed"
                )
            letters += len(line)
            if letters > MAX_LETTERS:
                raise InputError(f"{path}: more than {MAX_LETTERS:,} letters arrived, which are the most")
            rows.append(cells)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    while rows and len(rows) > count and rows[-1] == [""]:
        rows.pop()
    if len(rows) == count + 1 and not names:  # a header, which one column should not have
        names = _check_names(path, rows.pop(0))
    elif len(rows) == count - 1 and names:  # no header, which several should have
        rows.insert(0, first)
        names = [f"column {k}" for k in range(1, len(names) + 1)]
    if len(rows) != count:
        raise InputError(
            f"{path}: {write_count(len(rows), 'row')} arrived for {write_count(count, 'vector')}; one each is allowed"
        )
    return {name: [row[k] for row in rows] for k, name in enumerate(names or [ONLY])}


def _check_names(path: Path, cells: Sequence[str]) -> list[str]:
    names = [cell.strip() or f"column {k}" for k, cell in enumerate(cells, 1)]
    if len(names) > MAX_ATTRIBUTES:
        raise InputError(f"{path}, line 1: {len(names):,} columns arrived; up to {MAX_ATTRIBUTES} are allowed")
    for k, name in enumerate(names):
        if name in names[:k] or len(name) > MAX_NAME_LENGTH or not name.isprintable():
            raise InputError(
                f"{path}, line 1: a column {quote(name)} arrived; different printable names of up to {MAX_NAME_LENGTH} "
                "characters are allowed"
            )
    return names


def _assign(columns: Mapping[str, list[str]], text: str, label: str) -> Metadata:
    """Return the columns by their use: the one that tells the most rows apart is the text, best one of letters; the
    first one of few different texts, or named like a class, is the class; all others are attributes."""
    numbers = {name: _to_numbers(column) for name, column in columns.items()}
    different = {name: len(set(column)) for name, column in columns.items()}
    telling = [
        name
        for name, column in columns.items()
        if 2 * different[name] > len(column) and name != label and _could_name(numbers[name])
    ]
    text = text or max(telling, key=lambda name: (numbers[name] is None, different[name]), default="")
    few = [name for name in columns if 2 <= different[name] <= MAX_GROUPS and name != text]
    named = [name for name in few if name.casefold() in CLASS_NAMES]
    repeated = [name for name in few if 2 * different[name] <= len(columns[name]) and len(columns) == 1]
    label = label or next(iter([*named, *(name for name in few if numbers[name] is None), *repeated]), "")
    attributes: dict[str, Sequence[str] | Sequence[float]] = {}
    uses = []
    for name, column in columns.items():
        use = "the text" if name == text else "the class" if name == label else "an attribute"
        uses.append(f"{name} is {use}")
        if name not in (text, label):
            known = numbers[name]
            attributes[name] = column if known is None else known
    return Metadata(
        tuple(columns[text]) if text else None, tuple(columns[label]) if label else None, attributes, tuple(uses)
    )


def _could_name(numbers: Sequence[float] | None) -> bool:
    """Return whether a column could name its rows: texts or whole numbers, but no measures."""
    return numbers is None or all(one.is_integer() for one in numbers)


def _to_numbers(column: Sequence[str]) -> list[float] | None:
    """Return a column of numbers, NaN where it is empty; None if it holds a text."""
    try:
        return [float(cell) if cell.strip() else math.nan for cell in column]
    except ValueError:
        return None
