"""Models that were trained on the digits, once each, and what is asked of them."""

import pytest
import torch
from torch.nn import functional as F

from latent_explorer import models, training
from latent_explorer.config import Model, Objective, Training
from latent_explorer.data.datasets import to_floats

SETTINGS = Training(epochs=12, batch_size=32, learning_rate=5e-3)
NETWORK = Model(latent_dim=8, hidden=(64,), activation="silu")
SHAPE = (1, 8, 8)


def build(objective: Objective, network: Model = NETWORK) -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(network, objective, SHAPE)


@pytest.fixture(scope="session")
def trained(digits):
    """A model of an objective trained on the digits; each is trained once."""
    kept: dict[object, models.Autoencoder] = {}

    def make(objective: Objective, network: Model = NETWORK, settings: Training = SETTINGS) -> models.Autoencoder:
        key = (objective, network, settings)
        if key not in kept:
            kept[key] = build(objective, network)
            training.fit(kept[key], digits.train.images, settings, labels=digits.train.labels)
        return kept[key]

    return make


@pytest.fixture(scope="session")
def test_images(digits):
    return to_floats(digits.test.images)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def diagnostics(model: models.Autoencoder, x: torch.Tensor) -> dict[str, float]:
    with torch.no_grad():
        return model.compute_diagnostics(x, model.encode(x), generator())


def mse(model: models.Autoencoder, given: torch.Tensor, clean: torch.Tensor) -> float:
    with torch.no_grad():
        return float(F.mse_loss(model.decode(model.encode(given)), clean))
