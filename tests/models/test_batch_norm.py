"""Batch normalisation by two running averages."""

import torch

from latent_explorer.models.batch_norm import BatchNorm


def test_it_normalises_as_torchs_own_and_holds_floats_alone():
    torch.manual_seed(0)
    ours, theirs = BatchNorm(3), torch.nn.BatchNorm2d(3)
    for _ in range(3):
        x = 2 * torch.randn(8, 3, 4, 4) + 1
        assert torch.allclose(ours(x), theirs(x), atol=1e-5)
    assert torch.allclose(ours.eval()(x), theirs.eval()(x), atol=1e-5)
    assert all(one.is_floating_point() for one in ours.state_dict().values())


def test_a_single_picture_is_normalised_by_the_running_averages():
    layer, x = BatchNorm(2).train(), torch.randn(1, 2, 4, 4)
    assert torch.allclose(layer(x), x, atol=1e-4)
    assert layer.mean.abs().sum() == 0
