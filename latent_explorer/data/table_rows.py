"""Rows of a table as a data set: columns of numbers and categories from a file or from memory, standardised.

It knows no files.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from latent_explorer import config
from latent_explorer.arrays import Floats, is_tensor
from latent_explorer.data import array_columns, loaded_images, memory_limit, table_columns, table_scaling
from latent_explorer.data.array_columns import NO_ANNOTATIONS, Annotations
from latent_explorer.data.attributes import MAX_ATTRIBUTES, RESERVED, Attribute
from latent_explorer.data.dataset import MIN_IMAGES, Dataset, split_folder, with_remarks
from latent_explorer.data.loaded_images import LoadedImages
from latent_explorer.data.table_columns import TableColumn
from latent_explorer.errors import InputError, write_count
from latent_explorer.samples import Tables

MAX_COLUMNS = 4096
NAMED = 4  # columns that a remark names; the others are counted
DEFAULTS = config.Data(name="table")


def make_dataset(
    rows: Any, annotations: Annotations = NO_ANNOTATIONS, settings: config.Data = DEFAULTS, seed: int = 0
) -> Dataset:
    """Return rows in memory as a data set, and keep them in the user's cache for the explorer.

    `rows` is an array (N, n), or columns by name: a data frame, or a mapping of arrays (N,). Without labels the
    column `settings.label` is the class, or one that is named like a class. Raises `InputError` for anything else; what
    was filled in or left out is in the data set's `remarks`.
    """
    columns, left_out = read_columns(_split_columns(rows))
    return convert(columns, left_out, annotations, settings, seed)


def convert(
    columns: Sequence[TableColumn],
    left_out: Mapping[str, str],
    annotations: Annotations,
    settings: config.Data,
    seed: int,
) -> Dataset:
    """Return columns as a data set, by the rules of `make_dataset`. `left_out` says of further columns why they are
    none of it."""
    count = len(columns[0].values) if columns else 0
    if columns and count < MIN_IMAGES:
        raise InputError(f"{write_count(count, 'row')} arrived; at least {MIN_IMAGES} are needed")
    labels, class_names = annotations.labels, annotations.class_names
    label = table_columns.choose_label(columns, settings.label) if labels is None else None
    remarks = [] if label is None else [f"the column {label.name} is the class, and no part of the rows"]
    if label is not None:
        labels, class_names = _read_labels(label, class_names)
    elif labels is None:
        remarks.append("no column is the class; data.label names one")
    numbers, names = array_columns.to_classes(labels, class_names, count)
    used, reasons, filled = [], dict(left_out), []
    for column in columns:
        if column is label:
            continue
        if reason := table_columns.explain_omission(column):
            reasons[column.name] = reason
            continue
        whole, said = table_columns.fill_gaps(column)
        used.append(whole)
        filled += [said] if said else []
    if not used:
        raise InputError(f"no column of numbers or categories arrived, but {_list_reasons(reasons) or 'nothing'}")
    remarks += [f"left out: {_list_reasons(reasons)}"] if reasons else []
    remarks += [f"gaps filled in: {_list(filled)}"] if filled else []
    width = sum(max(1, len(column.categories)) for column in used)
    if width > MAX_COLUMNS:
        raise InputError(f"{width:,} columns arrived, categories counted; up to {MAX_COLUMNS:,} are allowed")
    memory_limit.check_numbers(count, width)
    kind, values, far = table_scaling.fit(used)
    attributes = {**_list_attributes(columns, label, used), **(annotations.attributes or {})}
    known, about = array_columns.to_attributes(attributes, count)
    rows, classes = torch.from_numpy(values), torch.from_numpy(numbers)
    digest = _compute_digest(kind, values, numbers, names) if settings.name in config.OWN_SETS else ""
    loaded = LoadedImages(rows, classes, names, digest, kind=kind)
    if digest and loaded_images.load_cached(digest) is None:
        loaded_images.save_to_cache(loaded)
    return with_remarks(split_folder(loaded, settings, seed, known), (*remarks, *([far] if far else []), *about))


def _split_columns(rows: Any) -> list[tuple[str, Any]]:
    """Return the columns, with their names, of what holds them by name, or of an array, whose columns have none."""
    named = getattr(rows, "columns", None) if not isinstance(rows, Mapping) else list(rows)
    if named is not None and not callable(named):
        return [(str(name), rows[name]) for name in named]
    matrix = rows.detach().cpu().float().numpy() if is_tensor(rows) else np.asarray(rows)
    if matrix.ndim != 2:
        raise InputError(f"shape {matrix.shape} arrived; rows (N, n), or columns by name, are allowed")
    return [("", column) for column in matrix.T]


def read_columns(given: Sequence[tuple[str, Any]]) -> tuple[list[TableColumn], dict[str, str]]:
    """Return arrays (N,) with their names as columns, and why some are left out."""
    if len(given) > MAX_COLUMNS:
        raise InputError(f"{len(given):,} columns arrived; up to {MAX_COLUMNS:,} are allowed")
    columns, left_out = [], {}
    for name, (_, values) in zip(table_columns.clean_names([name for name, _ in given]), given, strict=True):
        try:
            column = table_columns.from_array(name, values)
        except table_columns.OddCellError as error:
            raise InputError(f"column {name}, row {error.row}: {error}") from None
        if isinstance(column, str):
            left_out[name] = column
        else:
            columns.append(column)
    lengths = {len(column.values) for column in columns}
    if len(lengths) > 1:
        raise InputError(f"columns of {min(lengths):,} to {max(lengths):,} rows arrived; as many each are allowed")
    return columns, left_out


def _compute_digest(kind: Tables, values: Floats, numbers: NDArray[np.int64], names: tuple[str, ...]) -> str:
    """Return a digest of the content, by which the cache finds it."""
    digest = hashlib.blake2b(f"table {kind} {names}".encode(errors="replace"), digest_size=16)
    for one in (values, numbers):
        digest.update(np.ascontiguousarray(one).data)
    return digest.hexdigest()


def _read_labels(label: TableColumn, class_names: Sequence[str] | None) -> tuple[Any, Sequence[str] | None]:
    """Return the class of each row, -1 where unknown, and their names; of negative numbers, which count no names, the
    numbers are the names."""
    known, numbers = ~np.isnan(label.values), np.full(len(label.values), -1, np.int64)
    names: Sequence[str] = label.categories
    if names or not (label.values[known] < 0).any():
        numbers[known] = label.values[known].astype(np.int64)
    else:
        different, numbers[known] = np.unique(label.values[known], return_inverse=True)
        names = [f"{one:.0f}" for one in different]
    return numbers, names if len(names) and class_names is None else class_names


def _list_attributes(
    columns: Sequence[TableColumn], label: TableColumn | None, used: Sequence[TableColumn]
) -> dict[str, Attribute]:
    """Return the columns that are used, with their gaps, as what is known of each row."""
    names = {column.name for column in used}
    attributes: dict[str, Attribute] = {}
    for column in columns:
        one = column.to_attribute() if column is not label and column.name in names else ""
        if isinstance(one, Attribute) and len(attributes) < MAX_ATTRIBUTES:
            attributes[f"{column.name} (column)" if column.name.casefold() == RESERVED else column.name] = one
    return attributes


def _list_reasons(reasons: Mapping[str, str]) -> str:
    return _list([f"{name} ({reason})" for name, reason in reasons.items()])


def _list(parts: Sequence[str]) -> str:
    more = f", and {len(parts) - NAMED:,} more" if len(parts) > NAMED else ""
    return ", ".join(parts[:NAMED]) + more
