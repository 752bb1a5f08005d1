"""The Cluster lab of the small made-up world."""

import pytest

from tests.stage import begin


@pytest.fixture
def start(world):
    return begin(world, "cluster", (1280, 840))
