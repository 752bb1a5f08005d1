"""The transition between two maps: how far the dots are on their way."""

import pytest

from latent_explorer.scene.events import Set, Tick
from tests.scene.maps import find_dots
from tests.stage import begin, play


def test_the_dots_go_from_one_map_to_the_other(world):
    state = play(begin(world), Set("map", "pca"))
    ways = []
    for now in (10.0, 10.2, 10.3, 10.4, 10.59):
        state = play(state, Tick(now))
        assert (find_dots(state).previous_map, find_dots(state).map_name) == ("tsne", "pca")
        ways.append(find_dots(state).progress)
    assert ways[0] == 0
    assert ways == sorted(ways)
    assert ways[2] == pytest.approx(0.5)
    assert ways[1] < 0.3  # slowly off, slowly in
    assert ways[4] > 0.99
    state = play(state, Tick(10.61))
    assert state.map_task.transition is None
    assert find_dots(state).previous_map == ""
