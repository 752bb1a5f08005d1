"""Ending what computes behind a window: all at once, and for no longer than it may take."""

import math
import threading

import pytest

from latent_explorer.ui.window import closing

PATIENCE = 20


@pytest.fixture(autouse=True)
def _our_names(monkeypatch):
    """Other tests may leave threads of the real names."""
    monkeypatch.setattr(closing, "THREADS", ("the decoder of this test",))


def test_services_are_stopped_at_once_and_waited_for():
    both_stop = threading.Barrier(2, timeout=PATIENCE)
    assert closing.stop_services([both_stop.wait, both_stop.wait], max_seconds=math.inf)
    assert not both_stop.broken


@pytest.mark.parametrize(("name", "is_ours"), [("the decoder of this test", True), ("a stranger's", False)])
def test_a_thread_that_computes_on_is_told_from_a_strangers(name, is_ours):
    gate = threading.Event()
    thread = threading.Thread(target=gate.wait, args=(PATIENCE,), name=name, daemon=True)
    thread.start()
    assert closing.stop_services([thread.join], max_seconds=0.0) == (not is_ours)
    gate.set()
    thread.join()
