"""An autoencoder and a VAE side by side: what they share, what the KL of each dimension is, and how they go on."""

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from latent_explorer import config, training
from latent_explorer.data import datasets
from latent_explorer.data.datasets import to_floats
from latent_explorer.engine.live_training import model_pair
from latent_explorer.engine.live_training.model_pair import KeptStates, PairImages, PairTrainer, build_pair
from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings
from latent_explorer.engine.live_training.training_process import Snapshot, Started
from latent_explorer.training.run_state import RunState

SHORT = PairSettings(latent_dim=4, moments=4, moment_interval=0.0, epochs_after_change=3)
STEPS = 4
"""Steps of an epoch of 256 digits."""


class Pipe:
    """The pipe of a training whose window never asks for anything else."""

    has_new_request = False

    def __init__(self) -> None:
        self.told: list = []

    def handle_commands(self, until: float = 0.0) -> None:
        """There are none."""

    def send(self, run: int, message: object) -> None:
        self.told.append(message)


@cache
def few_digits(data: str) -> PairImages:
    whole = datasets.load(config.load("digits-vae").data)
    few = replace(whole, train=whole.train.select(slice(0, 256)), test=whole.test.select(slice(0, 50)))
    return PairImages(few, np.arange(few.count))


def train(settings: PairSettings, trainer: PairTrainer | None = None) -> tuple[Started, *tuple[Snapshot, ...]]:
    pipe = Pipe()
    assert (trainer or PairTrainer(few_digits)).train(pipe, 1, settings) == ""
    return tuple(pipe.told)


@pytest.fixture(scope="module")
def whole() -> tuple:
    """A training without a pause."""
    return train(SHORT)


def assert_same_weights(first: Snapshot, second: Snapshot) -> None:
    assert first.weights.keys() == second.weights.keys()
    for name, value in first.weights.items():
        np.testing.assert_array_equal(value, second.weights[name])


# -- the same start and the same batches ----------------------------------------------------------------


@pytest.mark.parametrize("data", PAIR_DATA)
def test_both_begin_with_the_same_weights_where_they_share_them(data):
    shape = {"digits": (1, 8, 8), "faces": (3, 64, 64)}[data]
    pair = build_pair(PairSettings(data=data, latent_dim=3), shape)
    plain, variational = pair.autoencoder, pair.variational
    for part in ("encoder", "decoder"):
        for name, value in getattr(plain, part).state_dict().items():
            assert torch.equal(value, getattr(variational, part).state_dict()[name])
    x = torch.rand(5, *shape)
    pair.eval()
    torch.testing.assert_close(plain.encode(x), variational.encode(x))
    assert variational.posterior(x)[1].shape == (5, 3)


def test_the_maps_begin_with_the_same_codes(whole):
    first = whole[1]
    assert (first.step, first.partner.step) == (0, 0)
    np.testing.assert_allclose(first.latents, first.partner.latents, atol=1e-3)


@pytest.mark.parametrize("which", ["autoencoder", "variational"])
def test_each_is_trained_as_it_would_be_alone(whole, which):
    """So the batches are the same, in the same order: those of a training alone with the seed of both."""
    images = few_digits("digits").dataset
    alone = getattr(build_pair(SHORT, images.image_shape), which)
    training.fit(alone, images.train.images, SHORT.make_configs()[0].training)
    last = whole[-1] if which == "autoencoder" else whole[-1].partner
    for name, value in alone.state_dict().items():
        np.testing.assert_array_equal(value.numpy().astype(np.float16), last.weights[name])


# -- the KL ---------------------------------------------------------------------------------------------


def test_the_kl_of_the_dimensions_is_that_of_the_loss(whole):
    beta = SHORT.beta
    for moment in whole[1:]:
        parts, by_dimension = moment.partner.loss_parts, moment.partner.kl_by_dimension
        assert by_dimension.shape == (4,)
        assert by_dimension.sum() == pytest.approx(parts["kl"], rel=1e-5)
        assert parts["loss"] == pytest.approx(parts["reconstruction"] + beta * parts["kl"], rel=1e-5)
        assert "kl" not in moment.loss_parts


def test_the_kl_of_a_dimension_is_that_of_its_gaussians():
    images, pair = few_digits("digits").dataset, build_pair(SHORT, (1, 8, 8))
    mean, log_variance = pair.variational.posterior(to_floats(images.test.images))
    expected = kl_divergence(Normal(mean, torch.exp(log_variance / 2)), Normal(0.0, 1.0)).mean(dim=0)
    found = model_pair.measure_kl_by_dimension(pair.variational, images.test)
    np.testing.assert_allclose(found, expected.detach().numpy(), rtol=1e-4)


# -- going on -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [True, False])
def test_going_on_with_the_same_beta_is_not_having_paused(whole, kept, monkeypatch):
    """From a state that is kept, and where none is, by the steps before it."""
    monkeypatch.setattr(model_pair, "SAVE_INTERVAL", 0.0)
    trainer = PairTrainer(few_digits)
    if kept:
        train(SHORT, trainer)
        assert trainer.kept.states
    going_on = replace(SHORT.continue_with(1.0, 6 / STEPS), epochs_after_change=1)
    begun, *moments = train(going_on, trainer)
    assert begun.steps == moments[-1].step == 3 * STEPS
    assert moments[0].step > 6  # what comes before is known
    assert_same_weights(moments[-1], whole[-1])
    assert_same_weights(moments[-1].partner, whole[-1].partner)


def test_another_beta_changes_the_vae_from_there_and_the_autoencoder_not_at_all(whole):
    going_on = replace(SHORT.continue_with(0.0, 6 / STEPS), epochs_after_change=1)
    begun, *_, last = train(going_on)
    assert begun.partner.objective.beta == 0
    assert_same_weights(last, whole[-1])
    assert last.partner.loss_parts["loss"] == last.partner.loss_parts["reconstruction"]
    assert last.partner.loss_parts["kl"] > whole[-1].partner.loss_parts["kl"]


def test_few_states_are_kept_and_the_last_one_is_among_them():
    kept, nothing = KeptStates(steps_per_epoch=1), dict.fromkeys(field.name for field in fields(RunState))
    for step in range(200):
        state = RunState(**{**nothing, "step": step, "history": training.History()})
        kept.add(SHORT, state)
        assert len(kept.states) <= model_pair.MAX_STATES
        assert kept.states[-1].step == step
    assert kept.keep_shared(SHORT.continue_with(2.0, 50.0), 1) is kept.states[-1].state
    assert kept.states[-1].step <= 50
    assert kept.keep_shared(replace(SHORT, latent_dim=5), 1) is None
