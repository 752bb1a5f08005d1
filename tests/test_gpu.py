"""What needs a CUDA device: `pytest -m gpu`."""

import numpy as np
import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.engine import graph_decoder
from latent_explorer.engine.decode import decode_pictures

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here"),
]


@pytest.mark.parametrize("count", [1, 11, 256])
def test_captured_pictures_are_those_of_the_cpu_within_a_level(tiny_path, count):
    here, there = (checkpoint_file.load(tiny_path, where) for where in ("cpu", "cuda"))
    z = here.latents[:count]
    for _ in range(2):  # the second time by a graph that is there
        one, other = (np.stack(decode_pictures(each, z)).astype(int) for each in (here, there))
        assert np.abs(one - other).max() <= 1


def test_decoding_uses_a_graph(tiny_path, monkeypatch):
    monkeypatch.setattr(graph_decoder, "run_again", None)
    there = checkpoint_file.load(tiny_path, "cuda")
    assert graph_decoder.find_decoder(there)(there.latents[:3]).shape == (3, 1, 8, 8)


def test_a_model_that_does_not_fit_any_more_goes_on_with_the_cpu(tiny_path, monkeypatch):
    there = checkpoint_file.load(tiny_path, "cuda")
    monkeypatch.setattr(there.model, "decode", lambda z: torch.empty(1 << 50, device=z.device))
    with pytest.warns(RuntimeWarning, match="out of memory; going on with the CPU"):
        assert there.decode(there.latents[:2]).shape == (2, 1, 8, 8)


@pytest.mark.parametrize("compile", [False, pytest.param(True, marks=pytest.mark.filterwarnings("ignore"))])
def test_training_learns_what_the_cpu_learns(digits, compile):
    losses = []
    for where in ("cpu", "cuda"):
        torch.manual_seed(0)
        model = models.build(config.Model(latent_dim=3, hidden=(16,)), config.Objective("plain"), (1, 8, 8)).to(where)
        how = config.Training(epochs=4, batch_size=50, compile=compile and where == "cuda")
        history = training.fit(model, digits.train.images[:500], how)
        losses.append(history.epochs[-1].parts["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=0.02)
