"""The named data sets that torchvision knows: the location of their files, and their readers.

Addresses and checksums are torchvision's. The files are fetched and read here: in pieces that can be followed and
stopped, without the time that importing torchvision takes, and without its unpickling, since they may come from an
untrusted source.
"""

import gzip
import io
import math
import os
import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer.data import download as downloading
from latent_explorer.data.download import RemoteFile
from latent_explorer.data.progress_bar import ProgressBar
from latent_explorer.errors import InputError, MissingDatasetError, WorkError, give_reason

ImagesAndLabels = tuple[Tensor, Tensor]
"""Images (N, C, H, W) uint8 and labels (N,) int64."""
IDX_FILES = (
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
)  # fmt: skip
PACKED_SUFFIX = ".gz"
MAX_IDX_BYTES = 2**30
IDX_KINDS = ("images-idx3", "labels-idx1")
LETTER_FILES = tuple(f"emnist-letters-{part}-{kind}-ubyte" for part in ("train", "test") for kind in IDX_KINDS)


@dataclass(frozen=True)
class NamedSet:
    title: str
    torchvision_class: str
    """Name of torchvision's class."""
    folder: str
    files: tuple[str, ...]
    class_names: tuple[str, ...]
    read: Callable[[Path, "NamedSet"], tuple[ImagesAndLabels, ImagesAndLabels]]
    megabytes: int
    """Of what is downloaded, in units of 2**20 bytes."""
    archive: str = ""
    """The archive that is downloaded, if it is one, and the folder in it."""

    @property
    def is_idx(self) -> bool:
        return self.read is not _read_cifar


def load(name: str, root: Path, *, download: bool) -> tuple[ImagesAndLabels, ImagesAndLabels]:
    """Load the training and held-out images and labels of the set `name` of `SETS`, below the folder `root`.

    Raises `MissingDatasetError` if the files are missing and cannot be downloaded or `download` is False, `InputError`
    if they are damaged.
    """
    wanted = SETS[name]
    place = root / wanted.folder
    if not is_here(name, root):
        if not download:
            raise MissingDatasetError(_describe_missing(wanted, root, "it is not on this machine"))
        with ProgressBar(
            total=2**20 * wanted.megabytes,
            desc=wanted.title,
            unit="B",
            unit_scale=True,
            unit_divisor=1024,
        ) as bar:
            try:
                fetch(name, root, report=bar.update)
            except WorkError as error:
                raise MissingDatasetError(_describe_missing(wanted, root, error)) from None
    return wanted.read(place, wanted)


def is_here(name: str, root: Path) -> bool:
    """Return True if all files of a set are below the folder `root`."""
    return all(_find_file(SETS[name], root, file) for file in SETS[name].files)


def _find_file(named_set: NamedSet, root: Path, file: str) -> bool:
    packed = ("", PACKED_SUFFIX) if named_set.is_idx else ("",)
    return any(os.path.isfile(f"{root / named_set.folder / file}{suffix}") for suffix in packed)


# -- downloading --------------------------------------------------------------------------------------


def fetch(
    name: str, root: Path, *, report: Callable[[int], object], is_stopped: Callable[[], bool] = lambda: False
) -> None:
    """Download what is missing of a set; `report` is called with the bytes of each piece. Raises `StoppedError` once
    `is_stopped`, `WorkError` if it fails."""
    wanted = SETS[name]
    for remote in list_remote_files(wanted):
        present = remote.members or (remote.name.removesuffix(PACKED_SUFFIX),)
        if all(_find_file(wanted, root, one.rsplit("/", 1)[-1].removesuffix(PACKED_SUFFIX)) for one in present):
            continue
        try:
            downloading.fetch(remote, root / wanted.folder, report=report, is_stopped=is_stopped)
        except OSError as error:
            raise WorkError(f"{root / wanted.folder}: {error.strerror or error}") from None


def list_remote_files(named_set: NamedSet) -> list[RemoteFile]:
    """Return the files of a set with the addresses and the check sums that torchvision has for them."""
    import torchvision.datasets

    known = getattr(torchvision.datasets, named_set.torchvision_class)
    if not named_set.archive:
        return [
            RemoteFile(file, tuple(f"{mirror.rstrip('/')}/{file}" for mirror in known.mirrors), md5)
            for file, md5 in known.resources
        ]
    suffix = PACKED_SUFFIX if named_set.is_idx else ""
    members = tuple(f"{named_set.archive}/{file}{suffix}" for file in named_set.files)
    return [RemoteFile(known.url.rsplit("/", 1)[-1], (known.url,), getattr(known, "tgz_md5", "") or known.md5, members)]


def _describe_missing(named_set: NamedSet, root: Path, reason: object) -> str:
    packed = f" (or the same with {PACKED_SUFFIX})" if named_set.is_idx else ""
    put = f"put {', '.join(named_set.files)}{packed} into {root / named_set.folder}"
    return f"{named_set.title} cannot be had ({reason}): {put}, or name another folder with --data-dir"


# -- idx files ----------------------------------------------------------------------------------------


def _read_idx(folder: Path, named_set: NamedSet) -> tuple[ImagesAndLabels, ImagesAndLabels]:
    """Read a data set of four idx files, the format of MNIST and its successors."""
    images_train, labels_train, images_test, labels_test = (_read_idx_file(folder / name) for name in named_set.files)
    most, parts = len(named_set.class_names) - 1, []
    for images, labels, name in ((images_train, labels_train, "training"), (images_test, labels_test, "held-out")):
        fits = images.ndim == 3 and images.shape[1:] == (28, 28) and labels.shape == images.shape[:1]
        if not fits or labels.max() > most:
            raise InputError(
                f"{folder}: {name} images of shape {tuple(images.shape)} and labels of {tuple(labels.shape)} "
                f"arrived; (N, 28, 28) and (N,) with labels 0 to {most} are allowed"
            )
        parts.append((images.unsqueeze(1), labels.to(torch.int64)))
    return parts[0], parts[1]


def _read_letters(folder: Path, named_set: NamedSet) -> tuple[ImagesAndLabels, ImagesAndLabels]:
    """Read EMNIST's letters; the stored images are transposed, and the labels count from 1."""
    first, second = _read_idx(folder, named_set)
    if min(int(labels.min()) for _, labels in (first, second)) < 1:
        raise InputError(f"{folder}: a label 0 arrived; 1 to 26 are allowed")
    first, second = ((images.transpose(2, 3).contiguous(), labels) for images, labels in (first, second))
    return first, second


def _read_idx_file(path: Path) -> Tensor:
    """Read an idx file of bytes, compressed by gzip or not, which its content tells: two zeros, type 8, the number of
    dimensions, each of them as a big-endian int32."""
    if not os.path.isfile(path):
        path = path.with_name(path.name + PACKED_SUFFIX)
    try:
        with open(path, "rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            whole_file: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=file) if packed else file
            content = np.frombuffer(whole_file.read(MAX_IDX_BYTES + 1), np.uint8)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: damaged{give_reason(error)}; delete it to download it again") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    dimensions = int(content[3]) if len(content) >= 4 and tuple(content[:3]) == (0, 0, 8) else 0
    start = 4 + 4 * dimensions
    whole = 0 < dimensions <= 4 and len(content) >= start
    shape = [int(n) for n in content[4:start].view(">i4")] if whole else [0]
    if min(shape) < 1 or len(content) - start != math.prod(shape):
        raise InputError(f"{path}: {len(content):,} bytes that are no whole idx file; delete it to download it again")
    return torch.from_numpy(content[start:].copy()).reshape(shape)


# -- CIFAR-10's batches -------------------------------------------------------------------------------


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickler restricted to numbers, texts and numpy arrays; anything else is refused."""

    ALLOWED = frozenset({
        ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"), ("numpy", "dtype"),
    })  # fmt: skip

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def _read_cifar(folder: Path, named_set: NamedSet) -> tuple[ImagesAndLabels, ImagesAndLabels]:
    """Read batches of rows of 3 x 32 x 32 bytes (Krizhevsky 2009), pickled by Python 2."""
    batches = [_read_cifar_batch(folder / name, len(named_set.class_names)) for name in named_set.files]
    images, labels = (torch.cat(parts) for parts in zip(*batches[:-1], strict=True))
    return (images, labels), batches[-1]


def _read_cifar_batch(path: Path, classes: int) -> ImagesAndLabels:
    try:
        content = _ArrayUnpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load()
        data, labels = content[b"data"], np.asarray(content[b"labels"])
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except Exception as error:  # a damaged pickle raises nearly anything
        raise InputError(f"{path}: no batch of CIFAR-10{give_reason(error)}; delete it to download it again") from None
    if not _is_cifar_batch(data, labels, classes):
        raise InputError(
            f"{path}: arrays that are none of CIFAR-10 arrived; (N, 3072) bytes and N labels are allowed; "
            "delete it to download it again"
        )
    images = torch.from_numpy(np.array(data, np.uint8)).reshape(-1, 3, 32, 32)
    return images, torch.from_numpy(labels.astype(np.int64))


def _is_cifar_batch(data: Any, labels: NDArray[Any], classes: int) -> bool:
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.shape[1:] != (3072,):
        return False
    if labels.shape != data.shape[:1] or len(labels) == 0 or labels.dtype.kind not in "iu":
        return False
    return bool(0 <= labels.min() <= labels.max() < classes)


SETS = {
    # LeCun, Cortes and Burges 1998: 60,000 and 10,000 digits of 28x28 pixels
    "mnist": NamedSet(
        "MNIST", torchvision_class="MNIST", folder="MNIST/raw", files=IDX_FILES, class_names=tuple("0123456789"),
        read=_read_idx, megabytes=11,
    ),
    # Xiao, Rasul and Vollgraf 2017 (arXiv:1708.07747): clothes
    "fashion_mnist": NamedSet(
        "Fashion-MNIST", torchvision_class="FashionMNIST", folder="FashionMNIST/raw", files=IDX_FILES,
        class_names=("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"),
        read=_read_idx, megabytes=29,
    ),
    # Clanuwat et al. 2018 (arXiv:1812.01718): ten characters of cursive Japanese
    "kmnist": NamedSet(
        "KMNIST", torchvision_class="KMNIST", folder="KMNIST/raw", files=IDX_FILES,
        class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"), read=_read_idx, megabytes=20,
    ),
    # Cohen et al. 2017 (arXiv:1702.05373): 124,800 and 20,800 letters, upper and lower case as one
    "emnist": NamedSet(
        "EMNIST", torchvision_class="EMNIST", folder="EMNIST/raw", files=LETTER_FILES,
        class_names=("no letter", *"abcdefghijklmnopqrstuvwxyz"), read=_read_letters, megabytes=536, archive="gzip",
    ),
    # Krizhevsky 2009: 50,000 and 10,000 photographs of 32x32 pixels
    "cifar10": NamedSet(
        "CIFAR-10", torchvision_class="CIFAR10", folder="cifar-10-batches-py",
        files=(*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"),
        class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        read=_read_cifar, megabytes=163, archive="cifar-10-batches-py",
    ),
}  # fmt: skip
