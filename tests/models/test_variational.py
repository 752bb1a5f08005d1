import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from latent_explorer import config, models
from latent_explorer.metrics import reconstruction
from latent_explorer.models import variational
from latent_explorer.models.variational import sample_posterior
from tests.models.conftest import build, diagnostics, generator

SHAPE = (1, 6, 6)
SIZES = config.Model(latent_dim=3, hidden=(16,))


def vae(**objective: object) -> models.VariationalAutoencoder:
    torch.manual_seed(0)
    model = models.build(SIZES, config.Objective("variational", **objective), SHAPE)
    with torch.no_grad():
        model.head.weight.mul_(8)  # far enough from the prior for the KL to count
    return model


def noise(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(32, *SHAPE, generator=noise())


def test_the_kl_is_torchs_own():
    mean, log_variance = torch.randn(5, 7, generator=noise(1)) * 3, torch.randn(5, 7, generator=noise(2)) * 2
    expected = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(1)
    torch.testing.assert_close(variational.compute_kl(mean, log_variance), expected)


def test_the_kl_is_what_sampling_finds():
    mean, log_variance = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.3, -0.7]])
    posterior = Normal(mean, (log_variance / 2).exp())
    z = variational.sample_posterior(mean.expand(200_000, 2), log_variance.expand(200_000, 2), noise())
    found = (posterior.log_prob(z) - Normal(0.0, 1.0).log_prob(z)).sum(1)
    exact = variational.compute_kl(mean, log_variance).item()
    assert found.mean().item() == pytest.approx(exact, abs=5 * found.std().item() / 200_000**0.5)


def test_the_kl_of_the_prior_is_zero_and_no_other_is_smaller():
    assert variational.compute_kl(torch.zeros(1, 4), torch.zeros(1, 4)).item() == 0
    assert (variational.compute_kl(*torch.randn(2, 100, 4, generator=noise())) > 0).all()


def test_samples_have_the_posteriors_mean_and_spread():
    mean, log_variance = torch.tensor([2.0, -1.0]), torch.tensor([0.0, -4.0])
    z = variational.sample_posterior(mean.expand(100_000, 2), log_variance.expand(100_000, 2), noise())
    torch.testing.assert_close(z.mean(0), mean, atol=0.02, rtol=0)
    torch.testing.assert_close(z.std(0), torch.tensor([1.0, 0.1353]), atol=0.01, rtol=0)


def test_gradients_flow_through_the_sample():
    mean, log_variance = (torch.zeros(1, 2, requires_grad=True) for _ in range(2))
    variational.sample_posterior(mean, log_variance, noise()).square().sum().backward()
    assert mean.grad is not None
    assert log_variance.grad is not None
    assert (mean.grad != 0).all()
    assert (log_variance.grad != 0).all()


def test_a_vae_with_beta_one_is_the_vae(pictures):
    model = vae(beta=1.0)
    parts = model.loss(pictures, noise())
    mean, log_variance = model.posterior(pictures)
    z = mean + (log_variance / 2).exp() * torch.empty_like(mean).normal_(generator=noise())
    elbo = (
        -F.binary_cross_entropy(model.decode(z), pictures, reduction="sum")
        - variational.compute_kl(mean, log_variance).sum()
    )
    torch.testing.assert_close(parts["loss"], -elbo / len(pictures))


def test_beta_scales_the_kl_and_nothing_else(pictures):
    parts = {beta: vae(beta=beta).loss(pictures, noise()) for beta in (0.0, 1.0, 4.0)}
    for beta, found in parts.items():
        torch.testing.assert_close(found["kl"], parts[1.0]["kl"])
        torch.testing.assert_close(found["reconstruction"], parts[1.0]["reconstruction"])
        torch.testing.assert_close(found["loss"], found["reconstruction"] + beta * found["kl"])
    assert parts[1.0]["kl"] > 0.1


def test_the_code_is_the_posteriors_mean_without_noise(pictures):
    model = vae()
    assert model.encode(pictures).shape == (32, 3)
    assert torch.equal(model.encode(pictures), model.posterior(pictures)[0])
    assert not torch.equal(model.loss(pictures, noise(0))["loss"], model.loss(pictures, noise(1))["loss"])
    assert torch.equal(model.loss(pictures, noise(0))["loss"], model.loss(pictures, noise(0))["loss"])


def test_a_wild_log_variance_does_not_overflow(pictures):
    model = vae()
    with torch.no_grad():
        model.head.bias.fill_(1e4)
    assert torch.isfinite(model.loss(pictures, noise())["kl"])


def test_half_precision_leaves_the_kl_in_float32(pictures):
    model = vae()
    with torch.autocast("cpu", torch.bfloat16):
        parts = model.loss(pictures, noise())
    assert {part.dtype for part in parts.values()} == {torch.float32}
    assert parts["kl"].item() == pytest.approx(model.loss(pictures, noise())["kl"].item(), rel=0.02)


def test_the_kl_is_what_drawing_from_the_posterior_estimates():
    mean, log_variance = torch.randn(5, 3, generator=generator()), torch.randn(5, 3, generator=generator()) * 0.5
    draws = 200_000
    z = sample_posterior(mean.repeat(draws, 1, 1), log_variance.repeat(draws, 1, 1), generator())
    posterior = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    estimate = (posterior.log_prob(z) - torch.distributions.Normal(0.0, 1.0).log_prob(z)).sum(-1).mean(0)
    assert torch.allclose(variational.compute_kl(mean, log_variance), estimate, atol=0.03)


@pytest.mark.slow
def test_a_larger_beta_lowers_the_kl_and_costs_reconstruction(trained, digits):
    one, four = (
        reconstruction.encode_images(trained(config.Objective("variational", beta=b)), digits.test.images).metrics
        for b in (1.0, 4.0)
    )
    assert four["kl"] < 0.8 * one["kl"]
    assert four["bce"] > 1.02 * one["bce"]
    assert four["active_units"] <= one["active_units"]


def test_beta_rises_while_it_warms_up():
    model = build(config.Objective("variational", beta=2.0, warm_up=0.5))
    found = []
    for progress in (0.0, 0.25, 0.5, 1.0):
        model.progress = progress
        found.append(model.beta)
    assert found == [0.0, 1.0, 2.0, 2.0]


def test_free_bits_leave_a_small_kl_uncharged(test_images):
    free = build(config.Objective("variational", free_bits=100.0))
    parts = {name: float(value.detach()) for name, value in free.loss(test_images, generator()).items()}
    assert parts["loss"] == pytest.approx(parts["reconstruction"] + 8 * 100.0, rel=1e-5)
    assert parts["kl"] < 100


def test_active_units_counts_the_dimensions_in_use(test_images):
    model = build(config.Objective("variational"))
    with torch.no_grad():
        model.head.weight[2:8] = 0  # six of the eight means are the same for every picture
        model.head.weight[:2] *= 10
    assert diagnostics(model, test_images) == {"active_units": 2.0}
