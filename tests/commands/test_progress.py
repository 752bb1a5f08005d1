"""The progress bar of a training."""

import pytest
from tqdm import tqdm

from latent_explorer import training
from latent_explorer.commands import progress


@pytest.fixture
def bars(monkeypatch, capsys):
    """The bars that are drawn, though tests ask for none."""
    made = []

    def make(**options):
        made.append(tqdm(**options))
        return made[-1]

    monkeypatch.setenv("TQDM_DISABLE", "0")
    monkeypatch.setattr(progress, "tqdm", make)
    return made


def at(epoch: int, step: int, **parts: float) -> training.Progress:
    return training.Progress(epoch=epoch, step=step, steps=10, parts=parts)


def test_it_stands_at_the_epochs_that_are_done_with_the_parts_of_the_loss(bars):
    with progress.show_progress(4) as show:
        show(at(1, 1, loss=0.5))
        show(at(2, 5, loss=0.25, kl=1234.5))
    (bar,) = bars
    assert (bar.n, bar.total, bar.initial) == (1.5, 4, pytest.approx(0))
    assert bar.postfix == "loss=0.25, kl=1234"


def test_a_resumed_training_counts_no_time_for_the_epochs_before(bars):
    with progress.show_progress(4) as show:
        show(at(3, 1, loss=0.5))
        show(at(3, 6, loss=0.5))
    (bar,) = bars
    assert bar.initial == pytest.approx(2)
    assert bar.n == pytest.approx(2.6)
