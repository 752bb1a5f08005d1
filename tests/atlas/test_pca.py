"""Planes of principal components, and of two latent dimensions."""

import json

import numpy as np
import pytest

from latent_explorer.atlas import PROJECTIONS, projection
from latent_explorer.atlas.projection import PCA, LatentPlane
from latent_explorer.errors import InputError


def fit(method: str, latents: np.ndarray) -> projection.Projection:
    return projection.fit(method, latents, perplexity=8)


@pytest.mark.parametrize("method", ["pca", "latent"])
def test_linear_maps_place_their_own_latents_on_their_dots(cloud, method):
    latents, _ = cloud(80, 2)
    one = fit(method, latents)
    np.testing.assert_allclose(one.transform(latents), one.xy, atol=1e-5)


def test_pca_lies_along_the_largest_variance_and_says_how_much(cloud):
    draw = np.random.default_rng(0)
    latents = (draw.normal(size=(400, 4)) * [0.1, 5, 0.1, 2]).astype(np.float32)
    one = PCA.fit(latents)
    assert abs(one.components[0, 1]) > 0.99
    assert abs(one.components[1, 3]) > 0.99
    shares = latents.var(axis=0) / latents.var(axis=0).sum()
    assert one.explained_variance_ratio == pytest.approx((shares[1], shares[3]), abs=0.01)


def test_pcas_plane_is_its_own_inverse(cloud):
    one = PCA.fit(cloud(80, 6)[0])
    at = np.random.default_rng(0).uniform(-1, 2, size=(50, 2)).astype(np.float32)
    np.testing.assert_allclose(one.transform(one.inverse_transform(at)), at, atol=1e-5)


def test_one_latent_dimension_lies_along_x():
    latents = np.float32([[0], [1], [3]])
    one = PCA.fit(latents)
    np.testing.assert_allclose(one.xy[:, 1], 0.5)
    ratio = (one.xy[2, 0] - one.xy[1, 0]) / (one.xy[1, 0] - one.xy[0, 0])
    assert ratio == pytest.approx(2, rel=1e-4)


def test_the_latent_plane_is_the_identity_there_and_back(cloud):
    one = LatentPlane.fit(cloud(50, 2)[0])
    z = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32) * 10
    np.testing.assert_allclose(one.inverse_transform(one.transform(z)), z, atol=1e-4)


@pytest.mark.parametrize("axes", [(1, 2), (4, 2)])
def test_the_latent_plane_shows_two_dimensions_as_they_are(cloud, axes):
    latents = cloud(50, 6)[0]
    one = projection.fit("latent", latents, axes=axes)
    np.testing.assert_allclose(one.frame.to_raw(one.xy), latents[:, np.array(axes) - 1], atol=1e-4)
    new = latents[:7] + 1
    np.testing.assert_allclose(one.frame.to_raw(one.transform(new)), new[:, np.array(axes) - 1], atol=1e-4)


def test_a_single_latent_dimension_is_a_plane_that_comes_back(cloud):
    one = LatentPlane.fit(cloud(50, 1)[0])
    z = np.float32([[-3.0], [0.5]])
    np.testing.assert_allclose(one.inverse_transform(one.transform(z)), z, atol=1e-5)
    np.testing.assert_allclose(one.xy[:, 1], 0.5)


def test_pca_takes_any_two_components(cloud):
    latents = cloud(90, 6)[0]
    both, some = PCA.fit(latents, (1, 3)), PCA.fit(latents, (3, 2))
    first = PCA.fit(latents)
    assert np.allclose(both.components[0], first.components[0])
    assert np.allclose(both.components[1], some.components[0])
    assert (
        first.explained_variance_ratio[0]
        >= first.explained_variance_ratio[1]
        == some.explained_variance_ratio[1]
        >= some.explained_variance_ratio[0]
    )
    variance = np.var((latents - some.mean) @ some.components.T, axis=0) / latents.var(axis=0).sum()
    np.testing.assert_allclose(some.explained_variance_ratio, variance, rtol=0.03)


@pytest.mark.parametrize("method", ["pca", "latent"])
@pytest.mark.parametrize("axes", [(1, 1), (0, 1), (1, 7), (-1, 2)])
def test_axes_that_are_none_are_named(cloud, method, axes):
    with pytest.raises(InputError, match=rf"axes {axes[0]}-{axes[1]} arrived for 6 dimensions; two different ones"):
        projection.fit(method, cloud(50, 6)[0], axes=axes)


@pytest.mark.parametrize("method", ["pca", "latent"])
def test_axes_are_stored_where_they_are_not_the_first(cloud, method):
    latents = cloud(50, 6)[0]
    one = projection.fit(method, latents, axes=(3, 5))
    again = PROJECTIONS[method].restore(json.loads(json.dumps(one.to_header())), one.to_tensors(), latents)
    assert again.axes == (3, 5)
    assert "axes" not in projection.fit(method, latents).to_header()  # as files always were
    with pytest.raises(ValueError, match="axes 3-9 arrived"):
        PROJECTIONS[method].restore({**one.to_header(), "axes": [3, 9]}, one.to_tensors(), latents)
    with pytest.raises(ValueError, match="axes"):
        PROJECTIONS[method].restore({**one.to_header(), "axes": ["a", 1]}, one.to_tensors(), latents)


def test_a_plane_that_is_not_its_latents_is_refused(cloud):
    latents = cloud(50, 6)[0]
    one = LatentPlane.fit(latents)
    with pytest.raises(ValueError, match="do not lie on"):
        LatentPlane.restore(one.to_header(), {"xy": one.xy[::-1]}, latents)
