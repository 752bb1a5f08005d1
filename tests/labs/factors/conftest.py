"""The Factors lab with the table, and with the sliders of a face."""

import pytest

from latent_explorer.scene.events import Set
from tests.labs.factors.on_screen import WORLD
from tests.stage import begin, play


@pytest.fixture
def start():
    return play(begin(WORLD, "factors", (1366, 768), models=("drawn", "drawn again")), Set("count", "1"))


@pytest.fixture
def face(start):
    return play(start, Set("shown", "face"))
