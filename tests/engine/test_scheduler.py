"""The engine with an injected `answer`: what is worked, when, and what is shown meanwhile."""

import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from latent_explorer.engine import pending_queue
from latent_explorer.engine import scheduler as module
from latent_explorer.engine.base_queries import Interpolation, Point, StripValue, Trace, TransitionFrame
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.explain_query import NearestSamples, NearestSamplesValue
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.results import Failure
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.scheduler import Engine

PATIENCE = 20.0


class Oracle:
    """Answers `Sample(model, dot)` with a value that says which dot; dots can be held back or made to fail."""

    def __init__(self) -> None:
        self.asked: list[Sample] = []
        self.threads: list[str] = []
        self.gates: dict[int, threading.Event] = {}
        self.begun: dict[int, threading.Event] = defaultdict(threading.Event)
        self.failing: set[int] = set()
        self.seconds = 0.0

    def hold(self, dot: int) -> threading.Event:
        """From now on the answer for `dot` waits for this event."""
        self.gates[dot] = threading.Event()
        return self.gates[dot]

    def __call__(self, request, context):
        self.asked.append(request)
        self.threads.append(threading.current_thread().name)
        self.begun[request.dot].set()
        time.sleep(self.seconds)
        if request.dot in self.gates:
            assert self.gates[request.dot].wait(PATIENCE)
        if request.dot in self.failing:
            raise ValueError(f"dot {request.dot} is broken")
        return SampleValue(request.dot, np.zeros(2, np.float32), np.zeros((1, 1), np.uint8), None, "")


class Always(dict):
    """Every request has taken these seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def get(self, key, default=None):
        return self.seconds


class Stage:
    def __init__(self) -> None:
        self.oracle = Oracle()
        self.woken = threading.Semaphore(0)
        self.engine = Engine({}, answer=self.oracle, wake=self.woken.release)

    def ask(self, **wanted: Sample) -> None:
        self.engine.ask(wanted)

    def finish(self) -> None:
        assert self.engine.finish(PATIENCE)

    def shown(self, slot: str = "a") -> int | None:
        """The dot that a slot shows."""
        value = self.engine.results.get_value(slot, SampleValue)
        return None if value is None else value.dot


@pytest.fixture
def stage():
    found = Stage()
    yield found
    for gate in found.oracle.gates.values():
        gate.set()
    found.engine.close()


@pytest.fixture
def background(monkeypatch):
    """Nothing is fast enough for the frame."""
    monkeypatch.setattr(module, "FRAME_BUDGET", 0.0)


@pytest.fixture
def in_frame(monkeypatch):
    """Everything whose time is known is fast enough for the frame."""
    monkeypatch.setattr(module, "FRAME_BUDGET", math.inf)


def sample(dot: int, model: str = "m") -> Sample:
    return Sample(model, dot)


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
    monkeypatch.setattr(stage.engine, "_answer_seconds", Always(0.6))
    before = len(stage.oracle.threads)
    gate = stage.oracle.hold(13)
    stage.engine.ask({slot: sample(10 + i) for i, slot in enumerate(slots)})
    assert stage.oracle.threads[before : before + 3] == 3 * [threading.current_thread().name]
    assert stage.shown(slots[3]) == 3  # the fourth would be the last straw
    gate.set()
    stage.finish()
    assert stage.shown(slots[3]) == 13


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


def test_what_a_frame_has_answered_is_not_worked_out_any_more(stage, monkeypatch):
    gate = stage.oracle.hold(0)
    stage.ask(busy=sample(0), a=sample(1))
    assert stage.oracle.begun[0].wait(PATIENCE)
    monkeypatch.setattr(module, "FRAME_BUDGET", math.inf)
    monkeypatch.setattr(stage.engine, "_answer_seconds", Always(0.0))
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


# -- with real checkpoints ----------------------------------------------------------------------------


@pytest.fixture
def real(world, tmp_path):
    engine = Engine(world, data_dir=str(tmp_path))
    yield engine
    engine.close()


def test_warming_up_asks_nothing_for_any_slot(real, world):
    real.warm_up(["first", "second"])
    real.ask({"strip": Interpolation("first", 3, 31, 5)})
    assert real.finish(PATIENCE)
    assert len(real.results.get_value("strip", StripValue).pictures) == 5


def test_originals_arrive_later_in_what_was_answered_without_them(real):
    real.ask({"here": Sample("other", 7), "away": Sample("first", 7)})
    assert real.finish(PATIENCE)
    assert real.results.get_value("here", SampleValue).original is None
    real.load_originals(["first", "other"], wait=True)
    assert real.finish(PATIENCE)
    assert real.results.get_value("here", SampleValue).original.shape == (8, 8)
    assert real.results.get_value("away", SampleValue).note == "MNIST is not on this machine"
    real.load_originals(["first", "other"], wait=True)  # known already


def test_a_broken_checkpoint_is_a_failure(real):
    real.ask({"a": Sample("first", 10**6)})
    assert real.finish(PATIENCE)
    assert "IndexError" in real.results.get_failure("a").message


def test_each_data_set_is_looked_for_once(real, monkeypatch):
    looked = []

    def slowly(checkpoint, data_dir):
        looked.append(checkpoint.data_key)
        time.sleep(0.05)
        return "not here"

    monkeypatch.setattr(module, "load_originals", slowly)
    for _ in range(3):
        real.load_originals(["first", "second", "other"])
    real.load_originals(["second", "first", "other"], wait=True)
    assert len(looked) == len(set(looked)) == 2


def test_whatever_goes_wrong_with_a_data_set_is_said_in_its_place(real, monkeypatch):
    def broken(checkpoint, data_dir):
        raise ZeroDivisionError

    monkeypatch.setattr(module, "load_originals", broken)
    real.load_originals(["first"], wait=True)
    real.ask({"sample": Sample("first", 7)})
    assert real.finish(PATIENCE)
    assert real.results.get_value("sample", SampleValue).note == "the data set cannot be read (ZeroDivisionError)"


# -- what glides ---------------------------------------------------------------------------------------


def aim(world, dot: int, model: str = "first", subject: str = "here") -> AnimationTarget:
    return AnimationTarget(model, subject, world[model].latents[dot], dot)


@pytest.mark.usefixtures("in_frame")
def test_a_picture_glides_through_the_latents_between_and_comes_to_rest(real, world):
    real.warm_up(["first"])
    assert not real.animate({"a": aim(world, 3)}, 0.0)
    assert real.results.get_transition("a") is None
    assert real.animate({"a": aim(world, 31)}, 0.02)
    between = real.results.get_transition("a")
    start, end = world["first"].latents[3], world["first"].latents[31]
    share = (between.z - start) / (end - start)
    assert share == pytest.approx(share[0], abs=1e-4)
    assert 0.1 < share[0] < 0.9
    (picture,) = decode_pictures(world["first"], between.z[None])
    assert (between.picture == picture).all()
    assert not real.animate({"a": aim(world, 31)}, 1.0)
    assert real.results.get_transition("a") is None


@pytest.mark.usefixtures("in_frame")
def test_what_is_on_its_way_is_not_remembered(real, world):
    real.warm_up(["first"])
    real.ask({"a": Sample("first", 3)})
    known = set(real._answers)
    real.animate({"a": aim(world, 3)}, 0.0)
    for _ in range(20):
        assert real.animate({"a": aim(world, 31)}, 0.005)
    assert set(real._answers) == known
    assert real.results.get_value("a", SampleValue).dot == 3


def test_a_decoder_that_is_too_slow_for_the_frame_does_not_glide(real, world, monkeypatch):
    real.warm_up(["first"])
    real.animate({"a": aim(world, 3)}, 0.0)
    monkeypatch.setattr(module, "FRAME_BUDGET", 0.0)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.results.get_transition("a") is None
    monkeypatch.setattr(module, "FRAME_BUDGET", math.inf)
    assert not real.animate({"a": aim(world, 31)}, 0.01)  # it is there already, and does not set out from afar


def test_a_decoder_whose_speed_is_not_known_does_not_glide_but_for_the_patient(real, world):
    real.animate({"a": aim(world, 3)}, 0.0)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.animate({"a": aim(world, 3)}, 0.01, even_if_slow=True) is False  # the first picture here
    assert real.animate({"a": aim(world, 31)}, 0.01, even_if_slow=True)


def test_pictures_that_are_fast_one_by_one_glide_only_where_they_are_fast_together(real, world, monkeypatch):
    real.warm_up(["first", "second"])
    monkeypatch.setattr(module, "FRAME_BUDGET", 1.0)
    for model in ("first", "second"):
        real._answer_seconds[Sample, model] = 0.6
    places = {"a": ("first", 3, 31), "b": ("second", 3, 31)}
    real.animate({place: aim(world, one, model) for place, (model, one, _) in places.items()}, 0.0)
    assert not real.animate({place: aim(world, two, model) for place, (model, _, two) in places.items()}, 0.01)
    real.animate({"a": aim(world, 3)}, 0.0)
    real.animate({"a": aim(world, 3)}, 1.0)
    assert real.animate({"a": aim(world, 17)}, 0.01)


@pytest.mark.usefixtures("in_frame")
def test_what_fails_on_its_way_is_at_its_end(real, world, monkeypatch):
    real.warm_up(["first"])
    real.animate({"a": aim(world, 3)}, 0.0)

    def broken(request, *arguments):
        assert isinstance(request, TransitionFrame)
        raise RuntimeError("the decoder broke")

    monkeypatch.setattr(real, "_answer", broken)
    assert not real.animate({"a": aim(world, 31)}, 0.01)
    assert real.results.get_transition("a") is None
    assert real.results.last_error() == ""


def test_a_late_picture_of_an_old_trace_does_not_fill_a_new_strip():
    way = ((0.1, 0.1), (0.2, 0.2))
    old, grown, new = (Trace("a", "tsne", p, None) for p in (way, (*way, (0.3, 0.3)), ((0.9, 0.9), *way)))
    assert old.same_subject(grown)
    assert not old.same_subject(new)
    assert not old.same_subject(Trace("a", "pca", way, None))
    assert not old.same_subject(Interpolation("a", 0, 1, 5))
