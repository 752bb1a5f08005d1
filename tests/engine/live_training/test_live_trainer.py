"""A training that is watched: its process is played by functions but for one real one."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.engine.background import stoppable_thread
from latent_explorer.engine.live_training import live_trainer
from latent_explorer.engine.live_training.live_trainer import (
    LiveTrainer,
    TrainingRequest,
    TrainingUpdate,
    make_pair_names,
)
from latent_explorer.engine.live_training.settings import PairSettings, Settings
from latent_explorer.engine.live_training.training_process import Ended, Snapshot, Started
from tests.engine.live_training.conftest import SHORT


def tells(pipe) -> None:
    """A process that trains nothing: two moments of each training, then it ends; a run from 90 on ends itself."""
    settings = config.Config(data=config.Data(name="digits"), model=config.Model(latent_dim=2, hidden=(4,)))
    latents = np.random.default_rng(0).normal(size=(9, 2)).astype(np.float32)
    while True:
        try:
            asked, *rest = pipe.recv()
        except (EOFError, OSError):
            return
        if asked != "train":
            continue
        run, wanted = rest
        if run >= 90:
            os._exit(3)
        if isinstance(wanted, PairSettings):
            tell_of_pair(pipe, run, wanted, settings, latents)
            continue
        pipe.send((run, Started(settings, ("a", "b"), np.arange(9), np.arange(9) % 2, 2, 1)))
        for step in (0, 1):
            pipe.send((run, Snapshot(step, float(step), latents * (step + 1), {}, {"loss": 2.0 - step}, 100.0)))
        pipe.send((run, Ended("no good" if run == 5 else "")))


def tell_of_pair(pipe, run: int, wanted: PairSettings, settings: config.Config, latents: np.ndarray) -> None:
    """Tell of four moments after the last change of beta, whose codes turn and grow."""
    begun = Started(settings, ("a", "b"), np.arange(9), np.arange(9) % 2, 9, 1, partner=settings)
    pipe.send((run, begun))
    for step in range(int(wanted.start) + (wanted.start > 0), int(wanted.start) + 4):
        angle = step / 3
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        codes = (latents @ turn * (step + 1)).astype(np.float32)
        partner = Snapshot(step, float(step), -codes, {}, {"loss": wanted.beta}, 1.0, np.full(2, step, np.float32))
        pipe.send((run, Snapshot(step, float(step), codes, {}, {"loss": 2.0}, 100.0, partner=partner)))
    pipe.send((run, Ended()))


@pytest.fixture
def live() -> Iterator[LiveTrainer]:
    one = LiveTrainer(run_worker=tells)
    yield one
    one.close()


def last_news(live: LiveTrainer, reels: Timelines) -> TrainingUpdate:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert live.wait(60)
        for news in live.take_updates(reels):
            if news.ended:
                return news
    raise AssertionError("the training did not end")


def test_moments_come_as_a_reel_that_can_be_gone_through(live):
    reels = Timelines("cpu")
    live.request_training(TrainingRequest(1, SHORT))
    assert last_news(live, reels) == TrainingUpdate(1, "live 1", 2, 100.0, ended=True)
    assert [one.label for one in reels["live 1"].moments] == ["epoch 0", "epoch 1"]
    assert reels["live 1"].loss_curves["loss"].tolist() == [2, 1]
    assert reels.find_moment("live 1 @ 1") is not None
    assert live.take_updates(reels) == []


def test_the_same_wish_is_told_once_and_another_run_again(live):
    reels = Timelines("cpu")
    live.request_training(TrainingRequest(1, SHORT))
    last_news(live, reels)
    live.request_training(TrainingRequest(1, SHORT))
    live.request_training(None)
    live.request_training(TrainingRequest(1, SHORT))
    assert live.take_updates(reels) == []
    live.request_training(TrainingRequest(2, SHORT))
    assert last_news(live, reels).timeline_name == "live 2"
    assert list(reels) == ["live 1", "live 2"]


def test_two_models_side_by_side_have_a_timeline_each(live):
    reels = Timelines("cpu")
    live.request_training(TrainingRequest(1, PairSettings()))
    assert last_news(live, reels) == TrainingUpdate(1, "live 1", 4, 100.0, ended=True)
    plain, variational = (reels[name] for name in make_pair_names(1))
    assert plain.axis_values.tolist() == variational.axis_values.tolist() == [0, 1, 2, 3]
    assert [one.kl_by_dimension.tolist() for one in variational.moments][1:] == [[1, 1], [2, 2], [3, 3]]
    assert plain.moments[0].kl_by_dimension is None


def test_a_training_that_goes_on_has_the_moments_before_it_and_its_maps_go_on(live):
    """A map that is tracked on from a moment is the one that it would have been."""
    reels, settings = Timelines("cpu"), PairSettings()
    live.request_training(TrainingRequest(1, settings))
    last_news(live, reels)
    live.request_training(TrainingRequest(2, settings.continue_with(4.0, 1.0)))
    assert last_news(live, reels).moments == 5
    for before, after in zip(make_pair_names(1), make_pair_names(2), strict=True):
        old, new = reels[before], reels[after]
        assert new.axis_values.tolist() == [0, 1, 2, 3, 4]
        assert new.moments[:2] == old.moments[:2]
        for t in (2, 3):
            np.testing.assert_allclose(new.moments[t].plane.xy, old.moments[t].plane.xy, atol=1e-5)
    assert reels["live 2 VAE"].loss_curves["loss"].tolist() == [1, 1, 4, 4, 4]
    live.request_training(TrainingRequest(3, settings))
    assert last_news(live, reels).moments == 4  # anew


def test_the_moments_of_a_training_that_goes_on_are_thinned(live, monkeypatch):
    monkeypatch.setattr(live_trainer, "MAX_KEPT_MOMENTS", 2)
    reels, settings = Timelines("cpu"), PairSettings()
    live.request_training(TrainingRequest(1, settings))
    last_news(live, reels)
    live.request_training(TrainingRequest(2, settings.continue_with(4.0, 3.0)))
    last_news(live, reels)
    assert reels["live 2 AE"].axis_values.tolist() == [1, 3, 4, 5, 6]


def test_what_went_wrong_is_told(live):
    live.request_training(TrainingRequest(5, SHORT))
    assert last_news(live, Timelines("cpu")).error == "no good"


def test_a_process_that_ends_is_a_line_and_the_next_wish_gets_another(live):
    reels = Timelines("cpu")
    live.request_training(TrainingRequest(90, SHORT))
    assert last_news(live, reels).error.count("(status 3)") == 1
    live.request_training(TrainingRequest(1, SHORT))
    assert last_news(live, reels).error == ""


def test_nothing_is_started_where_nothing_is_wanted():
    live = LiveTrainer(run_worker=tells)
    live.request_training(None)
    assert live.wait(0.01)
    assert live.take_updates(Timelines("cpu")) == []
    live.close()


def test_a_process_can_be_had_ready(live):
    reels = Timelines("cpu")
    live.request_training(TrainingRequest(0, SHORT))
    assert live.wait(1.0)  # there is nothing to wait for
    assert live.take_updates(reels) == []
    live.request_training(TrainingRequest(1, SHORT))
    assert last_news(live, reels).moments == 2


def list_trainings() -> list[BaseProcess]:
    return [one for one in multiprocessing.active_children() if one.name == "training"]


def test_closing_ends_the_process():
    live, reels = LiveTrainer(run_worker=tells), Timelines("cpu")
    live.request_training(TrainingRequest(1, SHORT))
    last_news(live, reels)
    (process,) = list_trainings()
    live.close()
    assert not process.is_alive()


@pytest.mark.slow
def test_a_real_process_trains_at_low_priority():
    live, reels = LiveTrainer(), Timelines("cpu")
    live.request_training(TrainingRequest(1, SHORT))
    news = last_news(live, reels)
    assert (news.error, news.moments) == ("", 3)
    if hasattr(os, "getpriority"):
        assert os.getpriority(os.PRIO_PROCESS, list_trainings()[0].pid) >= stoppable_thread.NICE
    live.close()


def test_another_training_of_the_same_number_is_begun_and_one_that_was_displaced_is_over():
    """A page of a lesson knows nothing of what was trained before it."""
    sent, trainer = [], LiveTrainer()
    trainer._send = sent.append
    trainer.request_training(TrainingRequest(1, SHORT))
    trainer.request_training(TrainingRequest(1, Settings(beta=4)))
    trainer.request_training(TrainingRequest(2, SHORT))
    assert [one[:2] for one in sent] == [("train", 1), ("train", 1), ("train", 2)]
    assert trainer.take_updates(Timelines()) == []
    trainer.request_training(TrainingRequest(1, SHORT))
    (update,) = trainer.take_updates(Timelines())
    assert (update.run, update.ended, update.error) == (1, True, live_trainer.DISPLACED)
    assert len(sent) == 3
