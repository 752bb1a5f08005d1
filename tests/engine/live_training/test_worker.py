"""The process trains what is wanted now, one model or two, and says what cannot be trained."""

import pytest

from latent_explorer.engine.live_training.settings import PairSettings, Settings
from latent_explorer.engine.live_training.training_process import Ended, Started
from latent_explorer.errors import InputError
from tests.engine.live_training.conftest import SHORT


def test_another_training_ends_the_one_before(pupil):
    pupil.pipe.send(("train", 1, Settings(epochs=1000, moments=1000, moment_interval=0.01)))
    pupil.told()
    pupil.pipe.send(("train", 2, SHORT))
    runs = []
    while not (runs and runs[-1] == (2, Ended)):
        run, told = pupil.told()
        runs.append((run, type(told)))
    assert (1, Ended) in runs
    assert runs.index((1, Ended)) < runs.index((2, Started))


def test_settings_that_make_no_model_are_said(pupil):
    pupil.pipe.send(("train", 1, Settings(latent_dim=0)))
    assert "latent_dim: 0" in pupil.all()[-1].error
    with pytest.raises(InputError):
        Settings(beta=-1).make_config()


def test_a_pair_is_trained_by_the_same_process(pupil):
    settings = PairSettings(latent_dim=2, moments=2, moment_interval=0.0, epochs_after_change=1)
    pupil.pipe.send(("train", 3, settings))
    begun, first, last, over = pupil.all()
    assert (begun.config.objective.name, begun.partner.objective.name) == ("plain", "variational")
    assert (first.step, last.step, over) == (0, begun.steps, Ended())
    assert last.kl_by_dimension is None
    assert last.partner.kl_by_dimension.shape == (2,)
