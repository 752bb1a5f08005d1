"""The films of each dimension beside the map of Explore."""

import re

import numpy as np
import pytest

from latent_explorer.labs.explore import traversals_view
from latent_explorer.labs.explore.state import find_resting_point, get_explore_state
from latent_explorer.labs.explore.traversals import STEPS, DimensionEffects, Traversals, TraversalsValue
from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.items import Bars, FilmStrip, Line
from latent_explorer.scene.rect import Rect
from tests import stage
from tests.labs.explore.on_screen import LAB, dragged
from tests.stage import dot_px, of_kind, play, texts


def test_h_shows_the_films_and_the_strip_gives_way(pinned):
    state = play(pinned, Key("h"))
    wanted = LAB.make_queries(state)
    assert wanted["films"].code == find_resting_point(state)
    layout = LAB.get_layout(state)
    assert "films" in layout.parts
    assert "strip" not in layout.parts
    assert "films" not in LAB.make_queries(play(state, Key("h")))


def test_why_and_films_take_turns(pinned):
    both = play(pinned, Key("h"), Key("w"))
    assert (get_explore_state(both).films, get_explore_state(both).switches.on) == (False, True)
    again = play(both, Key("h"))
    assert (get_explore_state(again).films, get_explore_state(again).switches.on) == (True, False)


def test_the_rows_are_ranked_by_the_code_at_rest_and_show_the_one_under_the_mouse(world, pinned):
    state = play(pinned, Key("h"), Move(dot_px(pinned, 33)))
    state = play(state, Move(dot_px(state, 33)))
    asked: Traversals = LAB.make_queries(state)["films"]
    assert asked.code.xy == pytest.approx(world["first"].atlas.xy[33].tolist())
    assert asked.ranking_latent == find_resting_point(state)
    changed = dragged(play(pinned, Key("h")))
    asked = LAB.make_queries(changed)["films"]
    assert asked.ranking_latent.changes == ()
    assert asked.code.changes


def test_each_row_is_a_film_with_the_place_of_the_code_framed(pinned):
    state = play(pinned, Key("h"))
    results = stage.answered(state)
    value: TraversalsValue = results.get_value("films", TraversalsValue)
    view = LAB.make_view(state, results)
    rows = [one for one in of_kind(view, FilmStrip) if one.cells == STEPS]
    assert [one.pictures for one in rows] == list(value.pictures)
    frames = [one for one in of_kind(view, Line) if len(one.points) == 5]
    for film, now, framed in zip(rows, value.deviations, frames, strict=True):
        place = film.picture_rects[round(now) + STEPS // 2]
        assert framed.points[0] == (place.x, place.y)
    said = texts(view)
    assert all(f"z {one + 1}" in said for one in value.dimensions)


def test_a_row_under_the_mouse_names_its_bar(pinned):
    state = play(pinned, Key("h"))
    rect = LAB.get_layout(state).parts["films"]
    _, _, rows, _ = traversals_view.split_panel(rect, state.ui_scale)
    over = play(state, Move((rows[1].x + 20.0, rows[1].centre[1])))
    results = stage.answered(over)
    value: TraversalsValue = results.get_value("films", TraversalsValue)
    (shown,) = of_kind(LAB.make_view(over, results), Bars)
    assert shown.highlighted == value.dimensions[1]


def test_y_turns_pages_only_while_they_are_shown(pinned):
    assert play(pinned, Key("y")).lab_states == pinned.lab_states
    state = play(pinned, Key("h"), Key("y"))
    assert LAB.make_queries(state)["films"].page == 1
    assert LAB.make_queries(play(state, Key("Y")))["films"].page == 0


@pytest.mark.parametrize(
    ("silent", "off", "counts", "names_kl"),
    [
        ((1, 2, 3), (1, 2, 3), ["3"], True),
        ((1,), (1,), [], True),
        ((1, 2, 3), (2,), ["3", "1"], True),
        ((1, 2), (), ["2"], False),
    ],
)
def test_what_does_nothing_is_said_in_words(silent, off, counts, names_kl):
    effects = DimensionEffects(np.arange(4), np.zeros(4, np.float32), silent, off)
    said = traversals_view.describe_silent(TraversalsValue(effects, 0, 1, (), (), ()))
    assert (re.findall(r"\d", said), "KL" in said) == (counts, names_kl)


def test_nothing_is_said_where_every_dimension_does_something():
    effects = DimensionEffects(np.arange(4), np.zeros(4, np.float32), (), ())
    assert traversals_view.describe_silent(TraversalsValue(effects, 0, 1, (), (), ())) == ""


@pytest.mark.parametrize("aspect", [0.4, 1.0, 3.0])
@pytest.mark.parametrize(("width", "height"), [(550, 600), (240, 260)])
def test_rows_of_films_lie_between_the_names_and_the_foot_and_are_found_there(
    pinned, width, height, aspect, monkeypatch
):
    monkeypatch.setitem(vars(pinned.get_checkpoint(0)), "picture_aspect", aspect)
    rect = Rect(30, 40, width, height)
    title, names, rows, foot = traversals_view.split_panel(rect, pinned.ui_scale, aspect)
    assert rect.y < title.y < title.bottom <= names.y < names.bottom <= rows[0].y
    assert rows[-1].bottom <= foot.y < foot.bottom <= rect.bottom
    for k, row in enumerate(rows):
        at = 0.5, (row.centre[1] - rect.y) / (rect.height - 1)
        assert traversals_view.find_row_at(at, pinned, rect) == k
    assert traversals_view.find_row_at((0.5, 0.0), pinned, rect) is None
