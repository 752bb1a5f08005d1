"""The shipped models of digits, and their data set."""

import pytest

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.data import datasets
from tests.labs import shipped
from tests.labs.compress.on_screen import NAME
from tests.stage import begin


@pytest.fixture
def digits():
    return shipped.world()


@pytest.fixture
def start(digits):
    return begin(digits, "compress", (1280, 800), models=(NAME, "digits-anomaly"))


@pytest.fixture(scope="session")
def digits_at_hand():
    made = checkpoint_file.load(NAME, "cpu")
    return {NAME: made}, {made.data_key: datasets.load(made.config.data, seed=made.config.training.seed)}
