"""A training that begins with the weights of a trained model, and one that leaves its autoencoder as it is."""

import numpy as np
import pytest
import torch

from latent_explorer import config, training
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError
from latent_explorer.models.diffusion import LatentDiffusionAutoencoder
from latent_explorer.training import prepare_training, starting_weights
from latent_explorer.training.prepare_training import PreparedTraining

START = ["training.start=digits-vae", "training.epochs=1", "map.points=100", "map.methods=[pca]"]
FROZEN = [*START, "training.freeze=true", "objective={name: diffusion, loss: bce, beta: 0.1}"]


def prepare(digits: Dataset, *settings: str) -> PreparedTraining:
    made = config.load("digits-vae", settings)
    return prepare_training.prepare_with(digits, made, torch.device("cpu"), say=lambda _: None)


def weights_of_start(*settings: str) -> dict[str, np.ndarray]:
    start = starting_weights.read(config.load("digits-vae", settings or START))
    assert start is not None
    return {name: np.asarray(value, np.float32) for name, value in start.weights.items()}


def find_changed(model: torch.nn.Module) -> set[str]:
    """Return the weights of `model` that are not those of the file."""
    before = weights_of_start()
    return {
        name.partition(".")[0]
        for name, value in model.state_dict().items()
        if name not in before or not np.array_equal(before[name], value.numpy())
    }


def test_a_training_begins_with_the_weights_of_a_file_and_changes_them(digits):
    prepared = prepare(digits, *START)
    assert find_changed(prepared.model) == set()
    training.fit(prepared.model, digits.train.images[:200], prepared.config.training)
    assert find_changed(prepared.model) == {"encoder", "head", "decoder"}


def test_a_layer_that_the_objective_has_alone_is_drawn_anew(digits):
    assert find_changed(prepare(digits, *START, "objective.name=plain").model) == {"head"}  # it has no deviations


def test_a_frozen_autoencoder_stays_as_it_is_while_the_denoiser_learns(digits):
    prepared = prepare(digits, *FROZEN)
    model = prepared.model
    assert isinstance(model, LatentDiffusionAutoencoder)
    before = {name: value.clone() for name, value in model.denoiser.state_dict().items()}
    history = training.fit(model, digits.train.images[:200], prepared.config.training)
    assert find_changed(model) == {"denoiser", "mean", "variance"}
    assert not any(torch.equal(value, before[name]) for name, value in model.denoiser.state_dict().items())
    assert set(history.epochs[0].parts) == {"loss", "denoising"}


def test_a_frozen_encoder_is_asked_once_for_each_image(digits, monkeypatch):
    prepared = prepare(digits, *FROZEN, "training.epochs=3", "training.batch_size=64")
    model, images, aside = prepared.model, digits.train.images[:200], digits.train
    validation = Split(aside.images[200:250], aside.labels[200:250])
    wanted = torch.cat(model.posterior(images.float() / 255), dim=1)
    asked, posterior = [], model.posterior
    monkeypatch.setattr(model, "posterior", lambda x: asked.append(len(x)) or posterior(x))
    seen, loss = [], model.loss
    monkeypatch.setattr(model, "loss", lambda x, *rest: seen.append(x) or loss(x, *rest))
    training.fit(model, images, prepared.config.training, validation=validation)
    assert sum(asked) == 200 + 50
    assert len(seen) == 15  # four batches in each of three epochs, and one of those set aside
    rows = torch.cat(seen[:4])
    assert torch.allclose(rows.sort(dim=0).values, wanted.sort(dim=0).values, atol=1e-5)


def test_a_frozen_batch_normalisation_does_not_follow_the_batches():
    model = config.Model(network="cnn", latent_dim=2, channels=(4,), hidden=(), normalisation="batch")
    net = prepare_training.models.build(model, config.Objective("diffusion"), (1, 8, 8))
    assert isinstance(net, LatentDiffusionAutoencoder)
    before = {name: value.clone() for name, value in net.encoder.state_dict().items()}
    net.freeze_autoencoder()
    net.train().loss(net.compute_loss_inputs(torch.rand(4, 1, 8, 8)))["loss"].backward()
    assert all(torch.equal(value, before[name]) for name, value in net.encoder.state_dict().items())
    assert not any(one.grad is not None for one in [*net.encoder.parameters(), *net.decoder.parameters()])
    assert all(one.grad is not None for one in net.denoiser.parameters())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["training.start=digits-vea"], "start: checkpoint 'digits-vea' is not there (did you mean digits-vae?)"),
        ([*START, "model.latent_dim=4"], "digits-vae has model.latent_dim 8; 4 arrived, and the same is needed"),
        ([*START, "model.hidden=[9]"], "digits-vae has model.hidden [256, 128]; [9] arrived"),
        ([*START, "data.size=12"], "digits-vae is of samples of 1x8x8; 1x12x12 arrived"),
        ([*START, "objective.name=conditional"], "of the objective variational arrived for conditional"),
    ],
)
def test_a_start_that_does_not_fit_is_said_in_one_line(digits, settings, said):
    with pytest.raises(InputError) as caught:
        prepare(digits, *settings)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["training.freeze=true"], "training.freeze: true arrived without training.start"),
        ([*START, "training.freeze=true"], "training.freeze: true arrived with objective.name variational"),
    ],
)
def test_what_cannot_be_frozen_is_said_with_what_can(settings, said):
    with pytest.raises(InputError) as caught:
        config.load("digits-vae", settings)
    assert said in str(caught.value)
    assert "is allowed with training.start and objective.name diffusion" in str(caught.value)
