"""Activation functions, and layers that end in one."""

import pytest
import torch

from latent_explorer import models
from latent_explorer.config import Model, Objective
from latent_explorer.models.activation import ACTIVATIONS, make_dense_layers


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_activation_named_is_the_one_used(activation):
    model = models.build(Model(latent_dim=2, hidden=(8,), activation=activation), Objective(), (3, 6, 5))
    kinds = {type(module) for module in model.modules()} & set(ACTIVATIONS.values())
    assert kinds == {ACTIVATIONS[activation]}


def test_each_layer_is_normalised_before_its_activation():
    torch.manual_seed(0)
    layers = make_dense_layers([5, 4, 3], "relu", "batch")
    x = 3 + 2 * torch.randn(64, 5)
    for linear, norm, bend in zip(layers[0::3], layers[1::3], layers[2::3], strict=True):
        normal = norm(linear(x))
        torch.testing.assert_close(normal.mean(dim=0), torch.zeros(normal.shape[1]), atol=1e-5, rtol=0)
        x = bend(normal)
        assert torch.equal(x, normal.clamp(min=0))
    assert x.shape == (64, 3)


def test_a_single_width_needs_no_layer():
    assert make_dense_layers([5], "relu") == []
