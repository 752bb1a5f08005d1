"""Files of arrays: entries by name, headers checked first, nothing unpickled; a damaged file is one line."""

import io
import pickle
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from latent_explorer import config
from latent_explorer.data import datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")

GREY = np.random.default_rng(0).integers(0, 256, (24, 5, 8), dtype=np.uint8)
LABELS = np.array(["dot", "line"] * 12)
DEPTH = np.arange(24) / 4


def load(path: Path, **further) -> Dataset:
    return datasets.load(config.Data(name="array", path=str(path), **further))


def as_set(dataset: Dataset) -> set[bytes]:
    return {one.numpy().tobytes() for part in (dataset.train, dataset.test) for one in part.images}


EVERY = {one.tobytes() for one in GREY}


class Bomb:
    """An object whose unpickling would fail the test."""

    def __reduce__(self):
        return pytest.fail, ("unpickled",)


@pytest.mark.parametrize("images", [GREY, np.asfortranarray(GREY), GREY / 255, GREY[:, None]])
def test_npy_and_npz_hold_the_same_pictures(tmp_path, images):
    np.save(tmp_path / "a.npy", images)
    np.savez(tmp_path / "b.npz", images=images)
    np.savez_compressed(tmp_path / "c.npz", first=np.arange(3), pictures=images, labels=LABELS)
    for name in ("a.npy", "b.npz", "c.npz"):
        dataset = load(tmp_path / name)
        assert dataset.image_shape == (1, 5, 8)
        assert as_set(dataset) == EVERY
    assert dataset.class_names == ("dot", "line")
    assert any("pictures" in remark for remark in dataset.remarks)
    assert any("first (3,)" in remark for remark in dataset.remarks)


def test_every_other_entry_of_their_number_is_an_attribute(tmp_path):
    np.savez(tmp_path / "a.npz", labels=np.arange(24) % 3, class_names=["p", "q", "r"], depth=DEPTH, images=GREY)
    dataset = load(tmp_path / "a.npz")
    assert dataset.class_names == ("p", "q", "r")
    assert dataset.remarks == ()
    both = dataset.train + dataset.test
    for image, label, depth in zip(both.images, both.labels, dataset.attributes["depth"].values, strict=True):
        row = next(k for k in range(24) if np.array_equal(image[0].numpy(), GREY[k]))
        assert (int(label), float(depth)) == (row % 3, row / 4)


def test_what_comes_split_is_held_out_as_given(tmp_path):
    split = {"x_test": GREY[18:], "x_train": GREY[:18], "y_train": np.arange(18) % 2, "y_test": np.ones(6, int)}
    np.savez(tmp_path / "a.npz", **split)
    names = ("test_images", "train_images", "train_labels", "test_labels", "val_images")
    np.savez(tmp_path / "b.npz", **dict(zip(names, (*split.values(), GREY[:3]), strict=True)))
    for name in ("a.npz", "b.npz"):
        dataset = load(tmp_path / name)
        assert np.array_equal(dataset.test.images[:, 0], GREY[18:])
        assert dataset.test.labels.tolist() == [1] * 6
        assert sorted(dataset.train.labels.tolist()) == [0] * 9 + [1] * 9
    assert any("val_images" in remark for remark in dataset.remarks)
    np.savez(tmp_path / "c.npz", x_train=GREY, x_test=GREY[:, :3])
    with pytest.raises(InputError):
        load(tmp_path / "c.npz")


def test_a_table_names_rows_by_their_number(tmp_path):
    np.save(tmp_path / "a.npy", GREY)
    (tmp_path / "known.csv").write_text("file,age\n" + "\n".join(f"{k},{k + 0.5}" for k in range(24)))
    dataset = load(tmp_path / "a.npy", attributes=str(tmp_path / "known.csv"))
    assert sorted(dataset.attributes["age"].values.tolist()) == [k + 0.5 for k in range(24)]


def test_safetensors_hold_them_too_but_a_trained_model_does_not(tmp_path, tiny_path):
    metadata = {"class_names": '["even", "odd"]'}
    save_file({"images": torch.from_numpy(GREY), "labels": torch.arange(24) % 2}, tmp_path / "a.safetensors", metadata)
    save_file({"images": torch.from_numpy(GREY / 255).bfloat16()}, tmp_path / "b.safetensors")
    dataset = load(tmp_path / "a.safetensors")
    assert as_set(dataset) == EVERY
    assert dataset.class_names == ("even", "odd")
    assert load(tmp_path / "b.safetensors").image_shape == (1, 5, 8)
    with pytest.raises(InputError, match="demo"):
        load(tiny_path)


def test_nothing_is_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([Bomb()] * 20, object), allow_pickle=True)
    (tmp_path / "b.npy").write_bytes(pickle.dumps(Bomb()))
    np.savez(tmp_path / "c.npz", images=np.array([Bomb()] * 20, object))
    for name in ("a.npy", "b.npy", "c.npz"):
        with pytest.raises(InputError):
            load(tmp_path / name)
    np.savez(tmp_path / "d.npz", images=GREY, more=np.array([Bomb()] * 24, object))
    assert any("more" in remark for remark in load(tmp_path / "d.npz").remarks)
    np.savez(tmp_path / "e.npz", images=GREY, labels=np.array([Bomb()] * 24, object))
    with pytest.raises(InputError):
        load(tmp_path / "e.npz")


@pytest.mark.parametrize("shape", [(10**15, 28, 28), (-1, 28, 28), (10**30, 1, 1), (20, 28)])
def test_a_header_that_lies_allocates_nothing(tmp_path, shape):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
    (tmp_path / "a.npy").write_bytes(file.getvalue() + bytes(100))
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("images.npy", file.getvalue() + bytes(100))
    for name in ("a.npy", "b.npz"):
        with pytest.raises(InputError):
            load(tmp_path / name)


def write_all(folder: Path) -> list[Path]:
    np.save(folder / "a.npy", GREY)
    np.savez(folder / "b.npz", images=GREY, labels=LABELS)
    np.savez_compressed(folder / "c.npz", images=GREY, labels=LABELS, depth=DEPTH)
    save_file({"images": torch.from_numpy(GREY)}, folder / "d.safetensors")
    return [folder / name for name in ("a.npy", "b.npz", "c.npz", "d.safetensors")]


def test_a_file_cut_short_anywhere_is_one_line(tmp_path):
    for path in write_all(tmp_path):
        whole = path.read_bytes()
        for share in np.linspace(0, 1, 25, endpoint=False):
            path.write_bytes(whole[: int(share * len(whole))])
            with pytest.raises(InputError) as caught:
                load(path)
            assert str(caught.value).startswith(f"data.path: {path}")


def test_a_damaged_byte_gives_pictures_or_one_line(tmp_path):
    draw = np.random.default_rng(1)
    for path in write_all(tmp_path):
        whole = path.read_bytes()
        for _ in range(25):
            damaged = bytearray(whole)
            damaged[draw.integers(min(len(whole), 400))] ^= int(draw.integers(1, 256))
            path.write_bytes(damaged)
            with suppress(InputError):  # any other error fails
                assert len(load(path).train) >= 16


@pytest.mark.parametrize("name", ["none.npy", "folder", "a.txt"])
def test_what_is_no_file_of_arrays_is_one_line(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(InputError):
        load(tmp_path / name)
    with pytest.raises(InputError):
        datasets.load(config.Data(name="array"))
    np.save(tmp_path / "a.npy", GREY)
    with pytest.raises(InputError, match="array"):
        datasets.load(config.Data(name="folder", path=str(tmp_path / "a.npy")))
    with pytest.raises(InputError, match="array"):
        datasets.load(config.Data(), data_dir=tmp_path / "a.npy")


@pytest.mark.parametrize("network", ["mlp", "cnn", "resnet"])
def test_trained_on_pictures_that_are_not_square_it_opens_with_them(tmp_path, monkeypatch, network):
    from latent_explorer.checkpoint import checkpoint_file
    from latent_explorer.commands import train

    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).random((24, 20, 40))
    np.savez("mine.npz", images=images, labels=LABELS, depth=DEPTH)
    Path("mine.yaml").write_text(
        f"data: {{name: array}}\nmodel: {{network: {network}, latent_dim: 2, hidden: [8], channels: [4, 4]}}\n"
        "training: {epochs: 1, batch_size: 8}\nmap: {methods: [pca], points: 24}\n"
    )
    assert train.main(["mine.yaml", "--data-dir", "mine.npz"]) == 0
    made = checkpoint_file.load("mine.safetensors", "cpu")
    assert made.image_shape == made.config.data.shape == (1, 20, 40)
    assert made.class_names == ("dot", "line")
    Path("mine.npz").unlink()  # they are in the cache
    originals = load_originals(made, None)
    assert isinstance(originals, Dataset)
    for dot in range(0, 24, 5):
        row = round(4 * float(made.attributes["depth"].values[dot]))
        assert made.labels[dot] == row % 2
        picture = originals.get_image(int(made.indices[dot]))
        assert np.abs(picture[0].numpy() - 255 * images[row]).max() <= 0.51
    made.made_by["source"] = "0" * 32
    assert isinstance(load_originals(made, str(tmp_path)), str)


def test_the_header_of_python_2_is_read_without_a_word(tmp_path):
    text = b"{'descr': '|u1', 'fortran_order': False, 'shape': (24L, 5L, 8L), }\n"
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + GREY.tobytes())
    assert load(path).image_shape == (1, 5, 8)
