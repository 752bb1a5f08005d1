"""A frame: what stands where an answer is missing, which parts found room, and what is kept from frame to frame."""

from dataclasses import replace

import pytest

from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Hover
from tests.stage import BROKEN, begin, of_kind, texts

PLACE = Rect(10, 20, 200, 100)


@pytest.fixture
def frame(world) -> Frame:
    state, lab = begin(world), LABS["explore"]
    return Frame(state, lab.get_own(state), Results(), lab.get_layout(state))


def test_a_failure_is_said_before_what_is_loaded_and_that_before_what_is_waited_for(frame):
    failed = Results()
    failed.put("picture", Failure(BROKEN))
    busy = replace(frame, state=frame.state.put(replace(frame.state.status, loading="loading")))
    assert texts(replace(busy, results=failed).wait_for(PLACE, "picture", "waiting")) == BROKEN
    assert texts(replace(busy, results=failed).wait_for(PLACE, "another", "waiting")) == "loading"
    assert texts(frame.wait_for(PLACE, "picture", "waiting")) == "waiting"


def test_the_words_lie_on_the_panel_that_fills_the_place(frame):
    items = frame.wait_for(PLACE, "picture", "waiting", inset=6)
    (panel,), (text,) = of_kind(items, Panel), of_kind(items, Text)
    assert items == [panel, text], "what is drawn later lies on top"
    assert panel.rect == PLACE
    margin = round(6 * frame.ui_scale)
    assert (text.rect.x - PLACE.x, PLACE.bottom - text.rect.bottom) == (margin, margin)


def test_a_part_without_room_has_no_place(frame):
    assert frame.get_part("picture") == frame.layout.parts["picture"]
    assert replace(frame, layout=replace(frame.layout, parts={})).get_part("picture") is None


def test_what_is_derived_belongs_to_one_frame(frame):
    frame.derived["count"] = 1
    assert frame.derived == {"count": 1}
    assert replace(frame).derived == {}


def test_what_is_derived_at_rest_sees_neither_mouse_nor_answers_and_is_made_again_for_what_it_sees(frame):
    seen: list[Frame] = []

    def make(at_rest: Frame, value: object) -> int:
        seen.append(at_rest)
        return len(seen)

    def derive(state: State, value: object) -> int:
        answers = Results()
        answers.put("picture", "an answer")
        return Frame(state, frame.own, answers, frame.layout).derive_at_rest("a", make, value)

    value, hover = object(), Hover(slot=0, px=(9, 9), xy=(0.5, 0.5), dot=0, dot_px=0.0)
    assert [derive(state, value) for state in (frame.state, frame.state.with_hover(hover), frame.state)] == [1, 1, 1]
    assert (seen[0].state.pointer.hover, seen[0].results.get_value("picture", str)) == (None, None)
    assert (seen[0].own, seen[0].layout) == (frame.own, frame.layout)
    assert derive(frame.state, object()) == 2
    assert derive(frame.state.put(frame.state.view), value) == 3
