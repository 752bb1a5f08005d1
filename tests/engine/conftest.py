"""An engine with an injected `answer`, and one with real checkpoints."""

import math
import threading
import time
from collections import defaultdict

import numpy as np
import pytest

from latent_explorer.engine import scheduler as module
from latent_explorer.engine.queries.sample import Sample, SampleValue
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
        self.without_answer: set[int] = set()
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
        if request.dot in self.without_answer:
            return None
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


@pytest.fixture
def real(world, tmp_path):
    engine = Engine(world, data_dir=str(tmp_path))
    yield engine
    engine.close()
