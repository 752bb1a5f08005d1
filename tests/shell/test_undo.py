from dataclasses import replace

import pytest

from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.state_slices import UndoStep
from latent_explorer.shell import undo
from tests.stage import begin, click, dot_px, drag, marks, play


@pytest.fixture
def start(world):
    return begin(world)


def test_a_pin_is_taken_back_and_set_again(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), *click(dot_px(start, world, 31)))
    assert len(marks(state).pins) == 2
    once = play(state, world, Key("z"))
    assert marks(once).pins == marks(state).pins[:1]
    assert marks(play(once, world, Key("z"))).pins == ()
    assert marks(play(once, world, Key("Z"))) == marks(state)


def test_one_drag_is_one_step(world, start):
    state = play(start, world, *drag(dot_px(start, world, 3), dot_px(start, world, 31), steps=9))
    assert len(marks(state).trace) > 5
    assert marks(play(state, world, Key("ctrl z"))).trace == ()
    again = play(state, world, *drag(dot_px(start, world, 5), dot_px(start, world, 40)))
    assert marks(play(again, world, Key("z"))).trace == marks(state).trace  # the second drag is a step of its own


def test_something_new_ends_what_could_be_done_again(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), Key("z"), *click(dot_px(start, world, 31)))
    after = play(state, world, Key("ctrl y"))
    assert after.status.message
    assert marks(after) == marks(state)


def test_where_there_is_nothing_to_undo_it_is_said(world, start):
    assert "nothing to undo" in play(start, world, Key("z")).status.message
    assert "nothing to do again" in play(start, world, Key("Z")).status.message


def test_undo_stays_in_its_lab(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), Set("lab", "compare"))
    after = play(state, world, Key("z"))
    assert "nothing to undo" in after.status.message
    assert marks(play(after, world, Set("lab", "explore"), Key("z"))).pins == ()


def test_moving_and_looking_are_no_steps(world, start):
    state = play(
        start, world, Move(dot_px(start, world, 3)), Key("n"), Key("t"), Set("layer", "distance"), TimePassed(0.1)
    )
    assert state.history.undo_stack == ()


def test_samples_of_other_images_cannot_be_gone_back_to(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), Set("model", "other"))
    assert state.history.undo_stack == ()


def test_what_held_for_one_model_alone_does_not_come_back_for_another(world, start):
    anomaly = begin(world, "cluster")
    own = {**anomaly.lab_states, "cluster": replace(anomaly.lab_states["cluster"], chosen=7)}
    chosen = undo.record(anomaly, replace(anomaly, lab_states=own), Key("x"))
    after = play(
        undo.record(chosen, replace(chosen, lab_states=anomaly.lab_states), Key("x")),
        world,
        Set("model", "second"),
        Key("z"),
    )
    assert after.lab_states["cluster"].chosen == -1
    drawn = start.put(replace(start.history, undo_stack=(UndoStep("", None, start.image_and_strokes),)))
    assert (
        play(drawn, world, Set("model", "second")).history.undo_stack == drawn.history.undo_stack
    )  # a picture is the user's, not the model's


def test_what_is_kept_is_bounded(world, start):
    state = start
    for _ in range(undo.MAX_STEPS + 20):
        state = play(state, world, *click(dot_px(state, world, 3)))
    assert len(state.history.undo_stack) <= undo.MAX_STEPS


def test_a_slider_that_is_dragged_is_one_step(start):
    def slid(state, value):
        own = {**state.lab_states, "explore": value}
        return undo.record(state, replace(state, lab_states=own), Set("size", float(value)))

    state = start
    for value in (1, 2, 3):
        state = slid(state, value)
    assert len(state.history.undo_stack) == 1
    after = undo.record(state, replace(state, lab_states={**state.lab_states, "explore": 9}), Set("other", 1.0))
    assert len(after.history.undo_stack) == 2


def test_a_press_that_changes_and_its_drag_are_one_step(start):
    def changed(state, action, value):
        held = state.put(replace(state.pointer, pressed_part="bars"))
        return undo.record(held, replace(held, lab_states={**held.lab_states, "explore": value}), action)

    state = changed(start, Press((1, 1)), 1)
    state = changed(state, Move((2, 2)), 2)
    state = changed(state, Release((2, 2)), 3)
    assert len(state.history.undo_stack) == 1
    state = changed(state, Press((1, 1)), 4)
    assert len(state.history.undo_stack) == 2
