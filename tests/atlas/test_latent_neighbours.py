"""Who is near whom in latent space, and when the samples that a latent leans on agree."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from latent_explorer.atlas import LatentNeighbours, latent_neighbours
from latent_explorer.errors import InputError


def distances(z: np.ndarray) -> np.ndarray:
    return np.linalg.norm(z[:, None].astype(np.float64) - z[None], axis=-1)


@given(count=st.sampled_from([2, 3, 50, 211]), seed=st.integers(0, 50), block=st.sampled_from([1, 700, 1 << 24]))
def test_links_are_the_nearest_neighbours_of_brute_force_whatever_the_block(count, seed, block):
    z = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    whole, latent_neighbours.BLOCK = latent_neighbours.BLOCK, block
    try:
        found = LatentNeighbours(z).nearest_samples
    finally:
        latent_neighbours.BLOCK = whole
    apart = distances(z)
    np.fill_diagonal(apart, np.inf)
    assert (found == apart.argmin(axis=1)).all()


def test_a_sample_alone_has_no_neighbour():
    assert LatentNeighbours(np.ones((1, 3), np.float32)).nearest_samples.tolist() == [0]


def test_twins_are_each_other_s_neighbours():
    z = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    z[20] = z[3]
    links = LatentNeighbours(z).nearest_samples
    assert (links[3], links[20]) == (20, 3)


@given(count=st.integers(1, 40), wanted=st.integers(1, 50), seed=st.integers(0, 50))
def test_the_nearest_of_a_latent_are_those_of_brute_force_in_order(count, wanted, seed):
    draw = np.random.default_rng(seed)
    z, at = draw.normal(size=(count, 5)).astype(np.float32), draw.normal(size=5).astype(np.float32)
    dots, away = LatentNeighbours(z).find_nearest(at, wanted)
    apart = np.linalg.norm(z - at, axis=1)
    assert dots.tolist() == np.argsort(apart)[:wanted].tolist()
    assert np.allclose(away, np.sort(apart)[:wanted], rtol=1e-5)


# -- the trust meter ----------------------------------------------------------------------------------


def test_plausible_is_what_lies_no_farther_off_than_samples_do():
    z = np.random.default_rng(0).normal(size=(400, 6)).astype(np.float32)
    near = LatentNeighbours(z)
    shares = near.compute_plausibility(np.array([0.0, near.sample_spacing, 100.0], np.float32))
    assert shares[0] == 1
    assert shares[1] == pytest.approx(0.5, abs=0.01)
    assert shares[2] == 0
    falling = near.compute_plausibility(np.linspace(0, 5, 50).astype(np.float32))
    assert (np.diff(falling) <= 0).all()


def test_called_it_returns_the_nearest_samples_as_scikit_learn_finds_them(cloud):
    latents, _ = cloud()
    z = cloud(7, seed=1)[0]
    index, away = LatentNeighbours(latents)(z, k=4)
    expected = NearestNeighbors(n_neighbors=4).fit(latents).kneighbors(z)
    assert (index == expected[1]).all()
    assert away == pytest.approx(expected[0], abs=1e-4)
    as_tensors = LatentNeighbours(latents)(torch.from_numpy(z), k=4)
    assert all((tensor.numpy() == array).all() for tensor, array in zip(as_tensors, (index, away), strict=True))


def test_called_with_few_or_no_latents_it_keeps_the_shape(cloud):
    latents, _ = cloud(5)
    neighbours = LatentNeighbours(latents)
    assert [one.shape for one in neighbours(latents[:2])] == [(2, 5)] * 2
    assert [one.shape for one in neighbours(latents[:0], k=3)] == [(0, 3)] * 2
    for wrong in (0, 2.5, True):
        with pytest.raises(InputError, match="k: "):
            neighbours(latents, wrong)
    with pytest.raises(InputError, match="z: shape"):
        neighbours(latents[0])
