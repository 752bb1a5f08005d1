import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint import sampling
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.checkpoint.sampling import CODEBOOK, DIFFUSION, MIXTURE, PRIOR
from latent_explorer.errors import InputError
from tests import stage


def last(checkpoint, source, count=40, temperature=1.0, seed=0):
    return sampling.draw_trajectories(checkpoint, source, count, temperature=temperature, seed=seed)[-1]


@pytest.fixture(scope="module")
def diffusion():
    return stage.make_checkpoint("diffusion", seed=5, objective=config.Objective(name="diffusion"))


@pytest.fixture(scope="module")
def quantised():
    return stage.make_checkpoint("quantised", seed=6, objective=config.Objective(name="quantised", codes=5, groups=2))


def test_every_model_has_a_prior_and_a_mixture_and_some_a_way_of_their_own(world, diffusion, quantised):
    assert sampling.list_sources(world["first"]) == (PRIOR, MIXTURE)
    assert sampling.list_sources(diffusion) == (PRIOR, MIXTURE, DIFFUSION)
    assert sampling.list_sources(quantised) == (PRIOR, MIXTURE, CODEBOOK)


def test_a_seed_gives_the_same_codes_and_another_seed_others(diffusion, quantised):
    for model, source in ((diffusion, PRIOR), (diffusion, MIXTURE), (diffusion, DIFFUSION), (quantised, CODEBOOK)):
        assert np.array_equal(last(model, source), last(model, source))
        assert not np.array_equal(last(model, source), last(model, source, seed=1))


def test_the_prior_is_normal_with_the_temperature_as_its_deviation(world):
    z = last(world["first"], PRIOR, 5000, 0.7)
    assert z.shape == (5000, 4)
    assert z.mean(axis=0) == pytest.approx(np.zeros(4), abs=0.05)
    assert np.cov(z.T) == pytest.approx(0.49 * np.eye(4), abs=0.04)


def test_a_temperature_moves_codes_without_drawing_others(world, diffusion):
    warm, hot = (last(world["first"], PRIOR, temperature=t) for t in (0.5, 1.0))
    assert hot == pytest.approx(2 * warm)
    none, warm, hot = (last(world["first"], MIXTURE, temperature=t) for t in (0, 0.5, 1.0))
    assert (hot - none) == pytest.approx(2 * (warm - none), abs=1e-5)
    start = [sampling.draw_trajectories(diffusion, DIFFUSION, 3, temperature=t, seed=2)[0] for t in (0.5, 1.0)]
    assert start[1] == pytest.approx(2 * start[0], abs=1e-5)


def test_a_mixture_lies_where_the_latents_lie(cloud):
    latents, _ = cloud(600, 4)
    found = sampling.get_mixture(LatentNeighbours(latents))
    z = found.to_latents(np.random.default_rng(1).normal(size=(3000, 4)), np.random.default_rng(2).random(3000), 1.0)
    assert z.mean(axis=0) == pytest.approx(latents.mean(axis=0), abs=0.3)
    assert np.cov(z.T) == pytest.approx(np.cov(latents.T), abs=0.06 * np.cov(latents.T).max())
    nearest = np.linalg.norm(z[:, None] - latents[None], axis=2).min(axis=1)
    assert np.median(nearest) < 2 * LatentNeighbours(latents).sample_spacing  # and not between the clusters


def test_temperature_0_of_a_mixture_gives_its_means(cloud):
    latents, _ = cloud(600, 4)
    found = sampling.fit_mixture(latents)
    z = found.to_latents(np.ones((30, 4)), np.linspace(0, 1, 30), 0.0)
    assert {tuple(row) for row in z.tolist()} == {tuple(row) for row in found.means.astype(np.float32).tolist()}


@pytest.mark.parametrize(
    ("count", "d", "components", "full"),
    [(1200, 4, 30, True), (260, 4, 6, True), (260, 40, 13, False), (2, 3, 1, False)],
)
def test_a_mixture_has_no_more_gaussians_than_its_latents_can_carry(count, d, components, full):
    found = sampling.fit_mixture(np.random.default_rng(0).normal(size=(count, d)).astype(np.float32))
    assert found.means.shape == (components, d)
    assert found.covariance_factors.ndim == (3 if full else 2)
    assert found.fit_seconds > 0


def test_a_mixture_survives_dimensions_that_are_not_used():
    latents = np.random.default_rng(0).normal(size=(300, 6)).astype(np.float32)
    latents[:, 2:] = 1.5
    z = sampling.fit_mixture(latents).to_latents(
        np.random.default_rng(1).normal(size=(50, 6)), np.linspace(0, 1, 50), 1.0
    )
    assert z[:, 2:] == pytest.approx(np.full((50, 4), 1.5), abs=0.1)


def test_a_mixture_is_fitted_once(monkeypatch):
    seen = []
    whole = sampling.fit_mixture
    monkeypatch.setattr(sampling, "fit_mixture", lambda latents: seen.append(1) or whole(latents))
    model = stage.make_checkpoint("again", seed=9)
    for seed in range(3):
        last(model, MIXTURE, seed=seed)
    assert seen == [1]


def test_codes_are_drawn_as_often_as_samples_use_them(quantised):
    book: Codebook = quantised.codebook
    z = last(quantised, CODEBOOK, 6000)
    for part in range(2):
        drawn = z[:, 2 * part : 2 * part + 2]
        which = np.abs(drawn[:, None] - book.table[None]).sum(axis=2)
        assert which.min(axis=1).max() == 0  # codes, and nothing between them
        shares = np.bincount(book.assign_codes(part), minlength=5) / len(quantised.latents)
        assert np.bincount(which.argmin(axis=1), minlength=5) / 6000 == pytest.approx(shares, abs=0.03)
    cold, warm = (len(np.unique(last(quantised, CODEBOOK, 500, t), axis=0)) for t in (0, 1))
    assert cold < warm / 3  # what is used most, and what is used as often


def test_what_cannot_be_drawn_is_said(world):
    with pytest.raises(InputError, match=r"'diffusion' arrived; first has prior, mixture"):
        last(world["first"], DIFFUSION)
    for temperature in (-0.1, np.nan, np.inf):
        with pytest.raises(InputError, match="temperature"):
            last(world["first"], PRIOR, temperature=temperature)
    with pytest.raises(InputError, match="at least 2"):
        sampling.fit_mixture(np.zeros((1, 4), np.float32))


@pytest.mark.parametrize(
    ("objective", "source"),
    [("plain", sampling.MIXTURE), ("variational", sampling.PRIOR), ("wasserstein", sampling.PRIOR),
     ("quantised", sampling.CODEBOOK), ("diffusion", sampling.DIFFUSION)],
)  # fmt: skip
def test_samples_come_from_where_the_model_has_them(objective, source):
    checkpoint = stage.make_checkpoint(
        "any", seed=5, objective=config.Objective(name=objective, groups=2), latent_dim=4
    )
    drawn = checkpoint.sample(5, seed=3)
    assert (drawn.shape, drawn.dtype) == ((5, 4), np.float32)
    assert (drawn == sampling.draw_trajectories(checkpoint, source, 5, temperature=1.0, seed=3)[-1]).all()
    assert (drawn == checkpoint.sample(5, seed=3, source=source)).all()
    assert (drawn != checkpoint.sample(5, seed=4)).any()
    assert checkpoint.decode(drawn).shape == (5, 1, 8, 8)


@pytest.mark.parametrize("arguments", [{"n": 0}, {"n": 2.0}, {"n": 1, "seed": -1}, {"n": 1, "source": "codes"}])
def test_samples_that_cannot_be_drawn_are_refused(tiny, arguments):
    with pytest.raises(InputError, match=f"{next(reversed(arguments))}: "):
        tiny.sample(**arguments)
