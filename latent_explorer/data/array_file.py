"""Files of arrays: .npy, .npz and .safetensors. Headers are checked before anything is allocated, nothing is unpickled.

It reads entries; what they become is decided by `array_images` and `array_columns`.
"""

import json
import math
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import config
from latent_explorer.data import array_columns, array_images, attribute_file
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.array_images import ArraySource
from latent_explorer.data.attribute_file import AttributeTable
from latent_explorer.data.dataset import Dataset, with_remarks
from latent_explorer.data.memory_limit import get_limit
from latent_explorer.errors import InputError, quote, report_unreadable

SUFFIXES = (".npy", ".npz", ".safetensors")
CHECKPOINT_KEY = "latent_explorer"  # of the metadata of a trained model's file
IMAGES, LABELS, CLASS_NAMES = "images", ("labels", "label", "y"), "class_names"
SPLITS = (("x_train", "y_train", "x_test", "y_test"), ("train_images", "train_labels", "test_images", "test_labels"))
"""Names of the images and labels to train on, and of those held out, in files that come split."""
MAX_COLUMN_BYTES = 256 << 20
MAX_ENTRIES = 10_000
TENSOR_TYPES = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32",
    "U64": "uint64", "I64": "int64", "F16": "float16", "BF16": "float32", "F32": "float32", "F64": "float64",
}  # fmt: skip
"""The numpy type that each type of a safetensors file is read as."""


@dataclass(frozen=True)
class ArrayEntries:
    """The arrays of a file, by name, and texts beside them."""

    arrays: Mapping[str, ArraySource]
    class_names: tuple[str, ...] | None = None


def load(path: Path, settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    """Return the arrays of a file as a data set; `table` names its rows by their number. Raises `InputError`, without
    the file's name, for a file that cannot be read."""
    with report_unreadable("the file"), ExitStack() as opened:
        return _make_dataset(READERS[path.suffix.lower()](path, opened), settings, seed, table)


def _make_dataset(entries: ArrayEntries, settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    arrays, held_out = _join_splits(entries.arrays)
    name = _choose_images(arrays)
    images = arrays[name]
    count = images.shape[0] if images.shape else 0
    labels, class_names = None, entries.class_names
    attributes: dict[str, Any] = {}
    unused = []
    for other, one in arrays.items():
        if other == name:
            continue
        if other == CLASS_NAMES and len(one.shape) == 1:
            class_names = tuple(map(str, array_columns.to_column(_read_column(one)).tolist()))
        elif other in LABELS and labels is None:
            labels = _read_column(one)
        elif one.shape == (count,) and one.dtype.kind in "buifUS":
            attributes[other] = _read_column(one)
        else:
            unused.append(f"{other} {one.shape}" + (" of objects" if one.dtype.hasobject else ""))
    known, further = attribute_file.match_optional(table, [str(row) for row in range(count if table else 0)])
    annotations = Annotations(labels, class_names, {**attributes, **known})
    dataset = array_images.convert(images, annotations, settings, seed, held_out=held_out)
    chosen = (f"images read from {quote(name)}",) if name not in ("", IMAGES) else ()
    left_out = (f"left out: {', '.join(unused[:6])}{', ...' if len(unused) > 6 else ''}",) if unused else ()
    return with_remarks(dataset, (*chosen, *left_out, *further))


def _join_splits(arrays: Mapping[str, ArraySource]) -> tuple[Mapping[str, ArraySource], int]:
    """Return the arrays with images and labels that come split as one each, and how many of the last are held out."""
    for train, train_labels, test, test_labels in SPLITS:
        if train in arrays and test in arrays and IMAGES not in arrays:
            joined = {IMAGES: array_images.join(arrays[train], arrays[test])}
            used = {train, test}
            if train_labels in arrays and test_labels in arrays:
                joined[LABELS[0]] = array_images.join(arrays[train_labels], arrays[test_labels])
                used |= {train_labels, test_labels}
            rest = {name: one for name, one in arrays.items() if name not in used}
            return joined | rest, arrays[test].shape[0]
    return arrays, 0


def _choose_images(arrays: Mapping[str, ArraySource]) -> str:
    if IMAGES in arrays:
        return IMAGES
    name = next((name for name, one in arrays.items() if len(one.shape) in (3, 4)), None)
    if name is None and len(arrays) == 1:
        name = next(iter(arrays))  # whose shape is refused
    if name is None:
        there = ", ".join(f"{name} {one.shape}" for name, one in list(arrays.items())[:4])
        raise InputError(
            f"no array of images arrived, but {there or 'nothing'}; an entry {IMAGES} of 3 or 4 dimensions is needed; "
            "rows of numbers are data.name table, of an import --samples rows"
        )
    return name


def _read_column(source: ArraySource) -> NDArray[Any]:
    """Return a small array whole; raise `InputError` for one that is large, or holds Python objects."""
    if source.dtype.kind not in "buifUS":
        kind = "Python objects" if source.dtype.hasobject else str(source.dtype)
        raise InputError(f"an array of {kind} arrived beside the images; numbers or texts are allowed")
    size = math.prod(source.shape) * source.dtype.itemsize
    if size > MAX_COLUMN_BYTES:
        raise InputError(
            f"{size >> 20:,} MiB of labels or attributes arrived; up to {MAX_COLUMN_BYTES >> 20} are allowed"
        )
    blocks = list(source.read(source.rows_per_block)) if source.shape else []
    return np.concatenate(blocks) if blocks else np.empty(source.shape, source.dtype)


def read_whole(source: ArraySource) -> NDArray[Any]:
    """Return an array of numbers or texts; raise `InputError` for one that does not fit into memory, or of objects."""
    size = math.prod(source.shape) * max(8, source.dtype.itemsize)
    if source.dtype.kind not in "buifUS" or size > get_limit():
        raise InputError(f"shape {source.shape} of {source.dtype} arrived; numbers that fit into memory are allowed")
    blocks = list(source.read(source.rows_per_block))
    return np.concatenate(blocks) if blocks else np.empty(source.shape, source.dtype)


# -- .npy and .npz --------------------------------------------------------------------------------------


def _read_npy(path: Path, _: ExitStack) -> ArrayEntries:
    with path.open("rb") as file:
        shape, is_fortran, dtype = _read_header(file)
        start = file.tell()
        size = file.seek(0, 2)
    array: NDArray[Any] = np.empty(shape, dtype) if 0 in shape else np.empty(0, dtype)
    if 0 not in shape and dtype.kind in "buif":
        _check_size(size - start, shape, dtype)
        array = np.memmap(path, dtype, "r", start, shape, "F" if is_fortran else "C")
    return ArrayEntries({"": ArraySource(shape, dtype, lambda rows: _slice(array, rows))})


def _read_npz(path: Path, opened: ExitStack) -> ArrayEntries:
    archive = opened.enter_context(zipfile.ZipFile(path))
    members = [one for one in archive.infolist() if one.filename.endswith(".npy")]
    if not 1 <= len(members) <= MAX_ENTRIES:
        raise InputError(f"{len(members):,} arrays arrived; 1 to {MAX_ENTRIES:,} are allowed")
    return ArrayEntries({one.filename.removesuffix(".npy"): _open_member(archive, one) for one in members})


def _open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> ArraySource:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or member.flag_bits & 1:
        raise InputError(f"{member.filename}: encrypted or oddly compressed; an .npz file of numpy is allowed")
    with archive.open(member) as file:
        shape, is_fortran, dtype = _read_header(file)
        start = file.tell()
    if not dtype.hasobject:
        _check_size(member.file_size - start, shape, dtype)

    def read(rows: int) -> Iterator[NDArray[Any]]:
        row = math.prod(shape[1:])
        with archive.open(member) as file:
            file.read(start)
            if is_fortran and len(shape) > 1:  # rows lie apart in the file
                if row * shape[0] * dtype.itemsize > get_limit():
                    raise InputError(f"{member.filename}: its Fortran order takes too much memory; C order is allowed")
                yield from _slice(_read_exactly(file, row * shape[0], dtype).reshape(shape, order="F"), rows)
                return
            for first in range(0, shape[0], rows):
                count = min(rows, shape[0] - first)
                yield _read_exactly(file, count * row, dtype).reshape(count, *shape[1:])

    return ArraySource(shape, dtype, read)


def _read_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, Fortran order and type; the header is short, and parsed as a literal."""
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise InputError(f"version {version[0]}.{version[1]} of the .npy format arrived; 1.0 and 2.0 are allowed")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about headers that Python 2 wrote
        shape, is_fortran, dtype = read(file)
    if any(side < 0 for side in shape):
        raise InputError(f"shape {shape} arrived; sides of 1 or more are allowed")
    return tuple(map(int, shape)), bool(is_fortran), dtype


def _check_size(there: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    needed = math.prod(shape) * dtype.itemsize
    if there < needed:
        raise InputError(f"the file is cut short: shape {shape} of {dtype} takes {needed:,} bytes, {there:,} are there")


def _read_exactly(file: IO[bytes], values: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    data = file.read(values * dtype.itemsize)
    return np.frombuffer(data, dtype, values) if values else np.empty(0, dtype)


def _slice(array: NDArray[Any], rows: int) -> Iterator[NDArray[Any]]:
    for first in range(0, len(array), rows):
        yield array[first : first + rows]


# -- .safetensors ---------------------------------------------------------------------------------------


def _read_safetensors(path: Path, opened: ExitStack) -> ArrayEntries:
    from safetensors import safe_open

    file: Any = opened.enter_context(safe_open(path, framework="pt"))
    metadata = file.metadata() or {}
    if CHECKPOINT_KEY in metadata:
        raise InputError(
            f"this is a trained model, which python demo.py {quote(path.name)} opens; a file of images is needed"
        )
    names = None
    if CLASS_NAMES in metadata:
        names = tuple(map(str, json.loads(metadata[CLASS_NAMES])))
    return ArrayEntries({name: _open_tensor(file, name) for name in file.keys()}, names)  # noqa: SIM118


def _open_tensor(file: Any, name: str) -> ArraySource:
    part = file.get_slice(name)
    kind = TENSOR_TYPES.get(part.get_dtype())
    dtype = np.dtype(kind or "V1")  # a type that is refused as images, and left out beside them

    def read(rows: int) -> Iterator[NDArray[Any]]:
        for first in range(0, part.get_shape()[0], rows):
            block = part[first : first + rows]
            yield (block.float() if part.get_dtype() == "BF16" else block).numpy()

    return ArraySource(tuple(part.get_shape()), dtype, read)


READERS: Mapping[str, Callable[[Path, ExitStack], ArrayEntries]] = {
    ".npy": _read_npy, ".npz": _read_npz, ".safetensors": _read_safetensors,
}  # fmt: skip
