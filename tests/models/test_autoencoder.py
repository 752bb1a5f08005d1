import pytest
import torch
from torch.nn import functional as F

from latent_explorer import config, models
from latent_explorer.errors import InputError
from latent_explorer.models.activation import ACTIVATIONS

SHAPE = (3, 6, 5)


def build(objective: config.Objective | None = None, **model: object) -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(
        config.Model(**{"latent_dim": 2, "hidden": (8,), **model}), objective or config.Objective(), SHAPE
    )


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(7, *SHAPE, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("network", models.NETWORKS)
@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_every_network_goes_with_every_objective(network, objective, pictures):
    model = build(config.Objective(objective, groups=1, classes=10), network=network, channels=(2, 3))
    z = model.encode(pictures)
    assert z.shape == (7, 2)
    decoded = model.decode(z)
    assert decoded.shape == pictures.shape
    assert 0 <= decoded.min() <= decoded.max() <= 1
    parts = model.loss(pictures, torch.Generator().manual_seed(0))
    assert all(part.ndim == 0 for part in parts.values())
    parts["loss"].backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in model.parameters())


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activation_named_is_the_one_used(activation):
    kinds = {type(module) for module in build(activation=activation).modules()} & set(ACTIVATIONS.values())
    assert kinds == {ACTIVATIONS[activation]}


def test_every_choice_of_a_config_is_there():
    assert set(config.NETWORKS) == set(models.NETWORKS)
    for section, key, names in (("model", "activation", ACTIVATIONS), ("objective", "name", models.OBJECTIVES)):
        with pytest.raises(InputError, match=f"one of {', '.join(names)} is allowed"):
            config.from_dict({section: {key: "another"}})


def test_bce_is_the_bernoulli_likelihood_in_nats_a_picture(pictures):
    model = build(config.Objective(loss="bce"))
    parts = model.loss(pictures)
    x = model.decode(model.encode(pictures)).double()
    nats = -(pictures * x.log() + (1 - pictures) * (1 - x).log()).sum() / 7
    assert parts["loss"].item() == pytest.approx(nats.item(), rel=1e-5)
    assert parts["reconstruction"] is parts["loss"]


def test_mse_is_the_squared_error_a_picture(pictures):
    model = build(config.Objective(loss="mse"))
    expected = F.mse_loss(model.decode(model.encode(pictures)), pictures, reduction="none").sum((1, 2, 3)).mean()
    torch.testing.assert_close(model.loss(pictures)["loss"], expected)


def test_logits_are_the_pictures_before_the_sigmoid():
    model = build()
    z = torch.rand(2, 2)
    torch.testing.assert_close(torch.sigmoid(model.decode_logits(z)), model.decode(z))
