"""A frame: what stands where an answer is missing, and which parts found room."""

from dataclasses import replace

import pytest

from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.rect import Rect
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
