"""What is looked at in Explore: pins, traces and changed codes, each with its own map and model."""

import json
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.config import schema
from latent_explorer.engine.decode import decode_dot_pictures
from latent_explorer.engine.queries.base import Point, PointValue
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Place
from latent_explorer.labs.explore.state import (
    MAX_BOOKMARKS,
    Bookmark,
    Marks,
    find_resting_point,
    get_explore_state,
    list_bookmarks,
    with_explore_state,
)
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Scroll, Set
from latent_explorer.shell import session
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.labs.explore.on_screen import LAB, WIDE, dragged, pins
from tests.stage import begin, click, dot_px, drag, map_rect, play, px_of


def test_pins_and_traces_wait_on_their_own_map(world):
    state = play(begin(world), *click(px_of(begin(world), stage.EMPTY)))
    for away, back in ((Key("p"), Key("p")), (Set("model", "second"), Set("model", "first")), (Set("model", "other"),
                       Set("model", "first"))):  # fmt: skip
        elsewhere = play(state, away)
        assert pins(elsewhere) == ()
        assert "strip" not in LAB.make_queries(elsewhere)
        assert pins(play(elsewhere, back)) == pins(state) != ()


@pytest.mark.parametrize("at", [stage.EMPTY, (0.43, 0.47), "dot"])
def test_what_is_pinned_or_kept_is_the_latent_that_was_on_the_screen(world, at):
    """Also after a zoom, by which the field under the mouse becomes another one."""
    start, context = play(begin(world), *stage.WITHOUT_WAY), QueryContext(world, {})
    px = dot_px(start, 8) if at == "dot" else px_of(start, at)
    looked_at = play(start, Move(px))
    seen = LAB.make_queries(looked_at)["point"].answer(context)
    zoom = [Scroll(map_rect(start).centre, 6), Leave()]
    state = play(looked_at, Press(px), Release(px), *zoom)
    assert np.array_equal(LAB.make_queries(state)["strip"].answer(context).pictures[0], seen.picture)
    assert np.array_equal(LAB.make_queries(state)["point"].answer(context).z, seen.z)  # the large picture
    bookmarked = play(looked_at, Set("bookmark"), *zoom)
    assert np.array_equal(LAB.make_queries(bookmarked)["bookmark 1"].answer(context).z, seen.z)
    traced = play(start, *drag(dot_px(start, 3), px), Leave(), *zoom)
    film = LAB.make_queries(traced)["strip"].answer(context).pictures
    assert np.array_equal(film[-1], seen.picture)
    assert np.array_equal(film[0], decode_dot_pictures(world["first"], np.array([3]))[0])


def test_pins_of_earlier_sessions_are_bare_positions():
    marks = schema.decode(Marks, {"pins": [[0.25, 0.5], {"xy": [0.5, 0.5], "resolution": 0.01}]})
    assert marks.pins == (Place((0.25, 0.5)), Place((0.5, 0.5), 0.01))


def test_hovering_a_dot_asks_for_exactly_that_dot_and_gets_its_own_reconstruction(world):
    state = begin(world)
    for dot in range(0, 60, 7):
        px = dot_px(state, dot)
        over = play(state, Move((px[0] + 0.3, px[1] + 0.3)))
        request = LAB.make_queries(over)["point"]
        assert request == Point("first", "tsne", tuple(world["first"].atlas.xy[dot].tolist()), None)
        results = stage.answered(over)
        value = results.get_value("point", PointValue)
        own = Sample("first", dot).answer(QueryContext(world, {}))
        assert (value.z == world["first"].latents[dot]).all()
        assert (value.picture == own.reconstruction).all()
        assert value.dot == dot


def test_between_dots_the_field_is_asked_for_at_the_size_of_a_pixel(world):
    state = begin(world)
    state = play(state, Move(px_of(state, stage.EMPTY)))
    request = LAB.make_queries(state)["point"]
    assert request.xy == pytest.approx(stage.EMPTY)
    assert request.resolution == pytest.approx(1 / map_rect(state).shorter_side)
    near = play(state, Scroll(state.pointer.hover.px, 6))
    assert LAB.make_queries(near)["point"].resolution < request.resolution / 2


def test_at_the_start_and_after_leaving_there_is_something_to_see(world):
    state = begin(world)
    assert LAB.make_queries(state)["point"].resolution is None
    pinned = play(state, *click(px_of(state, stage.EMPTY)), Move((1, 1)))
    assert pinned.pointer.hover is None
    assert LAB.make_queries(pinned)["point"].xy == pytest.approx(stage.EMPTY)


def test_on_the_map_the_point_under_the_mouse_is_shown_all_the_same(pinned):
    state = play(dragged(pinned), Move(dot_px(pinned, 30)))
    wanted = LAB.make_queries(state)
    assert isinstance(wanted["point"], Point)
    assert "moved" not in wanted


def test_without_changes_nothing_is_asked_otherwise(pinned):
    assert isinstance(LAB.make_queries(pinned)["point"], Point)


def test_an_own_picture_is_what_is_changed(pinned):
    image = OwnImage(bytes(64), (8, 8), 1)
    state = pinned.put(replace(pinned.drawing, image=image))
    assert LAB.make_queries(state)["moved"].latent_ref.image == image
    changed = dragged(state)
    assert find_resting_point(changed).image == image
    assert find_resting_point(changed).changes


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


def test_of_a_forged_session_no_more_bookmarks_are_shown_than_fit(pinned):
    one = find_resting_point(pinned)
    many = tuple(Bookmark(number, model, one) for number in range(30) for model in ("first", "second"))
    forged = with_explore_state(pinned, bookmarks=many)
    assert [(kept.model, kept.number) for kept in list_bookmarks(forged)] == [
        ("first", number) for number in range(MAX_BOOKMARKS)
    ]


def test_what_rests_on_the_screen_is_what_was_done_last(world, pinned):
    """A changed code before a picture of one's own, that before a trace, and a trace before pins."""
    image = OwnImage(bytes(64), (8, 8), 1)
    traced = play(pinned, *drag(dot_px(pinned, 3), px_of(pinned, stage.EMPTY)), Move((3.0, 3.0)))
    assert find_resting_point(traced).xy == pytest.approx(stage.EMPTY, abs=1e-6) != find_resting_point(pinned).xy
    own = stage.change(traced, image=image)
    assert find_resting_point(own).image == image
    changed = dragged(own)
    assert find_resting_point(changed).changes
    assert find_resting_point(play(pinned, Key("c"))).xy == pytest.approx(
        world["first"].atlas.xy[np.hypot(*(world["first"].atlas.xy - 0.5).T).argmin()]
    )
