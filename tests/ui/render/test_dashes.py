import math

import pytest

from latent_explorer.ui.render.dashes import compute_arrowhead, split_into_dashes


def test_dashes_cover_half_of_a_line_and_go_on_through_its_corners():
    pieces = split_into_dashes([(0, 0), (100, 0), (100, 100)], 10)
    assert sum(math.dist(a, b) for a, b in pieces) == pytest.approx(100, abs=10)
    assert all(math.dist(a, b) <= 10 + 1e-6 for a, b in pieces)
    assert pieces[0][0] == (0, 0)
    assert split_into_dashes([(3, 3), (3, 3)], 10) == []


def test_an_arrowhead_points_along_the_end_of_its_line():
    tip, left, right = compute_arrowhead([(0, 0), (50, 0), (50, 40), (50, 40)], 10)
    assert tip == (50, 40)
    assert left[1] == pytest.approx(right[1])
    assert left[1] < 40
    assert compute_arrowhead([(5, 5), (5, 5)], 10) is None
