import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import latent_explorer
from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, tensor_file, trained_model
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.tensor_file import FORMAT, METADATA_KEY
from latent_explorer.data import datasets
from latent_explorer.errors import InputError, WorkError
from latent_explorer.metrics import reconstruction

# -- there and back -----------------------------------------------------------------------------------


def test_saved_loaded_and_saved_again_are_the_same_bytes(tiny, tiny_path, tmp_path):
    again = tiny.save(tmp_path / "deeper" / "again.safetensors")
    assert again.read_bytes() == tiny_path.read_bytes()


def test_everything_comes_back(tiny, tiny_path):
    assert tiny.config.training.epochs == 2
    assert tiny.image_shape == (1, 8, 8)
    assert tiny.class_names == tuple("0123456789")
    assert list(tiny.maps) == ["tsne", "pca"]
    assert tiny.atlas is tiny.maps["tsne"]
    assert tiny.atlas.xy.shape == (120, 2)
    assert tiny.latents.shape == (120, 4)
    assert tiny.labels.shape == tiny.indices.shape == (120,)
    assert set(tiny.metrics["test"]) == {"mse", "bce", "kl", "neg_elbo", "active_units", "knn_accuracy"}
    assert [epoch["epoch"] for epoch in tiny.metrics["history"]] == [1, 2]
    assert tiny.made_by["preset"] == "digits-vae"
    assert tiny.name == "tiny"
    assert not [path for path in tiny_path.parent.iterdir() if path != tiny_path]


def test_the_dots_are_the_pictures_they_say(tiny, digits):
    some = [0, 17, 119]
    images = torch.stack([digits.get_image(int(tiny.indices[dot])) for dot in some])
    np.testing.assert_allclose(tiny.encode(datasets.to_floats(images).numpy()), tiny.latents[some], atol=2e-3)
    every = torch.cat([digits.train.labels, digits.test.labels]).numpy()
    assert np.array_equal(every[tiny.indices], tiny.labels)
    assert tiny.dot_of_image[int(tiny.indices[17])] == 17


def test_the_metrics_are_those_of_the_weights_in_the_file(tiny, digits):
    found = reconstruction.encode_images(tiny.model, digits.test.images, seed=tiny.config.training.seed).metrics
    assert found["mse"] == pytest.approx(tiny.metrics["test"]["mse"], rel=1e-4)
    assert found["bce"] == pytest.approx(tiny.metrics["test"]["bce"], rel=1e-4)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_the_same_kind_comes_out_as_went_in(tiny, kind):
    images = np.random.default_rng(0).random((3, 1, 8, 8)).astype(np.float32)
    z = tiny.encode(kind(images))
    decoded = tiny.decode(z)
    assert isinstance(z, type(kind(images)))
    assert isinstance(decoded, type(kind(images)))
    assert tuple(z.shape) == (3, 4)
    assert tuple(decoded.shape) == (3, 1, 8, 8)
    assert 0 <= float(decoded.min()) <= float(decoded.max()) <= 1


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 1, 8, 9), (2, 3, 8, 8), (2, 64)])
def test_pictures_of_another_shape_are_refused(tiny, shape):
    with pytest.raises(InputError, match=r"images: shape .* arrived; \(N, 1, 8, 8\) is allowed"):
        tiny.encode(np.zeros(shape))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(tiny, odd):
    with pytest.raises(InputError, match="images: NaN or infinity"):
        tiny.encode(np.full((1, 1, 8, 8), odd))
    with pytest.raises(InputError, match="latents: NaN or infinity"):
        tiny.decode(np.full((1, 4), odd))
    with pytest.raises(InputError, match=r"latents: shape \(1, 5\) arrived; \(N, 4\) is allowed"):
        tiny.decode(np.zeros((1, 5)))


def test_no_pictures_and_no_latents_are_fine(tiny):
    assert tiny.encode(np.zeros((0, 1, 8, 8))).shape == (0, 4)
    assert tiny.decode(np.zeros((0, 4))).shape == (0, 1, 8, 8)


def test_a_map_opens_without_torch_and_without_what_fitted_it(tiny_path):
    code = f"""
import sys, pathlib
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths
one = checkpoint_file.read(pathlib.Path({str(tiny_path)!r}))
one.atlas.inverse_transform(one.atlas.xy, 0.01), one.maps["pca"].inverse_transform(one.maps["pca"].xy)
heavy = {{"torch", "torchvision", "sklearn", "openTSNE"}} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    root = Path(latent_explorer.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# -- names and places ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hint"),
    [("mnist-vea", "did you mean mnist-vae?"), ("digits-ae", "train it first: python train.py digits-ae"),
     ("mine", "did you mean mine.safetensors?")],
)  # fmt: skip
def test_a_name_that_is_not_there_brings_a_hint(tmp_path, monkeypatch, name, hint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.safetensors").touch()
    with pytest.raises(InputError, match=re.escape(hint)):
        checkpoint_paths.find(name)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.safetensors", "x" * 5000, "~nobody here/x", ""])
def test_what_is_not_there_names_what_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"allowed"):
        checkpoint_file.load(name)


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(InputError, match=r"a folder arrived; a .safetensors file is allowed"):
        checkpoint_file.load(tmp_path)


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "cpu:", "cuda:x", "", "meta"])
def test_a_device_that_is_not_here_names_those_that_are(tiny_path, device):
    with pytest.raises(InputError, match=r"device .* is not available here; allowed: auto, .*cpu"):
        checkpoint_file.load(tiny_path, device)


def test_the_package_itself_loads(tiny_path):
    loaded = latent_explorer.load(tiny_path, device="cpu")
    assert loaded.decode(loaded.atlas.inverse_transform([[0.5, 0.5]])).shape == (1, 1, 8, 8)


@pytest.mark.parametrize("name", checkpoint_paths.list_shipped())
def test_a_shipped_checkpoint_opens_by_its_name_and_is_small(name):
    shipped = latent_explorer.load(name, device="cpu")
    in_colour = shipped.image_shape[0] == 3
    assert checkpoint_paths.find(name).stat().st_size < (4_100_000 if in_colour else 2_000_000)
    assert np.isfinite(shipped.decode(shipped.latents[:3])).all()
    for atlas in shipped.maps.values():
        np.testing.assert_allclose(atlas.inverse_transform(atlas.xy[:200]), atlas.latents[:200], atol=1e-3)


# -- the way back from a map --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def smoothed(tiny_path) -> Checkpoint:
    """No test changes it."""
    made = checkpoint_file.load(tiny_path, "cpu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 100)
        made.fit_inverse("tsne")
    return made


def test_the_way_back_is_kept_in_the_file(smoothed, tmp_path):
    again = checkpoint_file.load(smoothed.save(tmp_path / "smoothed.safetensors"), "cpu")
    at = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    for resolution in (None, 1e-3, 0.1):
        found, wanted = (one.atlas.inverse_transform(at, resolution) for one in (again, smoothed))
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert again.atlas.smooth_network is not None
    assert (
        again.save(tmp_path / "again.safetensors").read_bytes() == again.save(tmp_path / "b.safetensors").read_bytes()
    )
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "smoothed.safetensors").read_bytes()
    assert again.maps["pca"].smooth_network is None
    assert np.array_equal(again.maps["pca"].xy, smoothed.maps["pca"].xy)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("first.weights", lambda a: a[:-1], r"map.tsne.smooth.first.weights has shape \(257, 160\); \(258, 160\) is"),
        ("first.weights", lambda a: a.astype(np.float16), "first.weights is float16; int8 is expected"),
        ("last.bias", lambda a: a.astype(np.int8), "last.bias is int8; float16 or float32 is expected"),
        ("phases", lambda a: a * np.nan, "phases holds NaN"),
    ],
)
def test_a_way_back_that_does_not_fit_is_named(smoothed, tmp_path, name, value, said):
    header, tensors = trained_model.make_header(smoothed), trained_model.make_tensors(smoothed)
    tensors[f"map.tsne.smooth.{name}"] = value(tensors[f"map.tsne.smooth.{name}"])
    tensor_file.write(tmp_path / "odd.safetensors", header, tensors)
    with pytest.raises(InputError, match=said):
        checkpoint_file.load(tmp_path / "odd.safetensors", "cpu")


@pytest.mark.parametrize("odd", [{"features": 256, "width": -1}, {"features": 1e300, "width": 160}, {}, 7, [1]])
def test_widths_of_a_way_back_that_cannot_be_are_refused(smoothed, tmp_path, odd):
    header = trained_model.make_header(smoothed)
    header["maps"][0]["smooth"] = odd
    tensor_file.write(tmp_path / "odd.safetensors", header, trained_model.make_tensors(smoothed))
    with pytest.raises(InputError, match="damaged"):
        checkpoint_file.load(tmp_path / "odd.safetensors", "cpu")


def test_a_file_of_format_1_is_read(tiny, tmp_path, monkeypatch):
    """It holds the positions of a PCA map."""
    monkeypatch.setattr(tensor_file, "FORMAT", 1)
    moved = tiny.maps["pca"].xy + np.float32(0.01)
    tensor_file.write(
        tmp_path / "old.safetensors",
        trained_model.make_header(tiny),
        trained_model.make_tensors(tiny) | {"map.pca.xy": moved},
    )
    monkeypatch.undo()
    old = checkpoint_file.load(tmp_path / "old.safetensors", "cpu")
    assert np.array_equal(old.maps["pca"].xy, moved)
    np.testing.assert_allclose(old.maps["pca"].inverse_transform(moved), old.latents, atol=1e-3)


# -- writing ------------------------------------------------------------------------------------------


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tiny, tmp_path, monkeypatch, broken):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"the old one")
    monkeypatch.setattr(os, broken, full)
    with pytest.raises(WorkError, match=r"model\.safetensors: cannot be written: No space left on device"):
        tiny.save(path)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_file_and_nothing_else(tiny, tmp_path, monkeypatch, broken):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"the old one")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, broken, interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny.save(path)
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_named(tiny, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkError, match="cannot be written"):
        tiny.save(tmp_path / "file" / "model.safetensors")


def test_the_longest_name_a_file_system_takes_is_fine(tiny, tmp_path):
    path = tmp_path / ("x" * (255 - len(checkpoint_paths.SUFFIX)) + checkpoint_paths.SUFFIX)
    assert checkpoint_file.load(tiny.save(path), "cpu").latent_dim == 4


def test_the_file_is_plain_json_and_numbers_no_wider_than_needed(tiny_path):
    content = tiny_path.read_bytes()
    outer = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    header = json.loads(outer["__metadata__"][METADATA_KEY])
    assert header["format"] == FORMAT
    assert header["config"]["data"]["name"] == "digits"
    kinds = {name: entry["dtype"] for name, entry in outer.items() if name != "__metadata__"}
    assert {kinds[name] for name in kinds if name.startswith("weights.")} == {kinds["latents"]} == {"F16"}
    assert (kinds["labels"], kinds["indices"], kinds["map.tsne.xy"]) == ("I16", "I32", "F32")


@pytest.mark.parametrize("scale", [255, -1])
def test_pictures_beyond_0_and_1_are_refused(tiny, scale):
    images = np.full((2, *tiny.image_shape), 0.5) * scale
    with pytest.raises(InputError, match="0 to 1 is allowed"):
        tiny.encode(images)


def test_the_scale_of_a_bar_chart_holds_nearly_every_code_whole(tiny):
    scale = tiny.bar_scale
    assert (np.abs(tiny.latents).max(axis=1) < scale).mean() > 0.99
    assert scale <= 1.06 * np.abs(tiny.latents).max()
    far = np.array(tiny.latents)
    far[0, 0] = 1e6
    assert replace(tiny, maps={"pca": Atlas(tiny.atlas.projection, far, tiny.labels)}).bar_scale < 2 * scale


def test_of_many_dots_some_tell_the_scale_of_a_bar_chart(tiny, monkeypatch):
    scale = tiny.bar_scale
    monkeypatch.setattr(trained_model, "QUANTILE_DOTS", len(tiny.latents) // 4)
    assert replace(tiny).bar_scale == pytest.approx(scale, rel=0.2)
