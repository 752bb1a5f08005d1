"""Two torch modules become graphs that compute the same, or are refused."""

import numpy as np
import pytest
import torch
from torch import nn

from latent_explorer.commands.importers.foreign_model import ForeignModel
from latent_explorer.errors import InputError
from latent_explorer.models import onnx_network

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

SHAPE = (1, 4, 4)
IMAGES = np.random.default_rng(0).random((3, *SHAPE), np.float32)


class Posterior(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.both = nn.Linear(16, 6)

    def forward(self, x):
        h = self.both(x.flatten(1))
        return h[:, :3], h[:, 3:]


class Noisy(nn.Linear):
    """Draws anew at each call."""

    def forward(self, x):
        return super().forward(x + torch.rand_like(x))


def make_decoder(kind=nn.Linear):
    return nn.Sequential(kind(3, 16), nn.Sigmoid(), nn.Unflatten(1, SHAPE))


def test_the_graphs_do_what_the_modules_do_for_any_number_of_pictures():
    torch.manual_seed(0)
    encoder, decoder = Posterior(), make_decoder()
    functions = onnx_network.make_functions(*ForeignModel(encoder, decoder, SHAPE).export(IMAGES))
    many = np.random.default_rng(1).random((8, *SHAPE), np.float32)
    with torch.no_grad():
        mean, log_variance = encoder(torch.from_numpy(many))
        pictures = decoder(mean)
    for found, wanted in zip(functions.encode(many), (mean, log_variance), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    np.testing.assert_allclose(functions.decode(mean.numpy()), pictures, atol=1e-5)


def test_a_module_that_its_graph_does_not_repeat_is_refused():
    torch.manual_seed(0)
    with pytest.raises(InputError, match="decoder"):
        ForeignModel(Posterior(), make_decoder(Noisy), SHAPE).export(IMAGES)


def test_pictures_that_the_module_does_not_take_are_one_line():
    with pytest.raises(InputError, match=r"\(1, 5, 4\)") as raised:
        ForeignModel(Posterior(), make_decoder(), SHAPE).export(np.zeros((2, 1, 5, 4), np.float32))
    assert "\n" not in str(raised.value)
