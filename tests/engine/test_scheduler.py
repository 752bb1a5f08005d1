"""The engine with an injected `answer`: what is worked, when, and what is shown meanwhile."""

import math
import threading
import time

import numpy as np
import pytest

from latent_explorer.engine import scheduler as module
from latent_explorer.engine.queries.base import Interpolation, Point, Trace
from latent_explorer.engine.queries.explain import NearestSamples, NearestSamplesValue
from latent_explorer.engine.queries.sample import Sample, SampleValue
from latent_explorer.engine.results import Failure
from latent_explorer.engine.scheduler import Engine
from latent_explorer.engine.subject import Place
from tests.engine.conftest import PATIENCE, Always, Oracle, sample


def test_the_same_request_is_answered_once(stage):
    for dot in (1, 1, 2, 1, 2, 2):
        stage.ask(a=sample(dot), b=sample(1))
        stage.finish()
        assert stage.shown("a") == dot
        assert stage.shown("b") == 1
    assert sorted(one.dot for one in stage.oracle.asked if one.dot == 2) == [2]
    assert [one.dot for one in stage.oracle.asked if one.dot == 1] == [1]


def test_an_unchanged_request_costs_nothing(stage):
    stage.ask(a=sample(1))
    stage.finish()
    for _ in range(50):
        stage.ask(a=sample(1))
    assert len(stage.oracle.asked) == 1


@pytest.mark.usefixtures("in_frame")
def test_a_fast_answer_is_there_on_return(stage):
    stage.ask(a=sample(1))  # how long it takes is not known yet
    stage.finish()
    stage.ask(a=sample(2))
    assert stage.shown() == 2
    assert stage.oracle.threads[-1] == threading.current_thread().name


def test_what_took_long_goes_to_the_background(stage):
    stage.oracle.seconds = 2 * module.FRAME_BUDGET
    stage.ask(a=sample(1))
    stage.finish()
    gate = stage.oracle.hold(2)
    stage.ask(a=sample(2))  # returns although the answer is held back
    assert stage.shown() == 1  # the last good picture stays meanwhile
    gate.set()
    stage.finish()
    assert stage.shown() == 2
    assert threading.current_thread().name not in stage.oracle.threads


@pytest.mark.usefixtures("in_frame")
def test_that_there_is_no_answer_yet_does_not_count_as_a_fast_one(stage):
    stage.oracle.without_answer.add(1)
    stage.ask(a=sample(1))
    stage.finish()
    gate = stage.oracle.hold(2)
    stage.ask(a=sample(2))  # returns although the answer is held back
    gate.set()
    stage.finish()
    assert stage.shown() == 2
    assert threading.current_thread().name not in stage.oracle.threads


def frames(stage, dots) -> int:
    """How many of the answers were worked in the frame, with the window waiting."""
    before = len(stage.oracle.threads)
    for dot in dots:
        stage.ask(a=sample(dot))
        stage.finish()
    return stage.oracle.threads[before:].count(threading.current_thread().name)


def test_one_hiccup_does_not_banish_a_fast_decoder(stage):
    frames(stage, range(20))  # so often that some of them were quick, however busy the machine
    stage.oracle.seconds = 3 * module.FRAME_BUDGET
    frames(stage, [100])
    stage.oracle.seconds = 0.0
    assert frames(stage, range(200, 220)) > 10


def test_a_decoder_that_has_become_slow_soon_goes_to_the_background(stage):
    frames(stage, range(20))
    stage.oracle.seconds = 5 * module.FRAME_BUDGET
    assert frames(stage, range(100, 150)) <= 15


def test_a_frame_answers_no_more_than_together_fits_in_it(stage, monkeypatch):
    monkeypatch.setattr(module, "FRAME_BUDGET", 1.0)
    monkeypatch.setattr(module, "BUDGETS_PER_FRAME", 2)
    slots = [f"slot {i}" for i in range(4)]
    stage.engine.ask({slot: sample(i) for i, slot in enumerate(slots)})
    stage.finish()
    monkeypatch.setattr(stage.engine, "answer_seconds", Always(0.6))
    before = len(stage.oracle.threads)
    gate = stage.oracle.hold(13)
    stage.engine.ask({slot: sample(10 + i) for i, slot in enumerate(slots)})
    assert stage.oracle.threads[before : before + 3] == 3 * [threading.current_thread().name]
    assert stage.shown(slots[3]) == 3  # the fourth would be the last straw
    gate.set()
    stage.finish()
    assert stage.shown(slots[3]) == 13


def test_what_a_frame_has_answered_is_not_worked_out_any_more(stage, monkeypatch):
    gate = stage.oracle.hold(0)
    stage.ask(busy=sample(0), a=sample(1))
    assert stage.oracle.begun[0].wait(PATIENCE)
    monkeypatch.setattr(module, "FRAME_BUDGET", math.inf)
    monkeypatch.setattr(stage.engine, "answer_seconds", Always(0.0))
    stage.ask(busy=sample(0), a=sample(2))
    assert stage.shown() == 2
    gate.set()
    stage.finish()
    assert [one.dot for one in stage.oracle.asked] == [0, 2]


@pytest.mark.usefixtures("background")
def test_a_request_of_two_slots_is_worked_once(stage):
    stage.ask(a=sample(1), b=sample(1))
    stage.finish()
    assert (stage.shown("a"), stage.shown("b")) == (1, 1)
    assert len(stage.oracle.asked) == 1


@pytest.mark.usefixtures("background")
def test_of_a_slot_only_the_newest_request_is_worked(stage):
    gate = stage.oracle.hold(1)
    stage.ask(a=sample(1))
    assert stage.oracle.begun[1].wait(PATIENCE)
    for dot in (2, 3, 4):
        stage.ask(a=sample(dot))
    gate.set()
    stage.finish()
    assert [one.dot for one in stage.oracle.asked] == [1, 4]
    assert stage.shown() == 4


@pytest.mark.usefixtures("background")
def test_a_late_answer_is_better_than_none(stage):
    first, second = stage.oracle.hold(1), stage.oracle.hold(2)
    stage.ask(a=sample(1))
    assert stage.oracle.begun[1].wait(PATIENCE)
    stage.ask(a=sample(2))
    assert stage.shown() is None
    first.set()
    assert stage.oracle.begun[2].wait(PATIENCE)
    assert stage.shown() == 1
    second.set()
    stage.finish()
    assert stage.shown() == 2


@pytest.mark.usefixtures("background")
def test_a_stale_answer_never_replaces_a_newer_one(stage):
    stage.ask(a=sample(9))
    stage.finish()
    gate = stage.oracle.hold(1)
    stage.ask(a=sample(1))
    assert stage.oracle.begun[1].wait(PATIENCE)
    stage.ask(a=sample(9))  # known, so it is shown at once
    assert stage.shown() == 9
    gate.set()
    stage.finish()
    assert stage.shown() == 9


@pytest.mark.usefixtures("background")
def test_slots_are_independent(stage):
    gate = stage.oracle.hold(1)
    stage.ask(a=sample(1), b=sample(2))
    gate.set()
    stage.finish()
    stage.ask(a=sample(3), b=sample(2))
    stage.finish()
    assert (stage.shown("a"), stage.shown("b")) == (3, 2)


@pytest.mark.usefixtures("background")
def test_the_window_is_woken_when_an_answer_is_ready(stage):
    gate = stage.oracle.hold(1)
    stage.ask(a=sample(1))
    assert not stage.woken.acquire(blocking=False)
    gate.set()
    assert stage.woken.acquire(timeout=PATIENCE)
    assert stage.shown() == 1


@pytest.mark.parametrize("way", ["background", "in_frame"])
def test_an_exception_becomes_a_failure_and_the_last_good_picture_stays(stage, way, request):
    request.getfixturevalue(way)
    stage.oracle.failing = {2, 3}
    stage.ask(a=sample(1))
    stage.finish()
    for dot in (2, 3):
        stage.ask(a=sample(dot))
        stage.finish()
        failure = stage.engine.results.get_failure("a")
        assert isinstance(failure, Failure)
        assert f"dot {dot} is broken" in failure.message
        assert stage.shown() == 1
    stage.ask(a=sample(4))  # the worker is still alive
    stage.finish()
    assert stage.shown() == 4
    assert stage.engine.results.get_failure("a") is None


def test_what_failed_is_tried_again_when_asked_again(stage):
    stage.oracle.failing = {2}
    stage.ask(a=sample(2))
    stage.finish()
    stage.oracle.failing = set()
    stage.ask(a=sample(1))
    stage.ask(a=sample(2))
    stage.finish()
    assert stage.shown() == 2


@pytest.mark.usefixtures("background")
def test_another_model_drops_the_old_picture(stage):
    stage.ask(a=sample(1, "m"))
    stage.finish()
    gate = stage.oracle.hold(2)
    stage.ask(a=sample(2, "n"))
    assert stage.shown() is None
    gate.set()
    stage.finish()
    assert stage.shown() == 2


@pytest.mark.usefixtures("background")
def test_a_late_answer_of_the_old_model_is_not_shown(stage):
    old, new = stage.oracle.hold(1), stage.oracle.hold(2)
    stage.ask(a=sample(1, "m"))
    assert stage.oracle.begun[1].wait(PATIENCE)
    stage.ask(a=sample(2, "n"))
    old.set()
    assert stage.oracle.begun[2].wait(PATIENCE)
    assert stage.shown() is None
    new.set()
    stage.finish()
    assert stage.shown() == 2


@pytest.mark.usefixtures("background")
def test_a_slot_that_is_no_longer_wanted_is_dropped(stage):
    stage.ask(a=sample(1), b=sample(2))
    stage.finish()
    gate = stage.oracle.hold(3)
    stage.ask(a=sample(3), b=sample(2))
    assert stage.oracle.begun[3].wait(PATIENCE)
    stage.ask(b=sample(2))
    assert stage.shown("a") is None
    gate.set()
    stage.finish()
    assert stage.shown("a") is None
    assert stage.shown("b") == 2


def test_an_answer_that_was_on_its_way_when_a_map_changed_is_asked_again():
    held, begun = threading.Event(), threading.Event()
    dots = iter((1, 2, 3))

    def answer(request, context):
        found = SampleValue(next(dots), np.zeros(2, np.float32), np.zeros((1, 1), np.uint8), None, "")
        begun.set()
        assert held.wait(PATIENCE)
        return found

    engine = Engine({}, answer=answer)
    try:
        engine.ask({"a": Sample("m", 5)})
        assert begun.wait(PATIENCE)
        engine.forget()
        held.set()
        assert engine.finish(PATIENCE)
        assert engine.results.get_value("a", SampleValue).dot == 2
        engine.ask({"b": Sample("m", 5)})  # known by now, and not as it was
        assert engine.finish(PATIENCE)
        assert engine.results.get_value("b", SampleValue).dot == 2
    finally:
        held.set()
        engine.close()


@pytest.mark.parametrize("errand", [NearestSamples("m"), Point("m", "tsne", (0.5, 0.5), None, "nninv")])
def test_no_picture_waits_for_an_errand(errand):
    """The nearest neighbours of many samples take seconds, and so does fitting a network from map to latent."""
    held, begun = threading.Event(), threading.Event()

    def answer(request, context):
        if request == errand:
            begun.set()
            assert held.wait(PATIENCE)
            return NearestSamplesValue(np.zeros(3, np.intp))
        return SampleValue(request.dot, np.zeros(2, np.float32), np.zeros((1, 1), np.uint8), None, "")

    engine = Engine({}, answer=answer)
    try:
        engine.ask({"links": errand})
        assert begun.wait(PATIENCE)
        engine.ask({"links": errand, "a": Sample("m", 5)})
        until = time.monotonic() + PATIENCE
        while engine.results.get_value("a", SampleValue) is None and time.monotonic() < until:
            time.sleep(0.001)
        assert engine.results.get_value("a", SampleValue).dot == 5
        assert engine.results.get_value("links", NearestSamplesValue) is None
        held.set()
        assert engine.finish(PATIENCE)
        assert engine.results.get_value("links", NearestSamplesValue) is not None
    finally:
        held.set()
        engine.close()


def test_close_ends_the_threads():
    before = set(threading.enumerate())
    engine = Engine({}, answer=Oracle())
    workers = set(threading.enumerate()) - before
    assert workers
    engine.close()
    assert not any(worker.is_alive() for worker in workers)
    engine.close()  # once more does no harm


def test_a_late_picture_of_an_old_trace_does_not_fill_a_new_strip():
    way = ((0.1, 0.1), (0.2, 0.2))
    old, grown, new = (Trace("a", "tsne", tuple(map(Place, p))) for p in (way, (*way, (0.3, 0.3)), ((0.9, 0.9), *way)))
    assert old.has_same_subject(grown)
    assert not old.has_same_subject(new)
    assert not old.has_same_subject(Trace("a", "pca", tuple(map(Place, way))))
    assert not old.has_same_subject(Interpolation("a", 0, 1, 5))
