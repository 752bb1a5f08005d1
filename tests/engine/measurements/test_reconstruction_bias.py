"""Figures against a stand-in for an original: how near the truth they come."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.data import datasets
from latent_explorer.engine.measurements import reconstruction_bias
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compress.queries import LatentReconstruction
from latent_explorer.labs.denoise.queries import Denoising, NoiseCurve
from tests.stage import AWAY

SOURCE, OTHER = "digits-anomaly", "digits-vae"


@pytest.fixture(scope="module")
def digits():
    made = {name: checkpoint_file.load(name, "cpu") for name in (SOURCE, OTHER)}
    first = made[SOURCE]
    return made, {first.data_key: datasets.load(first.config.data, seed=first.config.training.seed)}


def test_errors_add_up():
    assert reconstruction_bias.add_error(20.0, 0.01) == pytest.approx(20 - 10 * np.log10(2))
    assert reconstruction_bias.add_error(60.0, 0.0) == 60.0


def test_nothing_is_added_where_nothing_stands_in_or_nothing_is_known(world):
    first = world["first"]
    assert reconstruction_bias.get_reconstruction_error(first, AWAY) == first.metrics["test"]["mse"]
    assert reconstruction_bias.get_reconstruction_error(first, "") == 0
    assert reconstruction_bias.get_reconstruction_error(replace(first, metrics={}), AWAY) == 0
    assert [reconstruction_bias.get_qualifier(*one) for one in (("", 0.1), ("it", 0.1), ("it", 0.0))] == [
        "",
        "about",
        "at most",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["gaussian", "masking", "salt_and_pepper"])
def test_without_the_data_set_a_curve_is_about_that_with_it(digits, noise):
    """Of both models, whichever of them drew the stand-in: by ten decibels, were nothing added."""
    made, originals = digits
    for model in (SOURCE, OTHER):
        here, away = (NoiseCurve(model, SOURCE, noise).answer(QueryContext(made, where)) for where in (originals, {}))
        assert (here.qualifier, away.qualifier) == ("", "about")
        assert np.abs(away.restored_psnr - here.restored_psnr).max() < 2.0
        assert (away.restored_psnr < here.restored_psnr + 0.5).all(), "not flattered"
        assert away.noisy_psnr == pytest.approx(here.noisy_psnr, abs=1.0), "noise is the same on any picture"


@pytest.mark.slow
def test_single_pictures_are_not_flattered_on_average(digits):
    made, originals = digits
    off: dict[str, list[float]] = {"denoise": [], "compress": []}
    for dot in range(0, 1000, 40):
        cleaning = Denoising(SOURCE, "tsne", SOURCE, Dot(dot), "gaussian", 0.05, 1)
        here, away = (cleaning.answer(QueryContext(made, where)) for where in (originals, {}))
        assert (here.qualifier, away.qualifier) == ("", "about")
        off["denoise"].append(away.restored_quality.psnr - here.restored_quality.psnr)
        here, away = (
            LatentReconstruction(SOURCE, Dot(dot), 8).answer(QueryContext(made, where)) for where in (originals, {})
        )
        assert (here.qualifier, away.qualifier) == ("", "about")
        off["compress"].append(away.compressed.psnr - here.compressed.psnr)
    assert {name: abs(np.mean(values)) < 2.5 for name, values in off.items()} == {"denoise": True, "compress": True}
