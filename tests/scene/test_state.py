"""What of a state is computed again when the mouse moves, and what is not."""

from dataclasses import replace
from functools import cached_property

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Leave, Move
from latent_explorer.scene.state import FREE_OF_POINTER, NO_POINTER, State
from latent_explorer.shell import toolbar, update
from latent_explorer.ui.window.store import Store
from tests.stage import begin, dot_px


@pytest.fixture
def state(world) -> State:
    return begin(world, "explore")


def move(state: State, dot: int) -> State:
    return update.update(state, Move(dot_px(state, dot)))[0]


def test_the_state_at_rest_is_the_same_object_until_something_else_than_the_mouse_changes(state):
    first, second = move(state, 3), move(move(state, 3), 4)
    assert first.pointer != second.pointer != NO_POINTER
    assert first.at_rest is second.at_rest is first.at_rest.at_rest
    assert first.at_rest.pointer == NO_POINTER
    other = second.put(replace(second.status, notice="saved"))
    assert other.at_rest is not second.at_rest
    assert other.put(NO_POINTER, other.view).at_rest is not other.at_rest


def test_what_is_derived_at_rest_sees_no_mouse_and_is_made_again_for_other_inputs_alone(state):
    seen: list[tuple[State, object]] = []

    def make(at_rest: State, value: object) -> int:
        seen.append((at_rest, value))
        return len(seen)

    first, second, value = move(state, 3), move(state, 4), object()
    assert first.derive_at_rest("a", make, value) == 1
    assert second.derive_at_rest("a", make, value) == first.derive_at_rest("a", make, value)
    assert seen == [(state.at_rest, value)]
    assert second.derive_at_rest("a", make, object()) == 2
    assert second.put(second.view).derive_at_rest("a", make, value) == 3


def test_controls_layout_and_dots_stay_the_same_objects_while_the_mouse_moves(state):
    first, second = move(state, 3), move(state, 4)
    assert toolbar.make_groups(first) is toolbar.make_groups(second)
    rect = LABS["explore"].get_layout(first).maps[0]
    assert LABS["explore"].get_layout(second).maps[0] is rect
    assert map_panel.make_map_items(first, 0, rect) is map_panel.make_map_items(second, 0, rect)


def test_every_cached_value_of_a_state_is_known_to_be_free_of_the_mouse_or_is_not_handed_on():
    cached = {name for name, value in vars(State).items() if isinstance(value, cached_property)}
    assert cached == {*FREE_OF_POINTER, "derived"}


def test_an_action_that_changes_nothing_lets_all_be_derived_anew(state):
    store = Store(move(state, 3))
    store.state.at_rest.derived["kept"] = 1
    store.dispatch(Move(dot_px(store.state, 4)))
    assert "kept" in store.state.at_rest.derived
    store.dispatch(Leave())
    before = store.state
    store.dispatch(Leave())
    assert store.state == before
    assert "kept" not in store.state.at_rest.derived


@pytest.mark.parametrize(("size", "width"), [((800, 600), 2), ((1280, 840), 2), ((3840, 2160), 5)])
def test_lines_grow_with_the_rest_and_never_vanish(world, size, width):
    state = begin(world, "explore", size)
    assert state.scale_line(2) == width
    assert state.scale_line(0.1) == 1


def test_a_display_with_small_pixels_has_large_text_in_a_small_window(world):
    small = begin(world, "explore", (900, 600))
    assert begin(world, "explore", (900, 600), least_scale=1.2).ui_scale == 1.2 > small.ui_scale
    whole = begin(world, "explore", (3840, 2160), least_scale=1.2)
    assert whole.ui_scale == begin(world, "explore", (3840, 2160)).ui_scale
