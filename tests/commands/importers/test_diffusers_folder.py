"""Folders of diffusers: their autoencoders become graphs that compute the same."""

import importlib.util
import json

import numpy as np
import pytest
import torch

from latent_explorer.commands.importers import diffusers_folder
from latent_explorer.errors import InputError
from latent_explorer.models import onnx_network


def write(folder, config):
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    (folder / "diffusion_pytorch_model.safetensors").write_bytes(b"no tensors")


@pytest.mark.parametrize("config", ["", "[]", {}, {"_class_name": "UNet2DModel"}, {"_class_name": ["AutoencoderKL"]}])
def test_another_folder_is_one_line(tmp_path, config):
    write(tmp_path, config)
    with pytest.raises(InputError, match=r"config\.json") as raised:
        diffusers_folder.read(tmp_path)
    assert "\n" not in str(raised.value)


def test_the_package_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    write(tmp_path, {"_class_name": "AutoencoderKL"})
    with pytest.raises(InputError, match="pip install"):
        diffusers_folder.read(tmp_path)


def test_pickled_weights_are_not_read(tmp_path):
    (tmp_path / "config.json").write_text('{"_class_name": "AutoencoderKL"}')
    (tmp_path / "diffusion_pytorch_model.bin").write_bytes(b"code")
    with pytest.raises(InputError, match="safetensors"):
        diffusers_folder.read(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", diffusers_folder.CLASSES)
def test_what_diffusers_itself_saves(tmp_path, kind):
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    diffusers = pytest.importorskip("diffusers", reason="diffusers is not installed")
    torch.manual_seed(0)
    if kind == "AutoencoderKL":
        blocks = {"down_block_types": ["DownEncoderBlock2D"] * 2, "up_block_types": ["UpDecoderBlock2D"] * 2}
        saved = diffusers.AutoencoderKL(
            block_out_channels=[8, 16], norm_num_groups=4, latent_channels=2, sample_size=16, **blocks
        )
    else:
        counts = {"num_encoder_blocks": [1, 1], "num_decoder_blocks": [1, 1], "latent_channels": 2}
        saved = diffusers.AutoencoderTiny(
            encoder_block_out_channels=[8, 8], decoder_block_out_channels=[8, 8], **counts
        )
    saved.eval().save_pretrained(tmp_path)
    model = diffusers_folder.read(tmp_path)
    images = np.random.default_rng(0).random((3, 3, 16, 16), np.float32) * 2 - 1
    functions = onnx_network.make_functions(*model.export(images))
    with torch.no_grad():
        answer = saved.encode(torch.from_numpy(images))
        z = answer.latent_dist.mean if kind == "AutoencoderKL" else answer.latents
        pictures = saved.decode(z).sample
    arrays = functions.encode(images)
    assert len(arrays) == (2 if kind == "AutoencoderKL" else 1)
    np.testing.assert_allclose(arrays[0], z.flatten(1), atol=1e-4)
    np.testing.assert_allclose(functions.decode(arrays[0]), pictures, atol=1e-4)
    assert (model.image_shape[0], model.pixel_range) == (3, (-1.0, 1.0))
    (tmp_path / "diffusion_pytorch_model.safetensors").write_bytes(b"damaged")
    with pytest.raises(InputError, match="diffusers") as raised:
        diffusers_folder.read(tmp_path)
    assert "\n" not in str(raised.value)
