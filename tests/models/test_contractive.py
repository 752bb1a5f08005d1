"""The penalty is the encoder's Jacobian, and lowers it."""

from dataclasses import replace

import pytest
import torch

from latent_explorer.config import Model, Objective
from latent_explorer.models import contractive
from tests.models.conftest import NETWORK, SETTINGS, build, generator


@pytest.mark.parametrize("activation", ["relu", "silu", "tanh"])
@pytest.mark.parametrize("hidden", [(), (12,), (16, 12)])
def test_the_exact_penalty_is_autograds_jacobian(test_images, activation, hidden):
    model = build(Objective("contractive"), replace(NETWORK, hidden=hidden, activation=activation))
    x = test_images[:5]
    z, squares = contractive.encode_with_squared_jacobian_norm(model.find_linear_layers(), x.flatten(1))
    assert torch.allclose(z, model.encode(x), atol=1e-6)
    for i in range(5):
        jacobian = torch.autograd.functional.jacobian(model.encode, x[i : i + 1])
        assert float(squares[i].detach()) == pytest.approx(float(jacobian.square().sum()), rel=1e-4)
    assert torch.allclose(contractive.compute_squared_jacobian_norm(model, x), squares, rtol=1e-4)


def test_the_gradient_of_the_exact_penalty_is_that_of_the_jacobian(test_images):
    model, x = build(Objective("contractive")), test_images[:3]
    contractive.encode_with_squared_jacobian_norm(model.find_linear_layers(), x.flatten(1))[1].sum().backward()
    found = [p.grad.clone() for p in model.encoder.parameters()]
    model.zero_grad()
    with torch.enable_grad():
        for i in range(3):
            jacobian = torch.autograd.functional.jacobian(model.encode, x[i : i + 1], create_graph=True)
            jacobian.square().sum().backward()
    for one, parameter in zip(found, model.encoder.parameters(), strict=True):
        assert torch.allclose(one, parameter.grad, rtol=1e-3, atol=1e-6)


def test_the_estimate_for_other_networks_is_unbiased(test_images):
    model = build(Objective("contractive"), Model(network="cnn", latent_dim=4, channels=(4,), hidden=()))
    assert model.find_linear_layers() is None
    x = test_images[:1].repeat(4000, 1, 1, 1).requires_grad_()
    estimate = contractive.estimate_squared_jacobian_norm(x, model.encode(x), generator()).mean().detach()
    exact = contractive.compute_squared_jacobian_norm(model, test_images[:1])
    assert float(estimate) == pytest.approx(float(exact), rel=0.06)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_contraction_lowers_the_sensitivity(trained, test_images, network):
    body = NETWORK if network == "mlp" else Model(network="cnn", latent_dim=8, channels=(8,), hidden=(32,))
    settings = replace(SETTINGS, epochs=4)
    norms = [
        float(contractive.compute_squared_jacobian_norm(trained(objective, body, settings), test_images).sqrt().mean())
        for objective in (Objective("plain"), Objective("contractive", weight=1.0))
    ]
    assert norms[1] < 0.5 * norms[0]
