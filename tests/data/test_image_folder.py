"""One's own images: any mix of sizes, modes and formats becomes one tensor, and nothing is lost unnamed."""

import os
from pathlib import Path

import pytest
import torch
from PIL import Image

from latent_explorer import config
from latent_explorer.data import datasets, decode_image_files, image_folder, loaded_images
from latent_explorer.data.dataset import Dataset
from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")


def solid(path: Path, colour, size=(20, 10), mode="RGB", **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path, **options)
    return path


@pytest.fixture
def classes(tmp_path) -> Path:
    """Two classes of ten pictures, red and blue, in several formats, one level deeper for one of them."""
    root = tmp_path / "mine"
    for i in range(10):
        solid(root / "red" / f"{i}.{('png', 'jpg', 'webp', 'bmp', 'gif')[i % 5]}", (250, 0, 0), (10 + i, 30 - i))
        solid(root / "sky" / "blue" / f"{i}.png", (0, 0, 250))
    return root


def test_a_folder_a_class(classes):
    found = image_folder.load(classes, 16, 3)
    assert found.images.shape == (20, 3, 16, 16)
    assert found.images.dtype == torch.uint8
    assert found.class_names == ("red", "sky")
    for label, channel in ((0, 0), (1, 2)):
        own = found.images[found.labels == label].float()
        assert len(own) == 10
        assert own[:, channel].min() > 235
        assert own[:, [c for c in range(3) if c != channel]].max() < 25
    assert found.skipped == ()


def test_a_flat_folder_has_no_classes(tmp_path):
    for i in range(3):
        solid(tmp_path / f"{i}.png", (i, i, i))
    found = image_folder.load(tmp_path, 64, 3)
    assert found.images.shape == (3, 3, 64, 64)
    assert found.class_names == ()
    assert found.labels.tolist() == [-1, -1, -1]


def test_broken_files_are_named_and_left_out(classes):
    (classes / "red" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    (classes / "red" / "empty.jpg").touch()
    (classes / "red" / "note.txt").write_text("no picture at all")
    (classes / "red" / ".hidden.png").write_bytes(b"")
    found = image_folder.load(classes, 8, 3)
    assert len(found.images) == len(found.labels) == 20
    assert sorted(Path(line.split(": ")[0]).name for line in found.skipped) == ["broken.png", "empty.jpg"]
    assert "2 files" in loaded_images.summarise_skipped(found.skipped)
    assert "and 5 more" in loaded_images.summarise_skipped(("x: y",) * 8)


def test_it_is_read_once_until_a_file_changes(classes, monkeypatch):
    first = image_folder.load(classes, 8, 3)
    with monkeypatch.context() as patch:
        patch.setattr(decode_image_files, "read_picture", lambda *_: pytest.fail("read again"))
        again = image_folder.load(classes, 8, 3)
    assert torch.equal(first.images, again.images)
    assert (again.class_names, again.digest) == (first.class_names, first.digest)
    solid(classes / "red" / "0.png", (0, 250, 0))
    os.utime(classes / "red" / "0.png", ns=(1, 1))
    assert image_folder.load(classes, 8, 3).digest != first.digest
    assert image_folder.load(classes, 9, 3).digest != first.digest


def test_a_damaged_cache_is_read_anew(classes, own_cache):
    first = image_folder.load(classes, 8, 3)
    (kept,) = (own_cache / "images").iterdir()
    kept.write_bytes(kept.read_bytes()[:-40])
    assert torch.equal(image_folder.load(classes, 8, 3).images, first.images)


def test_a_cache_that_cannot_be_written_costs_only_time(classes, own_cache):
    (own_cache / "images").write_text("in the way")
    assert len(image_folder.load(classes, 8, 3).images) == 20


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "a/b", "0" * 32])
def test_a_digest_of_a_stranger_opens_nothing_else(digest):
    assert loaded_images.load_cached(digest) is None


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda root: None, "there is no such folder"),
        (lambda root: root.write_text("x"), "a file arrived"),
        (lambda root: root.mkdir(), "holds no image files"),
        (lambda root: (root.mkdir(), (root / "a.png").write_bytes(b"x")), "of 1 file none can be read"),
        (lambda root: (solid(root / "a.png", 0), solid(root / "b" / "c.png", 0)), "1 image beside folders"),
    ],
)
def test_what_is_no_folder_of_images_is_one_clear_line(tmp_path, make, said):
    make(tmp_path / "it")
    with pytest.raises(InputError, match=said) as error:
        image_folder.load(tmp_path / "it", 64, 3)
    assert "\n" not in str(error.value)


# -- as a data set ------------------------------------------------------------------------------------


def test_a_share_is_held_out_by_seed(classes):
    wanted = config.Data(name="folder", path=str(classes), size=8, held_out=0.25)
    found = datasets.load(wanted, seed=1)
    assert (len(found.train), len(found.test)) == (15, 5)
    assert found.class_names == ("red", "sky")
    assert torch.equal(found.train.images, datasets.load(wanted, seed=1).train.images)
    assert not torch.equal(found.train.labels, datasets.load(wanted, seed=2).train.labels)
    assert sorted([*found.train.labels.tolist(), *found.test.labels.tolist()]) == [0] * 10 + [1] * 10
    assert len(datasets.load(config.Data(name="folder", size=8, limit=16), data_dir=classes).train) == 16


def test_trained_on_a_folder_it_opens_with_its_originals(classes, tmp_path, monkeypatch, capsys):
    from latent_explorer.checkpoint import checkpoint_file
    from latent_explorer.commands import train

    monkeypatch.chdir(tmp_path)
    (classes / "red" / "broken.png").write_bytes(b"")
    Path("mine.yaml").write_text(
        f"data: {{name: folder, path: '{classes}', size: 8, channels: 3}}\n"
        "model: {latent_dim: 2, hidden: [8]}\ntraining: {epochs: 2, batch_size: 8}\n"
        "map: {methods: [pca], points: 16}\n"
    )
    assert train.main(["mine.yaml"]) == 0
    assert "1 file left out" in capsys.readouterr().err
    made = checkpoint_file.load("mine.safetensors")
    assert made.class_names == ("red", "sky")
    originals = load_originals(made, None)
    assert isinstance(originals, Dataset)
    label = int(made.labels[0])
    picture = originals.get_image(int(made.indices[0]))
    assert int(picture[2 * label].min()) > 235  # red is channel 0, the sky channel 2
    made.made_by["source"] = "0" * 32
    assert isinstance(load_originals(made, str(classes)), str)


def test_a_flat_folder_trains_without_labels(tmp_path, monkeypatch, capsys):
    from latent_explorer.checkpoint import checkpoint_file
    from latent_explorer.commands import train

    monkeypatch.chdir(tmp_path)
    for i in range(20):
        solid(tmp_path / "flat" / f"{i}.png", (12 * i, 0, 0))
    settings = ["data.name=folder", "data.path=flat", "data.size=8", "training.epochs=1", "map.methods=[pca]"]
    settings += ["map.points=16", "model.hidden=[8]"]
    assert train.main([x for one in settings for x in ("--set", one)] + ["--out", "flat.safetensors"]) == 0
    made = checkpoint_file.load("flat.safetensors")
    assert made.class_names == ()
    assert "knn_accuracy" not in made.metrics["test"]


def test_each_picture_of_the_data_set_knows_its_file(tmp_path):
    for k in range(20):
        Image.new("L", (8, 8), 10 * k).save(tmp_path / f"{k:02}.png")
    loaded = datasets.load(config.Data(name="folder", path=str(tmp_path), size=8, channels=1))
    levels = [int(loaded.get_image(k)[0, 0, 0]) for k in range(20)]
    assert [int(name.removesuffix(".png")) * 10 for name in loaded.file_names] == levels
