"""A model is trained further on a gallery, and the one that it began with stays as it is."""

from pathlib import Path

import numpy as np
import pytest
import torch

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.fine_tuning import tuning_process
from latent_explorer.engine.fine_tuning.tuning_process import FineTune
from latent_explorer.errors import InputError
from tests.engine.fine_tuning.conftest import REQUEST


def test_the_gallery_is_reconstructed_better_and_the_file_stays(
    stored: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"EPOCHS": 2, "OWN_PICTURES": 64, "MAX_TSNE_DOTS": 0, "RATE_SHARE": 1.0}.items():
        monkeypatch.setattr(tuning_process, name, value)
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


def test_a_file_that_was_replaced_is_not_tuned_in_place_of_what_is_shown(stored: Checkpoint, tmp_path: Path) -> None:
    job = FineTune(REQUEST, stored.path or Path(), (), tmp_path / "out.safetensors", None, "another digest")
    with pytest.raises(InputError, match=r"tiny\.safetensors was replaced since it was opened"):
        job.work(lambda share, text: None)
    assert not job.out.exists()
