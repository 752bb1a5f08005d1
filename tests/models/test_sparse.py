"""A penalty leaves few units of a code active."""

import math
from dataclasses import replace

import pytest
import torch

from latent_explorer.config import Objective
from latent_explorer.models import sparse
from tests.models.conftest import NETWORK, diagnostics, mse


@pytest.mark.slow
def test_l1_leaves_few_units_active(trained, digits, test_images):
    wide = replace(NETWORK, latent_dim=64)
    plain, thin = trained(Objective("plain"), wide), trained(Objective("sparse", weight=0.3, warm_up=0.5), wide)
    with torch.no_grad():
        thin_share, plain_share = (sparse.measure_active_share(one.encode(test_images)) for one in (thin, plain))
    assert thin_share < 0.4 * plain_share
    assert mse(thin, test_images, test_images) < 0.04


@pytest.mark.slow
def test_kl_draws_the_mean_activation_to_rho(trained, test_images):
    network = replace(NETWORK, latent_dim=32)
    model = trained(Objective("sparse", sparsity="kl", rho=0.15, weight=3.0, warm_up=0.3), network)
    found = diagnostics(model, test_images)
    assert found["mean_activation"] == pytest.approx(0.15, abs=0.02)


def test_the_penalty_is_zero_at_rho_alone():
    assert float(sparse.compute_kl_to_rho(torch.full((7, 3), 0.2), 0.2)) == pytest.approx(0, abs=1e-6)
    for other in (0.1, 0.3):
        expected = 3 * (0.2 * math.log(0.2 / other) + 0.8 * math.log(0.8 / (1 - other)))
        assert float(sparse.compute_kl_to_rho(torch.full((7, 3), other), 0.2)) == pytest.approx(expected, rel=1e-4)
