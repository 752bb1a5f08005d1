"""Folders of pythae: those that hold weights are read, those that hold code are refused."""

import json

import numpy as np
import pytest
import torch

from latent_explorer.commands.importers import pythae_folder
from latent_explorer.errors import InputError

INPUT, LATENT = (1, 8, 8), 4
HIDDEN = pythae_folder.HIDDEN


def write(folder, *, kind="VAEConfig", input_dim=INPUT, latent_dim=LATENT, weights=None, posterior=True):
    """Write a folder as pythae 0.1.2 does, with random weights; return its weights."""
    torch.manual_seed(0)
    layers = {
        "encoder.layers.0.0": (HIDDEN, 64), "encoder.embedding": (LATENT, HIDDEN),
        **({"encoder.log_var": (LATENT, HIDDEN)} if posterior else {}),
        "decoder.layers.0.0": (HIDDEN, LATENT), "decoder.layers.1.0": (64, HIDDEN),
    }  # fmt: skip
    state = {f"{name}.weight": 0.1 * torch.randn(shape) for name, shape in layers.items()}
    state |= {f"{name}.bias": 0.1 * torch.randn(shape[0]) for name, shape in layers.items()}
    state |= weights or {}
    config = {"name": kind, "input_dim": list(input_dim), "latent_dim": latent_dim}
    (folder / "model_config.json").write_text(json.dumps(config))
    torch.save({"model_state_dict": state}, folder / "model.pt")
    return state


def test_the_default_network_is_built_from_its_weights(tmp_path):
    w = write(tmp_path)
    model = pythae_folder.read(tmp_path)
    x = torch.rand(3, *INPUT)
    h = torch.relu(x.flatten(1) @ w["encoder.layers.0.0.weight"].T + w["encoder.layers.0.0.bias"])
    mean, log_variance = model.encoder(x)
    torch.testing.assert_close(mean, h @ w["encoder.embedding.weight"].T + w["encoder.embedding.bias"])
    torch.testing.assert_close(log_variance, h @ w["encoder.log_var.weight"].T + w["encoder.log_var.bias"])
    assert (model.image_shape, model.decoder(mean).shape) == (INPUT, (3, *INPUT))


def test_codes_of_a_codebook(tmp_path):
    codes = torch.tensor([[-1.0], [0.0], [1.0]])
    weights = {"quantizer.embeddings": codes, "quantizer.cluster_size": torch.zeros(3)}
    write(tmp_path, kind="VQVAEConfig", posterior=False, weights=weights)
    z = pythae_folder.read(tmp_path).encoder(10 * torch.rand(20, *INPUT))
    assert set(z.flatten().tolist()) <= {-1.0, 0.0, 1.0}


@pytest.mark.parametrize("name", pythae_folder.CODE)
def test_code_is_not_run(tmp_path, monkeypatch, name):
    write(tmp_path)
    (tmp_path / name).write_bytes(b"code")
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("the weights were read"))
    with pytest.raises(InputError, match=name):
        pythae_folder.read(tmp_path)


class Code:
    ran = False

    def __reduce__(self):
        return (setattr, (Code, "ran", True))


def test_weights_with_code_among_them_are_refused(tmp_path):
    write(tmp_path)
    torch.save({"model_state_dict": {"encoder.embedding.bias": Code()}}, tmp_path / "model.pt")
    with pytest.raises(InputError, match=r"model\.pt"):
        pythae_folder.read(tmp_path)
    assert not Code.ran


@pytest.mark.parametrize(
    "further",
    [
        {"kind": "VAMPConfig"},
        {"kind": "no\nname"},
        {"kind": 3},
        {"kind": ["VAEConfig"]},
        {"input_dim": (64,)},
        {"input_dim": (2, 8, 8)},
        {"input_dim": (1, 8, -8)},
        {"input_dim": (1, 10**9, 10**9)},
        {"latent_dim": 0},
        {"latent_dim": 10**12},
        {"latent_dim": "4"},
        {"posterior": False},
        {"kind": "AEConfig"},
        {"kind": "VQVAEConfig", "posterior": False},
        {"weights": {"more": torch.zeros(3)}},
        {"weights": {"encoder.embedding.bias": torch.zeros(5)}},
        {"weights": {"encoder.embedding.bias": 3}},
        {"weights": {"quantizer.embeddings": torch.zeros(3, 2)}, "kind": "VQVAEConfig", "posterior": False},
    ],
)
def test_another_model_is_one_line(tmp_path, further):
    write(tmp_path, **further)
    with pytest.raises(InputError) as raised:
        pythae_folder.read(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"null", b"[" * 5000, b"\xff\xfe"])
def test_a_damaged_config_is_one_line(tmp_path, content):
    write(tmp_path)
    (tmp_path / "model_config.json").write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        pythae_folder.read(tmp_path)


@pytest.mark.parametrize("name", ["model_config.json", "model.pt"])
def test_a_missing_file_is_named(tmp_path, name):
    write(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=name):
        pythae_folder.read(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["AE", "VAE", "BetaVAE", "VQVAE", "WAE_MMD", "FactorVAE"])
def test_what_pythae_itself_saves(tmp_path, kind):
    models = pytest.importorskip("pythae.models", reason="pythae is not installed")
    onnx_network = pytest.importorskip("latent_explorer.models.onnx_network")
    config = {"WAE_MMD": "WAE_MMD_Config"}.get(kind, f"{kind}Config")
    torch.manual_seed(0)
    saved = getattr(models, kind)(getattr(models, config)(input_dim=INPUT, latent_dim=LATENT)).eval()
    saved.save(str(tmp_path))
    images = np.random.default_rng(0).random((5, *INPUT), np.float32)
    functions = onnx_network.make_functions(*pythae_folder.read(tmp_path).export(images))
    with torch.no_grad():
        answer = saved.encoder(torch.from_numpy(images))
        z = answer.embedding
        if kind == "VQVAE":
            z = saved.embed(torch.from_numpy(images))
        pictures = saved.decoder(z)["reconstruction"]
    arrays = functions.encode(images)
    np.testing.assert_allclose(arrays[0], z, atol=1e-5)
    if "log_covariance" in answer:
        np.testing.assert_allclose(arrays[1], answer.log_covariance, atol=1e-5)
    np.testing.assert_allclose(functions.decode(z.numpy()), pictures, atol=1e-5)
