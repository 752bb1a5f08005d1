"""The shipped models of digits, of which one never saw a 6."""

import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.data import datasets
from latent_explorer.errors import MissingDatasetError
from latent_explorer.labs.anomaly import out_of_distribution
from tests.labs import shipped
from tests.labs.anomaly.on_screen import NAME
from tests.stage import begin


@pytest.fixture
def digits():
    return shipped.world()


@pytest.fixture
def start(digits):
    return begin(digits, "anomaly", (1280, 800), models=(NAME, "digits-vae"))


@pytest.fixture(scope="session")
def digits_at_hand():
    """The shipped model that never saw a 6, and its data set."""
    made = checkpoint_file.load(NAME, "cpu")
    return {NAME: made}, {made.data_key: datasets.load(made.config.data, seed=made.config.training.seed)}


@pytest.fixture
def mnist_is_missing(monkeypatch):
    def refuse(data_dir):
        raise MissingDatasetError(str(data_dir))

    monkeypatch.setattr(out_of_distribution, "load_mnist", refuse)
