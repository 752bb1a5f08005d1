"""The distance of codes to the prior, and what lowers it."""

import pytest
import torch

from latent_explorer.config import Objective
from latent_explorer.models import wasserstein
from tests.models.conftest import generator


def test_mmd_is_zero_for_one_distribution_and_grows_with_the_distance():
    draw = generator()
    a, b = torch.randn(500, 4, generator=draw), torch.randn(500, 4, generator=draw)
    near, shifted, far = (float(wasserstein.estimate_mmd(a, b + shift)) for shift in (0.0, 0.5, 2.0))
    assert abs(near) < 0.02
    assert near < shifted < far
    assert float(wasserstein.estimate_mmd(a[:1], b[:1])) == 0


def test_mmd_counts_pairs_without_those_of_a_sample_with_itself():
    a, b = torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0], [5.0]])
    kernel = lambda d: sum(2 * s / (2 * s + d * d) for s in wasserstein.KERNEL_SCALES)  # noqa: E731
    expected = kernel(1) + kernel(2) - 2 * (kernel(3) + kernel(5) + kernel(2) + kernel(4)) / 4
    assert float(wasserstein.estimate_mmd(a, b)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("objective", [Objective("wasserstein", weight=30.0), Objective("adversarial", weight=10.0)])
def test_codes_look_like_the_prior(trained, test_images, objective):
    plain, drawn = trained(Objective("plain")), trained(objective)
    prior = torch.randn(len(test_images), 8, generator=generator())
    with torch.no_grad():
        before, after = (float(wasserstein.estimate_mmd(m.encode(test_images), prior)) for m in (plain, drawn))
    assert after < 0.2 * before
