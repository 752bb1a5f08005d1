"""A network that reads and writes rows."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from latent_explorer import models
from latent_explorer.config import Model, Objective
from latent_explorer.errors import InputError
from tests.models.conftest import SETTINGS, build, mse


@pytest.mark.slow
def test_a_sequence_network_reads_and_writes_rows(trained, test_images):
    network = Model(network="sequence", latent_dim=8, hidden=(32,))
    model = trained(Objective("plain"), network, replace(SETTINGS, epochs=18, learning_rate=1e-2))
    average = test_images.mean(dim=0, keepdim=True)
    assert mse(model, test_images, test_images) < 0.7 * float(F.mse_loss(average.expand_as(test_images), test_images))
    assert model.encoder(test_images).shape == (len(test_images), 64)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 9)])
@pytest.mark.parametrize("hidden", [(6,), (6, 10)])
def test_sequences_of_any_shape(shape, hidden):
    model = models.build(Model(network="sequence", latent_dim=3, hidden=hidden), Objective("variational"), shape)
    x = torch.rand(4, *shape)
    assert model.encode(x).shape == (4, 3)
    assert model.decode(model.encode(x)).shape == x.shape


def test_a_sequence_network_without_a_width_is_refused():
    with pytest.raises(InputError, match=r"model\.hidden"):
        build(Objective("plain"), Model(network="sequence", hidden=()))
