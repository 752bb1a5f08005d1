"""Where the parts of the Cluster lab stand."""

from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from tests.labs.cluster.on_screen import LAB
from tests.stage import begin, play


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (600, 900), (320, 240)])
@pytest.mark.parametrize("method", ["kmeans", "dbscan"])
def test_the_wall_s_cells_lie_on_its_panel(world, size, method):
    state = play(begin(world, "cluster", size), Set("method", method))
    parts = LAB.get_layout(state).parts
    if "wall" in parts:
        for place, words in cluster_layout.place_cells(parts["wall"], 30, state.ui_scale):
            assert words.bottom <= parts["wall panel"].bottom
            assert place.right <= parts["wall panel"].right


@pytest.mark.parametrize("aspect", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("count", [1, 2, 12, 30])
def test_pictures_of_the_wall_are_alike_and_apart_with_their_text_below(count, aspect):
    wall = Rect(30, 20, 500, 400)
    cells = cluster_layout.place_cells(wall, count, 1.0, aspect)
    assert len(cells) == count
    assert len({place.size for place, _ in cells}) == 1
    place, words = cells[0]
    assert place.width / place.height == pytest.approx(aspect, rel=0.1)
    for place, words in cells:
        assert words.y == place.bottom
        assert words.centre[0] == pytest.approx(place.centre[0], abs=1)
        assert wall.contains((words.x, place.y))
        assert (words.right <= wall.right, words.bottom <= wall.bottom) == (True, True)
    for (_, first), (_, second) in pairwise(cells):
        assert second.x >= first.right or second.y >= first.bottom


def test_on_a_wall_twice_as_large_all_is_twice_as_large():
    for (width, height), count in (((400, 300), 12), ((400, 120), 7)):
        small, large = (
            cluster_layout.place_cells(Rect(0, 0, scale * width, scale * height), count, scale) for scale in (1, 2)
        )
        for one, two in zip(np.array(small, object).ravel(), np.array(large, object).ravel(), strict=True):
            assert (two.x, two.y, *two.size) == pytest.approx(
                (2 * one.x, 2 * one.y, 2 * one.width, 2 * one.height), abs=6
            )


def test_without_room_for_all_there_are_fewer_and_at_last_none():
    counts = [len(cluster_layout.place_cells(Rect(0, 0, side, side), 30, 1.0)) for side in (400, 60, 30, 8)]
    assert counts[0] == 30 > counts[1] > counts[2] > counts[3] == 0
