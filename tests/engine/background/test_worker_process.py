"""A process that works for the window is quiet, and leaves nothing behind when it is killed."""

import multiprocessing
import os
import threading

import pytest
from tqdm import tqdm

from latent_explorer.engine.background import worker_process


class Quick:
    """A job that the window does not wait for."""

    def work(self, report):
        return 1


def test_a_window_that_has_gone_leaves_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "stay_in_background", lambda: None)
    ours, theirs = multiprocessing.Pipe()
    ours.close()
    worker_process._serve(theirs, Quick())


def test_its_progress_bars_are_hidden_and_hold_no_semaphore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process.signal, "signal", lambda *_: None)
    monkeypatch.setattr(os, "nice", lambda _: 0, raising=False)
    monkeypatch.setattr(worker_process.warnings, "simplefilter", lambda _: None)
    monkeypatch.setenv("TQDM_DISABLE", "0")
    before = tqdm.get_lock()
    try:
        worker_process.stay_in_background()
        assert isinstance(tqdm.get_lock(), type(threading.RLock()))
        assert os.environ["TQDM_DISABLE"] == "1"
    finally:
        tqdm.set_lock(before)
