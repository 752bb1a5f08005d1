"""The inverse projections of the literature."""

import numpy as np
import pytest

from latent_explorer.atlas.baseline_inverses import BASELINES

FEW = {
    "one": [[0.5, 0.5]],
    "two": [[0, 0], [1, 1]],
    "one spot": [[0.5, 0.5]] * 3,
    "a line": np.linspace(0, 1, 40)[:, None] * [1, 1],
}
EXACT = ("nearest", "distance", "delaunay", "rbf")


@pytest.fixture(scope="module")
def dots():
    draw = np.random.default_rng(0)
    xy = draw.random((200, 2)).astype(np.float32)
    return xy, np.stack([np.sin(4 * xy[:, 0]), xy.sum(axis=1), draw.normal(size=200)], axis=1).astype(np.float32)


@pytest.mark.parametrize("name", BASELINES)
def test_it_gives_a_latent_for_every_position(dots, name):
    inverse = BASELINES[name]().fit(*dots)
    at = np.random.default_rng(1).uniform(-1, 2, (50, 2)).astype(np.float32)
    found = inverse.inverse_transform(at)
    assert found.shape == (50, 3)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    np.testing.assert_allclose(inverse.inverse_transform(at[:1]), found[:1], atol=1e-4)


@pytest.mark.parametrize("name", EXACT)
def test_it_passes_through_the_dots(dots, name):
    xy, z = dots
    np.testing.assert_allclose(BASELINES[name]().fit(xy, z).inverse_transform(xy), z, atol=1e-3)


@pytest.mark.parametrize("name", sorted(set(BASELINES) - {"nearest", "nninv"}))
def test_a_plane_comes_back_as_a_plane_between_dots(dots, name):
    """Where methods with few neighbours are near to linear, means of 16 are within the neighbours' reach."""
    xy, _ = dots
    at = np.random.default_rng(1).uniform(0.3, 0.7, (50, 2)).astype(np.float32)
    found = BASELINES[name]().fit(xy, xy).inverse_transform(at)
    assert np.abs(found - at).max() < (1e-3 if name in ("delaunay", "mls", "rbf") else 0.1)


@pytest.mark.slow
def test_the_network_learns_the_field(dots):
    xy, z = dots
    found = BASELINES["nninv"]().fit(xy, z).inverse_transform(xy)
    assert np.square(found[:, :2] - z[:, :2]).mean() < 0.1 * z[:, :2].var()


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize(
    "xy", [[[0.5, 0.5]], [[0, 0], [1, 1]], [[0.5, 0.5]] * 3, np.linspace(0, 1, 40)[:, None] * [1, 1]]
)
def test_few_dots_and_lines_are_no_trouble(name, xy):
    xy = np.asarray(xy, np.float32)
    z = np.arange(len(xy) * 2, dtype=np.float32).reshape(-1, 2)
    found = BASELINES[name]().fit(xy, z).inverse_transform(np.float32([[0.5, 0.5], [0.2, 0.9]]))
    assert found.shape == (2, 2)
    assert np.isfinite(found).all()
