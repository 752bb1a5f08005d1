import json

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from latent_explorer.atlas import PROJECTIONS, projection
from latent_explorer.atlas.projection import MARGIN, PCA, TSNE, UMAP, LatentPlane, MapFrame
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


# -- placement ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["pca", "latent"])
def test_linear_maps_place_their_own_latents_on_their_dots(cloud, method):
    latents, _ = cloud(80, 2)
    one = fit(method, latents)
    np.testing.assert_allclose(one.transform(latents), one.xy, atol=1e-5)


def test_tsne_places_its_own_latents_close_to_their_dots(cloud):
    latents, _ = cloud(200, 8, classes=5)
    one = fit("tsne", latents)
    distance = np.linalg.norm(one.transform(latents) - one.xy, axis=1)
    assert np.median(distance) < 0.02
    by_chance = np.linalg.norm(one.xy[::-1] - one.xy, axis=1)
    assert np.median(distance) < np.median(by_chance) / 10


def test_tsne_places_new_points_in_their_cluster_each_apart_from_the_others(cloud):
    latents, labels = cloud(150, 6)
    one = fit("tsne", latents[:120])
    placed = one.transform(latents[120:])
    assert KNeighborsClassifier(5).fit(one.xy, labels[:120]).score(placed, labels[120:]) == 1.0
    np.testing.assert_allclose(one.transform(latents[120:123]), placed[:3], atol=0.01)
    np.testing.assert_allclose(one.transform(latents[120:]), placed, atol=1e-5)  # asked twice, the same


# -- PCA ----------------------------------------------------------------------------------------------


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


def test_one_latent_dimension_lies_along_x():
    latents = np.float32([[0], [1], [3]])
    one = PCA.fit(latents)
    np.testing.assert_allclose(one.xy[:, 1], 0.5)
    ratio = (one.xy[2, 0] - one.xy[1, 0]) / (one.xy[1, 0] - one.xy[0, 0])
    assert ratio == pytest.approx(2, rel=1e-4)


def test_too_high_a_perplexity_names_the_highest(cloud):
    with pytest.raises(InputError, match=r"^perplexity: 30 arrived for 40 points; at most 13 is allowed"):
        TSNE.fit(cloud(40)[0], perplexity=30)


def test_an_unknown_projection_names_the_known():
    with pytest.raises(InputError, match="projection 'isomap' is unknown; allowed: tsne, pca, latent, umap"):
        projection.fit("isomap", np.zeros((4, 2), np.float32))


# -- the latent plane and the frame -------------------------------------------------------------------


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


# -- which components ---------------------------------------------------------------------------------


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


# -- UMAP ---------------------------------------------------------------------------------------------


def stored_umap(latents: np.ndarray, xy: np.ndarray) -> UMAP:
    """As a file gives it, without umap-learn."""
    parameters = {"centre": [0.0, 0.0], "scale": 0.05, "neighbours": 15, "metric": "euclidean", "seed": 0}
    return UMAP.restore(parameters, {"xy": xy}, latents)


def test_a_stored_umap_places_new_points_without_the_library(cloud, monkeypatch):
    monkeypatch.setattr(UMAP, "is_installed", staticmethod(lambda: False))
    latents, labels = cloud(150, 6)
    xy = PCA.fit(latents).xy
    one = stored_umap(latents[:120], xy[:120])
    placed = one.transform(latents[120:])
    assert KNeighborsClassifier(5).fit(one.xy, labels[:120]).score(placed, labels[120:]) == 1.0
    assert np.median(np.linalg.norm(one.transform(latents[:120]) - one.xy, axis=1)) < 0.05
    with pytest.raises(InputError, match="UMAP is not installed: pip install umap-learn"):
        projection.fit("umap", latents)


@pytest.mark.parametrize("odd", [{"neighbours": 2.5}, {"seed": -1}, {"metric": "odd"}])
def test_a_umap_that_cannot_be_is_refused(cloud, odd):
    latents = cloud(50, 6)[0]
    one = stored_umap(latents, PCA.fit(latents).xy)
    with pytest.raises(ValueError, match="a UMAP of"):
        UMAP.restore({**one.to_header(), **odd}, one.to_tensors(), latents)


# -- progress -----------------------------------------------------------------------------------------


def test_tsne_tells_how_far_it_is(cloud):
    told = []
    TSNE.fit(cloud(60)[0], perplexity=5, progress=lambda share, said: told.append((share, said)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert len(told) > 20
    assert told[-1][1].startswith("KL ")


def test_a_frame_keeps_proportions_and_comes_back():
    raw = np.array([[0.0, 0.0], [10.0, 5.0]])
    frame = MapFrame.from_points(raw)
    xy = frame.to_map(raw)
    assert (xy[1] - xy[0])[1] == pytest.approx((xy[1] - xy[0])[0] / 2)
    np.testing.assert_allclose(frame.to_raw(xy), raw, atol=1e-5)


def test_a_followed_map_leaves_what_did_not_move_where_it_was(cloud):
    latents, labels = cloud(60, 4, 3)
    first = projection.fit("tsne", latents, perplexity=8, seed=1)
    moved = latents.copy()
    moved[labels == 2] = latents[labels == 1].mean(axis=0) + 0.3 * (latents[labels == 2] - latents[labels == 2].mean(0))
    again = first.follow(moved)
    centre = lambda one, k: one.xy[labels == k].mean(axis=0)  # noqa: E731
    apart = [np.linalg.norm(centre(one, 2) - centre(one, 1)) for one in (first, again)]
    assert apart[1] < 0.5 * apart[0]
    assert np.linalg.norm(first.follow(latents).xy - first.xy, axis=1).max() < 0.25
