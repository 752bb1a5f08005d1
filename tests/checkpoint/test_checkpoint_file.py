"""Files of checkpoints: opened by name, on a device, without torch, and of an older format."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import latent_explorer
from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths, tensor_file, trained_model
from latent_explorer.errors import InputError


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
