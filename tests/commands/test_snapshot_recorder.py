"""Snapshots of a training are taken and written while it runs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from latent_explorer import config, models
from latent_explorer.checkpoint import snapshots
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.commands import train
from latent_explorer.commands.snapshot_recorder import SnapshotRecorder
from latent_explorer.data import datasets
from latent_explorer.data.split import Split
from latent_explorer.errors import WorkError
from tests.stage import DISK_FULL

SETTINGS = [
    "digits-ae", "--device", "cpu", "--set", "training.epochs=4", "--set", "training.batch_size=100", "--set",
    "model.hidden=[24]", "--set", "model.latent_dim=3", "--set", "map.methods=[pca]", "--set", "map.points=90",
]  # fmt: skip
CONFIG = config.from_dict({"data": {"name": "digits"}, "model": {"latent_dim": 3, "hidden": [8]}})
STEPS = 5 * CONFIG.training.epochs
pytestmark = pytest.mark.usefixtures("elsewhere")


def test_a_full_disk_costs_the_film_and_not_the_training(capsys, monkeypatch):
    def full(self: Snapshots, path: Path) -> None:
        raise WorkError(f"{path}: cannot be written: {DISK_FULL}")

    monkeypatch.setattr(Snapshots, "save", full)
    assert train.main([*SETTINGS, "--set", "training.epochs=1", "--snapshots", "3"]) == 0
    assert capsys.readouterr().err.count(DISK_FULL) == 1
    assert Path("digits-ae.safetensors").exists()


@pytest.mark.parametrize("count", ["1", "0", "-3", "1001"])
def test_too_few_or_too_many_are_refused(count, capsys):
    assert train.main([*SETTINGS, "--snapshots", count]) == 2
    assert "2 to 1,000" in capsys.readouterr().err


@pytest.fixture
def record(digits) -> Callable[..., SnapshotRecorder]:
    """Makes a recorder of 40 dots in the current folder, of 5 steps an epoch."""
    dots = np.arange(0, 80, 2)
    split = Split(digits.train.images[dots], digits.train.labels[dots])

    def make(made: config.Config = CONFIG) -> SnapshotRecorder:
        how = {"steps_per_epoch": 5, "count": 4, "say": lambda _: None}
        return SnapshotRecorder(Path("it.safetensors"), made, digits.class_names, split, dots, **how)

    return make


def moment(step: int) -> Moment:
    return Moment(step, np.full((40, 3), step, np.float32), {})


def test_each_snapshot_is_written_as_soon_as_it_is_taken_with_the_codes_of_its_step(record, digits):
    recorder, network = record(), models.build(CONFIG.model, CONFIG.objective, (1, 8, 8))
    images = datasets.to_floats(digits.train.images[:80:2])
    due, wanted = snapshots.choose_steps(STEPS, 4), {}
    for step in range(STEPS + 1):
        with torch.no_grad():
            network.head.bias += 1.0
            wanted[step] = network.encode(images).numpy()
        recorder.before_step(network, step)
        if step >= due[0]:
            assert snapshots.load(recorder.path).moments[-1].step == max(one for one in due if one <= step)
    for one in snapshots.load(recorder.path).moments:
        np.testing.assert_allclose(one.latents, wanted[one.step], rtol=2e-3, atol=2e-3)


def test_a_resumed_training_keeps_the_snapshots_before_its_step(record):
    before = record()
    for step in (0, 5, 20):
        before.add(moment(step))
    again = record()
    again.resume(20)
    again.add(moment(20))
    found = snapshots.load(again.path).moments
    assert [one.step for one in found] == [0, 5, 20]
    other = record(replace(CONFIG, training=replace(CONFIG.training, seed=1)))
    other.resume(20)
    other.add(moment(20))
    assert [one.step for one in snapshots.load(other.path).moments] == [20]  # those were of another training


def test_weights_that_fall_back_take_the_later_snapshots_with_them(record):
    recorder = record()
    for step in (0, 5, 20, 10, 10):
        recorder.add(moment(step))
    assert [one.step for one in snapshots.load(recorder.path).moments] == [0, 5, 10]
