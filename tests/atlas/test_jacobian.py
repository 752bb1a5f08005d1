"""How the map moves with a latent, where the projection is linear."""

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, jacobian, projection


@pytest.fixture(params=["pca", "latent"])
def linear(request, cloud) -> Atlas:
    latents, labels = cloud(300, 2 if request.param == "latent" else 5)
    return Atlas(projection.fit(request.param, latents), latents, labels)


def test_of_a_linear_map_it_is_exact(linear):
    step = np.random.default_rng(0).normal(size=(6, linear.latents.shape[1])).astype(np.float32)
    slope = jacobian.compute_jacobian(linear)
    moved = linear.transform(linear.latents[7] + step) - linear.transform(linear.latents[7:8])
    assert np.allclose(step @ slope.T, moved, atol=1e-5)


@pytest.mark.parametrize(("d", "axes"), [(2, (1, 2)), (2, (2, 1)), (5, (4, 2)), (1, (1, 2))])
def test_of_a_plane_of_two_dimensions_it_is_exact(cloud, d, axes):
    latents, labels = cloud(60, d)
    atlas = Atlas(projection.fit("latent", latents, axes=axes), latents, labels)
    slope = jacobian.compute_jacobian(atlas)
    step = np.eye(d, dtype=np.float32)
    moved = atlas.transform(latents[7] + step) - atlas.transform(latents[[7]])
    np.testing.assert_allclose(slope, moved.T, atol=1e-5)


def test_a_map_that_is_not_linear_has_none(tiny):
    assert jacobian.compute_jacobian(tiny.maps["tsne"]) is None
