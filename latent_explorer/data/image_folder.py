"""Image folders: one folder a class or one flat folder, loaded as one uint8 tensor.

The result is cached in the user's cache folder under a digest of the files' names, sizes and times, so that a folder
is read once, and the explorer finds the images of a checkpoint without reading the folder again. It knows neither
splits nor models.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import torch

from latent_explorer import files
from latent_explorer.data.decode_image_files import DecodedPictures, decode, list_suffixes
from latent_explorer.data.loaded_images import LoadedImages, load_cached, save_to_cache
from latent_explorer.errors import InputError, write_count


def load(path: Path, size: int, channels: int) -> LoadedImages:
    """Load every image below `path`, decoded as by `decode_image_files.decode`.

    Unreadable files are skipped and named. Raises `InputError` if there is no such folder, or no readable image in it.
    """
    listed = _list_images(path)
    names = [file.relative_to(path).as_posix() for file in listed]
    classes = find_classes(names, path)
    digest = _compute_digest(listed, path, size, channels)
    cached = load_cached(digest)
    if cached is not None and len(cached.names) == len(cached.images):
        return cached
    try:
        decoded = decode(((k, str(file), file) for k, file in enumerate(listed)), len(listed), size, channels)
    except InputError as error:
        raise InputError(f"data.path: {path}: {error}") from None
    pictures = replace(to_loaded(decoded, names, classes, digest), folder=os.fspath(path.resolve()))
    save_to_cache(pictures)
    return pictures


def find_classes(names: Sequence[str], path: Path) -> list[str]:
    """Return the class of each image: the first folder of its path below `path`, empty in a flat folder. Raises
    `InputError` if there are no images, or some beside folders of images."""
    if not names:
        raise InputError(
            f"data.path: {path} holds no image files ({', '.join(sorted(list_suffixes())[:8])}, ...); data.name array "
            "reads arrays and parquet files"
        )
    classes = [first if slash else "" for first, slash, _ in (name.partition("/") for name in names)]
    if "" in classes and any(classes):
        loose = classes.count("")
        raise InputError(
            f"data.path: {path} holds {write_count(loose, 'image')} beside folders of images; one folder a class, or "
            "one flat folder is allowed"
        )
    return classes


def to_loaded(decoded: DecodedPictures, names: Sequence[str], classes: Sequence[str], digest: str) -> LoadedImages:
    """Return decoded pictures with their classes, given of all pictures."""
    good = decoded.good.tolist()
    class_names = sorted({one for one in classes if one})
    numbers = {name: k for k, name in enumerate(class_names)}
    labels = torch.tensor([numbers.get(one, -1) for one, fine in zip(classes, good, strict=True) if fine])
    return LoadedImages(
        decoded.images, labels, tuple(map(files.to_printable, class_names)), digest,
        tuple(map(files.to_printable, decoded.left_out)), tuple(n for n, fine in zip(names, good, strict=True) if fine),
    )  # fmt: skip


# -- inside -------------------------------------------------------------------------------------------


def _list_images(path: Path) -> list[Path]:
    if not path.is_dir():
        reason = (
            "a file arrived; a folder, or a .zip, .tar or .tar.gz of pictures, is allowed"
            if path.exists()
            else "there is no such folder"
        )
        raise InputError(f"data.path: {path}: {reason}")
    suffixes = list_suffixes()
    return sorted(file for file in _walk_files(path) if file.suffix.lower() in suffixes)


def _walk_files(path: Path) -> Iterator[Path]:
    """Yield all files below `path` except hidden ones, without following links to folders, which may form cycles."""
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in names if not name.startswith("."))


def _compute_digest(image_files: list[Path], path: Path, size: int, channels: int) -> str:
    digest = hashlib.blake2b(f"{size} {channels}".encode(), digest_size=16)
    for file in image_files:
        with suppress(OSError):  # a link to nothing, which is named where it is read
            status = file.stat()
            digest.update(
                f"{file.relative_to(path)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="replace")
            )
    return digest.hexdigest()
