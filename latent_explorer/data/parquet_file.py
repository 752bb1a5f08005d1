"""Image data sets of Hugging Face, in .parquet files or the .arrow files of `save_to_disk`: encoded pictures in a
column, classes, further columns.

Needs pyarrow. Files whose names begin with train and test (or validation) are the training and held-out images.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_explorer import config, files
from latent_explorer.data import array_columns, attribute_file, column_file
from latent_explorer.data.attribute_file import AttributeTable
from latent_explorer.data.attributes import Attribute
from latent_explorer.data.dataset import Dataset, split_folder, with_remarks
from latent_explorer.data.decode_image_files import Encoded, decode
from latent_explorer.data.loaded_images import LoadedImages, load_cached, save_to_cache, summarise_skipped
from latent_explorer.data.memory_limit import check_memory, check_numbers, get_limit
from latent_explorer.errors import InputError, quote, report_unreadable, write_count
from latent_explorer.image_file import MAX_MEGABYTES

SUFFIX = column_file.PARQUET
SUFFIXES = (column_file.PARQUET, column_file.ARROW)
IMAGE_COLUMNS, LABEL_COLUMNS = ("image", "images", "img"), ("label", "labels")
INSTALL = 'pip install "latent-explorer[parquet]"'
SPLITS = {"train": "train", "test": "test", "validation": "validation", "valid": "validation", "val": "validation"}
_SPLIT_NAME = re.compile(rf"({'|'.join(SPLITS)})(?![a-z])")

COLUMNS_AT_ONCE = 100
MAX_FURTHER_COLUMNS, MAX_NAMED = 500, 5
"""Columns beside image and label that are read, the first ones, and those left out that are named."""
BYTES_PER_ROW = 64  # of what is kept of each row besides its picture


@dataclass(frozen=True)
class Columns:
    """The columns of all files: their schema is the same."""

    image: str
    is_plain: bool
    """Whether the pictures are bytes, in place of structs of bytes and path."""
    label: str | None
    others: tuple[str, ...]
    left_out: tuple[str, ...]
    class_names: dict[str, tuple[str, ...]]
    """Of the columns that are classes by the Hugging Face metadata."""


def list_files(path: Path) -> list[Path]:
    """Return the parquet files of a folder, else its .arrow files, or the one file, by name."""
    if not path.is_dir():
        return [path]
    for suffix in SUFFIXES:
        paths = path.rglob(f"*{suffix}")
        there = sorted(one for one in paths if not any(part.startswith(".") for part in one.relative_to(path).parts))
        if there:
            return there
    return []


def load(paths: Sequence[Path], settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    """Return the rows of parquet files as a data set; `table` names them by their number, counted through.
    Raises `InputError`, without the place, for what is not allowed, and without pyarrow."""
    require_pyarrow()
    with report_unreadable("the file"):
        train, held_out, remarks = _find_splits(paths)
        every = [*train, *held_out]
        columns, counts = _check_files(every)
        pictures = _load_pictures(every, columns, settings, sum(counts), sum(counts[len(train) :]))
        rows = torch.tensor([int(name) for name in pictures.names]).numpy()
        known = {
            name: _name_categories(values[rows], columns.class_names.get(name))
            for name, values in _read_values(every, columns.others[:MAX_FURTHER_COLUMNS])
        }
    further, about_table = attribute_file.match_optional(table, pictures.names)
    attributes, left_out = array_columns.to_attributes({**known, **further}, len(rows))
    dataset = split_folder(pictures, settings, seed, attributes)
    skipped = (summarise_skipped(pictures.skipped),) if pictures.skipped else ()
    return with_remarks(dataset, (*remarks, *skipped, *_describe_unused(columns), *left_out, *about_table))


def _describe_unused(columns: Columns) -> Iterator[str]:
    """Yield what to say of the columns that are not read: the first ones by name."""
    for name in columns.left_out[:MAX_NAMED]:
        yield f"column {quote(name)} left out: numbers or texts are allowed"
    if len(columns.left_out) > MAX_NAMED:
        yield f"{len(columns.left_out) - MAX_NAMED:,} more columns left out: numbers or texts are allowed"
    if len(columns.others) > MAX_FURTHER_COLUMNS:
        more = len(columns.others) - MAX_FURTHER_COLUMNS
        yield f"{more:,} more columns left out: up to {MAX_FURTHER_COLUMNS:,} beside the pictures are read"


def read_columns(path: Path, most: int) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the columns of numbers and texts of a file as arrays, at most so many, and why others are left out."""
    require_pyarrow()
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema, groups = file.schema_arrow, range(file.metadata.num_row_groups)
        size, limit = sum(file.metadata.row_group(k).total_byte_size for k in groups), get_limit()
        rows = file.metadata.num_rows
    if size > limit:
        raise InputError(f"{size / 2**30:,.1f} GiB arrived; at most {limit / 2**30:,.1f} are allowed on this machine")
    plain = [field.name for field in schema if _is_plain(field.type)]
    if len(plain) > most:
        raise InputError(f"{len(plain):,} columns arrived; up to {most:,} are allowed")
    check_numbers(rows, len(plain))  # as stored, repeated values take next to nothing
    left_out = {field.name: f"{field.type}" for field in schema if field.name not in plain}
    return dict(_read_values([path], plain, schema)), left_out


def require_pyarrow() -> None:
    """Raise `InputError` without pyarrow."""
    if find_spec("pyarrow") is None:
        raise InputError(f"parquet files need pyarrow: {INSTALL}")


def _find_splits(paths: Sequence[Path]) -> tuple[list[Path], list[Path], list[str]]:
    """Return the files to train on, those held out, and what to say; all are to train on if no name tells."""
    parts: dict[str, list[Path]] = {}
    for path in paths:
        match = _SPLIT_NAME.match(path.name.lower()) or _SPLIT_NAME.match(path.parent.name.lower())
        parts.setdefault(SPLITS[match[1]] if match else "", []).append(path)
    held_out = "test" if "test" in parts else "validation"
    if "train" not in parts or held_out not in parts:
        return list(paths), [], []
    others = [one.name for name, group in parts.items() if name not in ("train", held_out) for one in group]
    remarks = (
        [f"{write_count(len(others), 'file')} left out, neither train nor {held_out}: {', '.join(others[:3])}"]
        if others
        else []
    )
    return parts["train"], parts[held_out], remarks


def _check_files(paths: Sequence[Path]) -> tuple[Columns, list[int]]:
    """Return the columns of all files and the number of rows of each; raise `InputError` if they differ in columns, or
    a part takes too much memory once it is read."""
    first, counts = None, []
    for path in paths:
        with column_file.open_columns(path) as file:
            schema, rows, largest = file.schema, file.rows, file.largest_part
        first = schema if first is None else first
        if not schema.equals(first):
            raise InputError(f"{path.name} has other columns than {paths[0].name}; one schema is allowed")
        if largest > get_limit():
            raise InputError(
                f"{path.name}: a row group of {largest / 2**30:,.1f} GiB arrived; at most {get_limit() / 2**30:,.1f} "
                "are allowed on this machine"
            )
        counts.append(rows)
        check_memory(sum(counts), (BYTES_PER_ROW,))  # before any column is read
    return _find_columns(first), counts


def _find_columns(schema: Any) -> Columns:
    import pyarrow as pa

    features = _read_features(schema.metadata or {})
    marked = [name for name, feature in features.items() if feature.get("_type") == "Image"]
    encoded = [field.name for field in schema if _is_encoded(field.type)]
    image = next((name for name in (*IMAGE_COLUMNS, *marked) if name in encoded), None)
    if image is None and len(encoded) == 1:
        image = encoded[0]
    if image is None:
        there = ", ".join(f"{field.name} {field.type}" for field in list(schema)[:5])
        raise InputError(f"the columns {quote(there)} arrived; a column image of structs (bytes, path) is needed")
    class_names = {
        name: tuple(map(str, feature["names"]))
        for name, feature in features.items()
        if feature.get("_type") == "ClassLabel" and feature.get("names")
    }
    rest = [field for field in schema if field.name != image]
    label = next((name for name in (*LABEL_COLUMNS, *class_names) if any(field.name == name for field in rest)), None)
    others: list[str] = []
    left_out: list[str] = []
    for field in rest:
        plain = _is_plain(field.type)
        if field.name == label and not plain:
            raise InputError(f"column {label}: {field.type} arrived; whole numbers or texts are allowed")
        if field.name != label:
            (others if plain else left_out).append(field.name)
    return Columns(
        image, not pa.types.is_struct(schema.field(image).type), label, tuple(others), tuple(left_out), class_names
    )


def _is_plain(kind: Any) -> bool:
    """Return whether a column is of numbers, truth values or texts."""
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(is_text or pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def _is_encoded(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return any(part.name == "bytes" and _is_encoded(part.type) for part in kind)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _read_features(metadata: dict[bytes, bytes]) -> dict[str, dict[str, Any]]:
    """Return what the Hugging Face metadata says of each column; nothing if it is not there, or odd."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        return {str(name): one for name, one in features.items() if isinstance(one, dict)}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _load_pictures(
    paths: Sequence[Path], columns: Columns, settings: config.Data, rows: int, held_out: int
) -> LoadedImages:
    """Return the pictures, from the cache if they are there; `names` are the rows that could be read."""
    size, channels = settings.size, settings.channels
    digest = hashlib.blake2b(f"parquet {size} {channels} {columns.image} {columns.label}".encode(), digest_size=16)
    for path in paths:
        status = path.stat()
        digest.update(f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="replace"))
    digest.update(str(held_out).encode())
    cached = load_cached(digest.hexdigest())
    if cached is not None and len(cached.names) == len(cached.images):
        return cached
    if rows == 0:
        raise InputError("no rows arrived; one a picture is needed")
    labels = None
    if columns.label is not None:
        ((_, labels),) = _read_values(paths, [columns.label])
    names = columns.class_names.get(columns.label or "")
    numbers, class_names = array_columns.to_classes(labels, names, rows)
    decoded = decode(_read_encoded(paths, columns), rows, size, channels)
    good = np.flatnonzero(decoded.good.numpy())
    pictures = LoadedImages(
        decoded.images, torch.from_numpy(numbers[good]), class_names, digest.hexdigest(),
        skipped=tuple(map(files.to_printable, decoded.left_out)), names=tuple(map(str, good.tolist())),
        held_out=int((good >= rows - held_out).sum()),
    )  # fmt: skip
    save_to_cache(pictures)
    return pictures


def _read_encoded(paths: Sequence[Path], columns: Columns) -> Iterator[tuple[int, str, Encoded]]:
    position = 0
    for path in paths:
        with column_file.open_columns(path) as file:
            first = position
            for column in file.iterate(columns.image):
                for one in column if columns.is_plain else column.field("bytes"):
                    yield position, f"{path.name}, row {position - first}", _to_encoded(one)
                    position += 1


def _to_encoded(value: Any) -> Encoded:
    if not value.is_valid:
        return "no bytes in this row"  # a path alone would name a file elsewhere, which is not read
    data: bytes = value.as_py()
    return data if len(data) <= MAX_MEGABYTES << 20 else f"{len(data) >> 20:,} MiB; at most {MAX_MEGABYTES} are allowed"


def _read_values(paths: Sequence[Path], names: Sequence[str], schema: Any = None) -> Iterator[tuple[str, Any]]:
    """Yield columns of all files as arrays, with NaN, or nothing in texts, where they are unknown; raise `InputError`
    for texts that take more memory than this machine allows. Each file is opened once, however many its columns."""
    import pyarrow as pa

    if schema is None:
        with column_file.open_columns(paths[0]) as file:
            schema = file.schema
    kinds = {field.name: field.type for field in schema}
    kinds = {name: kinds[name].value_type if pa.types.is_dictionary(kinds[name]) else kinds[name] for name in names}
    texts = [name for name, kind in kinds.items() if pa.types.is_string(kind) or pa.types.is_large_string(kind)]
    with ExitStack() as opened:  # of texts each different one is read once
        readers = [opened.enter_context(column_file.open_columns(path, texts)) for path in paths]
        for first in range(0, len(names), COLUMNS_AT_ONCE):
            some = list(names[first : first + COLUMNS_AT_ONCE])
            table = pa.concat_tables([one.read(some) for one in readers])
            for name in some:
                column = table.column(name)
                yield name, _to_texts(name, column) if name in texts else _to_numbers(column, kinds[name])


def _to_numbers(column: Any, kind: Any) -> Any:
    """Return a column of numbers, or of truth values, which are numbers if some are unknown."""
    import pyarrow as pa

    column = column.cast(kind)
    if pa.types.is_boolean(kind) and column.null_count:
        column = column.cast(pa.uint8())
    return array_columns.to_column(column.to_numpy())


def _to_texts(name: str, column: Any) -> Any:
    """Return a column of texts; raise `InputError` if it does not fit into memory: it is as wide as its longest."""
    import pyarrow as pa

    whole = column.unify_dictionaries().combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    different = [*whole.dictionary.to_pylist(), ""]  # the last one where nothing is known
    longest = max(map(len, different))
    size, limit = 4 * len(column) * longest, get_limit()
    if size > limit:
        raise InputError(
            f"column {quote(name)}: {len(column):,} texts of up to {longest:,} characters take "
            f"{size / 2**30:,.1f} GiB; at most {limit / 2**30:,.1f} are allowed on this machine"
        )
    return np.array(different)[whole.indices.fill_null(len(different) - 1).to_numpy()]


def _name_categories(values: Any, names: tuple[str, ...] | None) -> Any:
    """Return numbers of classes as an attribute of their names; other values as they are."""
    if names is None or values.dtype.kind not in "iuf":
        return values
    numbers, categories = array_columns.to_classes(values, names, len(values))
    return Attribute(numbers.astype(np.float32), categories)
