"""The thread that works on layers, with jobs that a test drives."""

import threading
import time

import pytest

from latent_explorer.engine.map_layers import incremental_worker
from latent_explorer.engine.map_layers.incremental_worker import IncrementalWorker
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, MosaicValue
from latent_explorer.engine.results import Results
from tests.stage import BROKEN

PATIENCE = 20.0


def heat(kind: str, model: str = "m", hidden=frozenset()) -> HeatMap:
    return HeatMap(model, "tsne", kind, 0.02, hidden)


class Jobs:
    """Every job yields as many values as `steps` says, each with its number; a gate holds each piece back."""

    def __init__(self) -> None:
        self.steps = 3
        self.worked: list[tuple[object, int]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.broken = False

    def __call__(self, request):
        for number in range(self.steps):
            self.begun.set()
            assert self.gate.wait(PATIENCE)
            if self.broken:
                raise ValueError(BROKEN)
            self.worked.append((request, number))
            yield None
            yield MosaicValue(None, {}, number)  # a number in place of "final" marks the refinement


@pytest.fixture
def jobs():
    return Jobs()


@pytest.fixture
def background(jobs):
    results = Results()
    made = IncrementalWorker(jobs, results, lambda: None)
    made.results = results
    yield made
    jobs.gate.set()
    made.close()


def shown(background, slot="a"):
    value = background.results.get_value(slot, MosaicValue)
    return None if value is None else value.final


def test_the_last_refinement_is_shown_at_the_end(background):
    background.set_queries({"a": heat("cycle")})
    assert background.finish(PATIENCE)
    assert shown(background) == 2


def test_several_layers_take_turns(background, jobs):
    jobs.gate.clear()
    background.set_queries({"a": heat("cycle"), "b": heat("stretch")})
    jobs.gate.set()
    assert background.finish(PATIENCE)
    kinds = [request.kind for request, _ in jobs.worked]
    assert kinds == ["cycle", "stretch"] * 3


def test_what_is_no_longer_wanted_is_given_up(background, jobs):
    jobs.gate.clear()
    background.set_queries({"a": heat("cycle")})
    assert jobs.begun.wait(PATIENCE)
    background.set_queries({"a": heat("stretch")})
    jobs.gate.set()
    assert background.finish(PATIENCE)
    assert [number for request, number in jobs.worked if request.kind == "cycle"] in ([], [0])
    assert [number for request, number in jobs.worked if request.kind == "stretch"] == [0, 1, 2]


def test_the_last_good_layer_stays_until_a_better_one_comes_but_no_other_layer_s(background, jobs):
    background.set_queries({"a": heat("cycle")})
    assert background.finish(PATIENCE)
    jobs.gate.clear()
    background.set_queries({"a": heat("cycle", hidden=frozenset({1}))})
    assert shown(background) == 2
    background.set_queries({"a": heat("stretch")})
    assert shown(background) is None
    background.set_queries({})
    jobs.gate.set()
    assert background.finish(PATIENCE)
    assert shown(background) is None


def test_an_unchanged_wish_costs_nothing(background, jobs):
    for _ in range(3):
        background.set_queries({"a": heat("cycle"), "s": heat("stretch")})
        assert background.finish(PATIENCE)
    assert len(jobs.worked) == 6


def test_a_failure_is_a_value_and_the_next_layer_works(background, jobs):
    jobs.broken = True
    background.set_queries({"a": heat("cycle")})
    assert background.finish(PATIENCE)
    assert BROKEN in background.results.get_failure("a").message
    jobs.broken = False
    background.set_queries({"a": heat("stretch")})
    assert background.finish(PATIENCE)
    assert background.results.get_failure("a") is None
    assert shown(background) == 2


def test_nothing_is_computed_while_a_frame_is_made(background, jobs, monkeypatch):
    monkeypatch.setattr(incremental_worker, "MAX_DELAY", PATIENCE)
    with background.hold():
        background.set_queries({"a": heat("cycle")})
        time.sleep(0.05)
        assert not jobs.worked
    assert background.finish(PATIENCE)
    assert shown(background) == 2


def test_work_goes_on_however_busy_the_mouse_is(background, jobs):
    done = threading.Event()

    def mouse():
        while not done.is_set():
            with background.hold():
                time.sleep(0.001)

    busy = threading.Thread(target=mouse, daemon=True)
    busy.start()
    background.set_queries({"a": heat("cycle")})
    try:
        assert background.finish(PATIENCE)
    finally:
        done.set()
        busy.join(PATIENCE)
    assert shown(background) == 2
