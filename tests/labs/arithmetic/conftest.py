"""The Arithmetic lab with groups, and with a model of which attributes are known."""

import pytest

from tests import stage
from tests.stage import begin


@pytest.fixture
def shelf():
    return stage.World(stage.make_world(), known=stage.make_model_with_attributes())


@pytest.fixture
def attributed(shelf):
    return begin(shelf, "arithmetic", (1366, 768), models=("known", "first"))


@pytest.fixture
def start(world):
    return begin(world, "arithmetic", (1280, 840))
