"""Bookmarks of Explore: kept, gone back to, and shown on every map of their model."""

from itertools import pairwise

import pytest

from latent_explorer.engine.queries.latent_edit import EditedLatent
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore import bookmarks
from latent_explorer.labs.explore.state import (
    MAX_BOOKMARKS,
    Bookmark,
    find_resting_point,
    list_bookmarks,
    with_explore_state,
)
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Image, Marker, Text
from latent_explorer.scene.rect import Rect
from tests import stage
from tests.labs.explore.on_screen import LAB, dragged
from tests.stage import click, dot_px, of_kind, play


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


@pytest.mark.parametrize("count", [1, 5, 12])
def test_thumbnails_are_squares_from_the_top_of_their_column_and_found_in_their_middle(pinned, count):
    kept = tuple(Bookmark(number, "first", find_resting_point(pinned)) for number in range(count))
    state, column = with_explore_state(pinned, bookmarks=kept), Rect(13, 116, 53, 53 * count)
    places = bookmarks.place_thumbnails(column, count, state.ui_scale)
    for index, place in enumerate(places):
        assert place.width == place.height > 40
        assert column.contains((place.x, place.y))
        assert column.contains((place.right - 1, place.bottom - 1))
        at = 0.5, (place.centre[1] - column.y) / (column.height - 1)
        assert bookmarks.find_thumbnail_at(at, column, state) == (index, False)
    assert all(one.bottom < other.y for one, other in pairwise(places))


def test_the_thumbnail_under_the_mouse_has_an_x_where_a_click_removes_it(pinned):
    state = play(pinned, Key("b"), *click(dot_px(pinned, 20)), Key("b"), Move((3.0, 3.0)))
    over = play(state, Move(thumbnail(state, 1)))
    view, column = LAB.make_view(over, stage.answered(over)), LAB.get_layout(over).parts["bookmarks"]
    shown = [one for one in of_kind(view, Image) if column.contains(one.rect.centre)]
    assert [one.outline for one in shown] == ["line", "accent"]
    for number, one in enumerate(shown, 1):
        (badge,) = [badge for badge in of_kind(view, Marker) if badge.clip == one.rect]
        assert badge.label == str(number)
        assert one.rect.x < badge.px[0] < one.rect.centre[0]
        assert one.rect.y < badge.px[1] < one.rect.centre[1]
    (cross,) = [one for one in of_kind(view, Text) if one.text == "×"]
    assert [one.number for one in list_bookmarks(play(over, *click(cross.rect.centre)))] == [1]
