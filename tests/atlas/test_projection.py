import json

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from latent_explorer.atlas import PROJECTIONS, projection
from latent_explorer.atlas.projection import MARGIN, UMAP
from latent_explorer.errors import InputError


def fit(method: str, latents: np.ndarray) -> projection.Projection:
    return projection.fit(method, latents, perplexity=8)


needs_umap = pytest.mark.skipif(not UMAP.is_installed(), reason="umap-learn is not installed")


@pytest.fixture(params=["tsne", "pca", "latent", pytest.param("umap", marks=[needs_umap, pytest.mark.slow])])
def fitted(request, cloud):
    latents, _ = cloud(80, 2 if request.param == "latent" else 6)
    return fit(request.param, latents), latents


def test_a_map_fills_the_unit_square_but_its_margin(fitted):
    one, latents = fitted
    assert one.xy.shape == (len(latents), 2)
    assert one.xy.dtype == np.float32
    low, high = one.xy.min(axis=0), one.xy.max(axis=0)
    assert (high - low).max() == pytest.approx(1 - 2 * MARGIN, abs=1e-5)
    np.testing.assert_allclose((low + high) / 2, 0.5, atol=1e-5)


def test_the_same_seed_draws_the_same_map(fitted):
    one, latents = fitted
    assert np.array_equal(fit(one.name, latents).xy, one.xy)


def test_a_map_is_put_together_again_from_what_is_stored(fitted):
    one, latents = fitted
    tensors = one.to_tensors()
    shapes = PROJECTIONS[one.name].get_tensor_shapes(len(latents), latents.shape[1])
    assert {name: value.shape for name, value in tensors.items()} == shapes
    again = PROJECTIONS[one.name].restore(json.loads(json.dumps(one.to_header())), tensors, latents)
    assert np.array_equal(again.xy, one.xy)
    new = latents[:5] + 0.1
    assert np.array_equal(
        again.transform(new), PROJECTIONS[one.name].restore(one.to_header(), tensors, latents).transform(new)
    )
    np.testing.assert_allclose(again.transform(new), one.transform(new), atol=1e-4)


@pytest.mark.parametrize(
    "odd", [{"scale": 0.0}, {"scale": -1.0}, {"scale": float("nan")}, {"centre": [0, float("inf")]}]
)
def test_a_stored_frame_that_cannot_be_is_refused(fitted, odd):
    one, latents = fitted
    with pytest.raises(ValueError, match=r"a map with .* is allowed"):
        PROJECTIONS[one.name].restore({**one.to_header(), **odd}, one.to_tensors(), latents)


def test_clusters_stay_together_on_the_map(cloud):
    latents, labels = cloud(120, 8, classes=5)
    for method in ("tsne", "pca"):
        xy = fit(method, latents).xy
        assert KNeighborsClassifier(5).fit(xy[::2], labels[::2]).score(xy[1::2], labels[1::2]) > 0.8, method


def test_nothing_in_gives_nothing_out(fitted):
    one, latents = fitted
    assert one.transform(latents[:0]).shape == (0, 2)


# -- odd latents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "method", ["tsne", "pca", "latent", pytest.param("umap", marks=[needs_umap, pytest.mark.slow])]
)
@pytest.mark.parametrize(
    "latents",
    [
        np.random.default_rng(0).normal(size=(40, 1)),
        np.random.default_rng(0).normal(size=(40, 2)),
        np.random.default_rng(0).normal(size=(16, 8)),
        np.zeros((40, 4)),
        np.repeat(np.eye(4), 10, axis=0),
        np.random.default_rng(0).normal(size=(40, 4)) * 1e-6,
        np.random.default_rng(0).normal(size=(40, 4)) * 1e6,
        np.linspace(0, 1, 40)[:, None] * np.arange(1, 5),
        np.concatenate([np.random.default_rng(0).normal(size=(38, 4)), np.full((2, 4), 1e4)]),
        np.random.default_rng(0).normal(size=(40, 512)),
    ],
    ids=[
        "one dimension",
        "two dimensions",
        "few",
        "all alike",
        "four spots",
        "tiny",
        "large",
        "a line",
        "two far away",
        "many dimensions",
    ],
)
def test_every_cloud_has_a_map(method, latents):
    latents = latents.astype(np.float32)
    one = projection.fit(method, latents, perplexity=5)
    assert np.isfinite(one.xy).all()
    assert one.xy.min() >= 0
    assert one.xy.max() <= 1
    assert np.isfinite(one.transform(latents)).all()


@pytest.mark.parametrize("method", PROJECTIONS)
def test_latents_that_are_no_numbers_are_refused(method):
    latents = np.ones((40, 4), np.float32)
    latents[3, 2] = np.nan
    with pytest.raises(InputError, match="NaN or infinity arrived"):
        projection.fit(method, latents)
    with pytest.raises(InputError, match="none arrived"):
        projection.fit(method, latents[:0])


@pytest.mark.parametrize("method", PROJECTIONS)
@pytest.mark.parametrize("count", [1, 3])
def test_very_few_points_have_a_map_or_one_line_that_says_why_not(method, count):
    latents = np.random.default_rng(0).normal(size=(count, 4)).astype(np.float32)
    if method == "latent" or (method, count) == ("pca", 3):
        assert np.isfinite(projection.fit(method, latents).xy).all()
        return
    with pytest.raises(InputError, match=rf"for {count} points|not installed"):
        projection.fit(method, latents)


def test_an_unknown_projection_names_the_known():
    with pytest.raises(InputError, match="projection 'isomap' is unknown; allowed: tsne, pca, latent, umap"):
        projection.fit("isomap", np.zeros((4, 2), np.float32))
