"""A model is trained further on a gallery, in its own process; the one that it began with stays as it is."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import fine_tuning, fine_tuning_process, worker_process
from latent_explorer.engine.fine_tuning import FineTuner, TuningEnded, TuningProgress
from latent_explorer.engine.fine_tuning_process import ErrorChange, FineTune, TuningReport, TuningRequest
from latent_explorer.errors import InputError, StoppedError, WorkError
from latent_explorer.user_image.gallery import GalleryPicture
from tests import stage
from tests.engine.test_gallery import draw

PICTURES = tuple(GalleryPicture(draw(k), str(k % 10)) for k in range(20))
REQUEST = TuningRequest(1, "tiny", "tiny tuned", PICTURES)


@pytest.fixture
def stored(tiny: Checkpoint, tmp_path: Path) -> Checkpoint:
    return checkpoint_file.read(tiny.save(tmp_path / "tiny.safetensors"))


def test_the_gallery_is_reconstructed_better_and_the_file_stays(
    stored: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"EPOCHS": 2, "OWN_PICTURES": 64, "MAX_TSNE_DOTS": 0, "RATE_SHARE": 1.0}.items():
        monkeypatch.setattr(fine_tuning_process, name, value)
    monkeypatch.setattr(worker_process, "count_threads", torch.get_num_threads)  # those of the other tests
    assert stored.path is not None
    before, said = stored.path.read_bytes(), []
    job = FineTune(REQUEST, stored.path, (), tmp_path / "tiny tuned.safetensors", None)
    report = job.work(lambda share, text: said.append(share))
    assert stored.path.read_bytes() == before
    assert report.learnt.count == 16
    assert report.learnt.after < report.learnt.before
    assert report.kept_back is not None
    assert report.kept_back.count == 4
    assert report.own_source == ""
    assert said == sorted(said)
    tuned = checkpoint_file.load(report.path)
    assert list(tuned.maps) == ["pca"]
    assert tuned.made_by["tuned_from"] == "tiny"
    assert tuned.metrics["test"]["mse"] == pytest.approx(report.own.after)
    assert np.array_equal(tuned.indices, stored.indices)
    assert not np.array_equal(tuned.latents, stored.latents)


def test_what_cannot_be_tuned_is_said(stored: Checkpoint) -> None:
    assert fine_tuning.find_obstacle(stored, 20) == ""
    assert f"{fine_tuning.MIN_PICTURES} are needed" in fine_tuning.find_obstacle(stored, fine_tuning.MIN_PICTURES - 1)
    for other in (replace(stored, path=None), stage.make_word_vectors()):
        assert fine_tuning.find_obstacle(other, 20).startswith(f"{other.name} cannot")


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
        raise WorkError(fine_tuning_process.DIVERGED)

    tuner = make_tuner(fail)
    tuner.request(REQUEST, stored)
    tuner.wait()
    assert tuner.take_events() == [TuningEnded(1, error=fine_tuning_process.DIVERGED)]
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


def test_a_file_that_was_replaced_is_not_tuned_in_place_of_what_is_shown(stored: Checkpoint, tmp_path: Path) -> None:
    job = FineTune(REQUEST, stored.path or Path(), (), tmp_path / "out.safetensors", None, "another digest")
    with pytest.raises(InputError, match=r"tiny\.safetensors was replaced since it was opened"):
        job.work(lambda share, text: None)
    assert not job.out.exists()


def test_where_no_temporary_file_can_be_made_a_line_says_so(
    stored: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fine_tuning, "ScratchFolder", stage.disk_full)
    tuner = make_tuner(lambda *_: REPORT)
    tuner.request(REQUEST, stored)
    tuner.wait()
    assert tuner.take_events() == [TuningEnded(1, error=f"no temporary file can be written: {stage.DISK_FULL}")]
    tuner.close()
