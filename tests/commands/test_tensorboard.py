"""TensorBoard curves of every epoch."""

import sys
import types
from pathlib import Path

import pytest

from latent_explorer.commands import train
from tests.commands.conftest import QUICK, failed

pytestmark = pytest.mark.usefixtures("elsewhere")


def test_logs_hold_every_epochs_figures(capsys, monkeypatch):
    written: list[tuple[str, float, int]] = []

    class Writer:
        def __init__(self, folder: str) -> None:
            Path(folder).mkdir()

        def add_scalar(self, *figures: object) -> None:
            written.append(figures)

        def flush(self) -> None: ...

        def close(self) -> None: ...

    stand_in = types.ModuleType("torch.utils.tensorboard")
    stand_in.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", stand_in)
    assert train.main([*QUICK, "--set", "training.epochs=2", "--log-dir", "logs"]) == 0
    assert Path("logs").is_dir()
    assert {name for name, _, epoch in written if epoch == 2} >= {"train/loss", "train/kl", "held_out/mse"}


def test_without_tensorboard_it_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert '"latent-explorer[tensorboard]"' in failed(capsys, 2, [*QUICK, "--log-dir", "logs"])
