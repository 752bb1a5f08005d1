"""A denoising autoencoder restores what a plain one does not."""

from dataclasses import replace

import pytest

from latent_explorer.config import Objective
from latent_explorer.data.corruption import CORRUPTION_KINDS, corrupt
from tests.models.conftest import SETTINGS, generator, mse


@pytest.mark.slow
@pytest.mark.parametrize("kind", CORRUPTION_KINDS)
def test_denoising_beats_the_plain_one_at_every_level(trained, test_images, kind):
    longer = replace(SETTINGS, epochs=30)
    plain = trained(Objective("plain"), settings=longer)
    denoising = trained(Objective("denoising", noise=kind, noise_level=0.6), settings=longer)
    for level, factor in ((0.15, 1.0), (0.3, 0.75), (0.45, 0.7), (0.6, 0.7)):
        noisy = corrupt(test_images, kind, level, generator())
        assert mse(denoising, noisy, test_images) < factor * mse(plain, noisy, test_images)
