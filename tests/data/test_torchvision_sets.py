"""The data sets of torchvision, read from small files in their own formats; the network is never there."""

import gzip
import os
import pickle
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.data import datasets
from latent_explorer.data.torchvision_sets import IDX_FILES, LETTER_FILES, SETS
from latent_explorer.errors import InputError, MissingDatasetError

MNIST, NO_NETWORK = config.Data(name="mnist"), "Name or service not known"


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
    """A download fails as it does without a network; the list tells what was asked for."""
    asked: list[str] = []

    def open_url(url: str) -> None:
        asked.append(url)
        raise URLError(NO_NETWORK)

    monkeypatch.setattr("latent_explorer.data.download.open_url", open_url)
    return asked


# -- MNIST --------------------------------------------------------------------------------------------


def test_mnist_is_read_from_its_files(small_mnist, offline):
    dataset = datasets.load(MNIST, data_dir=small_mnist)
    assert dataset.image_shape == (1, 28, 28)
    assert (len(dataset.train), len(dataset.test)) == (30, 10)
    assert dataset.get_image(7).unique().tolist() == [7]
    assert dataset.get_image(33).unique().tolist() == [103]
    assert dataset.train.labels[13] == 3
    assert not offline


@pytest.mark.parametrize("keep", [0, 3, 10, 16, -1])
@pytest.mark.parametrize("name", IDX_FILES)
def test_a_truncated_file_is_named(small_mnist, name, keep):
    path = small_mnist / "MNIST" / "raw" / name
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="no whole idx file") as caught:
        datasets.load(MNIST, data_dir=small_mnist)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        idx(np.zeros((30, 28, 28)))[:2] + b"\x0d" + idx(np.zeros((30, 28, 28)))[3:],  # floats
        idx(np.zeros((30, 28, 28))) + b"\0",
        bytes([0, 0, 8, 3]) + np.array([-30, -28, 28], ">i4").tobytes() + bytes(30 * 28 * 28),
        bytes([0, 0, 8, 4]) + np.array([65536] * 4, ">i4").tobytes(),  # 2**64 bytes, 0 in 64 bits
        gzip.compress(b"something else", mtime=0),
    ],
)
def test_a_file_that_is_no_idx_file_is_named(small_mnist, content):
    path = small_mnist / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no whole idx file"):
        datasets.load(MNIST, data_dir=small_mnist)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("level", [1, 9])
def test_files_that_were_compressed_again_are_read(small_mnist, offline, suffix, level):
    """By their content, whatever their names are, and in other bytes than those that can be downloaded."""
    for name in IDX_FILES[1:]:
        path = small_mnist / "MNIST" / "raw" / name
        content = gzip.compress(path.read_bytes(), level)
        path.unlink()
        path.with_name(name + suffix).write_bytes(content)
    dataset = datasets.load(MNIST, data_dir=small_mnist)
    assert dataset.get_image(33).unique().tolist() == [103]
    assert not offline


@pytest.mark.parametrize("keep", [3, 12, 40, -1, -6])
def test_a_compressed_file_that_is_damaged_is_named(small_mnist, keep):
    path = small_mnist / "MNIST" / "raw" / IDX_FILES[0]
    (small_mnist / "MNIST" / "raw" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes())[:keep])
    path.unlink()
    with pytest.raises(InputError, match=r"ubyte\.gz: damaged: .*delete it to download it again"):
        datasets.load(MNIST, data_dir=small_mnist)


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
        datasets.load(MNIST, data_dir=small_mnist)


def test_missing_and_not_to_be_had_names_folder_and_files(tmp_path, offline):
    with pytest.raises(InputError) as caught:
        datasets.load(MNIST, data_dir=tmp_path)
    message = str(caught.value)
    assert str(tmp_path / "MNIST" / "raw") in message
    assert all(name in message for name in IDX_FILES)
    assert "--data-dir" in message
    assert NO_NETWORK in message
    assert "\n" not in message
    assert len(offline) > 0


@pytest.mark.parametrize(
    "error", [TimeoutError("timed out"), EOFError("ended early"), ConnectionResetError(104, "reset")]
)
def test_a_download_that_breaks_off_is_an_input_error(tmp_path, monkeypatch, error):
    def open_url(url: str) -> None:
        raise error

    monkeypatch.setattr("latent_explorer.data.download.open_url", open_url)
    with pytest.raises(InputError, match="MNIST cannot be had"):
        datasets.load(MNIST, data_dir=tmp_path)


def test_without_download_nothing_is_asked_for(tmp_path, offline):
    with pytest.raises(InputError, match="it is not on this machine"):
        datasets.load(MNIST, data_dir=tmp_path, download=False)
    assert not offline
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["a file/data", "x" * 300, "~no such user/data"])
def test_a_folder_that_cannot_be_made_is_an_input_error(tmp_path, monkeypatch, offline, below):
    monkeypatch.chdir(tmp_path)
    Path("a file").write_text("")
    with pytest.raises(InputError, match="MNIST cannot be had"):
        datasets.load(MNIST, data_dir=below)


@pytest.mark.mnist
def test_the_real_mnist_is_whole():
    dataset = datasets.load(MNIST, download=False)
    assert (len(dataset.train), len(dataset.test)) == (60_000, 10_000)
    assert dataset.image_shape == (1, 28, 28)
    assert datasets.to_floats(dataset.train.images).mean().item() == pytest.approx(0.1307, abs=1e-4)
    assert dataset.train.labels[:6].tolist() == [5, 0, 4, 1, 9, 2]


# -- its successors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["fashion_mnist", "kmnist"])
def test_sets_in_mnists_format_have_their_own_folder_and_classes(small_mnist, name, offline):
    (small_mnist / "MNIST").rename(small_mnist / SETS[name].torchvision_class)
    dataset = datasets.load(config.Data(name=name), data_dir=small_mnist)
    assert (len(dataset.train), len(dataset.test)) == (30, 10)
    assert dataset.image_shape == (1, 28, 28) == config.Data(name=name).image_shape
    assert dataset.class_names == SETS[name].class_names
    assert len(set(dataset.class_names)) == 10
    assert not offline


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """26 training and 26 held-out letters; each has one bright pixel in the first column of the file's picture."""
    raw = tmp_path / "EMNIST" / "raw"
    raw.mkdir(parents=True)
    images = np.zeros((26, 28, 28))
    images[np.arange(26), np.arange(26), 0] = 255
    for images_file, labels_file in (LETTER_FILES[:2], LETTER_FILES[2:]):
        (raw / images_file).write_bytes(idx(images))
        (raw / labels_file).write_bytes(idx(np.arange(1, 27)))
    return tmp_path


def test_letters_stand_upright_and_have_their_names(letters):
    dataset = datasets.load(config.Data(name="emnist"), data_dir=letters)
    assert dataset.train.images[5, 0, 0, 5] == 255
    assert dataset.train.images[5, 0, 5, 0] == 0
    assert [dataset.class_names[k] for k in dataset.train.labels[:3]] == ["a", "b", "c"]
    assert dataset.class_names[int(dataset.test.labels[-1])] == "z"
    (letters / "EMNIST" / "raw" / LETTER_FILES[1]).write_bytes(idx(np.arange(26)))
    with pytest.raises(InputError, match="a label 0 arrived; 1 to 26 are allowed"):
        datasets.load(config.Data(name="emnist"), data_dir=letters)


# -- CIFAR-10 -----------------------------------------------------------------------------------------


def batch(first: int, count: int = 4) -> dict[bytes, object]:
    """`count` pictures whose red is their number, green 100 and blue 200."""
    rows = np.zeros((count, 3, 1024), np.uint8)
    rows[:, 0] = first + np.arange(count)[:, None]
    rows[:, 1:] = np.array([100, 200])[None, :, None]
    return {b"data": rows.reshape(count, 3072), b"labels": [k % 10 for k in range(count)], b"batch_label": b"x"}


@pytest.fixture
def cifar(tmp_path: Path) -> Path:
    place = tmp_path / SETS["cifar10"].folder
    place.mkdir()
    for i, name in enumerate(SETS["cifar10"].files):
        (place / name).write_bytes(pickle.dumps(batch(10 * i), protocol=3))
    return tmp_path


def test_cifar_is_read_from_its_batches(cifar):
    dataset = datasets.load(config.Data(name="cifar10"), data_dir=cifar)
    assert (len(dataset.train), len(dataset.test)) == (20, 4)
    assert dataset.image_shape == (3, 32, 32) == config.Data(name="cifar10").image_shape
    for index, red in ((0, 0), (5, 11), (19, 43), (21, 51)):
        assert [channel.unique().tolist() for channel in dataset.get_image(index)] == [[red], [100], [200]]
    assert dataset.class_names[int(dataset.train.labels[3])] == "cat"


def test_a_batch_as_numpy_of_long_ago_wrote_it_is_read(cifar):
    path = cifar / SETS["cifar10"].folder / "test_batch"
    old = path.read_bytes().replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert b"numpy.core.multiarray" in old
    path.write_bytes(old)
    assert len(datasets.load(config.Data(name="cifar10"), data_dir=cifar).test) == 4


class Trap:
    def __reduce__(self):
        return (os.mkdir, ("trapped",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no batch of CIFAR-10"),
        (b"nonsense", "no batch of CIFAR-10"),
        (pickle.dumps([1, 2]), "no batch of CIFAR-10"),
        (pickle.dumps({b"data": 3, b"labels": [1]}), "none of CIFAR-10"),
        (pickle.dumps({**batch(0), b"labels": [1, 2]}), "none of CIFAR-10"),
        (pickle.dumps({**batch(0), b"labels": [1, 2, 3, 10]}), "none of CIFAR-10"),
        (pickle.dumps({**batch(0), b"data": np.zeros((4, 3071), np.uint8)}), "none of CIFAR-10"),
        (pickle.dumps({**batch(0), b"data": np.zeros((4, 3072))}), "none of CIFAR-10"),
        (pickle.dumps({**batch(0), b"more": Trap()}), "it asks for"),
    ],
)
def test_a_file_that_is_no_batch_is_named_and_nothing_in_it_runs(cifar, content, said, monkeypatch):
    monkeypatch.chdir(cifar)
    path = cifar / SETS["cifar10"].folder / "data_batch_3"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        datasets.load(config.Data(name="cifar10"), data_dir=cifar)
    assert str(path) in str(caught.value)
    assert not Path("trapped").exists()


# -- all of them --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(SETS))
def test_each_is_known_to_torchvision_and_says_where_its_files_belong(name, tmp_path, offline):
    with pytest.raises(MissingDatasetError) as caught:
        datasets.load(config.Data(name=name), data_dir=tmp_path)
    assert all(url.startswith(("http://", "https://")) for url in offline)
    assert str(tmp_path / SETS[name].folder) in str(caught.value)
    assert SETS[name].files[-1] in str(caught.value)
    assert not (tmp_path / SETS[name].folder / SETS[name].files[-1]).exists()


@pytest.mark.parametrize("name", list(SETS))
def test_every_set_has_a_place_in_the_config(name):
    assert config.NATIVE_SHAPES[name] in ((1, 28, 28), (3, 32, 32))
    embedded = {"digits", "faces", "beats", "wine", "breast_cancer"}
    assert set(config.NATIVE_SHAPES) - set(SETS) == embedded | set(config.OWN_SETS)
