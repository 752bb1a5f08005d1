"""All objectives: their traits are what they do."""

import math

import pytest
import torch

from latent_explorer import models
from latent_explorer.config import Objective, objectives
from tests.models.conftest import build, diagnostics, generator


def test_every_objective_that_a_config_may_name_is_there():
    assert tuple(models.OBJECTIVES) == tuple(objectives.OBJECTIVES)
    assert all("traits" in vars(kind) for kind in models.OBJECTIVES.values()), "not those of the class it extends"


@pytest.mark.parametrize("name", models.OBJECTIVES)
def test_its_traits_are_what_the_model_does(test_images, name):
    traits, x = objectives.OBJECTIVES[name], test_images[:40]
    model = build(Objective(name, classes=10)).eval()
    assert model.traits is traits

    def loss(**settings) -> dict[str, torch.Tensor]:
        return build(Objective(name, classes=10, **settings)).eval().loss(x, generator())

    def encode(told: int) -> torch.Tensor:
        return model.condition_on(torch.full((40,), told)).encode(x)

    assert traits.variational == hasattr(model, "posterior")
    assert traits.has_codebook == hasattr(model, "codebook")
    assert traits.generative == hasattr(model, "sample")
    assert not traits.generative or model.sample(3, generator()).shape[1:] == (3, 8)
    assert traits.conditional == (not torch.equal(encode(1), encode(2)))
    assert traits.has_prior == (not {"kl", "mmd", "fooling"}.isdisjoint(loss())), "a distance to N(0, 1)"
    assert traits.has_own_loss == torch.equal(loss(loss="bce")["reconstruction"], loss(loss="mse")["reconstruction"])
    assert traits.denoises == (not torch.equal(loss(noise_level=0.1)["loss"], loss(noise_level=1.0)["loss"]))
    assert traits.is_plain == (type(model) is models.Autoencoder)


@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_figures_are_finite_numbers(test_images, objective):
    found = diagnostics(build(Objective(objective, classes=10)).eval(), test_images)
    assert all(math.isfinite(value) for value in found.values())
