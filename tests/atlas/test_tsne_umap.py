"""Neighbour embeddings: where they place new points, how far they are, and what is stored of them."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from latent_explorer.atlas import projection
from latent_explorer.atlas.projection import PCA, TSNE, UMAP
from latent_explorer.errors import InputError


def fit(method: str, latents: np.ndarray) -> projection.Projection:
    return projection.fit(method, latents, perplexity=8)


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


def test_too_high_a_perplexity_names_the_highest(cloud):
    with pytest.raises(InputError, match=r"^perplexity: 30 arrived for 40 points; at most 13 is allowed"):
        TSNE.fit(cloud(40)[0], perplexity=30)


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


def test_tsne_tells_how_far_it_is(cloud):
    told = []
    TSNE.fit(cloud(60)[0], perplexity=5, progress=lambda share, said: told.append((share, said)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert len(told) > 20
    assert told[-1][1].startswith("KL ")


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
