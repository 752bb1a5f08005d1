"""Ways on a map: solid only where the map goes along."""

import numpy as np
import pytest

from latent_explorer.scene import map_path
from latent_explorer.scene.items import Line, Marker
from latent_explorer.scene.rect import Rect

RECT = Rect(0, 0, 400, 400)


def make(xy, **options):
    jumps = map_path.find_jumps(np.asarray(xy, np.float32), 0.005)
    return map_path.make_items([(400 * x, 400 * y) for x, y in xy], jumps, RECT, "accent", 4, **options)


@pytest.mark.parametrize("count", [2, 25, 121])
def test_a_straight_way_is_one_solid_line(count):
    (line,) = make([(x, 0.5) for x in np.linspace(0.1, 0.9, count)])
    assert not line.dashed
    assert len(line.points) == count


def test_a_jump_is_a_dashed_link_and_the_solid_pieces_end_there():
    there, here = [(0.1 + 0.001 * i, 0.2) for i in range(20)], [(0.8, 0.7 + 0.001 * i) for i in range(20)]
    link, first, second = make(there + here)
    assert (link.dashed, first.dashed, second.dashed) == (True, False, False)
    assert link.points == (first.points[-1], second.points[0])
    assert len(first.points) == len(second.points) == 20
    assert all(not one.dashed for one in make(there + here, show_jumps=False))


def test_a_point_between_two_jumps_is_a_dot():
    way = [(0.1, 0.1)] * 10 + [(0.5, 0.9)] + [(0.9, 0.1)] * 10
    (dot,) = [one for one in make(way) if isinstance(one, Marker)]
    assert dot.px == pytest.approx((200, 360))
    assert sum(isinstance(one, Line) and one.dashed for one in make(way)) == 2
