"""A trained model encodes, decodes, and writes its file whole or not at all."""

import errno
import json
import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from latent_explorer.atlas import Atlas
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, trained_model
from latent_explorer.checkpoint.tensor_file import FORMAT, METADATA_KEY
from latent_explorer.errors import InputError, WorkError


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
