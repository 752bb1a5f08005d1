from dataclasses import replace

import pytest

from latent_explorer.scene.events import ImageLoaded, Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import UndoStep
from latent_explorer.shell import drawing_pad, undo
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import begin, click, dot_px, drag, marks, play

FILE = OwnImage(bytes(range(16)), (4, 4), 1, name="cat.png")


@pytest.fixture
def start(world):
    return begin(world)


def test_a_pin_is_taken_back_and_set_again(start):
    state = play(start, *stage.WITHOUT_WAY, *click(dot_px(start, 3)), *click(dot_px(start, 31)))
    assert len(marks(state).pins) == 2
    once = play(state, Key("z"))
    assert marks(once).pins == marks(state).pins[:1]
    assert marks(play(once, Key("z"))).pins == ()
    assert marks(play(once, Key("Z"))) == marks(state)


def test_one_drag_is_one_step(start):
    state = play(start, *drag(dot_px(start, 3), dot_px(start, 31), steps=9))
    assert len(marks(state).trace) > 5
    assert marks(play(state, Key("ctrl z"))).trace == ()
    again = play(state, *drag(dot_px(start, 5), dot_px(start, 40)))
    assert marks(play(again, Key("z"))).trace == marks(state).trace  # the second drag is a step of its own


def test_something_new_ends_what_could_be_done_again(start):
    state = play(start, *click(dot_px(start, 3)), Key("z"), *click(dot_px(start, 31)))
    after = play(state, Key("ctrl y"))
    assert after.status.message
    assert marks(after) == marks(state)


def test_where_there_is_nothing_to_undo_it_is_said(start):
    assert play(start, Key("z")).status.message == undo.NOTHING_TO_UNDO
    assert play(start, Key("Z")).status.message == undo.NOTHING_TO_REDO


def test_undo_stays_in_its_lab(start):
    state = play(start, *click(dot_px(start, 3)), Set("lab", "compare"))
    after = play(state, Key("z"))
    assert after.status.message == undo.NOTHING_TO_UNDO
    assert marks(play(after, Set("lab", "explore"), Key("z"))).pins == ()


def test_moving_and_looking_are_no_steps(start):
    state = play(start, Move(dot_px(start, 3)), Key("n"), Key("t"), Set("layer", "distance"), TimePassed(0.1))
    assert state.history.undo_stack == ()


def test_samples_of_other_images_cannot_be_gone_back_to(start):
    state = play(start, *click(dot_px(start, 3)), Set("model", "other"))
    assert state.history.undo_stack == ()


def test_what_held_for_one_model_alone_does_not_come_back_for_another(world, start):
    anomaly = begin(world, "cluster")
    own = {**anomaly.lab_states, "cluster": replace(anomaly.lab_states["cluster"], chosen=7)}
    chosen = undo.record(anomaly, replace(anomaly, lab_states=own), Key("x"))
    after = play(
        undo.record(chosen, replace(chosen, lab_states=anomaly.lab_states), Key("x")),
        Set("model", "second"),
        Key("z"),
    )
    assert after.lab_states["cluster"].chosen == -1
    drawn = start.put(replace(start.history, undo_stack=(UndoStep("", None, start.image_and_strokes),)))
    assert (
        play(drawn, Set("model", "second")).history.undo_stack == drawn.history.undo_stack
    )  # a picture is the user's, not the model's


def test_what_is_kept_is_bounded(start):
    state = start
    for _ in range(undo.MAX_STEPS + 20):
        state = play(state, *click(dot_px(state, 3)))
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


# -- the user's picture, from every lab ---------------------------------------------------------------


def pinned(state: State, dot: int) -> State:
    return stage.play(state, *stage.click(stage.dot_px(state, dot)))


def drawn(state: State, world, y: float) -> State:
    ink = drawing_pad.make_layout(state).ink
    px = [(ink.x + x * ink.width, ink.y + y * ink.height) for x in (0.2, 0.5, 0.8)]
    return stage.play(state, Press(px[0]), Move(px[1]), Move(px[2]), Release(px[2]))


def test_back_and_on_again(world) -> None:
    none = stage.play(stage.begin(world), *stage.WITHOUT_WAY)
    one = pinned(none, 0)
    two = pinned(one, 5)
    assert [len(stage.marks(s).pins) for s in (none, one, two)] == [0, 1, 2]
    back = stage.play(two, Key("z"))
    assert stage.marks(back) == stage.marks(one)
    assert stage.marks(stage.play(back, Key("z"))) == stage.marks(none)
    assert stage.marks(stage.play(back, Key("z"), Key("Z"), Key("Z"))) == stage.marks(two)
    assert stage.play(two, Key("Z")).status.message == undo.NOTHING_TO_REDO


def test_a_stroke_is_one_step(world) -> None:
    state = stage.play(stage.begin(world), Key("o"))
    one = drawn(state, world, 0.3)
    two = drawn(one, world, 0.7)
    back = stage.play(two, Key("z"))
    assert back.image_and_strokes == one.image_and_strokes
    assert stage.play(back, Key("z")).image_and_strokes == state.image_and_strokes
    assert stage.play(back, Key("Z")).image_and_strokes == two.image_and_strokes


def test_a_picture_can_be_gone_back_to_from_another_lab(world) -> None:
    state = drawn(stage.play(stage.begin(world), Key("o")), world, 0.3)
    elsewhere = stage.play(state, Set("lab", "compare"), ImageLoaded(FILE))
    back = stage.play(elsewhere, Key("z"))
    assert back.image_and_strokes == state.image_and_strokes
    assert back.lab == "compare"


def test_undo_of_a_pin_leaves_a_later_picture(world) -> None:
    pin = pinned(stage.begin(world), 0)
    later = stage.play(pin, Set("lab", "compare"), ImageLoaded(FILE), Set("clear"), Set("lab", "explore"))
    kept = stage.play(pin, Set("lab", "compare"), ImageLoaded(FILE), Set("lab", "explore"), Key("z"))
    assert kept.drawing.image is None  # the latest step is the picture's
    assert len(stage.marks(kept).pins) == 1
    assert len(stage.marks(stage.play(kept, Key("z"))).pins) == 0
    assert stage.play(later, Key("z")).drawing.image == FILE
