"""A fine-tuning is asked for, tells of its progress, and ends with a model, a line or nothing."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.fine_tuning import fine_tuner, tuning_process
from latent_explorer.engine.fine_tuning.fine_tuner import FineTuner, TuningEnded, TuningProgress
from latent_explorer.engine.fine_tuning.tuning_process import ErrorChange, FineTune, TuningReport
from latent_explorer.errors import StoppedError, WorkError
from tests import stage
from tests.engine.fine_tuning.conftest import REQUEST


def test_what_cannot_be_tuned_is_said(stored: Checkpoint) -> None:
    assert fine_tuner.find_obstacle(stored, 20) == ""
    assert f"{fine_tuner.MIN_PICTURES} are needed" in fine_tuner.find_obstacle(stored, fine_tuner.MIN_PICTURES - 1)
    for other in (replace(stored, path=None), stage.make_word_vectors()):
        assert fine_tuner.find_obstacle(other, 20).startswith(f"{other.name} cannot")


REPORT = TuningReport(
    "tiny", "tiny tuned", Path("x.safetensors"), ErrorChange(5, 0.2, 0.1), None, ErrorChange(5, 0.1, 0.1), "", 2
)


def make_tuner(run: Callable[..., Any]) -> FineTuner:
    return FineTuner(lambda path: "in the menu", run=run)


def test_progress_and_the_name_in_the_menu_are_told(stored: Checkpoint) -> None:
    def run(job: FineTune, tell: Callable[[float, str], None], stop: threading.Event) -> TuningReport:
        tell(0.5, "half")
        return REPORT

    tuner = make_tuner(run)
    tuner.request(REQUEST, stored)
    tuner.wait()
    (ended,) = tuner.take_events()
    assert ended == TuningEnded(1, replace(REPORT, name="in the menu"))
    assert tuner.take_events() == []
    tuner.close()


def test_a_failure_is_one_line_and_what_is_stopped_has_no_news(stored: Checkpoint) -> None:
    def fail(job: FineTune, tell: Callable[[float, str], None], stop: threading.Event) -> TuningReport:
        raise WorkError(tuning_process.DIVERGED)

    tuner = make_tuner(fail)
    tuner.request(REQUEST, stored)
    tuner.wait()
    assert tuner.take_events() == [TuningEnded(1, error=tuning_process.DIVERGED)]
    tuner.close()

    begun = threading.Event()

    def wait(job: FineTune, tell: Callable[[float, str], None], stop: threading.Event) -> TuningReport:
        tell(0.1, "begun")
        begun.set()
        assert stop.wait(20)
        raise StoppedError

    tuner = make_tuner(wait)
    tuner.request(REQUEST, stored)
    assert begun.wait(20)
    assert tuner.take_events() == [TuningProgress(1, 0.1, "begun")]
    tuner.request(None, None)
    tuner.wait()
    assert tuner.take_events() == []
    tuner.close()


def test_where_no_temporary_file_can_be_made_a_line_says_so(
    stored: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuner, "ScratchFolder", stage.disk_full)
    tuner = make_tuner(lambda *_: REPORT)
    tuner.request(REQUEST, stored)
    tuner.wait()
    assert tuner.take_events() == [TuningEnded(1, error=f"no temporary file can be written: {stage.DISK_FULL}")]
    tuner.close()
