import math

import pytest
import torch
from torch import nn

from latent_explorer.training import muon


@pytest.mark.parametrize("shape", [(6, 6), (5, 40), (40, 5), (1, 7)])
def test_singular_values_become_alike(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0)) @ torch.diag(
        torch.logspace(0, -1, shape[1])
    )
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    found = left.T @ muon.orthogonalise(matrix) @ right.T
    assert (found.diagonal() > 0.6).all()
    assert (found.diagonal() < 1.3).all()
    torch.testing.assert_close(found, torch.diag(found.diagonal()), atol=1e-4, rtol=0)


def test_a_step_is_as_long_as_adams_whatever_the_gradient():
    kernel = nn.Parameter(torch.zeros(8, 4, 3, 3))
    kernel.grad = 1e-5 * torch.randn(kernel.shape, generator=torch.Generator().manual_seed(0))
    muon.Muon([kernel], lr=0.1).step()
    assert kernel.detach().square().mean().sqrt().item() == pytest.approx(0.1 * muon.SIZE, rel=0.2)
    assert (kernel * kernel.grad).sum() < 0


def test_vectors_are_trained_as_adam_does():
    ours, theirs = nn.Parameter(torch.tensor([1.0, -2.0])), nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizers = (
        muon.Muon([ours], lr=0.1, weight_decay=0.5),
        torch.optim.AdamW([theirs], 0.1, muon.BETAS, weight_decay=0.5),
    )
    for _ in range(5):
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            parameter.grad = parameter.detach() - torch.tensor([3.0, 0.5])
            optimizer.step()
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("largest", [1e19, 3e19, 1e30, math.inf])
def test_a_gradient_too_large_to_square_does_to_vectors_what_it_does_in_adam(largest):
    """It stays finite; one that is infinite breaks both, which the training loop notices."""
    ours, theirs = (nn.Parameter(torch.tensor([1.0, -2.0])) for _ in range(2))
    optimizers = muon.Muon([ours], lr=0.1), torch.optim.AdamW([theirs], 0.1, muon.BETAS, weight_decay=0.0)
    for first in (largest, 1.0, -1.0):
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            parameter.grad = torch.tensor([first, 1.0])
            optimizer.step()
    torch.testing.assert_close(ours, theirs, equal_nan=True)
    assert ours.isfinite().all() == (largest < math.inf)


def test_what_varies_little_is_learnt_too():
    """Inputs whose deviations span two orders of magnitude: Adam is at the weights of the smallest last."""
    generator = torch.Generator().manual_seed(0)
    turn = torch.linalg.qr(torch.randn(8, 8, generator=generator))[0]
    x = torch.randn(256, 8, generator=generator) * torch.logspace(0, -2, 8) @ turn
    errors = []
    for kind in (muon.Muon, torch.optim.Adam):
        weight = nn.Parameter(torch.zeros(8, 8))
        optimizer = kind([weight], lr=0.02)
        for _ in range(60):
            optimizer.zero_grad()
            (x @ weight - x).square().sum().backward()
            optimizer.step()
        errors.append((weight.detach() - torch.eye(8)).square().sum().item())
    assert errors[0] < 0.5 * errors[1]
