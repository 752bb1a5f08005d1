"""How the map moves with a latent: exact where the projection is linear, and estimated elsewhere."""

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, LatentNeighbours, jacobian, projection


@pytest.fixture(params=["pca", "latent"])
def linear(request, cloud) -> Atlas:
    latents, labels = cloud(300, 2 if request.param == "latent" else 5)
    return Atlas(projection.fit(request.param, latents), latents, labels)


def test_of_a_linear_map_it_is_exact(linear):
    step = np.random.default_rng(0).normal(size=(6, linear.latents.shape[1])).astype(np.float32)
    slope = jacobian.compute_jacobian(linear, 7, LatentNeighbours(linear.latents))
    moved = linear.transform(linear.latents[7] + step) - linear.transform(linear.latents[7:8])
    assert np.allclose(step @ slope.T, moved, atol=1e-5)


@pytest.mark.parametrize(("d", "axes"), [(2, (1, 2)), (2, (2, 1)), (5, (4, 2)), (1, (1, 2))])
def test_of_a_plane_of_two_dimensions_it_is_exact(cloud, d, axes):
    latents, labels = cloud(60, d)
    atlas = Atlas(projection.fit("latent", latents, axes=axes), latents, labels)
    slope = jacobian.compute_jacobian(atlas, 7, LatentNeighbours(latents))
    step = np.eye(d, dtype=np.float32)
    moved = atlas.transform(latents[7] + step) - atlas.transform(latents[[7]])
    np.testing.assert_allclose(slope, moved.T, atol=1e-5)


def test_the_estimate_finds_the_slope_of_a_linear_map(linear):
    """Which it is not told: it sees positions and latents alone."""
    near = LatentNeighbours(linear.latents)
    for dot in (0, 7, 151):
        exact = jacobian.compute_jacobian(linear, dot, near)
        found = jacobian.estimate_jacobian(linear.xy, dot, near)
        assert np.linalg.norm(found - exact) < 0.12 * np.linalg.norm(exact)


def test_the_estimate_is_turned_with_the_map(linear):
    near, turn = LatentNeighbours(linear.latents), np.array([[0.6, -0.8], [0.8, 0.6]])
    turned = (linear.xy @ turn.T).astype(np.float32)
    assert np.allclose(
        jacobian.estimate_jacobian(turned, 9, near), turn @ jacobian.estimate_jacobian(linear.xy, 9, near), atol=1e-5
    )


def test_neighbours_that_the_map_tore_away_change_little(cloud):
    latents, labels = cloud(300, 5, 1)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    near = LatentNeighbours(latents)
    whole = jacobian.estimate_jacobian(atlas.xy, 4, near)
    xy = atlas.xy.copy()
    xy[near.find_nearest(latents[4], 6)[0][3:]] += 5
    assert np.linalg.norm(jacobian.estimate_jacobian(xy, 4, near) - whole) < 0.3 * np.linalg.norm(whole)


def test_a_dimension_that_no_sample_uses_moves_nothing(cloud):
    latents, labels = cloud(300, 5, 1)
    draw = np.random.default_rng(0)
    wide = np.concatenate([latents, draw.normal(size=(300, 3)).astype(np.float32) * 1e-3], axis=1)
    atlas = Atlas(projection.fit("pca", latents), latents, labels)
    noisy = atlas.xy + draw.normal(size=(300, 2)).astype(np.float32) * 0.02  # as a map that is not quite linear
    slope = jacobian.estimate_jacobian(noisy, 4, LatentNeighbours(wide))
    assert np.linalg.norm(slope[:, 5:]) < 0.05 * np.linalg.norm(slope[:, :5])


def test_few_samples_or_all_alike_have_a_finite_slope():
    for latents in (np.ones((1, 3), np.float32), np.ones((9, 3), np.float32), np.eye(3, dtype=np.float32)):
        found = jacobian.estimate_jacobian(np.zeros((len(latents), 2), np.float32), 0, LatentNeighbours(latents))
        assert found.shape == (2, 3)
        assert np.isfinite(found).all()
