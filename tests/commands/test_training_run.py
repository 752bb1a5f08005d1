"""A training run from its data to its file: what ends it, what is kept of it, and what is said."""

import errno
import json
import os
import re
import signal
import tempfile
import types
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from latent_explorer import config, files, models, training
from latent_explorer.atlas import projection
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import train, training_run
from latent_explorer.data import datasets
from latent_explorer.data.split import Split
from latent_explorer.metrics import anomaly_detection, reconstruction
from latent_explorer.models.picture_judge import PictureJudge
from latent_explorer.training import judge_training
from tests.commands.conftest import QUICK, failed
from tests.stage import DISK_FULL, disk_full

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_judge_that_cannot_be_written_is_a_line_and_the_training_is_reported(tmp_path, monkeypatch):
    split, said = Split(torch.zeros(20, 1, 8, 8, dtype=torch.uint8), torch.zeros(20)), []
    monkeypatch.setattr(judge_training, "fit_judge", lambda *_, **__: (PictureJudge((1, 8, 8)), np.zeros(3)))
    monkeypatch.setattr(files.os, "fsync", disk_full)
    prepared = types.SimpleNamespace(dataset=types.SimpleNamespace(train=split, image_shape=(1, 8, 8)))
    interrupts = types.SimpleNamespace(enter_optional=nullcontext)
    lead = training_run._Leader(prepared, tmp_path / "it.safetensors", said.append, interrupts)
    assert lead._fit_judge(tmp_path / "it.safetensors") is None
    assert said[-1].endswith(f"it.judge: cannot be written: {DISK_FULL}; there is no judge of pictures")


def test_the_errors_of_held_out_pictures_are_kept():
    assert train.main([*QUICK, "--out", "kept.safetensors"]) == 0
    made = checkpoint_file.load("kept.safetensors", "cpu")
    dataset = datasets.load(made.config.data)
    again = reconstruction.encode_images(made.model, dataset.test.images).errors.numpy()
    assert made.metrics["errors"] == {"normal": anomaly_detection.compute_quantiles(again)}
    assert again.mean() == pytest.approx(made.metrics["test"]["mse"], rel=1e-3)


def poisoned(epoch: int):
    """`training.fit` whose weights become NaN in `epoch`."""
    fit = training.fit

    def run(model: models.Autoencoder, images: torch.Tensor, settings: config.Training, **rest: object):
        steps = -(-len(images) // settings.batch_size)
        now = iter(range(10**6))

        def stop() -> bool:
            if next(now) == (epoch - 1) * steps:
                with torch.no_grad():
                    model.head.weight[0, 0] = float("nan")
            return False

        return fit(model, images, settings, **{**rest, "stop": stop})

    return run


def test_a_loss_that_becomes_nan_keeps_the_last_good_weights_and_says_so(capsys, monkeypatch):
    monkeypatch.setattr(training, "fit", poisoned(3))
    assert train.main([*QUICK, "--set", "training.epochs=5", "--json"]) == 1
    out, err = capsys.readouterr()
    assert re.search(r"\bNaN\b.* epoch 3\b.* epoch 2\b", err)
    assert "learning_rate" in err
    assert json.loads(out.splitlines()[-1])["epochs"] == 2
    made = checkpoint_file.load("digits-vae.safetensors", "cpu")
    assert len(made.metrics["history"]) == 2
    test = datasets.load(made.config.data, seed=made.config.training.seed).test.images
    assert reconstruction.encode_images(made.model, test).metrics["mse"] == pytest.approx(
        made.metrics["test"]["mse"], rel=1e-3
    )


def test_a_loss_that_is_nan_at_once_writes_nothing(capsys):
    arguments = ["--set", "training.optimizer=sgd", "--set", "training.learning_rate=100", "--set", "training.epochs=2"]
    Path("digits-vae.safetensors").write_text("old")
    assert re.search(r"\bNaN\b.* epoch 1\b.*\btraining\.learning_rate\b", failed(capsys, 1, arguments))
    assert Path("digits-vae.safetensors").read_text() == "old"


def test_a_model_that_memory_does_not_hold_is_one_line(capsys, monkeypatch):
    def fit(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(training, "fit", fit)
    assert "memory" in failed(capsys, 1, QUICK)


@pytest.fixture
def disk_full_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Files can be made, but not put in place, below the current folder; the folder for temporary ones is fine."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    replace = os.replace

    def full(source: str, target: Path) -> None:
        if Path(target).resolve().is_relative_to(tmp_path.resolve()):
            raise OSError(errno.ENOSPC, DISK_FULL)
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    return elsewhere


def test_a_full_disk_keeps_the_old_file_and_rescues_the_model(capsys, disk_full_here, tmp_path):
    out = Path("model.safetensors")
    out.write_text("old")
    line = failed(capsys, 1, [*QUICK, "--out", str(out)])
    assert f"model.safetensors: cannot be written: {DISK_FULL}" in line
    kept = re.search(r"the trained model was kept as (\S+\.safetensors)$", line)
    assert kept
    assert Path(kept[1]).is_relative_to(disk_full_here)
    assert checkpoint_file.load(kept[1], "cpu").config.model.hidden == (16,)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / out]


def test_two_rescues_do_not_hit_each_other(capsys, disk_full_here):
    lines = {failed(capsys, 1, [*QUICK, "--out", "model.safetensors"]) for _ in range(2)}
    assert len(lines) == 2
    assert len(list(disk_full_here.rglob("*.safetensors"))) == 2


def test_no_space_anywhere_names_the_first_trouble(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, DISK_FULL)

    monkeypatch.setattr(os, "fsync", full)
    line = failed(capsys, 1, [*QUICK, "--out", "model.safetensors"])
    assert line == f"train: model.safetensors: cannot be written: {DISK_FULL}"
    assert not list(tmp_path.rglob("*.safetensors"))
    assert not list(tmp_path.rglob(".checkpoint-*"))


def test_ctrl_c_before_the_first_step_writes_nothing(capsys, monkeypatch):
    fit = training.fit
    monkeypatch.setattr(training, "fit", lambda *a, **k: fit(*a, **{**k, "stop": lambda: True}))
    assert "nothing was learnt" in failed(capsys, 1, QUICK)
    assert not Path("digits-vae.safetensors").exists()


def test_ctrl_c_during_a_map_leaves_out_that_map(capsys, monkeypatch):
    fit = projection.fit

    def interrupted(method: str, *rest: object, **options: object) -> projection.Projection:
        if method == "tsne":
            raise KeyboardInterrupt
        return fit(method, *rest, **options)

    monkeypatch.setattr(projection, "fit", interrupted)
    assert train.main([*QUICK, "--set", "map.methods=[tsne, pca]", "--set", "map.perplexity=9"]) == 0
    assert "t-SNE map" in capsys.readouterr().err
    assert list(checkpoint_file.load("digits-vae.safetensors").maps) == ["pca"]


@pytest.mark.parametrize("place", ["encode_images", "encode_all", "measure_knn_accuracy"])
def test_ctrl_c_after_the_last_epoch_loses_no_training(capsys, monkeypatch, place):
    whole = getattr(reconstruction, place)

    def pressed(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        return whole(*arguments, **options)

    monkeypatch.setattr(reconstruction, place, pressed)
    assert train.main(QUICK) == 0
    assert "accuracy" in capsys.readouterr().err
    made = checkpoint_file.load("digits-vae.safetensors")
    assert "knn_accuracy" not in made.metrics["test"]
    assert {"mse", "bce"} <= made.metrics["test"].keys()


def test_ctrl_c_while_the_file_is_written_writes_it(monkeypatch):
    whole = files.write

    def pressed(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        whole(*arguments, **options)

    monkeypatch.setattr(files, "write", pressed)
    assert train.main(QUICK) == 0
    assert checkpoint_file.load("digits-vae.safetensors").made_by["complete"] is True


def test_figures_that_overflow_are_left_out_and_the_file_opens(monkeypatch):
    whole = reconstruction.encode_images

    def overflow(*arguments, **options):
        found = whole(*arguments, **options)
        return replace(found, metrics={**found.metrics, "bce": float("inf")})

    monkeypatch.setattr(reconstruction, "encode_images", overflow)
    assert train.main(QUICK) == 0
    made = checkpoint_file.load("digits-vae.safetensors")
    assert "bce" not in made.metrics["test"]
    assert "bce" not in made.metrics["history"][0]["held_out"]
