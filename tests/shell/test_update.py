"""What is the same in every lab, as plain values: no window, no pygame."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.compare.lab import CompareState
from latent_explorer.scene import hint_line, map_menu, map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.controls import Choice, Toggle
from latent_explorer.scene.events import (
    DoubleClick,
    Key,
    Leave,
    MapClick,
    MapDrag,
    MapDrop,
    Move,
    Press,
    Release,
    Resize,
    Scroll,
    Set,
)
from latent_explorer.scene.items import Text
from latent_explorer.scene.legend import make_chips
from latent_explorer.shell import keys, mouse, update
from tests import stage
from tests.stage import begin, click, dot_px, drag, map_rect, play, px_of

WORLD = stage.make_world()
LAB_NAMES = sorted(LABS)


@pytest.fixture
def seen(monkeypatch):
    """What reaches the lab "explore" through `update`."""
    arrived = []
    lab = type(LABS["explore"])
    real = lab.update

    def update(self, state, action):
        arrived.append(action)
        return real(self, state, action)

    monkeypatch.setattr(lab, "update", update)
    return arrived


# -- the mouse ----------------------------------------------------------------------------------------


def test_hover_knows_the_position_and_the_nearest_dot(world):
    state = begin(world)
    state = play(state, Move(dot_px(state, 7)))
    assert state.pointer.hover.dot == 7
    assert state.pointer.hover.dot_px == pytest.approx(0, abs=0.01)
    assert state.pointer.hover.xy == pytest.approx(tuple(world["first"].atlas.xy[7]), abs=1e-5)


def test_beside_the_maps_and_after_leaving_nothing_is_hovered(world):
    state = begin(world)
    over = play(state, Move(map_rect(state).centre))
    assert over.pointer.hover is not None
    assert play(over, Leave()).pointer.hover is None
    assert play(over, Move((2, 2))).pointer.hover is None


def test_a_press_on_a_dot_and_a_move_is_a_drag_for_the_lab(world, seen):
    state = begin(world)
    start, end = dot_px(state, 3), px_of(state, stage.EMPTY)
    after = play(state, *drag(start, end, steps=3))
    drags = [action for action in seen if isinstance(action, MapDrag)]
    assert [one.first for one in drags] == [True, False, False]
    assert {one.start_dot for one in drags} == {3}
    assert drags[-1].xy == pytest.approx(stage.EMPTY, abs=1e-6)
    assert [type(action) for action in seen[-1:]] == [MapDrop]
    assert after.get_camera(0) == state.get_camera(0)
    assert after.pointer.press is None


def test_a_press_on_empty_map_and_a_move_pans(world, seen):
    state = begin(world)
    start = px_of(state, stage.EMPTY)
    after = play(state, *drag(start, (start[0] + 40, start[1] - 25)))
    assert seen == []
    assert px_of(after, stage.EMPTY) == pytest.approx((start[0] + 40, start[1] - 25), abs=1e-6)


def test_the_right_button_pans_even_from_a_dot(world, seen):
    state = begin(world)
    start = dot_px(state, 3)
    after = play(state, *drag(start, (start[0] + 30, start[1] + 20), pan=True))
    assert seen == []
    assert dot_px(after, 3) == pytest.approx((start[0] + 30, start[1] + 20), abs=1e-6)


def test_a_press_that_does_not_move_is_a_click(world, seen):
    state = begin(world)
    px = dot_px(state, 11)
    play(state, Press(px), Move((px[0] + 2, px[1] - 2)), Release((px[0] + 2, px[1] - 2)))
    (action,) = seen
    assert isinstance(action, MapClick)
    assert action.dot == 11
    assert action.xy == pytest.approx(tuple(world["first"].atlas.xy[11]), abs=1e-5)


def test_a_click_on_empty_map_is_a_click_too(world, seen):
    state = begin(world)
    after = play(state, *click(px_of(state, stage.EMPTY)))
    assert [type(action) for action in seen] == [MapClick]
    assert after.get_camera(0) == Camera()


def test_a_drag_that_comes_back_to_its_start_is_no_click(world, seen):
    state = begin(world)
    px = dot_px(state, 3)
    play(state, Press(px), Move((px[0] + 50, px[1])), Move(px), Release(px))
    assert MapClick not in map(type, seen)


def test_a_drag_that_leaves_the_window_goes_on(world):
    state = begin(world)
    start = dot_px(state, 3)
    held = play(state, Press(start), Move((start[0] + 30, start[1])), Leave())
    assert held.pointer.press is not None
    after = play(held, Move((-50, -80)), Release((-50, -80)))
    assert after.pointer.press is None
    assert after.pointer.hover is None


def test_a_double_click_fits_and_takes_back_the_pin_of_its_first_click(world):
    state = begin(world)
    px = px_of(state, stage.EMPTY)
    zoomed = play(state, Scroll(px, 5))
    pinned = play(zoomed, *click(px))
    assert len(stage.marks(pinned).pins) == 1
    after = play(pinned, DoubleClick(px), Release(px))
    assert stage.marks(after).pins == ()
    assert after.get_camera(0) == Camera()


def test_a_double_click_keeps_the_pins_from_before(world):
    state = play(begin(world), *click(dot_px(begin(world), 5)))
    px = px_of(state, stage.EMPTY)
    after = play(state, *click(px), DoubleClick(px), Release(px))
    assert stage.marks(after).pins == stage.marks(state).pins
    assert len(stage.marks(after).pins) == 1


def test_the_wheel_zooms_at_the_mouse(world):
    state = begin(world)
    px = dot_px(state, 9)
    after = play(state, Scroll(px, 3))
    assert after.get_camera(0).zoom == pytest.approx(mouse.ZOOM_STEP**3)
    assert dot_px(after, 9) == pytest.approx(px, abs=1e-6)
    assert play(state, Scroll((3, 3), 3)) == state  # over the bar, not over a map


def test_a_map_keeps_its_view_from_lab_to_lab(world):
    """But the maps of a training's moments, which are others, have their own."""
    state = begin(world, "explore")
    near = play(state, Scroll(map_rect(state).centre, 5), Leave())
    sharing = [name for name, lab in LABS.items() if not lab.choose_displayed_models(replace(near, lab=name))]
    assert {"explore", "interpolate", "compare"} <= set(sharing)
    for lab in sharing:
        there = play(near, Set("lab", lab))
        assert there.get_camera(0) == near.get_camera(0), lab
        back = play(there, Scroll(map_rect(there).centre, -5), Leave(), Set("lab", "explore"))
        assert back.get_camera(0).zoom == pytest.approx(1), lab


def test_each_map_has_its_own_camera(world):
    state = begin(world, "compare")
    px = map_rect(state, 1).centre
    after = play(state, Scroll(px, 4))
    assert after.get_camera(0) == Camera()
    assert after.get_camera(1).zoom > 1
    assert play(after, Key("p")).get_camera(1) == Camera()
    assert play(after, Key("p"), Key("p")).get_camera(1) == after.get_camera(1)


def test_the_state_before_stays_as_it_was(world):
    state = begin(world)
    copy = replace(state)
    play(state, *drag(dot_px(state, 3), px_of(state, stage.EMPTY)), Key("1"), Key("]"))
    assert state == copy


# -- legend -------------------------------------------------------------------------------------------


def test_a_click_on_the_legend_hides_a_class_and_shows_it_again(world, seen):
    state = begin(world)
    chip = make_chips(state, LABS["explore"].get_layout(state).legend)[1]
    hidden = play(state, *click(chip.rect.centre))
    assert hidden.view.hidden == {"one"}
    assert play(hidden, *click(chip.rect.centre)).view.hidden == frozenset()
    assert seen == []


def test_digit_keys_hide_classes_and_a_shows_all(world):
    state = play(begin(world), Key("1"), Key("3"))
    assert state.view.hidden == {"zero", "two"}
    assert play(state, Key("3")).view.hidden == {"zero"}
    assert play(state, Key("7")).view.hidden == {"zero", "two"}
    assert play(state, Key("a")).view.hidden == frozenset()


def test_dots_of_a_hidden_class_are_not_hovered(world):
    state = begin(world)
    dot = 4
    k = int(world["first"].labels[dot])
    after = play(state, Key(str(k + 1)), Move(dot_px(state, dot)))
    assert world["first"].labels[after.pointer.hover.dot] != k


# -- keys ---------------------------------------------------------------------------------------------


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


def test_another_model_of_the_same_images_keeps_what_is_about_images(world):
    state = play(begin(world), *click(px_of(begin(world), stage.EMPTY)), Key("2"))
    ends = CompareState(start=11, end=29)  # images, so they hold on the map of the next model too
    after = play(state.with_lab_state("compare", ends), Set("model", "second"))
    assert after.lab_states["compare"] == ends
    assert stage.marks(after).pins == ()  # places on the map of another model
    assert after.view.hidden == state.view.hidden != frozenset()
    assert after.pointer.hover.px == state.pointer.hover.px  # the mouse is where it was
    assert after.pointer.hover.dot == map_panel.find_nearest_dot(after, 0, after.pointer.hover.xy)[1]


def test_a_model_of_other_images_starts_afresh(world):
    state = begin(world).with_lab_state("compare", CompareState(start=11, end=29))
    after = play(state, Set("model", "other"))
    assert after.lab_states["compare"] == CompareState()


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


@pytest.mark.parametrize("key", ["f1", "?"])
def test_help_opens_and_closes(world, key):
    state = play(begin(world), Key(key))
    assert state.overlay.help
    assert not play(state, Key(key)).overlay.help
    closed = play(state, Key("escape"))
    assert not closed.overlay.help
    assert not closed.status.closing
    pressed = play(state, *click(px_of(state, stage.EMPTY)))
    if pressed.overlay.help:  # its second page
        pressed = play(pressed, *click(px_of(state, stage.EMPTY)))
    assert not pressed.overlay.help
    assert stage.marks(pressed).pins == ()  # the click closed the page and did nothing else


@pytest.mark.parametrize("name", ["c", "a", "home", "return", "tab", "p", "m", "1", "left"])
def test_on_the_page_of_keys_nothing_happens_that_could_not_be_seen(world, name):
    state = play(begin(world), *click(px_of(begin(world), (0.5, 0.45))), Key("f1"))
    assert play(state, Key(name)) == state
    assert play(state, Key("t")).preferences.theme == "light"


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


# -- controls -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    [
        Set("lab", "cooking"),
        Set("model", "missing"),
        Set("model 2", "missing"),
        Set("map", "umap"),
        Set("theme", "pink"),
        Set("names", "yes"),
        Set("smooth", 2),
        Set("glide", 1),
        Set("nothing of the kind", 1),
        Set("lab"),
    ],
)
def test_an_unknown_value_changes_nothing(world, action):
    state = begin(world, "compare")
    assert play(state, action) == state


@pytest.mark.parametrize("lab", LAB_NAMES)
def test_each_control_shows_and_sets_the_state(world, lab):
    state = begin(world, lab)
    for control in update.list_controls(state):
        if isinstance(control, Choice) and not control.closed_label:
            assert control.value in dict(control.options)
            for value, _ in control.options:
                if value in ("", map_menu.NEW):  # what is picked by hand; a form, which has controls of its own
                    continue
                after = play(state, Set(control.name, value))
                (again,) = [one for one in update.list_controls(after) if one.name == control.name]
                assert again.value == value
        if isinstance(control, Toggle):
            after = play(state, Set(control.name, not control.value))
            (again,) = [one for one in update.list_controls(after) if one.name == control.name]
            assert again.value is not control.value


def test_a_lab_that_shows_other_models_gives_those_chosen_back(world, monkeypatch):
    monkeypatch.setattr(type(LABS["cluster"]), "choose_models", lambda self, models, world: ("other", *models[1:]))
    state = begin(world, "explore", models=("second", "first"))
    there = play(state, Set("lab", "cluster"))
    assert there.models[0] == "other"
    assert play(there, Set("lab", "explore")).models[:2] == ("second", "first")
    chosen = play(there, Set("model", "first"), Set("lab", "explore"))
    assert chosen.models[0] == "first"  # what was chosen there is kept


def test_a_message_goes_with_the_next_action_but_not_with_a_move(world):
    state = begin(world).put(replace(begin(world).status, message="damaged"))
    assert play(state, Move((300, 300)), Leave()).status.message == "damaged"
    assert play(state, Key("n")).status.message == ""


# -- sizes --------------------------------------------------------------------------------------------


def test_a_size_of_zero_is_one_pixel(world):
    assert play(begin(world), Resize((0, -5))).size == (1, 1)


# -- any order of actions -----------------------------------------------------------------------------

places = st.tuples(st.integers(-20, 1020), st.integers(-20, 720))
actions = st.one_of(
    st.builds(Move, places),
    st.builds(Press, places, st.booleans()),
    st.builds(Release, places),
    st.builds(DoubleClick, places),
    st.builds(Scroll, places, st.sampled_from([-3, 1, 8])),
    st.builds(Key, st.sampled_from(["d", "return", "right", "tab", "p", "1", "x", "c", "backspace", "f1", "+"])),
    st.builds(Resize, st.sampled_from([(1000, 700), (400, 300)])),
    st.just(Leave()),
    st.just(Set("model", "other")),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LAB_NAMES), st.lists(actions, max_size=25))
def test_whatever_happens_there_is_something_to_ask_and_to_show(lab, happened):
    state = begin(WORLD, lab)
    for action in happened:
        state, _ = update.update(state, action)
        requests = LABS[state.lab].make_queries(state)
        assert all(isinstance(hash(request), int) for request in requests.values())
        assert LABS[state.lab].make_view(state, Results())


def test_labs_need_neither_pygame_nor_torch():
    program = (
        "import sys, latent_explorer.shell.update;"
        "print(sorted({'pygame', 'pygame_gui', 'torch', 'torchvision', 'sklearn', 'openTSNE'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=stage.ROOT)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_model_is_not_compared_with_itself(world):
    state = update.start(world, ("second",), lab="explore", size=(1000, 700))
    assert play(state, Set("lab", "compare")).models[:2] == ("second", "first")
    assert play(state, Key("tab")).models[:2] == ("second", "first")
    alone = update.start(world, ("other",), lab="explore", size=(1000, 700))  # nothing else has its images
    same = play(alone, Set("lab", "compare"))
    assert same.models[:2] == ("other", "other")
    view, lab = LABS["compare"].make_view(same, Results()), LABS["compare"]
    assert stage.written(view, lab.get_layout(same).hint) != lab.hint


def test_a_double_click_outside_the_maps_is_two_clicks_and_undoes_nothing(world):
    state = begin(world)
    state = play(state, *click(px_of(state, (0.1, 0.9))))
    state = play(state, *click(px_of(state, (0.9, 0.9))))
    assert len(stage.marks(state).pins) == 2
    chip = next(item for item in make_chips(state, LABS["explore"].get_layout(state).legend))
    px = chip.rect.centre
    after = play(state, Press(px), Release(px), DoubleClick(px), Release(px))
    assert after.lab_states == state.lab_states
    assert after.view.hidden == state.view.hidden  # hidden and shown again


def test_a_scroll_of_any_size_is_a_zoom(world):
    state = begin(world)
    px = map_rect(state).centre
    for steps in (9e5, -9e5):
        assert np.isfinite(play(state, Scroll(px, steps)).get_camera(0).zoom)


@pytest.mark.parametrize("lab", list(LABS))
@pytest.mark.parametrize("action", [Key("p"), Key("tab"), Key("home"), Key("shift left"), Key("m"), Key("1"), Key("a")])
def test_the_mouse_stays_where_it_is_whatever_a_key_changes(world, lab, action):
    state = begin(world, lab)
    rect = map_rect(state)
    px = (rect.x + 40, rect.centre[1])
    before = play(state, Move(px))
    assert before.pointer.hover is not None
    after = play(before, action)
    assert after.pointer.hover == play(after, Move(px)).pointer.hover


def test_p_goes_on_from_the_map_that_is_shown(world):
    alone = stage.World(first=replace(world["first"], maps={"pca": world["first"].maps["pca"]}), second=world["second"])
    state = begin(alone, map_name="tsne")
    assert state.get_map_name(0) == "pca"
    both = replace(begin(world, map_name="latent"))
    assert both.get_map_name(0) == "tsne"
    assert play(both, Key("p")).get_map_name(0) == "pca"


def test_trouble_stands_in_the_hints_place_and_over_the_map_where_there_is_none(world):
    for size in ((1440, 900), (320, 240)):
        state = begin(world, size=size).put(
            replace(begin(world, size=size).status, message="broken.safetensors: damaged")
        )
        hint = LABS["explore"].get_layout(state).hint
        said = stage.of_kind(hint_line.make_message_items(state, Results(), hint), Text)
        assert [item.text for item in said] == ["broken.safetensors: damaged"]
        assert said[0].rect.height > 0
        assert said[0].rect.bottom <= size[1]
        assert said[0].wrap == (hint.height == 0)
        assert hint_line.make_message_items(state.with_message(""), Results(), hint) == []
