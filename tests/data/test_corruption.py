"""Noise of every kind is as strong as asked."""

import pytest
import torch

from latent_explorer.data.corruption import CORRUPTION_KINDS, corrupt


@pytest.mark.parametrize("kind", CORRUPTION_KINDS)
def test_noise_is_as_strong_as_asked_and_stays_in_range(kind):
    x = torch.full((4, 3, 50, 50), 0.5)
    levels = torch.tensor([0.0, 0.1, 0.2, 0.4])
    noisy = corrupt(x, kind, levels, torch.Generator().manual_seed(0))
    assert torch.equal(noisy[0], x[0])
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    if kind == "gaussian":
        assert noisy[1].std() == pytest.approx(0.1, rel=0.05)
    else:
        hit = (noisy != x).float().mean(dim=(1, 2, 3))
        assert hit.numpy() == pytest.approx(levels.numpy(), abs=0.02)
        assert torch.equal((noisy != x)[:, 0], (noisy != x)[:, 2])
        assert set(noisy[3].unique().tolist()) == ({0.0, 0.5} if kind == "masking" else {0.0, 0.5, 1.0})


def test_an_unknown_noise_names_those_there_are():
    with pytest.raises(ValueError, match="one of gaussian, masking, salt_and_pepper"):
        corrupt(torch.zeros(1, 1, 2, 2), "rain", 0.1)
