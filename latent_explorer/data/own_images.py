"""Images of one's own as a data set: a folder or an archive of pictures, arrays, or parquet files."""

import os
from dataclasses import replace
from pathlib import Path

from latent_explorer import config, files
from latent_explorer.data import (
    archive,
    array_file,
    attribute_file,
    image_folder,
    parquet_file,
    signal_file,
    table_file,
)
from latent_explorer.data.attribute_file import AttributeTable
from latent_explorer.data.dataset import Dataset, split_folder
from latent_explorer.data.loaded_images import LoadedImages, summarise_skipped
from latent_explorer.errors import InputError

ALLOWED = ".npy, .npz, .safetensors, .parquet, .arrow, .zip, .tar or .tar.gz"
NEEDED = {"folder": "the folder of the images", "table": "the file of the rows", "signal": "the file of the signals"}


def load(settings: config.Data, place: str | None, seed: int) -> Dataset:
    """Load what `place` names, by its ending, and hold out a share of it; raise `InputError` if it cannot be used."""
    if place is None:
        what = NEEDED.get(settings.name, "the file of the images")
        raise InputError(f"data.path: nothing arrived; {what} is needed, here or as --data-dir")
    path = files.expand(place)
    table = attribute_file.read(files.expand(settings.attributes)) if settings.attributes is not None else None
    load_it = LOADERS.get(settings.name, _load_any)
    try:
        return load_it(path, settings, seed, table)
    except InputError as error:
        if os.fspath(path) in str(error) or str(error).startswith("data.attributes"):
            raise
        raise InputError(f"data.path: {path}: {error}") from None
    except OSError as error:
        raise InputError(f"data.path: {path}: cannot be read: {error.strerror or error}") from None


def _load_pictures(path: Path, settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    """Load a folder or an archive of pictures, as pictures of the size and channels that the config asks for."""
    if path.is_file() and path.suffix.lower() in (*array_file.SUFFIXES, *parquet_file.SUFFIXES):
        raise InputError("an array or a table of images arrived, which data.name array reads")
    channels, size, _ = settings.image_shape
    is_archive = path.is_file() and archive.is_archive(path)
    loaded = archive.load(path, size, channels) if is_archive else image_folder.load(path, size, channels)
    return _split(loaded, settings, seed, table)


def _load_any(path: Path, settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    if path.is_dir():
        parquet_files = parquet_file.list_files(path)
        if not parquet_files:
            raise InputError(
                "a folder without .parquet or .arrow files arrived; one of pictures is read by data.name folder"
            )
        return _check_shape(parquet_file.load(parquet_files, settings, seed, table), settings)
    if not path.is_file():
        raise InputError("there is no such file" if not path.exists() else "this is no plain file")
    if archive.is_archive(path):
        loaded = archive.load(path, settings.size, settings.channels)
        return _check_shape(_split(loaded, settings, seed, table), settings)
    suffix = path.suffix.lower()
    if suffix in parquet_file.SUFFIXES:
        return _check_shape(parquet_file.load([path], settings, seed, table), settings)
    if suffix not in array_file.SUFFIXES:
        raise InputError(f"a file of another kind arrived; {ALLOWED} is allowed")
    return array_file.load(path, settings, seed, table)


def _load_table(path: Path, settings: config.Data, seed: int, _: AttributeTable | None) -> Dataset:
    return table_file.load(path, settings, seed)


def _load_signals(path: Path, settings: config.Data, seed: int, _: AttributeTable | None) -> Dataset:
    return _check_shape(signal_file.load(path, settings, seed), settings)


def _split(loaded: LoadedImages, settings: config.Data, seed: int, table: AttributeTable | None) -> Dataset:
    """Return pictures that have names as a data set, with the attributes of the table beside them."""
    remarks = (summarise_skipped(loaded.skipped),) if loaded.skipped else ()
    known, further = attribute_file.match_optional(table, loaded.names)
    return replace(split_folder(loaded, settings, seed, known), remarks=remarks + further)


def _check_shape(dataset: Dataset, settings: config.Data) -> Dataset:
    if settings.shape is not None and dataset.image_shape != settings.image_shape:
        raise InputError(
            f"images of shape {list(dataset.image_shape)} arrived; data.shape {list(settings.image_shape)} is the one "
            "allowed"
        )
    return dataset


LOADERS = {"folder": _load_pictures, "table": _load_table, "signal": _load_signals}
