"""The encoder's body of every network."""

import pytest
import torch

from latent_explorer.config import Model
from latent_explorer.models import NETWORKS


@pytest.mark.parametrize("hidden", [(6,), (6, 10)])
@pytest.mark.parametrize("network", NETWORKS)
def test_it_is_as_wide_as_the_latent_head_is_told(network, hidden):
    shape = (2, 1, 32) if network == "cnn1d" else (2, 8, 12)
    body = NETWORKS[network].make_encoder(shape, Model(network=network, latent_dim=3, channels=(4, 5), hidden=hidden))
    assert body(torch.rand(3, *shape)).shape == (3, body.width)
