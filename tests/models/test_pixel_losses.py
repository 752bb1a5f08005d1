"""The cross-entropy with its gradient written out is torch's own, also where a logit is large."""

from functools import partial

import pytest
import torch
from torch.nn import functional as F

from latent_explorer.models import pixel_losses


@pytest.mark.parametrize("scale", [1.0, 10.0, 1000.0])
def test_value_and_gradient_are_those_of_torch(scale):
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(20, 1, 9, 9, generator=generator).round(decimals=1)  # with 0 and 1 among them
    logits = scale * torch.randn(20, 1, 9, 9, generator=generator)
    found = []
    theirs = partial(F.binary_cross_entropy_with_logits, reduction="sum")
    for loss in (pixel_losses.sum_cross_entropy, theirs):
        own = logits.clone().requires_grad_()
        total = 3 * loss(own, x)
        total.backward()
        found.append((total.detach(), own.grad))
    torch.testing.assert_close(found[0][0], found[1][0], rtol=1e-6, atol=1e-4)
    torch.testing.assert_close(found[0][1], found[1][1], rtol=1e-6, atol=1e-6)


def test_a_gradient_is_kept_only_where_one_is_asked_for():
    logits, x = torch.zeros(2, 3), torch.full((2, 3), 0.5)
    total = pixel_losses.sum_cross_entropy(logits, x)
    assert not total.requires_grad
    assert total.item() == pytest.approx(6 * torch.tensor(2.0).log().item())
