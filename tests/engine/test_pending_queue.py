"""What waits for an answer in the background: turns, and the rest between two answers."""

import time
from dataclasses import dataclass
from typing import ClassVar

import pytest

from latent_explorer.engine import pending_queue
from latent_explorer.engine.queries.sample import Sample
from tests.engine.conftest import PATIENCE, sample


@pytest.mark.usefixtures("background")
def test_a_slot_that_waits_keeps_its_turn_however_often_it_is_asked_anew(stage):
    gate = stage.oracle.hold(0)
    stage.ask(x=sample(0), a=sample(1), b=sample(101))
    assert stage.oracle.begun[0].wait(PATIENCE)
    stage.ask(x=sample(0), b=sample(102), a=sample(2))
    stage.ask(x=sample(0), b=sample(103), a=sample(3))
    gate.set()
    stage.finish()
    assert [one.dot for one in stage.oracle.asked] == [0, 3, 103]


@pytest.mark.usefixtures("background")
def test_what_rests_is_answered_again_when_it_has_rested_and_at_once_where_somebody_waits(stage, monkeypatch):
    monkeypatch.setattr(Sample, "min_interval", 3600.0)
    stage.ask(a=sample(1))
    stage.finish()
    stage.ask(a=sample(2), b=sample(3))
    assert stage.oracle.begun[3].wait(PATIENCE)  # another slot does not rest
    assert not stage.oracle.begun[2].is_set()
    stage.finish()
    assert (stage.shown("a"), stage.shown("b")) == (2, 3)
    stage.engine._pending.reset_interval("a")
    monkeypatch.setattr(Sample, "min_interval", 0.01)
    stage.ask(a=sample(4))
    assert stage.oracle.begun[4].wait(PATIENCE)
    stage.ask(a=sample(5))
    assert stage.oracle.begun[5].wait(PATIENCE)


@dataclass(frozen=True)
class Number(Sample):
    """A request that rests."""

    min_interval: ClassVar[float] = 0.01


@pytest.mark.usefixtures("background")
def test_what_rests_has_its_turn_at_last_though_pictures_are_asked_again_and_again(stage):
    stage.oracle.seconds = 0.02
    end = time.monotonic() + PATIENCE
    for dot in range(1_000_000):
        stage.ask(picture=sample(2 * dot), number=Number("m", 2 * dot + 1))
        if stage.shown("number") is not None or time.monotonic() > end:
            break
        time.sleep(0.005)
    assert stage.shown("number") is not None
    kinds = [type(one) for one in stage.oracle.asked]
    assert kinds.index(Number) > 3, "the pictures come first"


@pytest.mark.usefixtures("background")
def test_numbers_leave_the_pictures_time_between_each_other(stage, monkeypatch):
    monkeypatch.setattr(pending_queue, "PAUSE_BETWEEN", 3600.0)
    stage.ask(a=Number("m", 1))
    stage.finish()
    stage.ask(b=Number("m", 2))
    assert not stage.oracle.begun[2].wait(0.05)
    stage.ask(b=Number("m", 2), picture=sample(3))
    assert stage.oracle.begun[3].wait(PATIENCE)
    assert not stage.oracle.begun[2].is_set()
    stage.finish()
    assert stage.shown("b") == 2


@pytest.mark.usefixtures("background")
def test_another_question_need_not_rest_for_the_answer_to_one_before(stage, monkeypatch):
    monkeypatch.setattr(Number, "min_interval", 3600.0)
    monkeypatch.setattr(pending_queue, "PAUSE_BETWEEN", 0.0)
    gate = stage.oracle.hold(1)
    stage.ask(a=Number("m", 1))
    assert stage.oracle.begun[1].wait(PATIENCE)
    stage.ask(a=Number("another", 2))
    gate.set()  # it comes too late to be shown
    assert stage.oracle.begun[2].wait(PATIENCE)
    stage.finish()
    stage.ask(a=Number("a third", 3))
    assert stage.oracle.begun[3].wait(PATIENCE)
