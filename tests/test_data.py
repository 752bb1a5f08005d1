import gzip
import os
import socket
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch

from latent_explorer import config, data
from latent_explorer.errors import InputError

MNIST = config.Data(name="mnist")


def idx(values: np.ndarray) -> bytes:
    return bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">i4").tobytes() + values.astype(np.uint8).tobytes()


@pytest.fixture
def small_mnist(tmp_path: Path) -> Path:
    """A folder with 30 training and 10 held-out pictures in MNIST's own files; picture i is grey of value i."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, count, first in (("train", 30, 0), ("t10k", 10, 100)):
        images = np.broadcast_to(np.arange(first, first + count)[:, None, None], (count, 28, 28))
        (raw / f"{name}-images-idx3-ubyte").write_bytes(idx(images))
        (raw / f"{name}-labels-idx1-ubyte").write_bytes(idx(np.arange(count) % 10))
    return tmp_path


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """torchvision's download fails as it does without a network; the list tells what was asked for."""
    asked: list[str] = []

    def download(url: str, **_: object) -> None:
        asked.append(url)
        raise URLError("Name or service not known")

    monkeypatch.setattr("torchvision.datasets.mnist.download_and_extract_archive", download)
    return asked


# -- digits -------------------------------------------------------------------------------------------


def test_the_digits_are_pictures_with_their_labels(digits):
    assert digits.train.images.dtype == torch.uint8
    assert digits.image_shape == (1, 8, 8)
    assert len(digits.train) + len(digits.test) == 1797
    assert int(digits.train.images.max()) == 255
    assert sorted(set(digits.train.labels.tolist())) == list(range(10))
    assert digits.class_names == tuple("0123456789")
    zeros, ones = (digits.train.images[digits.train.labels == k].float().mean(0)[0] for k in (0, 1))
    assert zeros[3:5, 3:5].mean() < 60 < 150 < ones[3:5, 3:5].mean()  # a zero is hollow, a one is not


def test_the_split_follows_share_and_seed_and_loses_nothing():
    first, again, other = (data.load(config.Data(held_out=0.25), seed=seed) for seed in (0, 0, 1))
    assert len(first.test) == round(0.25 * 1797)
    assert torch.equal(first.test.images, again.test.images)
    assert not torch.equal(first.test.images, other.test.images)

    def every(dataset: data.Dataset) -> list[bytes]:
        return sorted(image.numpy().tobytes() for part in (dataset.train, dataset.test) for image in part.images)

    assert every(first) == every(other)


@pytest.mark.parametrize("share", [1e-9, 1 - 1e-9])
def test_however_extreme_the_share_both_parts_have_pictures(share):
    dataset = data.load(config.Data(held_out=share))
    assert min(len(dataset.train), len(dataset.test)) == 1


def test_pictures_count_through_training_and_held_out(digits):
    assert torch.equal(digits.image(0), digits.train.images[0])
    assert torch.equal(digits.image(len(digits.train) - 1), digits.train.images[-1])
    assert torch.equal(digits.image(len(digits.train)), digits.test.images[0])


def test_limit_size_and_channels_shape_the_pictures(digits):
    dataset = data.load(config.Data(limit=20, size=16, channels=3))
    assert len(dataset.train) == 20
    assert len(dataset.test) == len(digits.test)
    assert dataset.image_shape == dataset.test.images.shape[1:] == (3, 16, 16)
    assert dataset.train.images.dtype == torch.uint8
    assert torch.equal(dataset.train.images[:, 0], dataset.train.images[:, 2])
    shrunk = torch.nn.functional.avg_pool2d(dataset.train.images[:, :1].float(), 2)
    assert (shrunk - digits.train.images[:20].float()).abs().mean() < 20


def test_grey_is_the_luminance_of_colour():
    colour = torch.zeros(1, 3, 2, 2, dtype=torch.uint8)
    colour[:, 1] = 200
    grey = data._shaped(colour, config.Data(channels=1))
    assert grey.shape == (1, 1, 2, 2)
    assert grey.unique().tolist() == [round(0.587 * 200)]


def test_floats_run_from_zero_to_one():
    assert data.to_floats(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == pytest.approx([0, 0.2, 1])


# -- MNIST --------------------------------------------------------------------------------------------


def test_mnist_is_read_from_its_files(small_mnist, offline):
    dataset = data.load(MNIST, data_dir=small_mnist)
    assert dataset.image_shape == (1, 28, 28)
    assert (len(dataset.train), len(dataset.test)) == (30, 10)
    assert dataset.image(7).unique().tolist() == [7]
    assert dataset.image(33).unique().tolist() == [103]
    assert dataset.train.labels[13] == 3
    assert not offline


@pytest.mark.parametrize("keep", [0, 3, 10, 16, -1])
@pytest.mark.parametrize("name", data.MNIST_FILES)
def test_a_truncated_file_is_named(small_mnist, name, keep):
    path = small_mnist / "MNIST" / "raw" / name
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="no whole idx file") as caught:
        data.load(MNIST, data_dir=small_mnist)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        idx(np.zeros((30, 28, 28)))[:2] + b"\x0d" + idx(np.zeros((30, 28, 28)))[3:],  # floats
        idx(np.zeros((30, 28, 28))) + b"\0",
        bytes([0, 0, 8, 3]) + np.array([-30, -28, 28], ">i4").tobytes() + bytes(30 * 28 * 28),
        bytes([0, 0, 8, 4]) + np.array([65536] * 4, ">i4").tobytes(),  # 2**64 bytes, 0 in 64 bits
        gzip.compress(idx(np.zeros((30, 28, 28)))),
    ],
)
def test_a_file_that_is_no_idx_file_is_named(small_mnist, content):
    path = small_mnist / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no whole idx file"):
        data.load(MNIST, data_dir=small_mnist)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("train-images-idx3-ubyte", np.zeros((30, 27, 28))),
        ("train-images-idx3-ubyte", np.zeros((29, 28, 28))),
        ("train-images-idx3-ubyte", np.zeros((30, 784))),
        ("t10k-labels-idx1-ubyte", np.full(10, 10)),
        ("t10k-labels-idx1-ubyte", np.zeros((10, 1))),
    ],
)
def test_pictures_and_labels_that_do_not_belong_together_are_refused(small_mnist, name, values):
    (small_mnist / "MNIST" / "raw" / name).write_bytes(idx(values))
    with pytest.raises(InputError, match=r"\(N, 28, 28\) and \(N,\) with labels 0 to 9 are allowed"):
        data.load(MNIST, data_dir=small_mnist)


def test_missing_and_not_to_be_had_names_folder_and_files(tmp_path, offline):
    before = socket.getdefaulttimeout()
    with pytest.raises(InputError) as caught:
        data.load(MNIST, data_dir=tmp_path)
    message = str(caught.value)
    assert str(tmp_path / "MNIST" / "raw") in message
    assert all(name in message for name in data.MNIST_FILES)
    assert "--data-dir" in message
    assert "Name or service not known" in message
    assert "\n" not in message
    assert len(offline) > 0
    assert socket.getdefaulttimeout() == before


@pytest.mark.parametrize(
    "error", [TimeoutError("timed out"), EOFError("ended early"), ConnectionResetError(104, "reset")]
)
def test_a_download_that_breaks_off_is_an_input_error(tmp_path, monkeypatch, error):
    def download(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("torchvision.datasets.mnist.download_and_extract_archive", download)
    with pytest.raises(InputError, match="MNIST cannot be had"):
        data.load(MNIST, data_dir=tmp_path)


def test_without_download_nothing_is_asked_for(tmp_path, offline):
    with pytest.raises(InputError, match="it is not on this machine"):
        data.load(MNIST, data_dir=tmp_path, download=False)
    assert not offline
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["a file/data", "x" * 300, "~no such user/data"])
def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path, monkeypatch, offline, below):
    monkeypatch.chdir(tmp_path)
    Path("a file").write_text("")
    with pytest.raises(InputError, match="MNIST cannot be had"):
        data.load(MNIST, data_dir=below)


def test_the_folder_named_stands_before_the_environment_and_that_before_the_cache(monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", os.path.join("from", "environment"))
    assert data.folder("named") == Path("named")
    assert data.folder() == Path("from", "environment")
    monkeypatch.delenv("LATENT_EXPLORER_DATA")
    assert data.folder().parts[-2:] == ("latent_explorer", "data")


@pytest.mark.mnist
def test_the_real_mnist_is_whole():
    dataset = data.load(MNIST, download=False)
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    assert dataset.image_shape == (1, 28, 28)
    assert data.to_floats(dataset.train.images).mean().item() == pytest.approx(0.1307, abs=1e-4)
    assert dataset.train.labels[:6].tolist() == [5, 0, 4, 1, 9, 2]
