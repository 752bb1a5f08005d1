"""What the Arithmetic lab shows: the equation, the groups on the map, and what their direction tells."""

import re
from dataclasses import replace

import pytest

from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic.queries import ShiftAlongDirectionValue
from latent_explorer.labs.arithmetic.separation import MIN_TEST_SAMPLES
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Leave, Set
from latent_explorer.scene.items import Chip, FilmStrip, Image, Line, Map, Marker
from tests import stage
from tests.labs.arithmetic.on_screen import answered
from tests.stage import change, click, dot_px, map_rect, of_kind, play, texts

LAB = LABS["arithmetic"]


def test_the_equation_is_four_pictures_of_which_the_result_can_be_covered(start):
    results = answered(start)
    view = LAB.make_view(start, results)
    parts = LAB.get_layout(start).parts
    pictures = {one.rect: one for one in of_kind(view, Image)}
    assert [pictures[parts[name]].reveals_answer for name in ("a", "b", "c", "result")] == [False, False, False, True]
    assert {"−", "+", "=", "A: class zero", "B: class one", "C: class two"} <= set(texts(view).split("\n"))
    assert len(of_kind(view, FilmStrip)) == 2


def test_the_map_shows_the_groups_and_where_the_result_lies(world, start):
    view = LAB.make_view(start, answered(start))
    (drawn,) = of_kind(view, Map)
    assert (drawn.dot_colours.palette_indices == world["first"].labels).all()
    assert len(drawn.dot_colours.palette) == 4
    assert {one.colour for one in of_kind(view, Chip)} == {None}  # no dot has the colour of its class
    marks = {one.label: one.px for one in of_kind(view, Marker) if one.label}
    assert set(marks) == {"A", "B", "C", "="}
    way = [line for line in of_kind(view, Line) if line.arrow and not line.dashed]
    assert way[0].points == (marks["C"], marks["="])
    assert map_rect(start).contains(marks["="])
    again = LAB.make_view(start, answered(start))
    assert of_kind(again, Map)[0].dot_colours.palette == drawn.dot_colours.palette


def test_a_paint_stays_the_same_array_from_frame_to_frame(start):
    results = answered(start)
    first, second = (of_kind(LAB.make_view(start, results), Map)[0].dot_colours for _ in range(2))
    assert first == second


def test_on_a_straight_map_it_says_that_the_arrows_are_equal(start):
    assert "straight" in texts(LAB.make_view(change(start, map_name="pca"), Results()))
    assert "straight" not in texts(LAB.make_view(start, Results()))


def test_groups_that_are_one_are_told_apart_no_better_than_by_a_coin(start):
    state = play(start, Set("b", "zero"), Leave())
    assert "better than a coin" in texts(LAB.make_view(state, answered(state)))


def test_before_anything_is_known_and_after_a_failure_something_is_said(start):
    assert LAB.make_view(start, Results())
    results = Results()
    results.put("equation", Failure(stage.BROKEN))
    assert stage.BROKEN in texts(LAB.make_view(start, results))


def test_how_well_the_groups_separate_is_said_in_plain_words(start):
    assert re.search(r"\d+ of 100 .*AUC \d", texts(LAB.make_view(start, answered(start))))
    few = play(start, *click(dot_px(start, 3)), Leave())
    assert f"{MIN_TEST_SAMPLES} samples" in texts(LAB.make_view(few, answered(few)))


@pytest.mark.parametrize("place", [-20.0, -3.2, -1.5, 0.4, 2.6, 7.0])
def test_the_mark_of_what_is_moved_stands_inside_the_histogram(start, place):
    results = answered(start)
    moved = results.get_value("moved", ShiftAlongDirectionValue)
    results.put("moved", replace(moved, position=place))
    (chart,) = of_kind(LAB.make_view(start, results), Chart)
    assert chart.x.low <= chart.cursors[0].x == place <= chart.x.high
    assert 0.0 in chart.x.choose_ticks(chart.max_x_ticks)
    assert not chart.x.label  # it would take the place of a number
