"""Pixels that are far off count little."""

from dataclasses import replace

import pytest
import torch

from latent_explorer import training
from latent_explorer.config import Objective
from latent_explorer.data.datasets import to_floats
from latent_explorer.models import robust
from tests.models.conftest import SETTINGS, build, generator, mse


def test_correntropy_is_half_the_squared_error_near_zero_and_bounded_far_off():
    assert float(robust.compute_correntropy_loss(torch.tensor(0.01), 1.0)) == pytest.approx(0.01**2 / 2, rel=1e-3)
    assert float(robust.compute_correntropy_loss(torch.tensor(100.0), 0.5)) == pytest.approx(0.25)


@pytest.mark.slow
def test_outlier_pixels_hurt_less_than_with_squared_error(digits, test_images):
    """A fifth of the pixels of every training picture is white by accident."""
    x = to_floats(digits.train.images)
    hit = torch.rand(x.shape, generator=generator()) < 0.2
    spoilt = torch.where(hit, torch.ones_like(x), x).mul(255).to(torch.uint8)
    errors = []
    for objective in (Objective("plain", loss="mse"), Objective("robust", sigma=0.3)):
        model = build(objective)
        training.fit(model, spoilt, replace(SETTINGS, epochs=20))
        noisy = torch.where(torch.rand(test_images.shape, generator=generator()) < 0.2, 1.0, test_images)
        errors.append(mse(model, noisy, test_images))
    assert errors[1] < 0.9 * errors[0]
