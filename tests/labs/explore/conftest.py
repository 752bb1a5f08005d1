"""Explore with a pinned dot, with a clicked sample, and with models of which one is a plane."""

import pytest

from latent_explorer.scene.events import Leave, Move
from tests import stage
from tests.labs.explore.on_screen import NOTEBOOK, WIDE
from tests.stage import begin, click, dot_px, play


@pytest.fixture
def clicked(world):
    """A sample was clicked, and its numbers have come to rest."""
    start = begin(world, size=NOTEBOOK, animate_maps=False)
    x, y = dot_px(start, 7)
    return play(start, *click((x + 2, y - 1)), Leave())


@pytest.fixture
def pinned(world):
    """A dot is pinned, and the mouse is off the map."""
    state = play(begin(world, size=WIDE), *stage.WITHOUT_WAY)
    return play(state, *click(dot_px(state, 7)), Move((3.0, 3.0)))


@pytest.fixture(scope="module")
def planes():
    return stage.World(first=stage.make_checkpoint("first", seed=1), plane=stage.make_plane_model())
