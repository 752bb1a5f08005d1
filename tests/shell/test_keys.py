"""What each key does in every lab, on the map and to the window."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import Key, Move
from latent_explorer.shell import keys, mouse
from tests import stage
from tests.stage import begin, change, click, dot_px, drag, map_rect, play, px_of


def test_digit_keys_hide_classes_and_a_shows_all(world):
    state = play(begin(world), Key("1"), Key("3"))
    assert state.view.hidden == {"zero", "two"}
    assert play(state, Key("3")).view.hidden == {"zero"}
    assert play(state, Key("7")).view.hidden == {"zero", "two"}
    assert play(state, Key("a")).view.hidden == frozenset()


@pytest.mark.parametrize(
    ("key", "direction"), [("left", (-1, 0)), ("right", (1, 0)), ("up", (0, -1)), ("down", (0, 1))]
)
def test_arrows_move_the_point_that_is_decoded(world, key, direction):
    state = begin(world)
    start = map_rect(state).centre
    after = play(state, Move(start), Key(key))
    moved = np.subtract(after.pointer.hover.px, start)
    assert moved @ direction > 0
    assert moved @ direction[::-1] == 0
    assert LABS["explore"].make_queries(after) != LABS["explore"].make_queries(state)


def test_arrows_begin_in_the_middle_and_reach_the_second_map(world):
    state = play(begin(world, "compare"), Key("right"))
    assert state.pointer.hover.slot == 0
    for _ in range(200):
        state = play(state, Key("right"))
    assert state.pointer.hover.slot == 1
    inside = map_rect(state, 1)
    assert inside.contains(state.pointer.hover.px)  # at the edge of the last map it stays


def test_enter_clicks_where_the_point_is(world):
    state = begin(world)
    px = px_of(state, stage.EMPTY)
    assert play(state, Move(px), Key("return")).lab_states == play(state, *click(px)).lab_states
    assert play(state, Key("return")).lab_states == state.lab_states  # nothing is pointed at


def test_d_begins_and_ends_a_drag(world):
    state = begin(world)
    start, end = dot_px(state, 3), px_of(state, stage.EMPTY)
    by_key = play(state, Move(start), Key("d"), *drag(start, end)[2:-1], Key("d"))
    by_hand = play(state, *drag(start, end))
    assert by_key.lab_states == by_hand.lab_states
    assert len(stage.marks(by_key).trace) > 2
    assert by_key.pointer.press is None


def test_a_drag_by_keys_alone(world):
    state = play(begin(world), Move(map_rect(begin(world)).centre))
    state = play(state, Key("d"), Key("right"), Key("down"), Key("right"), Key("d"))
    way = stage.marks(state).trace
    assert way[-1][0] > way[0][0]
    assert way[-1][1] < way[0][1]


def test_tab_goes_round_the_labs(world):
    state = begin(world)
    visited = []
    for _ in LABS:
        state = play(state, Key("tab"))
        visited.append(state.lab)
    assert visited[-1] == "explore"
    assert set(visited) == set(LABS)


def test_p_changes_the_projection_and_m_the_models(world):
    state = begin(world, "compare")
    assert play(state, Key("p")).view.map_name == "pca"
    assert play(state, Key("p"), Key("p")).view.map_name == "tsne"
    assert play(state, Key("m")).models[:2] == ("second", "second")
    assert play(state, Key("M")).models[:2] == ("first", "other")
    assert play(begin(world, "explore"), Key("M")).models == ("first", "second")  # no second map there


def test_simple_switches(world):
    state = begin(world)
    assert play(state, Key("t")).preferences.theme == "light"
    assert play(state, Key("t"), Key("t")).preferences.theme == "dark"
    assert play(state, Key("n")).preferences.show_class_names is not state.preferences.show_class_names
    assert state.preferences.animate_pictures
    assert not play(state, Key("j")).preferences.animate_pictures
    assert play(state, Key("s")).preferences.smooth_pixels is not state.preferences.smooth_pixels
    assert play(state, Key("f")).preferences.fullscreen
    assert play(state, Key("f11")).preferences.fullscreen
    assert play(state, Key("]")).ui_scale > state.ui_scale > play(state, Key("[")).ui_scale
    many = play(state, *[Key("]")] * 60)
    assert play(many, Key("]")).ui_scale == many.ui_scale


def test_escape_leaves_the_page_first_then_full_screen(world):
    state = play(begin(world), Key("f"), Key("f1"))
    without_page = play(state, Key("escape"))
    assert (without_page.overlay.help, without_page.preferences.fullscreen, without_page.status.closing) == (
        False,
        True,
        False,
    )
    windowed = play(without_page, Key("escape"))
    assert (windowed.preferences.fullscreen, windowed.status.closing) == (False, False)
    assert play(windowed, Key("escape"), Key("return")).status.closing


def test_plus_minus_and_home(world):
    state = begin(world)
    near = play(state, Key("+"), Key("+"))
    assert near.get_camera(0).zoom == pytest.approx(mouse.ZOOM_STEP**2)
    assert play(near, Key("-"), Key("-")).get_camera(0).zoom == pytest.approx(1)
    assert play(near, Key("home")).get_camera(0) == Camera()
    both = play(begin(world, "compare"), Key("+"))
    assert both.get_camera(0).zoom > 1
    assert both.get_camera(1).zoom > 1


def test_shift_and_an_arrow_move_the_map(world):
    state = play(begin(world), Key("+"), Key("+"))
    before = dot_px(state, 3)
    after = dot_px(play(state, Key("shift right")), 3)
    assert after == pytest.approx((before[0] - keys.PAN_STEP, before[1]), abs=1e-6)


def test_an_unknown_key_changes_nothing(world):
    state = begin(world)
    for name in ("y", "f7", "unknown key", "", "ß", "9", "²"):
        assert play(state, Key(name)) == state


def test_p_goes_on_from_the_map_that_is_shown(world):
    alone = stage.World(first=replace(world["first"], maps={"pca": world["first"].maps["pca"]}), second=world["second"])
    state = begin(alone, map_name="tsne")
    assert state.get_map_name(0) == "pca"
    both = replace(begin(world, map_name="latent"))
    assert both.get_map_name(0) == "tsne"
    assert play(both, Key("p")).get_map_name(0) == "pca"


def test_text_is_not_made_smaller_unseen(world):
    shown = change(play(begin(world), Key("f5")), text_scale=0.6)
    refused = play(shown, Key("["))
    assert (refused.preferences, refused.status.notice) == (shown.preferences, keys.SMALLEST_TEXT)
    assert play(shown, Key("]")).ui_scale > shown.ui_scale
