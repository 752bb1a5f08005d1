"""Tables in files: .csv, .tsv or .txt of cells, .parquet, or arrays (.npy, .npz, .safetensors). What the columns become
is decided by `table_rows`."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from latent_explorer import config
from latent_explorer.data import array_file, memory_limit, parquet_file, table_columns, table_rows, text_table
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.dataset import Dataset, with_remarks
from latent_explorer.data.table_columns import OddCellError, TableColumn
from latent_explorer.data.text_table import SEPARATORS, TextColumn
from latent_explorer.errors import InputError, quote, report_unreadable, write_count

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".data")
ROW_NAMES, TITLES = ("rows", "x", "X", "data"), ("columns", "feature_names", "names")
"""Of the array of rows, the likeliest first, and of the texts that name its columns."""
MEMORY_PER_BYTE = 16
"""Bytes that a byte of text takes while it is read."""


def load(path: Path, settings: config.Data, seed: int) -> Dataset:
    """Return the rows of a file as a data set; raise `InputError`, without the file's name, if it cannot be used."""
    if path.is_dir() or not path.exists():
        raise InputError("a folder arrived; a file is needed" if path.is_dir() else "there is no such file")
    suffix = path.suffix.lower()
    readers = {
        **dict.fromkeys(SUFFIXES, _read_text), **dict.fromkeys(array_file.SUFFIXES, _read_arrays),
        parquet_file.SUFFIX: _read_parquet,
    }  # fmt: skip
    if suffix not in readers:
        raise InputError(f"a file of another kind arrived; {', '.join(readers)} is allowed")
    table = readers[suffix](path)
    dataset = table_rows.convert(table.columns, table.left_out, table.annotations, settings, seed)
    return with_remarks(dataset, table.remarks)


@dataclass(frozen=True, eq=False)
class _Table:
    """The columns of a file, and what is beside them."""

    columns: list[TableColumn]
    left_out: dict[str, str]
    """Why further columns are none of it."""
    remarks: list[str] = field(default_factory=list)
    annotations: Annotations = field(default_factory=Annotations)


def _read_parquet(path: Path) -> _Table:
    with report_unreadable("the file"):
        file_columns, left_out = parquet_file.read_columns(path, table_rows.MAX_COLUMNS)
    columns, why = table_rows.read_columns(list(file_columns.items()))
    return _Table(columns, {**left_out, **why})


def _read_arrays(path: Path) -> _Table:
    """Read the array of rows (N, n), with labels and attributes (N,) beside it; without one, arrays (N,) are
    columns."""
    with report_unreadable("the file"), ExitStack() as opened:
        entries = array_file.READERS[path.suffix.lower()](path, opened)
        arrays, class_names = dict(entries.arrays), entries.class_names
        if (named := arrays.pop(array_file.CLASS_NAMES, None)) is not None:
            class_names = tuple(map(str, array_file.read_whole(named).ravel().tolist()))
        tables = [name for name, one in arrays.items() if len(one.shape) == 2]
        name = next((name for name in ROW_NAMES if name in tables), tables[0] if tables else None)
        titles = next((array_file.read_whole(arrays.pop(one)) for one in TITLES if one in arrays), None)
        rows = None if name is None else array_file.read_whole(arrays.pop(name))
        beside, left_out = {}, {}
        for one, array in arrays.items():
            count = array.shape[:1] if rows is None else rows.shape[:1]
            if one in array_file.LABELS or (array.shape == count and array.dtype.kind in "buifUS"):
                beside[one] = array_file.read_whole(array)
            else:
                left_out[one] = f"shape {array.shape}"
    if rows is None and not beside:
        there = ", ".join(f"{one} {why}" for one, why in list(left_out.items())[:4])
        raise InputError(f"no array of rows arrived, but {there or 'nothing'}; (N, n), or columns (N,), are needed")
    labels = next((beside.pop(one) for one in array_file.LABELS if one in beside), None)
    if rows is None:
        columns, why = table_rows.read_columns(list(beside.items()))
        return _Table(columns, {**left_out, **why}, annotations=Annotations(labels, class_names))
    names = [""] * rows.shape[1] if titles is None else list(map(str, titles.tolist()))
    if len(names) != rows.shape[1]:
        raise InputError(
            f"{write_count(len(names), 'name')} arrived for {write_count(rows.shape[1], 'column')}; one each is allowed"
        )
    columns, why = table_rows.read_columns(list(zip(names, rows.T, strict=True)))
    return _Table(columns, {**left_out, **why}, annotations=Annotations(labels, class_names, beside))


def _read_text(path: Path) -> _Table:
    text = text_table.read_text(path, memory_limit.get_limit() // MEMORY_PER_BYTE, "")
    separator = text_table.choose_separator(text)
    uses_commas = separator == ";"
    given: list[TextColumn] = []
    lines: list[int] = []
    remarks: list[str] = []
    for line, cells in text_table.read_rows(text, separator, ""):
        if not given:
            is_row = _is_row(cells, uses_commas=uses_commas)
            names = table_columns.clean_names([""] * len(cells) if is_row else cells)
            if len(names) > table_rows.MAX_COLUMNS:
                raise InputError(f"{len(names):,} columns arrived; up to {table_rows.MAX_COLUMNS:,} are allowed")
            given = [TextColumn(name) for name in names]
            remarks.append(f"the first line {'is a row: the columns have no names' if is_row else 'names the columns'}")
            if not is_row:
                continue
        if len(cells) != len(given):
            said = f"{write_count(len(cells), 'cell')} arrived; {len(given):,} as in the first line"
            raise text_table.make_error("", line, f"{said}, separated by {SEPARATORS[separator]},")
        lines.append(line)
        for column, cell in zip(given, cells, strict=True):
            column.append(cell)
    if not lines:
        raise InputError("no rows arrived; a line of names, and a line for each row, are needed")
    columns: list[TableColumn] = []
    left_out: dict[str, str] = {}
    for one in given:
        rows = np.frombuffer(one.rows, np.int64)
        try:
            parsed = table_columns.from_texts(one.name, list(one.numbers), rows, uses_commas=uses_commas)
        except OddCellError as error:
            raise text_table.make_error("", lines[error.row], f"column {quote(one.name)}: {error}") from None
        if isinstance(parsed, str):
            left_out[one.name] = parsed
        else:
            columns.append(parsed)
    return _Table(columns, left_out, remarks)


def _is_row(cells: Sequence[str], *, uses_commas: bool) -> bool:
    """Return whether the first line is a row: most of its cells are numbers or gaps, and none counts the columns."""
    numbers = [n for cell in cells if (n := text_table.to_number(cell, uses_commas=uses_commas)) is not None]
    gaps = [cell for cell in cells if cell.casefold() in table_columns.GAPS]
    if not numbers or 2 * (len(numbers) + len(gaps)) <= len(cells):
        return False
    counts = all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0].is_integer()
    is_named = counts and (numbers[0] == 0 or len(numbers) > 2)  # 0, 1, 2 as pandas writes them, or years
    return not is_named or gaps not in ([], cells[:1])  # the column of row numbers has no name
