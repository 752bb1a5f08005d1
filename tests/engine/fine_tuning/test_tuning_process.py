"""A model is trained further on a gallery, and the one that it began with stays as it is."""

from pathlib import Path

import numpy as np
import pytest
import torch

from latent_explorer import config
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.commands import training_run
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


@pytest.mark.slow
def test_a_network_with_normalisation_and_patches_is_trained_as_it_is_in_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the window decodes by is folded: it has other weights than its config says."""
    few = {"EPOCHS": 1, "OWN_PICTURES": 32, "OWN_HELD_OUT": 16, "MAX_TSNE_DOTS": 0}
    for name, value in few.items():
        monkeypatch.setattr(tuning_process, name, value)
    monkeypatch.setattr(worker_process, "count_threads", torch.get_num_threads)
    settings = ["model.network=cnn", "model.channels=[4, 6]", "model.first_stride=4", "model.normalisation=batch"]
    few_steps = ["training.epochs=1", "map.methods=[pca]", "map.points=50", "training.device=cpu", "model.hidden=[]"]
    path = tmp_path / "small.safetensors"
    asked = config.load("digits-ae", [*settings, *few_steps])
    training_run.run(asked, preset="digits-ae", out=path, data_dir=None, say=lambda line: None)
    report = FineTune(REQUEST, path, (), tmp_path / "tuned.safetensors", None).work(lambda share, text: None)
    tuned, before = checkpoint_file.load(report.path, "cpu"), checkpoint_file.load(path, "cpu")
    assert tuned.weights.keys() == before.weights.keys()
    assert tuned.decode(tuned.latents[:2]).shape == (2, 1, 8, 8)
    assert report.own.after < 2 * report.own.before
