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
from latent_explorer.scene.camera import Camera
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
from latent_explorer.scene.legend import make_chips
from latent_explorer.shell import mouse, update
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


def test_dots_of_a_hidden_class_are_not_hovered(world):
    state = begin(world)
    dot = 4
    k = int(world["first"].labels[dot])
    after = play(state, Key(str(k + 1)), Move(dot_px(state, dot)))
    assert world["first"].labels[after.pointer.hover.dot] != k


# -- keys ---------------------------------------------------------------------------------------------


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


# -- controls -----------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("count", ["3", "4"])
def test_beside_further_models_the_mouse_is_over_what_is_there_now_and_drags_nothing(world, count):
    """A dot of the model that was there may be none of the other's."""
    state = begin(world, "compare")
    px = dot_px(state, 30, 1)
    before = play(state, Move(px), Press(px))
    assert before.pointer.press is not None
    after = play(before, Set("count", count))
    assert after.pointer.press is None
    assert after.pointer.hover == play(after, Move(px)).pointer.hover != before.pointer.hover
