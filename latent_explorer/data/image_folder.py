"""Image folders: files of any size and mode and many formats (`image_file`), loaded as one uint8 tensor.

The result is cached in the user's cache folder under a digest of the files' names, sizes and times, so that a folder
is read once, and the explorer finds the images of a checkpoint without reading the folder again. It knows neither
splits nor models.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor
from tqdm import tqdm

from latent_explorer import files, image_file
from latent_explorer.errors import InputError, WorkError

HEADER_KEY = "latent_explorer_images"
LARGE = 4_000_000  # pixels of an image above which one is decoded at a time
MAX_NAMED_FILES = 3  # unreadable files named in the message; the others are counted

_large = threading.Lock()


@dataclass(frozen=True)
class FolderImages:
    images: Tensor
    """(N, C, S, S) uint8."""
    labels: Tensor
    """(N,) int64; -1 in a folder without classes."""
    class_names: tuple[str, ...]
    digest: str
    skipped: tuple[str, ...]
    """The skipped files and the reason for each, one line per file."""
    names: tuple[str, ...] = ()
    """Path of each image below the folder, with slashes; empty from a cache of an older version."""


def load(path: Path, size: int, channels: int) -> FolderImages:
    """Load every image below `path`: one folder per class, or one flat folder without classes.

    Each image is rotated by its EXIF orientation, cropped to the central square and resized to `size` pixels and 1
    (grey) or 3 channels; transparent pixels become white. Unreadable files are skipped and named. Raises `InputError`
    if there is no such folder, or no readable image in it.
    """
    listed = _list_images(path)
    if not listed:
        raise InputError(f"data.path: {path} holds no image files ({', '.join(sorted(_list_suffixes())[:8])}, ...)")
    digest = _compute_digest(listed, path, size, channels)
    cached = load_cached(digest)
    if cached is not None and len(cached.names) == len(cached.images):
        return cached
    classes = sorted({label for _, label in listed if label})
    images = torch.empty((len(listed), channels, size, size), dtype=torch.uint8)
    numbers = {name: k for k, name in enumerate(classes)}
    labels = torch.tensor([numbers.get(label, -1) for _, label in listed])
    good = torch.ones(len(listed), dtype=torch.bool)
    left_out: list[str] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        read = pool.map(lambda file: _read_image(file, size, channels), (file for file, _ in listed))
        quiet = os.environ.get("TQDM_DISABLE") == "1"
        for i, one in enumerate(tqdm(read, total=len(listed), desc="images", unit="file", disable=quiet)):
            if isinstance(one, str):
                good[i] = False
                left_out.append(f"{listed[i][0]}: {one}")
            else:
                images[i] = torch.from_numpy(one)
    if not good.any():
        raise InputError(f"data.path: none of the {len(listed):,} files in {path} can be read: {left_out[0]}")
    if not good.all():
        images, labels = images[good], labels[good]
    class_names = tuple(map(files.to_printable, classes))
    names = tuple(file.relative_to(path).as_posix() for (file, _), fine in zip(listed, good, strict=True) if fine)
    pictures = FolderImages(images, labels, class_names, digest, tuple(map(files.to_printable, left_out)), names)
    _save_to_cache(pictures)
    return pictures


def load_cached(digest: str) -> FolderImages | None:
    """Return the cached images of `digest`, or None if they are not in this machine's cache."""
    from safetensors import SafetensorError, safe_open

    if not digest.isalnum():  # it may come from an untrusted checkpoint, and becomes a file name
        return None
    try:
        with safe_open(_make_cache_path(digest), framework="pt") as file:
            header = json.loads((file.metadata() or {})[HEADER_KEY])
            images, labels = file.get_tensor("images"), file.get_tensor("labels")
        class_names, left_out, names = map(tuple, (header["class_names"], header["left_out"], header.get("names", ())))
        return FolderImages(images, labels, class_names, digest, left_out, names)
    except (SafetensorError, OSError, KeyError, TypeError, ValueError):
        return None


def summarise_skipped(skipped: tuple[str, ...]) -> str:
    """Return a one-line message about the skipped files."""
    named = "; ".join(skipped[:MAX_NAMED_FILES])
    more = f"; and {len(skipped) - MAX_NAMED_FILES:,} more" if len(skipped) > MAX_NAMED_FILES else ""
    return f"{len(skipped):,} files left out: {named}{more}"


# -- inside -------------------------------------------------------------------------------------------


def _list_suffixes() -> set[str]:
    return {suffix for suffix, kind in Image.registered_extensions().items() if kind in Image.OPEN}


def _list_images(path: Path) -> list[tuple[Path, str]]:
    """Return sorted pairs (file, class); the class is the first folder below `path`, empty in a flat folder."""
    if not path.is_dir():
        reason = "a file arrived; a folder is allowed" if path.exists() else "there is no such folder"
        raise InputError(f"data.path: {path}: {reason}")
    suffixes = _list_suffixes()
    listed = []
    for file in _walk_files(path):
        parts = file.relative_to(path).parts
        if file.suffix.lower() in suffixes:
            listed.append((file, parts[0] if len(parts) > 1 else ""))
    classes = {label for _, label in listed}
    if len(classes) > 1 and "" in classes:
        loose = sum(not label for _, label in listed)
        raise InputError(
            f"data.path: {path} holds {loose:,} images beside folders of images; one folder a class, or one flat "
            "folder is allowed"
        )
    return sorted(listed)


def _walk_files(path: Path) -> Iterator[Path]:
    """Yield all files below `path` except hidden ones, without following links to folders, which may form cycles."""
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder) / name for name in names if not name.startswith("."))


def _compute_digest(image_files: list[tuple[Path, str]], path: Path, size: int, channels: int) -> str:
    digest = hashlib.blake2b(f"{size} {channels}".encode(), digest_size=16)
    for file, _ in image_files:
        with suppress(OSError):  # a link to nothing, which is named where it is read
            status = file.stat()
            digest.update(
                f"{file.relative_to(path)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="replace")
            )
    return digest.hexdigest()


def _read_image(path: Path, size: int, channels: int) -> NDArray[np.uint8] | str:
    """Return the image as (C, S, S) bytes, or the reason why it cannot be read."""
    try:
        if not path.is_file():
            return "no plain file"
        with (
            path.open("rb") as file,
            image_file.open_image(file, size) as image,
            _large if image.width * image.height > LARGE else nullcontext(),
        ):
            ImageOps.exif_transpose(image, in_place=True)
            fitted = ImageOps.fit(_to_grey_or_rgb(image, channels), (size, size), Image.Resampling.LANCZOS)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except InputError as error:
        return str(error)
    values = np.array(fitted)
    return values[None] if channels == 1 else np.ascontiguousarray(np.moveaxis(values, -1, 0))


def _to_grey_or_rgb(image: Image.Image, channels: int) -> Image.Image:
    """Convert an image to 8-bit grey or RGB, with transparent pixels on white."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, np.float32)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0  # 16-bit grey, or 8-bit values in a wider type
        image = Image.fromarray(np.nan_to_num(np.clip(values * (255 / top), 0, 255)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    mode = "L" if channels == 1 else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _make_cache_path(digest: str) -> Path:
    return platformdirs.user_cache_path("latent_explorer") / "images" / f"{digest}.safetensors"


def _save_to_cache(pictures: FolderImages) -> None:
    from safetensors.torch import save as to_bytes

    header = json.dumps({"class_names": pictures.class_names, "left_out": pictures.skipped, "names": pictures.names})
    data = to_bytes({"images": pictures.images.contiguous(), "labels": pictures.labels}, {HEADER_KEY: header})
    with suppress(WorkError):  # a cache that cannot be written only costs time
        files.write(_make_cache_path(pictures.digest), data, private=True)
