from dataclasses import replace

import pytest

from latent_explorer.scene.events import Key, Move, Pass, Press, Release, Set
from latent_explorer.scene.state import Step
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
    assert after.message
    assert marks(after) == marks(state)


def test_where_there_is_nothing_to_undo_it_is_said(world, start):
    assert "nothing to undo" in play(start, world, Key("z")).message
    assert "nothing to do again" in play(start, world, Key("Z")).message


def test_undo_stays_in_its_lab(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), Set("lab", "compare"))
    after = play(state, world, Key("z"))
    assert "nothing to undo" in after.message
    assert marks(play(after, world, Set("lab", "explore"), Key("z"))).pins == ()


def test_moving_and_looking_are_no_steps(world, start):
    state = play(start, world, Move(dot_px(start, world, 3)), Key("n"), Key("t"), Set("layer", "distance"), Pass(0.1))
    assert state.past == ()


def test_samples_of_other_images_cannot_be_gone_back_to(world, start):
    state = play(start, world, *click(dot_px(start, world, 3)), Set("model", "other"))
    assert state.past == ()


def test_what_held_for_one_model_alone_does_not_come_back_for_another(world, start):
    anomaly = begin(world, "cluster")
    own = {**anomaly.own, "cluster": replace(anomaly.own["cluster"], chosen=7)}
    chosen = undo.kept(anomaly, replace(anomaly, own=own), Key("x"))
    after = play(undo.kept(chosen, replace(chosen, own=anomaly.own), Key("x")), world, Set("model", "second"), Key("z"))
    assert after.own["cluster"].chosen == -1
    drawn = replace(start, past=(Step("", None, start.picture),))
    assert play(drawn, world, Set("model", "second")).past == drawn.past  # a picture is the user's, not the model's


def test_what_is_kept_is_bounded(world, start):
    state = start
    for _ in range(undo.MOST + 20):
        state = play(state, world, *click(dot_px(state, world, 3)))
    assert len(state.past) <= undo.MOST


def test_a_slider_that_is_dragged_is_one_step(start):
    def slid(state, value):
        own = {**state.own, "explore": value}
        return undo.kept(state, replace(state, own=own), Set("size", float(value)))

    state = start
    for value in (1, 2, 3):
        state = slid(state, value)
    assert len(state.past) == 1
    after = undo.kept(state, replace(state, own={**state.own, "explore": 9}), Set("other", 1.0))
    assert len(after.past) == 2


def test_a_press_that_changes_and_its_drag_are_one_step(start):
    def changed(state, action, value):
        held = replace(state, touching="bars")
        return undo.kept(held, replace(held, own={**held.own, "explore": value}), action)

    state = changed(start, Press((1, 1)), 1)
    state = changed(state, Move((2, 2)), 2)
    state = changed(state, Release((2, 2)), 3)
    assert len(state.past) == 1
    state = changed(state, Press((1, 1)), 4)
    assert len(state.past) == 2
