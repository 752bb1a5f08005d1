"""Marks around what a lesson's page points at: each where that is, and a line about what is not on the screen."""

import math
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.map_layers import map_grid
from latent_explorer.engine.map_layers.map_grid import Grid
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, HeatMapValue
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import lesson_target
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Image, Map, Panel, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import lesson, lesson_marks, lesson_pointer, view
from tests.stage import EMPTY, answered, begin, make_world, map_rect, of_kind, play, px_of

CONTROLS = {"layer": Rect(200, 50, 100, 30), "view": Rect(800, 10, 90, 30)}
BLACK = np.zeros((4, 4, 3), np.uint8)
PLACE = Target("place", xy=(0.3, 0.7))


def point_at(*targets: Target, lab: str = "explore", **changes):
    """A page that points at something, set up with the pointer in the middle of the map."""
    state = begin(make_world(), lab, **changes)
    state = lesson.start_lesson(state, Lesson("Digits", (Page("One.", point_at=targets),)))
    px = px_of(state, EMPTY)
    return lesson_pointer.hold(play(lesson_pointer.begin(state), Move(px)), px)


def mark(state, results=None):
    shown = view.make_lab_view(state, answered(state))
    return lesson_marks.make_items(state, results or Results(), CONTROLS, shown)


def say_missing(state, results=None) -> str:
    return lesson_marks.find_missing(state, results or Results(), CONTROLS)


def make_heat(values: np.ndarray) -> HeatMapValue:
    """Distances over the whole map, (n, n) with rows upwards."""
    return HeatMapValue(
        "distance", Grid(0.0, 0.0, 1.0), values.astype(np.float32), None, np.ones_like(values), 0, 2, True
    )


def test_a_place_and_the_pointer_have_a_ring():
    state = point_at(PLACE, Target("pointer"))
    rings = mark(state)
    assert [one.is_ring for one in rings] == [True, True]
    assert rings[0].rect.centre == pytest.approx(px_of(state, (0.3, 0.7)), abs=1)
    assert rings[1].rect.centre == pytest.approx(px_of(state, EMPTY), abs=1)


@pytest.mark.parametrize(
    ("word", "find"),
    [
        ("map", lambda layout: layout.maps[0]),
        ("picture", lambda layout: layout.parts["picture"]),
        ("legend", lambda layout: layout.legend),
        ("control layer", lambda layout: CONTROLS["layer"]),
        ("control theme", lambda layout: CONTROLS["view"]),
    ],
)
def test_parts_and_controls_have_an_outline(word, find):
    state = point_at(lesson_target.parse(word))
    (found,) = mark(state)
    assert (found.rect, found.is_ring) == (find(LABS["explore"].get_layout(state)), False)


def test_a_part_has_no_outline_before_anything_is_shown_in_it():
    state = point_at(Target("part", "picture"), Target("map"))
    rect = LABS["explore"].get_layout(state).parts["picture"]
    around = Rect(rect.x - 9, rect.y - 9, rect.width + 99, rect.height + 99)
    empty = Panel(rect), Text(rect, ""), Text(replace(rect, x=rect.right), "beside it"), Text(around, "Fitting")
    for shown, count in ((empty, 1), ((*empty, Text(rect, "Loading")), 2), ((Image(rect, BLACK),), 2)):
        assert len(lesson_marks.make_items(state, Results(), CONTROLS, shown)) == count


def test_rows_that_follow_each_other_have_one_outline():
    state = point_at(*map(lesson_target.parse, ("head", "numbers 0", "numbers 1")), lab="compare", size=(1400, 900))
    parts = LABS["compare"].get_layout(state).parts
    (found,) = mark(state)
    assert (found.rect.y, found.rect.bottom) == (parts["head"].y, parts["numbers 1"].bottom)
    beside = point_at(*map(lesson_target.parse, ("strip 0", "numbers 0")), lab="compare", size=(1400, 900))
    assert len(mark(beside)) == 2


def test_the_dots_of_a_class_are_outlined_and_its_chip():
    state = point_at(Target("class", "two"))
    shown = view.add_overlays(view.make_lab_view(state, Results()), state, Results())
    assert [one.outlined for one in of_kind(shown, Map)] == [frozenset({2})]
    (chip,) = mark(state)
    assert LABS["explore"].get_layout(state).legend.contains(chip.rect.centre)


def test_holes_are_the_places_that_are_farthest_from_the_data():
    count = map_grid.NODES_PER_SIDE
    at = np.arange(count) / (count - 1)
    across, up = np.meshgrid(at, at)
    far = np.where((abs(across - 0.7) < 0.1) & (abs(up - 0.3) < 0.1), 2.0, 0.9)
    far[(abs(across - 0.15) < 0.05) & (abs(up - 0.75) < 0.05)] = 1.5
    state = point_at(Target("holes"))
    assert all(isinstance(one, HeatMap) and one.kind == "distance" for one in lesson_marks.make_queries(state).values())
    results = Results()
    assert mark(state, results) == []  # it is not computed yet
    assert say_missing(state, results) == ""
    results.put("holes 0", make_heat(np.zeros_like(far)))
    assert say_missing(state, results).startswith("holes arrived; there is no place where codes are farther")
    results.put("holes 0", make_heat(far))
    rings = mark(state, results)
    assert rings[0].rect.centre == pytest.approx(px_of(state, (0.7, 0.3)), abs=8)
    assert rings[0].rect.width == pytest.approx(0.2 * map_rect(state).shorter_side, abs=8)
    second = [one.rect.centre for one in rings].index(
        min((one.rect.centre for one in rings), key=lambda px: math.dist(px, px_of(state, (0.15, 0.75))))
    )
    assert math.dist(rings[second].rect.centre, px_of(state, (0.15, 0.75))) < 12
    brighter = np.where((abs(across - 0.15) < 0.02) & (abs(up - 0.75) < 0.02), 3.0, far)
    results.put("holes 0", make_heat(brighter))  # a small place that is farther comes before a large one
    assert mark(state, results)[0].rect.centre == pytest.approx(px_of(state, (0.15, 0.75)), abs=8)
    assert all(math.dist(one.rect.centre, px_of(state, (0.5, 0.5))) > 20 for one in rings)
    assert lesson_marks.make_queries(point_at(PLACE)) == {}


def test_they_go_when_the_mouse_is_taken_and_while_the_page_is_set_up():
    state = point_at(PLACE)
    assert mark(state)
    assert mark(play(state, Key("f4"))) == []
    assert mark(lesson_pointer.begin(state)) == []


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("class nine", "class nine arrived; one of the classes zero, one, two is allowed"),
        ("control colour", "control colour arrived; one of the controls layer, view is allowed"),
        ("picturs", "picturs arrived; [x, y], pointer, map, layer, holes, class NAME, control NAME, or one of"),
        ("layer", "layer arrived; a step has to choose a layer first"),
    ],
)  # fmt: skip
def test_what_is_not_on_the_screen_is_said(word, said):
    assert said in say_missing(point_at(lesson_target.parse(word)))


def test_a_place_beside_the_view_and_a_hidden_class_are_not_on_the_screen():
    zoomed = play(point_at(PLACE), *[Key("+")] * 12)
    assert say_missing(zoomed).startswith("[0.3, 0.7] arrived; a place within")
    hidden = point_at(Target("class", "two"), hidden=frozenset({"two"}))
    assert "one of the classes zero, one is allowed" in say_missing(hidden)
    small = point_at(Target("part", "strip"))
    layout = LABS["explore"].get_layout(small)
    parts = {name: rect for name, rect in layout.parts.items() if name != "strip"}
    small.at_rest.derived["layout", "explore"] = replace(layout, parts=parts, left_out={"strip": "the strip"})
    assert say_missing(small) == "strip arrived; the window has no room for it now"
    nowhere = point_at(Target("pointer"))
    nowhere = lesson_pointer.hold(nowhere.with_hover(None), None)
    assert "has to move the pointer" in say_missing(nowhere)


def test_all_that_is_there_is_no_error():
    state = point_at(PLACE, Target("pointer"), Target("map"), Target("control", "layer"))
    assert say_missing(state) == ""
    assert say_missing(replace(play(state, Set("lab", "compare")))) == ""
