"""The named data sets: images as uint8 tensors in memory, labels, and the split into training and held-out.

Nothing here knows of models. A data set that is not on the machine is downloaded by torchvision, or an
`InputError` says which files are expected where.
"""

import math
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch
from torch import Tensor

from latent_explorer import config, folders
from latent_explorer.errors import InputError, MissingError

MNIST_FILES = (
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
)  # fmt: skip
FEWEST = 16  # images that a training needs
CLASS_NAMES = {
    "digits": tuple("0123456789"),
    "mnist": tuple("0123456789"),
}


@dataclass(frozen=True)
class Split:
    images: Tensor
    """(N, C, H, W) uint8."""
    labels: Tensor
    """(N,) int64."""

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Dataset:
    """Training and held-out images of one shape. `image(i)` counts through both: training images first."""

    name: str
    train: Split
    test: Split
    class_names: tuple[str, ...]
    source: str = ""
    """The digest of a folder's images; empty for a named data set."""
    remarks: tuple[str, ...] = ()
    """What the user should know of how it was read."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        channels, height, width = self.train.images.shape[1:]
        return channels, height, width

    def image(self, index: int) -> Tensor:
        """(C, H, W) uint8."""
        first = len(self.train)
        return self.train.images[index] if index < first else self.test.images[index - first]


def folder(data_dir: str | os.PathLike[str] | None = None) -> Path:
    """Where data sets lie: `data_dir`, else $LATENT_EXPLORER_DATA, else the user's cache folder."""
    chosen = data_dir or os.environ.get("LATENT_EXPLORER_DATA")
    if chosen:
        return Path(os.path.expanduser(chosen))  # pathlib's own raises for a user who is not there
    return Path(platformdirs.user_cache_dir("latent_explorer")) / "data"


def load(
    wanted: config.Data,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    seed: int = 0,
    download: bool = True,
) -> Dataset:
    """The data set of a config.

    `data_dir` stands before `wanted.path`; `seed` draws the held-out share where the set has no split of its
    own. Raises `MissingError` where the files are missing and cannot be (or, without `download`, are not to be)
    downloaded, `InputError` where they are damaged.
    """
    if wanted.name == "folder":
        return _folder(wanted, data_dir, seed)
    if wanted.name == "digits":
        train, test = _digits(wanted.held_out, seed)
    else:
        train, test = _mnist(folder(data_dir or wanted.path), download)
    if wanted.limit is not None:
        train = Split(train.images[: wanted.limit], train.labels[: wanted.limit])
    train, test = (Split(_shaped(part.images, wanted), part.labels) for part in (train, test))
    return Dataset(wanted.name, train, test, CLASS_NAMES[wanted.name])


def to_floats(images: Tensor) -> Tensor:
    """uint8 0..255 to float32 in [0, 1]."""
    return images.to(torch.float32).div_(255)


# -- the sets -----------------------------------------------------------------------------------------


def _digits(held_out: float, seed: int) -> tuple[Split, Split]:
    """scikit-learn's 1,797 digits of 8x8 pixels (UCI, Alpaydin and Kaynak 1998), grey values 0..16."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    images = torch.from_numpy(np.round(pixels * (255 / 16)).astype(np.uint8)).reshape(-1, 1, 8, 8)
    targets = torch.from_numpy(labels.astype(np.int64))
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    count = min(max(1, round(held_out * len(images))), len(images) - 1)
    test, train = order[:count], order[count:]
    return Split(images[train], targets[train]), Split(images[test], targets[test])


def _folder(wanted: config.Data, data_dir: str | os.PathLike[str] | None, seed: int) -> Dataset:
    """One's own images, a share of them held out."""
    place = data_dir or wanted.path
    if place is None:
        raise InputError("data.path: nothing arrived; the folder of the images is needed, here or as --data-dir")
    channels, size, _ = wanted.image_shape
    pictures = folders.load(Path(os.path.expanduser(place)), size, channels)
    remarks = (folders.summary(pictures.left_out),) if pictures.left_out else ()
    return replace(split(pictures, wanted, seed), remarks=remarks)


def split(pictures: folders.Pictures, wanted: config.Data, seed: int) -> Dataset:
    """A folder's images as a data set; at least `FEWEST` of them."""
    if len(pictures.images) < FEWEST:
        raise InputError(f"data.path: {len(pictures.images)} images arrived; at least {FEWEST} are needed")
    order = torch.randperm(len(pictures.images), generator=torch.Generator().manual_seed(seed))
    count = min(max(1, round(wanted.held_out * len(order))), len(order) - 1)
    test, train = order[:count], order[count:][: wanted.limit]
    first, second = (Split(pictures.images[part], pictures.labels[part]) for part in (train, test))
    return Dataset(wanted.name, first, second, pictures.class_names, pictures.digest)


def _mnist(root: Path, download: bool) -> tuple[Split, Split]:
    """MNIST (LeCun, Cortes and Burges 1998): 60,000 and 10,000 images of 28x28 pixels.

    torchvision fetches and checks the files; they are read here, since importing it takes longer than that.
    """
    raw = root / "MNIST" / "raw"
    if not all(os.path.isfile(raw / name) for name in MNIST_FILES):
        if not download:
            raise MissingError(_missing(root, "it is not on this machine"))
        _download_mnist(root)
    images_train, labels_train, images_test, labels_test = (_idx(raw / name) for name in MNIST_FILES)
    splits = []
    for images, labels, name in (
        (images_train, labels_train, "training"),
        (images_test, labels_test, "held-out"),
    ):
        fits = images.ndim == 3 and images.shape[1:] == (28, 28) and labels.shape == images.shape[:1]
        if not fits or labels.max() > 9:
            raise InputError(
                f"{raw}: {name} images of shape {tuple(images.shape)} and labels of {tuple(labels.shape)} "
                "arrived; (N, 28, 28) and (N,) with labels 0 to 9 are allowed"
            )
        splits.append(Split(images.unsqueeze(1), labels.to(torch.int64)))
    return splits[0], splits[1]


def _download_mnist(root: Path) -> None:
    from torchvision.datasets import MNIST

    try:
        with _impatient():
            MNIST(str(root), download=True)
    except (OSError, HTTPException, EOFError, RuntimeError, ValueError, AssertionError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise MissingError(_missing(root, reason)) from None


def _idx(path: Path) -> Tensor:
    """An idx file of bytes: two zeros, type 8, the number of dimensions, each of them as a big-endian int32."""
    try:
        content = np.fromfile(path, np.uint8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    dimensions = int(content[3]) if len(content) >= 4 and tuple(content[:3]) == (0, 0, 8) else 0
    start = 4 + 4 * dimensions
    whole = 0 < dimensions <= 4 and len(content) >= start
    shape = [int(n) for n in content[4:start].view(">i4")] if whole else [0]
    if min(shape) < 1 or len(content) - start != math.prod(shape):
        raise InputError(f"{path}: {len(content):,} bytes that are no whole idx file; delete it to download it again")
    return torch.from_numpy(content[start:]).reshape(shape)


def _missing(root: Path, reason: str) -> str:
    return (
        f"MNIST cannot be had ({reason}): put {', '.join(MNIST_FILES)} (or the same with .gz) "
        f"into {root / 'MNIST' / 'raw'}, or name another folder with --data-dir"
    )


@contextmanager
def _impatient(seconds: float = 30.0) -> Iterator[None]:
    """torchvision sets no timeout of its own; a silent network must not hang the program."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _shaped(images: Tensor, wanted: config.Data) -> Tensor:
    """The images at `wanted.size` with `wanted.channels`, in blocks so that memory stays small."""
    if wanted.size is None and wanted.channels is None:
        return images
    return torch.cat([_shaped_block(block, wanted) for block in torch.split(images, 4096)])


def _shaped_block(images: Tensor, wanted: config.Data) -> Tensor:
    values = images.to(torch.float32)
    if wanted.channels == 1 and values.shape[1] == 3:
        values = torch.einsum("nchw,c->nhw", values, values.new_tensor([0.299, 0.587, 0.114])).unsqueeze(1)
    if wanted.channels == 3 and values.shape[1] == 1:
        values = values.expand(-1, 3, -1, -1)
    if wanted.size is not None:
        interpolate: Any = torch.nn.functional.interpolate
        values = interpolate(values, size=(wanted.size, wanted.size), mode="bilinear", antialias=True)
    return values.round_().clamp_(0, 255).to(torch.uint8)
