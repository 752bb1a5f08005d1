"""What each objective is for, seen on the digits: trained beside the plain autoencoder, it differs where it should."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from latent_explorer import models, training
from latent_explorer.config import Model, Objective, Training, objectives
from latent_explorer.data.corruption import CORRUPTION_KINDS, corrupt
from latent_explorer.data.datasets import to_floats
from latent_explorer.errors import InputError
from latent_explorer.metrics import reconstruction
from latent_explorer.models import contractive, quantised, robust, sparse, wasserstein
from latent_explorer.models.variational import kl_divergence, sample_posterior

SETTINGS = Training(epochs=12, batch_size=32, learning_rate=5e-3)
NETWORK = Model(latent_dim=8, hidden=(64,), activation="silu")
SHAPE = (1, 8, 8)


def build(objective: Objective, network: Model = NETWORK) -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(network, objective, SHAPE)


@pytest.fixture(scope="module")
def trained(digits):
    """A model of an objective trained on the digits; each is trained once."""
    kept: dict[object, models.Autoencoder] = {}

    def make(objective: Objective, network: Model = NETWORK, settings: Training = SETTINGS) -> models.Autoencoder:
        key = (objective, network, settings)
        if key not in kept:
            kept[key] = build(objective, network)
            training.fit(kept[key], digits.train.images, settings, labels=digits.train.labels)
        return kept[key]

    return make


@pytest.fixture(scope="module")
def test_images(digits):
    return to_floats(digits.test.images)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def diagnostics(model: models.Autoencoder, x: torch.Tensor) -> dict[str, float]:
    with torch.no_grad():
        return model.diagnostics(x, model.encode(x), generator())


def mse(model: models.Autoencoder, given: torch.Tensor, clean: torch.Tensor) -> float:
    with torch.no_grad():
        return float(F.mse_loss(model.decode(model.encode(given)), clean))


# -- the plain autoencoder ----------------------------------------------------------------------------


def test_a_linear_autoencoder_spans_the_plane_of_pca(digits, test_images):
    """Baldi and Hornik 1989: the best linear autoencoder is the projection on the first principal components."""
    from sklearn.decomposition import PCA

    network = Model(latent_dim=4, hidden=(), output="linear")
    model = build(Objective("plain", loss="mse"), network)
    settings = Training(epochs=120, batch_size=64, optimizer="sgd", learning_rate=3e-2, matmul_precision="highest")
    training.fit(model, digits.train.images, settings)
    pca = PCA(4).fit(to_floats(digits.train.images).flatten(1).numpy())
    found = np.linalg.qr(next(p for p in model.decoder.parameters() if p.ndim == 2).detach().numpy())[0]
    cosines = np.linalg.svd(found.T @ pca.components_.T)[1]  # of the angles between the two subspaces
    assert cosines.min() > 0.999
    through = pca.inverse_transform(pca.transform(test_images.flatten(1).numpy())).clip(0, 1)
    best = float(F.mse_loss(torch.from_numpy(through), test_images.flatten(1)))
    measured = reconstruction.encode_images(model, digits.test.images).metrics
    assert measured["mse"] == pytest.approx(best, rel=0.01)
    assert "bce" not in measured  # a picture that may leave [0, 1] has no Bernoulli likelihood


def test_a_linear_output_is_shown_between_black_and_white():
    model = build(Objective("plain", loss="mse"), Model(latent_dim=2, hidden=(), output="linear"))
    pictures = model.decode(100 * torch.randn(20, 2, generator=generator()))
    assert (pictures.min(), pictures.max()) == (0, 1)


def test_a_larger_code_reconstructs_better(trained, test_images):
    narrow, wide = (trained(Objective("plain"), replace(NETWORK, latent_dim=d)) for d in (2, 96))  # 96 > 64 pixels
    assert mse(wide, test_images, test_images) < 0.5 * mse(narrow, test_images, test_images)


# -- variational --------------------------------------------------------------------------------------


def test_the_kl_is_what_drawing_from_the_posterior_estimates():
    mean, log_variance = torch.randn(5, 3, generator=generator()), torch.randn(5, 3, generator=generator()) * 0.5
    draws = 200_000
    z = sample_posterior(mean.repeat(draws, 1, 1), log_variance.repeat(draws, 1, 1), generator())
    posterior = torch.distributions.Normal(mean, torch.exp(0.5 * log_variance))
    estimate = (posterior.log_prob(z) - torch.distributions.Normal(0.0, 1.0).log_prob(z)).sum(-1).mean(0)
    assert torch.allclose(kl_divergence(mean, log_variance), estimate, atol=0.03)


def test_a_larger_beta_lowers_the_kl_and_costs_reconstruction(trained, digits):
    one, four = (
        reconstruction.encode_images(trained(Objective("variational", beta=b)), digits.test.images).metrics
        for b in (1.0, 4.0)
    )
    assert four["kl"] < 0.8 * one["kl"]
    assert four["bce"] > 1.02 * one["bce"]
    assert four["active_units"] <= one["active_units"]


def test_beta_rises_while_it_warms_up():
    model = build(Objective("variational", beta=2.0, warm_up=0.5))
    found = []
    for progress in (0.0, 0.25, 0.5, 1.0):
        model.progress = progress
        found.append(model.beta)
    assert found == [0.0, 1.0, 2.0, 2.0]


def test_free_bits_leave_a_small_kl_uncharged(test_images):
    free = build(Objective("variational", free_bits=100.0))
    parts = {name: float(value.detach()) for name, value in free.loss(test_images, generator()).items()}
    assert parts["loss"] == pytest.approx(parts["reconstruction"] + 8 * 100.0, rel=1e-5)
    assert parts["kl"] < 100


def test_active_units_counts_the_dimensions_in_use(test_images):
    model = build(Objective("variational"))
    with torch.no_grad():
        model.head.weight[2:8] = 0  # six of the eight means are the same for every picture
        model.head.weight[:2] *= 10
    assert diagnostics(model, test_images) == {"active_units": 2.0}


# -- denoising ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CORRUPTION_KINDS)
def test_denoising_beats_the_plain_one_at_every_level(trained, test_images, kind):
    longer = replace(SETTINGS, epochs=30)
    plain = trained(Objective("plain"), settings=longer)
    denoising = trained(Objective("denoising", noise=kind, noise_level=0.6), settings=longer)
    for level, factor in ((0.15, 1.0), (0.3, 0.75), (0.45, 0.7), (0.6, 0.7)):
        noisy = corrupt(test_images, kind, level, generator())
        assert mse(denoising, noisy, test_images) < factor * mse(plain, noisy, test_images)


@pytest.mark.parametrize("kind", CORRUPTION_KINDS)
def test_noise_is_as_strong_as_asked_and_stays_in_range(kind):
    x = torch.full((4, 3, 50, 50), 0.5)
    levels = torch.tensor([0.0, 0.1, 0.2, 0.4])
    noisy = corrupt(x, kind, levels, generator())
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


# -- sparse -------------------------------------------------------------------------------------------


def test_l1_leaves_few_units_active(trained, digits, test_images):
    wide = replace(NETWORK, latent_dim=64)
    plain, thin = trained(Objective("plain"), wide), trained(Objective("sparse", weight=0.3, warm_up=0.5), wide)
    with torch.no_grad():
        assert sparse.active_share(thin.encode(test_images)) < 0.4 * sparse.active_share(plain.encode(test_images))
    assert mse(thin, test_images, test_images) < 0.04


def test_kl_draws_the_mean_activation_to_rho(trained, test_images):
    network = replace(NETWORK, latent_dim=32)
    model = trained(Objective("sparse", sparsity="kl", rho=0.15, weight=3.0, warm_up=0.3), network)
    found = diagnostics(model, test_images)
    assert found["mean_activation"] == pytest.approx(0.15, abs=0.02)


def test_the_penalty_is_zero_at_rho_alone():
    assert float(sparse.kl_to_rho(torch.full((7, 3), 0.2), 0.2)) == pytest.approx(0, abs=1e-6)
    for other in (0.1, 0.3):
        expected = 3 * (0.2 * math.log(0.2 / other) + 0.8 * math.log(0.8 / (1 - other)))
        assert float(sparse.kl_to_rho(torch.full((7, 3), other), 0.2)) == pytest.approx(expected, rel=1e-4)


# -- contractive --------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "silu", "tanh"])
@pytest.mark.parametrize("hidden", [(), (12,), (16, 12)])
def test_the_exact_penalty_is_autograds_jacobian(test_images, activation, hidden):
    model = build(Objective("contractive"), replace(NETWORK, hidden=hidden, activation=activation))
    x = test_images[:5]
    z, squares = contractive.encode_with_squared_jacobian_norm(model._find_linear_layers(), x.flatten(1))
    assert torch.allclose(z, model.encode(x), atol=1e-6)
    for i in range(5):
        jacobian = torch.autograd.functional.jacobian(model.encode, x[i : i + 1])
        assert float(squares[i].detach()) == pytest.approx(float(jacobian.square().sum()), rel=1e-4)
    assert torch.allclose(contractive.squared_jacobian_norm(model, x), squares, rtol=1e-4)


def test_the_gradient_of_the_exact_penalty_is_that_of_the_jacobian(test_images):
    model, x = build(Objective("contractive")), test_images[:3]
    contractive.encode_with_squared_jacobian_norm(model._find_linear_layers(), x.flatten(1))[1].sum().backward()
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
    assert model._find_linear_layers() is None
    x = test_images[:1].repeat(4000, 1, 1, 1).requires_grad_()
    estimate = contractive.estimate_squared_jacobian_norm(x, model.encode(x), generator()).mean().detach()
    assert float(estimate) == pytest.approx(float(contractive.squared_jacobian_norm(model, test_images[:1])), rel=0.06)


@pytest.mark.parametrize("network", ["mlp", "cnn"])
def test_contraction_lowers_the_sensitivity(trained, test_images, network):
    body = NETWORK if network == "mlp" else Model(network="cnn", latent_dim=8, channels=(8,), hidden=(32,))
    settings = replace(SETTINGS, epochs=4)
    norms = [
        float(contractive.squared_jacobian_norm(trained(objective, body, settings), test_images).sqrt().mean())
        for objective in (Objective("plain"), Objective("contractive", weight=1.0))
    ]
    assert norms[1] < 0.5 * norms[0]


# -- robust -------------------------------------------------------------------------------------------


def test_correntropy_is_half_the_squared_error_near_zero_and_bounded_far_off():
    assert float(robust.correntropy(torch.tensor(0.01), 1.0)) == pytest.approx(0.01**2 / 2, rel=1e-3)
    assert float(robust.correntropy(torch.tensor(100.0), 0.5)) == pytest.approx(0.25)


def test_outlier_pixels_hurt_less_than_with_squared_error(digits, test_images):
    """A fifth of the pixels of every training picture is white by accident."""
    x = to_floats(digits.train.images)
    hit = torch.rand(x.shape, generator=generator()) < 0.2
    spoilt = torch.where(hit, torch.ones_like(x), x).mul(255).to(torch.uint8)
    errors = []
    for objective in (Objective("plain", loss="mse"), Objective("robust", sigma=0.3)):
        model = build(objective)
        training.fit(model, spoilt, replace(SETTINGS, epochs=20))
        noisy = torch.where(torch.rand(test_images.shape, generator=generator()) < 0.2, 1.0, test_images)
        errors.append(mse(model, noisy, test_images))
    assert errors[1] < 0.9 * errors[0]


# -- wasserstein and adversarial ----------------------------------------------------------------------


def test_mmd_is_zero_for_one_distribution_and_grows_with_the_distance():
    draw = generator()
    a, b = torch.randn(500, 4, generator=draw), torch.randn(500, 4, generator=draw)
    near, shifted, far = (float(wasserstein.mmd(a, b + shift)) for shift in (0.0, 0.5, 2.0))
    assert abs(near) < 0.02
    assert near < shifted < far
    assert float(wasserstein.mmd(a[:1], b[:1])) == 0


def test_mmd_counts_pairs_without_those_of_a_sample_with_itself():
    a, b = torch.tensor([[0.0], [1.0]]), torch.tensor([[3.0], [5.0]])
    kernel = lambda d: sum(2 * s / (2 * s + d * d) for s in wasserstein.KERNEL_SCALES)  # noqa: E731
    expected = kernel(1) + kernel(2) - 2 * (kernel(3) + kernel(5) + kernel(2) + kernel(4)) / 4
    assert float(wasserstein.mmd(a, b)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("objective", [Objective("wasserstein", weight=30.0), Objective("adversarial", weight=10.0)])
def test_codes_look_like_the_prior(trained, test_images, objective):
    settings = replace(SETTINGS, epochs=25)
    plain, drawn = trained(Objective("plain"), settings=settings), trained(objective, settings=settings)
    prior = torch.randn(len(test_images), 8, generator=generator())
    with torch.no_grad():
        before, after = (float(wasserstein.mmd(m.encode(test_images), prior)) for m in (plain, drawn))
    assert after < 0.2 * before


def test_the_discriminator_is_near_chance(trained, test_images):
    """Its own verdict. Where the encoder does not play against it (weight 0), it is right nearly always."""
    network, settings = replace(NETWORK, latent_dim=2), replace(SETTINGS, epochs=25)
    idle, game = (trained(Objective("adversarial", weight=weight), network, settings) for weight in (0.0, 50.0))
    assert diagnostics(idle, test_images)["discriminator_accuracy"] > 0.85
    assert 0.4 < diagnostics(game, test_images)["discriminator_accuracy"] < 0.68


def test_the_encoder_does_not_teach_the_discriminator_nor_the_other_way_round(test_images):
    model = build(Objective("adversarial"))
    parts = model.loss(test_images, generator())
    parts["fooling"].backward(retain_graph=True)
    assert all(p.grad is None for p in model.discriminator.parameters())
    model.zero_grad()
    parts["discrimination"].backward()
    assert all(p.grad is None for p in model.encoder.parameters())
    assert any(p.grad.abs().max() > 0 for p in model.discriminator.parameters())


# -- quantised ----------------------------------------------------------------------------------------

QUANTISED = Objective("quantised", codes=32, groups=4)


def test_every_part_is_its_nearest_code():
    model = build(QUANTISED)
    z = torch.randn(6, 8, generator=generator())
    expected = torch.cdist(z.reshape(24, 2), model.codebook).argmin(dim=1).reshape(6, 4)
    assert torch.equal(model.find_nearest_entries(z), expected)
    assert torch.equal(model.quantise(z)[2, 4:6], model.codebook[expected[2, 2]])
    assert torch.equal(model.quantise(model.quantise(z)), model.quantise(z))
    assert torch.equal(model.decode(z), model.decode(model.quantise(z)))


def test_the_codebook_is_used_and_reconstructs(trained, test_images):
    model = trained(QUANTISED)
    found = diagnostics(model, test_images)
    assert found["codes_used"] >= 28
    assert found["codebook_perplexity"] > 16
    assert mse(model, test_images, test_images) < 0.03
    with torch.no_grad():
        pictures = model.decode(model.codebook.repeat(1, 4))  # every code decodes
    assert torch.isfinite(pictures).all()


def test_dead_codes_are_put_where_vectors_are(test_images):
    model = build(QUANTISED).train()
    with torch.no_grad():
        model.codebook[5:] = 1000.0
        model.uses[5:] = 0.0
    model.loss(test_images, generator())
    assert model.codebook.abs().max() < 100


def test_looking_does_not_move_the_codebook(test_images):
    model = build(QUANTISED).eval()
    before = model.codebook.clone()
    model.loss(test_images, generator())
    model.decode(model.encode(test_images))
    assert torch.equal(before, model.codebook)


def test_the_gradient_passes_straight_through(test_images):
    model = build(replace(QUANTISED, commitment=0.0))
    model.loss(test_images, generator())["loss"].backward()
    assert model.head.weight.grad.abs().max() > 0


def test_a_way_back_is_fitted_to_the_latents_themselves(test_images):
    """No gradient comes through the choice of a code."""
    model = build(QUANTISED).eval()
    z = model.encode(test_images[:4]).detach().requires_grad_()
    decode = model.make_row_decoder(np.zeros(4, np.int64))
    decode(z, np.arange(4)).sum().backward()
    assert (z.grad == 1).all()


def test_perplexity_counts_codes_used_alike():
    assert quantised.perplexity(torch.tensor([0.25, 0.25, 0.25, 0.25, 0.0])) == pytest.approx(4.0)
    assert quantised.perplexity(torch.tensor([1.0, 0.0])) == pytest.approx(1.0)


def test_groups_that_do_not_divide_the_code_are_refused():
    with pytest.raises(InputError, match=r"objective\.groups: 3 arrived for model\.latent_dim 8"):
        build(Objective("quantised", groups=3))


# -- the sequence network -----------------------------------------------------------------------------


def test_a_sequence_network_reads_and_writes_rows(trained, test_images):
    network = Model(network="sequence", latent_dim=8, hidden=(32,))
    model = trained(Objective("plain"), network, replace(SETTINGS, epochs=24, learning_rate=1e-2))
    average = test_images.mean(dim=0, keepdim=True)
    assert mse(model, test_images, test_images) < 0.7 * float(F.mse_loss(average.expand_as(test_images), test_images))
    assert model.encoder(test_images).shape == (len(test_images), 64)


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 9)])
@pytest.mark.parametrize("hidden", [(6,), (6, 10)])
def test_sequences_of_any_shape(shape, hidden):
    model = models.build(Model(network="sequence", latent_dim=3, hidden=hidden), Objective("variational"), shape)
    x = torch.rand(4, *shape)
    assert model.encode(x).shape == (4, 3)
    assert model.decode(model.encode(x)).shape == x.shape


def test_a_sequence_network_without_a_width_is_refused():
    with pytest.raises(InputError, match=r"model\.hidden"):
        build(Objective("plain"), Model(network="sequence", hidden=()))


# -- all of them --------------------------------------------------------------------------------------


def test_every_objective_that_a_config_may_name_is_there():
    assert tuple(models.OBJECTIVES) == tuple(objectives.OBJECTIVES)
    assert all("traits" in vars(kind) for kind in models.OBJECTIVES.values()), "not those of the class it extends"


@pytest.mark.parametrize("name", models.OBJECTIVES)
def test_its_traits_are_what_the_model_does(test_images, name):
    traits, x = objectives.OBJECTIVES[name], test_images[:40]
    model = build(Objective(name, classes=10)).eval()
    assert model.traits is traits

    def loss(**settings) -> dict[str, torch.Tensor]:
        return build(Objective(name, classes=10, **settings)).eval().loss(x, generator())

    def encode(told: int) -> torch.Tensor:
        return model.conditioned_on(torch.full((40,), told)).encode(x)

    assert traits.has_posterior == hasattr(model, "posterior")
    assert traits.has_codebook == hasattr(model, "codebook")
    assert traits.generates == hasattr(model, "sample")
    assert not traits.generates or model.sample(3, generator()).shape[1:] == (3, 8)
    assert traits.takes_labels == (not torch.equal(encode(1), encode(2)))
    assert traits.has_prior == (not {"kl", "mmd", "fooling"}.isdisjoint(loss())), "a distance to N(0, 1)"
    assert traits.has_own_loss == torch.equal(loss(loss="bce")["reconstruction"], loss(loss="mse")["reconstruction"])
    assert traits.denoises == (not torch.equal(loss(noise_level=0.1)["loss"], loss(noise_level=1.0)["loss"]))
    assert traits.is_plain == (type(model) is models.Autoencoder)


@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_figures_are_finite_numbers(test_images, objective):
    found = diagnostics(build(Objective(objective, classes=10)).eval(), test_images)
    assert all(math.isfinite(value) for value in found.values())
