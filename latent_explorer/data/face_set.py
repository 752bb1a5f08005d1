"""The data set `faces`: 20,000 faces to learn from and 2,000 held out, drawn when they are needed.

Some faces are drawn at once; all of them are kept in the user's cache.
"""

import hashlib
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer import files
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.data import faces
from latent_explorer.data.attributes import Attribute, list_face_attributes
from latent_explorer.data.faces.factors import HELD_OUT, HELD_OUT_SEED, TRAINING, TRAINING_SEED
from latent_explorer.data.progress_bar import ProgressBar
from latent_explorer.data.split import Split
from latent_explorer.errors import WorkError

VERSION = 5
"""Counts the ways of drawing, so that pictures of an older one in the cache are not taken."""
STEP = 500  # faces that one thread draws at a time
KEPT_BYTES = 2**26
"""Memory of each split for faces that were drawn when they were asked for: 5,461 of 64 x 64 pixels."""
DIGEST_LENGTH = 16
MAX_PREPARED_FILES = 4
"""Files in the cache with the faces of some dots, the newest ones."""


def make_splits(size: int, limit: int | None = None) -> tuple[Split, Split]:
    """Return the faces of `size` pixels to learn from, at most `limit`, and the held-out ones; hair is the label."""
    train = FaceSplit(size, min(limit or TRAINING, TRAINING), TRAINING_SEED)
    return train, FaceSplit(size, HELD_OUT, HELD_OUT_SEED)


def sample_factors(training: int, held_out: int) -> dict[str, Attribute]:
    """Return the factors of that many faces to learn from and of held-out ones after them."""
    parts = faces.sample(training, TRAINING_SEED), faces.sample(held_out, HELD_OUT_SEED)
    return list_face_attributes({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


class FaceSplit(Split):
    """The first faces of a seed. Some of them are drawn when they are asked for, and kept for the next time; all of
    them when `images` is. Safe for several threads."""

    def __init__(self, size: int, count: int, seed: int) -> None:
        self._size, self._seed = size, seed
        self._factors = faces.sample(count, seed)
        self._labels = torch.from_numpy(self._factors["hair"])
        self._kept: LeastRecentlyUsed[int, Tensor] = LeastRecentlyUsed(KEPT_BYTES, lambda face: face.nbytes)
        self._lock = threading.Lock()

    @property
    def images(self) -> Tensor:
        return self._all_images

    @cached_property
    def _all_images(self) -> Tensor:
        file = _make_cache_path(self._size, len(self), self._seed)
        images = _load_cached(file, (len(self), *self.image_shape))
        if images is None:
            images = draw_all(self._factors, self._size)
            _save_to_cache(images, file)
        with self._lock:
            self._kept.clear()
        return images

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        return 3, self._size, self._size

    def get_image(self, index: int) -> Tensor:
        return self.get_images(torch.tensor([index]))[0]

    def get_images(self, indices: Tensor) -> Tensor:
        if not len(indices):
            return torch.empty((0, *self.image_shape), dtype=torch.uint8)
        if "_all_images" in self.__dict__:
            return self._all_images[indices]
        rows = indices.tolist()
        with self._lock:
            found = {row: face for row in rows if (face := self._kept.get(row)) is not None}
        missing = [row for row in dict.fromkeys(rows) if row not in found]
        if missing:  # together: one by one they take ten times as long
            drawn = self._draw(torch.tensor(missing))
            found |= dict(zip(missing, drawn, strict=True))
            self._keep(missing, drawn)
        return torch.stack([found[row] for row in rows])

    def prepare(self, indices: Tensor) -> None:
        """Draw faces and keep them, here and in the user's cache: the mouse need not wait for those then."""
        if "_all_images" in self.__dict__ or not len(indices):
            return
        rows = indices[: KEPT_BYTES // (3 * self._size**2)]
        file = _make_cache_path(self._size, len(self), self._seed, rows)
        images = _load_cached(file, (len(rows), *self.image_shape))
        if images is None:
            whole = _make_cache_path(self._size, len(self), self._seed)
            images = _load_cached(whole, (len(self), *self.image_shape), rows)
        if images is not None:
            self._keep(rows.tolist(), images)
            return
        images = torch.empty((len(rows), *self.image_shape), dtype=torch.uint8)
        together = max(1, faces.BLOCK_PIXELS // self._size**2)
        for some, there in zip(torch.split(rows, together), torch.split(images, together), strict=True):
            began = time.perf_counter()
            there[:] = self._draw(some)
            self._keep(some.tolist(), there)
            time.sleep(time.perf_counter() - began)  # others are to draw meanwhile
        _save_to_cache(images, file)
        _drop_old_files(file.parent)

    def _draw(self, rows: Tensor) -> Tensor:
        some = {name: values[rows.numpy()] for name, values in self._factors.items()}
        return torch.from_numpy(faces.draw(some, self._size))

    def _keep(self, rows: list[int], images: Tensor) -> None:
        with self._lock:
            for row, image in zip(rows, images, strict=True):
                self._kept.put(row, image.clone())  # no view, which would keep all of them


def draw_all(factors: Mapping[str, NDArray[Any]], size: int) -> Tensor:
    """Draw faces on every core."""
    count = len(factors["hair"])

    def draw(first: int) -> NDArray[np.uint8]:
        return faces.draw({name: values[first : first + STEP] for name, values in factors.items()}, size)

    images = torch.empty((count, 3, size, size), dtype=torch.uint8)
    with (
        ThreadPoolExecutor(max_workers=os.cpu_count()) as pool,
        ProgressBar(total=count, desc="drawing faces", unit="face") as bar,
    ):
        starts = range(0, count, STEP)
        try:
            for first, drawn in zip(starts, pool.map(draw, starts), strict=True):
                images[first : first + STEP] = torch.from_numpy(drawn)
                bar.update(len(drawn))
        except BaseException:  # a window that closes ends this thread: nobody waits for the others
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return images


def _make_cache_path(size: int, count: int, seed: int, rows: Tensor | None = None) -> Path:
    """Return the path of all faces of a seed, or of some of them."""
    folder = platformdirs.user_cache_path("latent_explorer") / "images"
    chosen = "" if rows is None else f"-{hashlib.sha256(rows.numpy().tobytes()).hexdigest()[:DIGEST_LENGTH]}"
    return folder / f"faces-{VERSION}-{size}-{count}-{seed}{chosen}.safetensors"


def _load_cached(file: Path, shape: tuple[int, ...], rows: Tensor | None = None) -> Tensor | None:
    """Return the images of a file in the cache, or some `rows` of them; None if it holds none of that shape."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            images = opened.get_slice("images")
            if tuple(images.get_shape()) != shape or images.get_dtype() != "U8":
                return None
            chosen: Tensor = images[:] if rows is None else torch.cat([images[row : row + 1] for row in rows.tolist()])
            return chosen
    except (SafetensorError, OSError):
        return None


def _drop_old_files(folder: Path) -> None:
    """Delete the files of faces of some dots but the newest: others are not looked at any more."""
    with suppress(OSError):
        files_of_dots = sorted(
            folder.glob(f"faces-*-{'?' * DIGEST_LENGTH}.safetensors"), key=lambda file: file.stat().st_mtime
        )
        for file in files_of_dots[:-MAX_PREPARED_FILES]:
            file.unlink()


def _save_to_cache(images: Tensor, file: Path) -> None:
    from safetensors.torch import save as to_bytes

    with suppress(WorkError):  # a cache that cannot be written only costs time
        files.write(file, to_bytes({"images": images}), private=True)
