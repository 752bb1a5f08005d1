"""A model whose accelerator fails goes on with the CPU, and says so once."""

import warnings

import numpy as np
import pytest
import torch

from latent_explorer import device
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.engine.decode import decode_pictures


@pytest.fixture
def failing(tiny_path, monkeypatch):
    """A model whose network, as it is, is on a device that has no memory left."""
    checkpoint = checkpoint_file.load(tiny_path, "cpu")
    checkpoint.device = "cuda"

    def fail(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")

    for name in ("decode", "encode", "posterior"):
        monkeypatch.setattr(checkpoint.model, name, fail)
    return checkpoint


@pytest.mark.parametrize("way", ["decode", "pictures", "encode", "posterior"])
def test_it_is_built_anew_on_the_cpu_and_answers(failing, tiny, way):
    ask = {
        "decode": lambda one: one.decode(one.latents[:3]),
        "pictures": lambda one: decode_pictures(one, one.latents[:3]),
        "encode": lambda one: one.encode(np.zeros((2, *one.image_shape), np.float32)),
        "posterior": lambda one: one.posterior(np.zeros((2, *one.image_shape), np.float32))[0],
    }[way]
    with pytest.warns(RuntimeWarning, match=r"cuda: out of memory; going on with the CPU") as said:
        found = ask(failing)
    assert len(said) == 1
    np.testing.assert_array_equal(found, ask(tiny))
    assert (failing.device, failing.model_device.type) == ("cpu", "cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(ask(failing), ask(tiny))


def test_another_error_is_nobodys_device(tiny, monkeypatch):
    def fail(*_: object) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    model = tiny.model
    monkeypatch.setattr(model, "decode", fail)
    with pytest.raises(RuntimeError, match="shapes"):
        tiny.decode(tiny.latents[:1])
    assert tiny.model is model


def test_a_window_asked_for_a_device_that_is_not_there_decodes_on_the_cpu(tiny_path, monkeypatch):
    monkeypatch.setattr(device, "list_available", lambda: ["cpu"])
    with pytest.warns(RuntimeWarning, match=r"device 'xpu' is not available here; going on with the CPU"):
        assert checkpoint_file.read(tiny_path, "xpu").model_device.type == "cpu"
