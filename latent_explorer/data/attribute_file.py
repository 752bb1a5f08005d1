"""A table of attributes of one's own images: a text file of a column `file` and of others, one row an image.

A column of numbers is continuous; one of texts, or of at most `MAX_WHOLE` different whole numbers, is of categories. An
empty cell or `nan` is unknown. It does not know how the images are read or split.
"""

import math
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files
from latent_explorer.data import text_table
from latent_explorer.data.attributes import (
    MAX_ATTRIBUTES,
    MAX_CATEGORIES,
    MAX_NUMBER,
    MAX_WHOLE,
    RESERVED,
    UNKNOWN,
    Attribute,
)
from latent_explorer.data.text_table import SEPARATORS, TextColumn
from latent_explorer.errors import InputError, quote, write_count
from latent_explorer.samples.sample_kind import MAX_NAME_LENGTH

FILE_COLUMN = "file"
MAX_BYTES = 64 * 2**20
UNKNOWN_CELLS = ("", "nan")
NAMED_GAPS = 5
"""Columns with empty cells that are named; of more, their number is said."""


@dataclass(frozen=True, eq=False)
class AttributeTable:
    """The rows of a file that can be read."""

    path: Path
    names: tuple[str, ...]
    """Of the image files, one a row."""
    lines: "array[int]"
    """Line of the file that each row begins at."""
    columns: tuple[TextColumn, ...]
    remarks: tuple[str, ...]
    uses_commas: bool
    """Whether decimals may be written with a comma, as beside semicolons."""


def read(path: Path) -> AttributeTable:
    """Read a file with the separator comma, semicolon or tab, as UTF-8 or UTF-16.

    Raises `InputError` with the line for anything that is not allowed.
    """
    text = text_table.read_text(path, MAX_BYTES, _place(path))
    separator = text_table.choose_separator(text)
    lines = array("q")
    columns: list[TextColumn] = []
    for line, cells in text_table.read_rows(text, separator, _place(path)):
        if not columns:
            columns = [TextColumn(name) for name in _check_names(path, line, cells, separator)]
            continue
        if len(cells) != len(columns):
            raise _make_error(
                path, line, f"{write_count(len(cells), 'cell')} arrived; {len(columns):,} as in the first line"
            )
        lines.append(line)
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    if not lines:
        raise InputError(f"data.attributes: {path}: no rows arrived; a line of names and a row an image are needed")
    file_column = next(column for column in columns if column.name == FILE_COLUMN)
    texts = list(file_column.numbers)
    unnamed = sum(not column.name for column in columns)
    remarks = (f"{path.name}: {unnamed} of the columns without a name left out",) if unnamed else ()
    rest = tuple(column for column in columns if column.name not in ("", FILE_COLUMN))
    return AttributeTable(path, tuple(texts[k] for k in file_column.rows), lines, rest, remarks, separator == ";")


def match(table: AttributeTable, names: Sequence[str]) -> tuple[dict[str, Attribute], tuple[str, ...]]:
    """Return the attributes of the images `names`, paths below their folder, and what to say about the table.

    Raises `InputError` if it has two rows of an image, none of any, or a text among the numbers of a column of
    more than ten different ones.
    """
    images = {_normalise(name): k for k, name in enumerate(names)}
    image_of_row = np.array([images.get(_normalise(name), -1) for name in table.names])
    named_rows = np.flatnonzero(image_of_row >= 0)
    if not len(named_rows):
        raise _make_error(
            table.path, table.lines[0],
            f"{FILE_COLUMN} {quote(table.names[0])} arrived, and no other of its {len(table.names):,} files is in the "
            f"folder either; names below it, as {quote(names[0])}, are needed",
        )  # fmt: skip
    first_row: dict[int, int] = {}
    for row in named_rows.tolist():
        before = first_row.setdefault(int(image_of_row[row]), row)
        if before != row:
            problem = f"{quote(table.names[row])} arrived again after line {table.lines[before]:,}; one row an image"
            raise _make_error(table.path, table.lines[row], problem)
    remarks = [*table.remarks, *_describe_unmatched(table, image_of_row, len(names))]
    attributes: dict[str, Attribute] = {}
    unknown_cells: dict[str, int] = {}
    for column in table.columns:
        one = _convert(table, column, named_rows)
        if isinstance(one, str):
            remarks.append(f"{table.path.name}: column {column.name} left out: {one}")
            continue
        values = np.full(len(names), UNKNOWN if one.is_categorical else np.nan, np.float32)
        values[image_of_row[named_rows]] = one.values
        attributes[column.name] = Attribute(values, one.categories)
        unknown_cells[column.name] = one.count_unknown()
    remarks += _describe_unknown_cells(table, unknown_cells)
    return attributes, tuple(map(files.to_printable, remarks))


def match_optional(table: AttributeTable | None, names: Sequence[str]) -> tuple[dict[str, Attribute], tuple[str, ...]]:
    """Match as `match`; without a table nothing is known."""
    return ({}, ()) if table is None else match(table, names)


# -- the file -------------------------------------------------------------------------------------------


def _check_names(path: Path, line: int, cells: Sequence[str], separator: str) -> list[str]:
    """Return the names of the columns; raise `InputError` without a column `file`, or for a name not allowed."""
    names = [FILE_COLUMN if name.casefold() == FILE_COLUMN else name for name in cells]
    if FILE_COLUMN not in names and len(names) == 1:
        problem = f"one column {quote(names[0])} arrived; columns separated by {', '.join(SEPARATORS.values())}, one"
        raise _make_error(path, line, f"{problem} of them named {FILE_COLUMN}, with paths below the folder, are needed")
    if FILE_COLUMN not in names:
        problem = f"the columns {quote(', '.join(names))}, separated by {SEPARATORS[separator]}, arrived; one of them"
        raise _make_error(path, line, f"{problem} named {FILE_COLUMN}, with paths below the folder, is needed")
    if not 1 <= len(names) - 1 <= MAX_ATTRIBUTES:
        problem = f"{len(names) - 1:,} columns beside {FILE_COLUMN} arrived; 1 to {MAX_ATTRIBUTES}"
        raise _make_error(path, line, problem)
    for k, name in enumerate(names):
        if name and name in names[:k]:
            raise _make_error(path, line, f"two columns {quote(name)} arrived; one of a name")
        if name.casefold() == RESERVED:
            problem = f"a column {quote(name)} arrived; another name, since the folders' names are the classes,"
            raise _make_error(path, line, problem)
        if len(name) > MAX_NAME_LENGTH or not name.isprintable():
            problem = f"the column {quote(name)} arrived; a printable name of up to {MAX_NAME_LENGTH} characters"
            raise _make_error(path, line, problem)
    return names


# -- the columns ----------------------------------------------------------------------------------------


def _convert(table: AttributeTable, column: TextColumn, rows: NDArray[np.intp]) -> Attribute | str:
    """Return the values of some rows as an attribute, or why it is left out."""
    number_of_row = np.frombuffer(column.rows, np.int64)[rows]
    texts = list(column.numbers)
    there = {texts[k] for k in np.unique(number_of_row).tolist()} - {t for t in texts if t.lower() in UNKNOWN_CELLS}
    if len(there) < 2:
        return f"{quote(there.pop())} in every row" if there else "empty in every row"
    number_of_text = {text: text_table.to_number(text, uses_commas=table.uses_commas) for text in there}
    numbers = {text: number for text, number in number_of_text.items() if number is not None}
    values: Mapping[str, float]
    if len(numbers) == len(there):
        different = sorted(set(numbers.values()))
        if len(different) < 2:
            return f"{quote(there.pop())} in every row"
        few_whole = len(different) <= MAX_WHOLE and all(number.is_integer() for number in different)
        categories = tuple(f"{number:.0f}" for number in different) if few_whole else ()
        values = {text: different.index(one) for text, one in numbers.items()} if few_whole else numbers
    elif len(numbers) > MAX_WHOLE and 2 * len(numbers) > len(there):
        odd = [k for text, k in column.numbers.items() if text in there - numbers.keys()]
        row = int(rows[np.isin(number_of_row, odd)][0])
        problem = f"column {column.name}: {quote(texts[column.rows[row]])} arrived among numbers; a number from "
        raise _make_error(
            table.path, table.lines[row], f"{problem}-{MAX_NUMBER:g} to {MAX_NUMBER:g}, or nothing where unknown,"
        )
    elif len(there) > MAX_CATEGORIES:
        return f"{len(there):,} different texts; up to {MAX_CATEGORIES:,} are allowed"
    else:
        odd_name = next((t for t in sorted(there) if len(t) > MAX_NAME_LENGTH or not t.isprintable()), None)
        if odd_name is not None:
            return f"{quote(odd_name)}; printable texts of up to {MAX_NAME_LENGTH} characters are allowed"
        categories = tuple(sorted(there, key=lambda text: (text not in numbers, numbers.get(text, 0), text)))
        values = {text: float(k) for k, text in enumerate(categories)}
    unknown = UNKNOWN if categories else math.nan
    lookup = np.array([values.get(text, unknown) for text in texts], np.float32)
    if not categories and len(np.unique(lookup[np.isfinite(lookup)])) < 2:
        return "numbers that differ by less than single precision holds"
    return Attribute(lookup[number_of_row], categories)


def _normalise(name: str) -> str:
    """Return a path below the folder in one way of writing it: slashes, no dot before, composed accents."""
    return unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).as_posix())


def _describe_unmatched(table: AttributeTable, image_of_row: NDArray[np.int64], image_count: int) -> Iterator[str]:
    strangers = np.flatnonzero(image_of_row < 0)
    if len(strangers):
        first = int(strangers[0])
        where = f"the first is {quote(table.names[first])}, line {table.lines[first]:,}"
        yield f"{table.path.name}: rows of files that are not in the folder: {len(strangers):,}; {where}"
    without = image_count - len(image_of_row) + len(strangers)
    if without:
        yield f"{table.path.name}: no row for {without:,} of {image_count:,} images, whose attributes stay unknown"


def _describe_unknown_cells(table: AttributeTable, counts: Mapping[str, int]) -> Iterator[str]:
    """Yield how many cells of which columns are empty, by name of the first few; nothing if none is."""
    gaps = [(name, count) for name, count in counts.items() if count]
    if not gaps:
        return
    named = ", ".join(f"{count:,} in {name}" for name, count in gaps[:NAMED_GAPS])
    rest = f", more in other columns: {len(gaps) - NAMED_GAPS}" if len(gaps) > NAMED_GAPS else ""
    yield f"{table.path.name}: empty cells, whose attributes stay unknown: {named}{rest}"


def _make_error(path: Path, line: int, problem: str) -> InputError:
    return text_table.make_error(_place(path), line, problem)


def _place(path: Path) -> str:
    return f"data.attributes: {path}: "
