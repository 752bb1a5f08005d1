"""Interpolate with its first two anchors, and without any."""

import pytest

from latent_explorer.scene.events import Key
from tests.stage import begin, play


@pytest.fixture
def start(world):
    return begin(world, "interpolate")


@pytest.fixture
def cleared(start):
    return play(start, Key("c"))
