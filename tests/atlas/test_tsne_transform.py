"""The place of new latents on a finished t-SNE map."""

import numpy as np
import pytest

from latent_explorer.atlas import projection, tsne_transform
from latent_explorer.atlas.tsne_transform import Placement, RepulsionField, compute_affinities


def test_log_sum_and_slope_are_those_of_the_sum_itself():
    raw = np.random.default_rng(0).normal(size=(300, 2)) * 20
    crowd = RepulsionField(raw)
    at = np.random.default_rng(1).normal(size=(50, 2)) * 20
    away = at[:, None] - raw[None]
    pull = 1 / (1 + np.square(away).sum(axis=2))
    places = at[:, 0] + 1j * at[:, 1]
    np.testing.assert_allclose(crowd.compute_log_z(places), np.log(pull.sum(axis=1)), atol=0.03)
    slope = -2 * np.einsum("nm,nmd->nd", np.square(pull), away) / pull.sum(axis=1, keepdims=True)
    found = crowd.compute_gradient(places)
    np.testing.assert_allclose(np.stack([found.real, found.imag], axis=1), slope, atol=0.08)


def test_affinities_have_the_wanted_perplexity_at_every_scale():
    distance = np.sort(np.random.default_rng(0).random((20, 15)), axis=1)
    for scale in (1e-8, 1.0, 1e8):
        shares = compute_affinities(distance * scale)
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum(axis=1)
        np.testing.assert_allclose(np.exp(entropy), tsne_transform.PERPLEXITY, rtol=1e-3)
        assert (np.diff(shares, axis=1) <= 1e-12).all()


def test_affinities_of_neighbours_all_alike_are_equal():
    np.testing.assert_allclose(compute_affinities(np.zeros((2, 15))), 1 / 15)
    np.testing.assert_allclose(compute_affinities(np.ones((2, 1))), 1)


def test_a_place_is_a_minimum_of_the_loss(cloud):
    """Nowhere around it the loss of t-SNE, written out over all dots, is lower by much."""
    latents, _ = cloud(250, 8, classes=4)
    one = projection.fit("tsne", latents[:240], perplexity=10)
    raw = one.frame.to_raw(one.xy)
    fitted = Placement().fit(raw, latents[:240])
    places = fitted.transform(latents[240:])
    distance, index = fitted.find_nearest(latents[240:])
    shares = compute_affinities(distance)

    def loss(at: np.ndarray) -> np.ndarray:
        near = 1 / (1 + np.square(at[:, None] - raw[index]).sum(axis=2))
        every = 1 / (1 + np.square(at[:, None] - raw[None]).sum(axis=2))
        return -tsne_transform.EXAGGERATION * (shares * np.log(near)).sum(axis=1) + np.log(every.sum(axis=1))

    here = loss(places)
    draw = np.random.default_rng(0)
    for size in (0.5, 3.0, 30.0):
        for _ in range(40):
            assert (loss(places + draw.normal(size=places.shape) * size) > here - 0.02).all()


def test_it_agrees_with_opentsne(cloud):
    """openTSNE's own transform, which takes hundreds of times as long, ends in the same places."""
    import openTSNE

    latents, _ = cloud(330, 8, classes=5)
    one = projection.fit("tsne", latents[:300], perplexity=15)
    raw = one.frame.to_raw(one.xy)
    known = openTSNE.affinity.PerplexityBasedNN(latents[:300].astype(float), perplexity=15, n_jobs=1, random_state=0)
    embedding = openTSNE.TSNEEmbedding(raw.copy(), known, random_state=0, n_jobs=1)
    theirs = np.asarray(embedding.transform(latents[300:].astype(float)))
    theirs -= np.asarray(embedding).mean(axis=0) - raw.mean(axis=0)
    ours = Placement().fit(raw, latents[:300]).transform(latents[300:])
    assert np.median(np.linalg.norm(ours - theirs, axis=1)) < 0.05 * np.ptp(raw, axis=0).max()


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "manhattan"])
def test_neighbours_are_the_nearest_by_the_metric(metric):
    from scipy.spatial.distance import cdist

    draw = np.random.default_rng(0)
    latents = (draw.normal(size=(200, 5)) + 3).astype(np.float32)
    new = (draw.normal(size=(9, 5)) + 3).astype(np.float32)
    _, index = Placement(metric).fit(draw.normal(size=(200, 2)), latents).find_nearest(new)
    every = cdist(new, latents, {"manhattan": "cityblock"}.get(metric, metric))
    assert np.array_equal(index, np.argsort(every, axis=1)[:, : tsne_transform.NEIGHBOURS])


def test_few_dots_place_new_ones_too():
    raw = np.float64([[0, 0], [10, 0], [0, 10]])
    placed = Placement().fit(raw, np.eye(3, dtype=np.float32)).transform(np.eye(3, dtype=np.float32))
    assert np.isfinite(placed).all()
    assert (np.linalg.norm(placed, axis=1) < 30).all()


def test_very_many_latents_are_placed_each_for_itself(cloud, monkeypatch):
    """Neither the size of the batch, its order, nor the threads move a place; a copy of a dot lands near the dot."""
    latents, _ = cloud(300, 8, classes=4)
    one = projection.fit("tsne", latents, perplexity=10)
    raw = one.frame.to_raw(one.xy)
    fitted = Placement().fit(raw, latents)
    alone = np.concatenate([fitted.transform(latents[i : i + 1]) for i in range(300)])
    told = []
    for block in (7, 64):
        monkeypatch.setattr(tsne_transform, "BLOCK", block)
        monkeypatch.setattr(tsne_transform, "MANY", 100)
        order = np.random.default_rng(block).permutation(300)
        placed = np.empty_like(alone)
        placed[order] = fitted.transform(latents[order], told.append)
        away = np.hypot(*(placed - alone).T)
        assert np.quantile(away, 0.98) < 0.05  # a few lie between two minima of equal depth
    assert told[-1] == 1.0
    assert (np.diff(told[: 300 // 7]) > 0).all()
    assert np.median(np.hypot(*(alone - raw).T)) < 0.05 * np.ptp(raw)


def test_the_nearest_of_very_many_are_found_in_groups(monkeypatch):
    values = np.random.default_rng(0).random((40, 1003)).astype(np.float32)
    monkeypatch.setattr(tsne_transform, "GROUPS_FROM", 1000)
    found = tsne_transform.find_smallest(values, 9)
    assert (np.sort(found, axis=1) == np.sort(np.argsort(values, axis=1)[:, :9], axis=1)).all()
