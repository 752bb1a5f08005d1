"""The network of a file: weights that fit its config, or the graphs of a model from elsewhere."""

import importlib.util
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from latent_explorer import load
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.load_model import DECODER, ENCODER
from latent_explorer.config import Data
from latent_explorer.errors import InputError
from tests.checkpoint.conftest import refused
from tests.checkpoint.foreign import IMAGES, LABELS, QUICK, SHAPE, WEIGHT, encode

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def onnx_path(tmp_path):
    """The file of a checkpoint with both graphs in it."""
    pytest.importorskip("onnx", reason="onnx is not installed")
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    from latent_explorer.checkpoint import from_model
    from latent_explorer.data import array_images
    from latent_explorer.data.array_columns import Annotations
    from latent_explorer.models import onnx_network
    from tests.models import graphs

    encoder = graphs.make_encoder(WEIGHT, SHAPE)
    decoder = graphs.make_decoder(WEIGHT.T.copy(), SHAPE)
    functions = onnx_network.make_functions(encoder, decoder)
    dataset = array_images.make_dataset(IMAGES, Annotations(LABELS))
    settings = from_model.make_settings(QUICK)
    data = Data(name="array")
    made = from_model.from_dataset(
        Checkpoint, functions, dataset, data, name="graphs", settings=settings, network="onnx"
    )
    weights = {ENCODER: np.frombuffer(encoder, np.uint8), DECODER: np.frombuffer(decoder, np.uint8)}
    return replace(made, weights=weights, functions=None).save(tmp_path / "graphs.safetensors")


def test_the_weights_of_another_network_are_refused(forged, tiny):
    def swap(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
        for name in [name for name in tensors if name.startswith("weights.decoder")]:
            del tensors[name]
        tensors["weights.decoder.0.weight"] = np.zeros((64, 4), np.float32)

    refused(forged(swap), "the weights do not fit the config")


def test_graphs_travel_in_the_file(onnx_path):
    made = load(onnx_path)
    np.testing.assert_allclose(made.encode(IMAGES[:2, None] / np.float32(255)), encode(IMAGES[:2] / 255), atol=1e-4)
    expected = 1 / (1 + np.exp(-made.latents[:2] @ WEIGHT.T)).reshape(2, *SHAPE)
    np.testing.assert_allclose(made.decode(made.latents[:2]), expected, atol=1e-5)


@pytest.mark.parametrize(
    "weights",
    [
        {ENCODER: np.arange(100, dtype=np.uint8), DECODER: np.arange(100, dtype=np.uint8)},
        {ENCODER: np.zeros(0, np.uint8)},
        {"other.onnx": np.zeros(10, np.uint8)},
        {"w": np.zeros((3, 3), np.float32)},
        {},
    ],
)
def test_damaged_graphs_are_one_line_and_the_map_opens(onnx_path, weights):
    path = replace(load(onnx_path), weights=weights).save(onnx_path)
    opened = checkpoint_file.read(path)
    assert len(opened.latents) == 60
    with pytest.raises(InputError, match="graphs: ") as raised:
        opened.decode(opened.latents[:1])
    assert "\n" not in str(raised.value)


def test_a_file_without_the_decoders_graph_has_none(onnx_path):
    whole = load(onnx_path)
    opened = load(replace(whole, weights={ENCODER: whole.weights[ENCODER]}).save(onnx_path))
    assert (whole.can_decode, opened.can_decode) == (True, False)
    with pytest.raises(InputError, match="graphs: its decoder is not here"):
        opened.decode(opened.latents[:1])


def test_without_onnxruntime_the_map_opens(onnx_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    opened = checkpoint_file.read(onnx_path)
    assert len(opened.latents) == 60
    with pytest.raises(InputError, match="pip install"):
        opened.decode(opened.latents[:1])
