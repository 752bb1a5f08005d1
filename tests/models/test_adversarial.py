"""The encoder against a discriminator of codes."""

from dataclasses import replace

import pytest

from latent_explorer.config import Objective
from tests.models.conftest import NETWORK, build, diagnostics, generator


@pytest.mark.slow
def test_the_discriminator_is_near_chance(trained, test_images):
    """Its own verdict. Where the encoder does not play against it (weight 0), it is right nearly always."""
    network = replace(NETWORK, latent_dim=2)
    idle, game = (trained(Objective("adversarial", weight=weight), network) for weight in (0.0, 50.0))
    assert diagnostics(idle, test_images)["discriminator_accuracy"] > 0.85
    assert 0.4 < diagnostics(game, test_images)["discriminator_accuracy"] < 0.68


def test_the_encoder_does_not_teach_the_discriminator_nor_the_other_way_round(test_images):
    model = build(Objective("adversarial"))
    parts = model.loss(test_images, generator())
    parts["fooling"].backward(retain_graph=True)
    assert all(p.grad is None for p in model.discriminator.parameters())
    model.zero_grad()
    parts["discrimination"].backward()
    assert all(p.grad is None for p in model.encoder.parameters())
    assert any(p.grad.abs().max() > 0 for p in model.discriminator.parameters())
