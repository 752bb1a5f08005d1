"""Only what is finite and near the view is drawn."""

import math

import pygame
import pytest

from latent_explorer.ui.render.near_view import MARGIN, clip_line, is_near

VIEW = pygame.Rect(10, 20, 100, 50)


@pytest.mark.parametrize(
    ("px", "near"),
    [((50, 40), True), ((10 - MARGIN, 20), True), ((9 - MARGIN, 20), False), ((math.nan, 40), False),
     ((50, math.inf), False)],
)  # fmt: skip
def test_a_position_is_near(px, near):
    assert is_near(px, VIEW) == near


def test_a_line_near_the_view_stays_itself():
    points = [(0.0, 0.0), (50.0, 40.0), (120.0, 60.0)]
    assert clip_line(points, VIEW) == [points]
    assert clip_line(points[:1], VIEW) == []


def test_a_far_line_is_cut_and_keeps_its_direction():
    ((start, end),) = clip_line([(50.0, 40.0), (50.0 + 1e9, 40.0 + 1e9)], VIEW)
    assert start == pytest.approx((50, 40), abs=1)
    assert is_near(end, VIEW)
    assert end[0] - start[0] == pytest.approx(end[1] - start[1], abs=2)


def test_points_that_are_no_numbers_break_it():
    pieces = clip_line([(20.0, 30.0), (30.0, 30.0), (math.nan, 0.0), (40.0, 30.0), (50.0, 30.0)], VIEW)
    assert [(round(a[0]), round(b[0])) for a, b in pieces] == [(20, 30), (40, 50)]
