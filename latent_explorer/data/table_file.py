"""Tables in files: .csv, .tsv or .txt of cells, or .parquet. What the columns become is decided by `table_rows`."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from latent_explorer import config
from latent_explorer.config.schema import quote
from latent_explorer.data import memory_limit, parquet_file, table_columns, table_rows, text_table
from latent_explorer.data.dataset import Dataset, with_remarks
from latent_explorer.data.table_columns import OddCellError, TableColumn
from latent_explorer.data.text_table import SEPARATORS, TextColumn
from latent_explorer.errors import InputError, report_unreadable

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".data")
MEMORY_A_BYTE = 16
"""Bytes that a byte of text takes while it is read."""


def load(path: Path, settings: config.Data, seed: int) -> Dataset:
    """Return the rows of a file as a data set; raise `InputError`, without the file's name, if it cannot be used."""
    if path.is_dir() or not path.exists():
        raise InputError("a folder arrived; a file is needed" if path.is_dir() else "there is no such file")
    suffix = path.suffix.lower()
    if suffix != parquet_file.SUFFIX and suffix not in SUFFIXES:
        raise InputError(f"a file of another kind arrived; {', '.join(SUFFIXES)} or {parquet_file.SUFFIX} is allowed")
    read = _read_parquet if suffix == parquet_file.SUFFIX else _read_text
    columns, left_out, remarks = read(path)
    dataset = table_rows.convert(columns, left_out, None, None, {}, settings, seed)
    return with_remarks(dataset, remarks)


def _read_parquet(path: Path) -> tuple[list[TableColumn], dict[str, str], list[str]]:
    with report_unreadable("the file"):
        found, left_out = parquet_file.read_columns(path, table_rows.MAX_COLUMNS)
    columns, why = table_rows.read_columns(list(found.items()))
    return columns, {**left_out, **why}, []


def _read_text(path: Path) -> tuple[list[TableColumn], dict[str, str], list[str]]:
    text = text_table.read_text(path, memory_limit.get_limit() // MEMORY_A_BYTE, "")
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
            said = f"{len(cells):,} cells arrived; {len(given):,} as in the first line"
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
            found = table_columns.from_texts(one.name, list(one.numbers), rows, uses_commas=uses_commas)
        except OddCellError as error:
            raise text_table.make_error("", lines[error.row], f"column {quote(one.name)}: {error}") from None
        if isinstance(found, str):
            left_out[one.name] = found
        else:
            columns.append(found)
    return columns, left_out, remarks


def _is_row(cells: Sequence[str], *, uses_commas: bool) -> bool:
    """Return whether the first line is a row: most of its cells are numbers or gaps, and none counts the columns."""
    numbers = [n for cell in cells if (n := text_table.to_number(cell, uses_commas=uses_commas)) is not None]
    gaps = [cell for cell in cells if cell.casefold() in table_columns.GAPS]
    if not numbers or 2 * (len(numbers) + len(gaps)) <= len(cells):
        return False
    counts = all(b - a == 1 for a, b in pairwise(numbers)) and numbers[0].is_integer()
    is_named = counts and (numbers[0] == 0 or len(numbers) > 2)  # 0, 1, 2 as pandas writes them, or years
    return not is_named or gaps not in ([], cells[:1])  # the column of row numbers has no name
