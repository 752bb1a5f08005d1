"""The residual network: any side, blocks that begin as the identity, and batch normalisation."""

import pytest
import torch

from latent_explorer import config, models
from latent_explorer.errors import InputError
from latent_explorer.models.resnet import BatchNorm, ResidualBlock


@pytest.mark.parametrize(("side", "halvings"), [(16, 2), (28, 2), (37, 3), (64, 4), (256, 5)])
def test_pictures_of_any_side_come_back_at_their_size(side, halvings):
    model = config.Model(network="resnet", latent_dim=5, hidden=(12,), channels=(4,) * halvings)
    built = models.build(model, config.Objective(), (3, side, side))
    z = built.encode(torch.rand(2, 3, side, side))
    assert z.shape == (2, 5)
    assert built.decode(z).shape == (2, 3, side, side)


def test_a_block_begins_as_the_identity_and_learns():
    block, x = ResidualBlock(6, torch.nn.SiLU), torch.randn(2, 6, 5, 5)
    assert torch.equal(block(x), x)
    block(x).square().sum().backward()
    assert block.layers[-1].weight.grad.abs().max() > 0


def test_more_halvings_than_pixels_are_refused():
    model = config.Model(network="resnet", channels=(4,) * 4)
    with pytest.raises(InputError, match="16x16"):
        models.build(model, config.Objective(), (3, 16, 16))


@pytest.mark.parametrize("shape", [(8, 5), (8, 5, 3, 3)])
def test_batch_normalisation_is_torchs(shape):
    ours, theirs = BatchNorm(5), (torch.nn.BatchNorm1d if len(shape) == 2 else torch.nn.BatchNorm2d)(5)
    for seed in range(3):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 3 + 1
        assert torch.equal(ours(x), theirs(x))
    assert torch.equal(ours.eval()(x), theirs.eval()(x))


def test_a_last_batch_of_one_picture_is_learnt_from():
    built = models.build(config.Model(network="resnet", channels=(4, 4)), config.Objective(), (1, 16, 16)).train()
    assert torch.isfinite(built.loss(torch.rand(1, 1, 16, 16))["loss"])


def test_the_absolute_error_is_a_loss():
    model = models.build(config.Model(hidden=(4,)), config.Objective(loss="l1"), (1, 8, 8))
    x = torch.rand(3, 1, 8, 8)
    expected = (model.decode(model.encode(x)) - x).abs().sum() / 3
    assert torch.allclose(model.loss(x)["reconstruction"], expected)
