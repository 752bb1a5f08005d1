"""Lettered markers on a map: legible also where what they mark coincides."""

import math
from itertools import combinations

import pytest

from latent_explorer.scene import marker_spread
from latent_explorer.scene.items import Line, Marker
from latent_explorer.scene.rect import Rect

MAP, OTHER = Rect(10, 20, 400, 300), Rect(500, 20, 400, 300)


def mark(px, label, size=10, clip=MAP, **changes):
    return Marker(px, clip, "accent", size, label, filled=True, **changes)


def markers(view):
    return {one.label: one for one in view if isinstance(one, Marker)}


@pytest.mark.parametrize("at", [(200, 150), (12, 22), (405, 310)])
def test_markers_on_one_spot_are_moved_apart_and_the_larger_one_gives_way(at):
    view = (mark(at, "R"), mark(at, "N"), mark(at, "C"), mark(at, "You", 15))
    spread = marker_spread.spread(view, (MAP, OTHER))
    found = markers(spread)
    assert found["C"].px == at  # drawn last among the smaller ones
    for a, b in combinations(found.values(), 2):
        assert math.dist(a.px, b.px) >= a.size + b.size
    leaders = [one for one in spread if isinstance(one, Line)]
    assert {one.points for one in leaders} == {(found[name].px, at) for name in ("R", "N", "You")}
    assert not any(isinstance(one, Line) for one in spread[3:])  # below the markers


def test_what_is_legible_is_left_as_it_is():
    view = (mark((100, 100), "A"), mark((118, 100), "B"), mark((100, 100), "", 4), mark((100, 100), "1", clip=OTHER))
    assert marker_spread.spread(view, (MAP, OTHER)) is view
    beside = (mark((100, 100), "1", clip=Rect(0, 400, 300, 60)), mark((100, 100), "2", clip=Rect(0, 400, 300, 60)))
    assert marker_spread.spread(beside, (MAP, OTHER)) is beside  # not on a map


def test_the_whole_map_moved_moves_them_alike():
    view = (mark((150, 150), "A"), mark((152, 151), "B"))
    first = markers(marker_spread.spread(view, (MAP,)))
    second = markers(marker_spread.spread((mark((180, 140), "A"), mark((182, 141), "B")), (MAP,)))
    for name in "AB":
        assert second[name].px == pytest.approx((first[name].px[0] + 30, first[name].px[1] - 10))


def test_a_leader_is_hidden_with_its_marker():
    view = (mark((150, 150), "R", reveals_answer=True), mark((150, 150), "C"))
    (leader,) = [one for one in marker_spread.spread(view, (MAP,)) if isinstance(one, Line)]
    assert leader.reveals_answer
