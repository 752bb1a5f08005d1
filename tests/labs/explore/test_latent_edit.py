"""The latent vector in Explore: its bars are dragged, its dimensions shown, its codes kept as bookmarks."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.base_queries import Point
from latent_explorer.engine.latent_edit_query import EditedLatent
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import bookmarks, latent_bars, traversals_view
from latent_explorer.labs.explore.state import (
    MAX_BOOKMARKS,
    find_resting_point,
    get_explore_state,
    list_bookmarks,
    with_explore_state,
)
from latent_explorer.labs.explore.traversals import STEPS, DimensionEffects, Traversals, TraversalsValue
from latent_explorer.scene.events import DoubleClick, Key, Move, Press, Release, Set
from latent_explorer.scene.items import Bars, FilmStrip, Image, Line, Marker
from latent_explorer.shell import session
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import begin, click, dot_px, drag, of_kind, play, texts

LAB = LABS["explore"]
WIDE = (1280, 800)


@pytest.fixture
def pinned(world):
    """A dot is pinned, and the mouse is off the map."""
    state = play(begin(world, size=WIDE), *stage.WITHOUT_WAY)
    return play(state, *click(dot_px(state, 7)), Move((3.0, 3.0)))


def bar_px(state, dimension: int, height: float, count: int = 4):
    """The middle of a bar's column, `height` from 0 at the bottom to 1 at the top."""
    rect = LAB.get_layout(state).parts["bars"]
    return rect.x + rect.width * (dimension + 0.5) / count, rect.y + (1 - height) * (rect.height - 1)


def dragged(state, dimension: int = 2, start: float = 0.5, end: float = 1.0):
    return play(state, *drag(bar_px(state, dimension, start), bar_px(state, dimension, end)))


# -- bars ---------------------------------------------------------------------------------------------


def test_dragging_a_bar_sets_that_dimension_to_where_the_mouse_is(world, pinned):
    state = dragged(pinned, 2, 0.5, 1.0)
    ((dimension, value),) = find_resting_point(state).changes
    assert dimension == 2
    assert value == pytest.approx(world["first"].bar_scale, rel=1e-3)
    halfway = dragged(pinned, 2, 1.0, 0.5)
    assert find_resting_point(halfway).changes[0][1] == pytest.approx(0, abs=0.02 * world["first"].bar_scale)


def test_a_drag_that_wanders_over_other_bars_keeps_to_its_own(pinned):
    state = play(pinned, *drag(bar_px(pinned, 1, 0.5), bar_px(pinned, 3, 0.9)))
    assert [one for one, _ in find_resting_point(state).changes] == [1]


def test_the_picture_and_the_place_follow_the_bar(pinned):
    state = dragged(pinned)
    wanted = LAB.make_queries(state)
    assert wanted["moved"] == EditedLatent("first", find_resting_point(state), "tsne")
    assert "point" not in wanted
    results = stage.answered(state)
    view = LAB.make_view(state, results)
    moved = results.get_value("moved", object)
    pictures = [one.picture for one in of_kind(view, Image)]
    assert any(one is moved.picture for one in pictures)
    (marker,) = [one for one in of_kind(view, Marker) if one.label == "z"]
    camera, rect = state.get_camera(0), LAB.get_layout(state).maps[0]
    assert marker.px == pytest.approx(camera.to_px(moved.xy, rect))
    assert marker.reveals_answer  # its place tells what the covered picture is
    assert "z 3 of 4 = " in texts(view)


def test_on_the_map_the_point_under_the_mouse_is_shown_all_the_same(pinned):
    state = play(dragged(pinned), Move(dot_px(pinned, 30)))
    wanted = LAB.make_queries(state)
    assert isinstance(wanted["point"], Point)
    assert "moved" not in wanted


def test_r_and_a_double_click_give_dimensions_back(pinned):
    state = dragged(dragged(pinned, 2), 0)
    assert len(find_resting_point(state).changes) == 2
    px = bar_px(state, 2, 0.5)
    one = play(state, Move(px), DoubleClick(px), Release(px))
    assert [dimension for dimension, _ in find_resting_point(one).changes] == [0]
    assert find_resting_point(play(state, Key("r"))).changes == ()


def test_the_keys_choose_a_dimension_and_change_it(world, pinned):
    state = play(pinned, Key("x"), Key("x"), Key("."))
    ((dimension, value),) = find_resting_point(state).changes
    assert dimension == 1
    first = world["first"]
    step = latent_bars.STEP * np.sqrt(first.neighbours.variance[1])
    assert value == pytest.approx(float(first.latents[7, 1] + step), abs=1e-3)
    back = play(state, Key(","))
    assert find_resting_point(back).changes[0][1] == pytest.approx(float(first.latents[7, 1]), abs=1e-3)
    assert get_explore_state(play(pinned, Key("x"), Key("X"))).chosen == 3


def test_a_drag_is_one_step_of_undo(pinned):
    state = dragged(pinned)
    back = play(state, Key("z"))
    assert find_resting_point(back) == find_resting_point(pinned)
    assert find_resting_point(play(back, Key("Z"))) == find_resting_point(state)


def test_a_bar_is_named_while_the_mouse_is_over_it(pinned):
    state = play(pinned, Move(bar_px(pinned, 3, 0.2)))
    (shown,) = of_kind(LAB.make_view(state, stage.answered(state)), Bars)
    assert shown.highlighted == 3
    away = play(state, Move((3.0, 3.0)))
    (shown,) = of_kind(LAB.make_view(away, stage.answered(away)), Bars)
    assert shown.highlighted is None
    assert find_resting_point(state).changes == ()  # looking changes nothing


def test_a_value_below_0_has_a_minus_sign(pinned):
    caption, short = latent_bars.describe_bars(np.full(4, -9.0), 0, range(4), pinned.get_checkpoint(0).neighbours)
    assert "= −9.00 (" in caption
    assert short == "z 1 = −9.00"


def test_a_bar_that_was_changed_can_be_told_from_the_others(pinned):
    state = dragged(pinned, 1)
    (shown,) = of_kind(LAB.make_view(state, stage.answered(state)), Bars)
    assert shown.edited == {1}


def test_a_click_on_the_map_begins_anew(pinned):
    state = dragged(pinned)
    assert find_resting_point(play(state, *click(dot_px(state, 20)), Move((3.0, 3.0)))).changes == ()


def test_of_many_dimensions_as_many_are_shown_as_can_be_hit(world, pinned, monkeypatch):
    monkeypatch.setattr(type(world["first"]), "latent_dim", property(lambda _: 512))
    rect = LAB.get_layout(pinned).parts["bars"]
    first = latent_bars.find_visible_dimensions(pinned, rect)
    assert len(first) < 512
    assert rect.width / len(first) >= latent_bars.MIN_BAR_WIDTH * pinned.ui_scale
    far = with_explore_state(pinned, chosen=500)
    assert 500 in latent_bars.find_visible_dimensions(far, rect)
    assert latent_bars.find_dimension_at((1.0, 0.5), first) == first[-1]


def test_without_changes_nothing_is_asked_otherwise(pinned):
    assert isinstance(LAB.make_queries(pinned)["point"], Point)


def test_an_own_picture_is_what_is_changed(pinned):
    image = OwnImage(bytes(64), (8, 8), 1)
    state = pinned.put(replace(pinned.drawing, image=image))
    assert LAB.make_queries(state)["moved"].latent_ref.image == image
    changed = dragged(state)
    assert find_resting_point(changed).image == image
    assert find_resting_point(changed).changes


# -- what each dimension does -------------------------------------------------------------------------


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


# -- bookmarks ----------------------------------------------------------------------------------------


def thumbnail(state, place: int, *, corner: bool = False):
    rect = LAB.get_layout(state).parts["bookmarks"]
    box = bookmarks.place_thumbnails(rect, len(list_bookmarks(state)), state.ui_scale)[place]
    return (box.right - 4.0, box.y + 4.0) if corner else (box.x + 5.0, box.bottom - 5.0)


def test_b_keeps_what_is_looked_at_and_a_click_goes_back(pinned):
    state = dragged(pinned)
    kept = find_resting_point(state)
    state = play(state, Key("b"), Key("c"), Move((3.0, 3.0)))
    assert find_resting_point(state) != kept
    state = play(state, *click(thumbnail(state, 0)))
    assert find_resting_point(state) == kept
    assert LAB.make_queries(state)["moved"].latent_ref == kept


def test_beside_its_x_a_bookmark_is_gone_back_to(pinned):
    """The x is small, and as large as it is drawn."""
    state = play(pinned, Key("b"))
    place = bookmarks.place_thumbnails(LAB.get_layout(state).parts["bookmarks"], 1, state.ui_scale)[0]
    reach = 21 * state.marker_scale + 2
    below = (place.right - 4.0, place.y + reach)
    assert len(list_bookmarks(play(state, *click(below)))) == 1
    assert len(list_bookmarks(play(state, *click((place.right - reach, place.y + 4.0))))) == 1
    assert list_bookmarks(play(state, *click((place.right - 4.0, place.y + 4.0)))) == ()


def test_bookmarks_are_numbered_and_a_removed_one_s_number_is_not_another_s(pinned):
    state = play(pinned, Key("b"), *click(dot_px(pinned, 20)), Key("b"))
    assert [one.number for one in list_bookmarks(state)] == [1, 2]
    state = play(state, Move((3.0, 3.0)))
    state = play(state, *click(thumbnail(state, 0, corner=True)))
    assert [one.number for one in list_bookmarks(state)] == [2]
    state = play(state, Move(dot_px(state, 41)), Key("b"))
    assert [one.number for one in list_bookmarks(state)] == [2, 3]
    assert [one.number for one in list_bookmarks(play(state, Key("B")))] == [2]


def test_bookmarks_are_of_their_model_and_wait_for_it(pinned):
    state = play(pinned, Key("b"))
    other = play(state, Set("model", "second"))
    assert list_bookmarks(other) == ()
    assert "bookmarks" not in LAB.get_layout(other).parts
    assert len(list_bookmarks(play(other, Set("model", "first")))) == 1


def test_bookmarks_are_shown_on_the_map_and_on_another_map_too(world, pinned):
    state = play(pinned, Key("b"), Set("map", "pca"), Move((3.0, 3.0)))
    asked = LAB.make_queries(state)["bookmark 1"]
    assert (asked.latent_ref.which, asked.map_name) == ("tsne", "pca")
    # the projections of this world place no new points: the answer is made up
    first = world["first"]
    value = EditedLatent("first", asked.latent_ref, "tsne").answer(QueryContext(world, {}))
    results = Results()
    results.put("bookmark 1", value)
    view = LAB.make_view(state, results)
    camera, rect = state.get_camera(0), LAB.get_layout(state).maps[0]
    on_map = [one for one in of_kind(view, Marker) if one.colour == bookmarks.COLOUR and one.clip == rect]
    assert [one.px for one in on_map] == [pytest.approx(camera.to_px(value.xy, rect))]
    assert value.xy == pytest.approx(first.atlas.xy[7].tolist())
    assert any(one.picture is value.picture for one in of_kind(view, Image))


def test_the_same_point_is_not_kept_twice_and_no_more_than_fit(pinned):
    state = play(pinned, Key("b"), Key("b"))
    assert len(list_bookmarks(state)) == 1
    assert "already" in state.status.message
    for dot in range(20):
        state = play(state, Move(dot_px(state, dot)), Key("b"))
    assert len(list_bookmarks(state)) == MAX_BOOKMARKS
    assert "12 bookmarks fit" in state.status.message


def test_semicolon_goes_from_bookmark_to_bookmark(pinned):
    state = play(pinned, Key("b"), *click(dot_px(pinned, 20)), Key("b"), Move((3.0, 3.0)))
    one, two = (kept.code for kept in list_bookmarks(state))
    seen = []
    for _ in range(3):
        state = play(state, Key(";"))
        seen.append(find_resting_point(state))
    assert seen == [one, two, one]
    assert "no bookmark" in play(pinned, Key(";")).status.message


def test_undo_gives_a_removed_bookmark_back(pinned):
    state = play(pinned, Key("b"))
    gone = play(state, Key("B"))
    assert list_bookmarks(gone) == ()
    assert list_bookmarks(play(gone, Key("z"))) == list_bookmarks(state)


def test_a_press_beside_everything_changes_nothing(pinned):
    assert play(pinned, Press((3.0, 3.0)), Release((3.0, 3.0))).lab_states == pinned.lab_states


def test_a_session_brings_bars_and_bookmarks_back(world, pinned):
    state = dragged(play(pinned, Key("b")))
    state = play(state, Key("b"), Key("h"))
    document, _ = session.make_document(state, {})
    after = session.restore(begin(world, size=WIDE), json.loads(json.dumps(document))).state
    assert list_bookmarks(after) == list_bookmarks(state)
    assert find_resting_point(after) == find_resting_point(state)
    assert get_explore_state(after).films
