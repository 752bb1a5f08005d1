import numpy as np
import pytest
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier

from latent_explorer.atlas import map_quality, projection
from latent_explorer.atlas.map_quality import MapQuality, measure


@pytest.mark.parametrize("k", [5, 10])
def test_it_is_what_scikit_learn_finds(cloud, k):
    latents, labels = cloud(150, 6)
    xy = projection.fit("pca", latents).xy
    found = measure(latents, xy, labels, neighbours=k)
    assert found.trustworthiness == pytest.approx(trustworthiness(latents, xy, n_neighbors=k), abs=1e-9)
    # continuity is trustworthiness with the two spaces exchanged
    assert found.continuity == pytest.approx(trustworthiness(xy, latents, n_neighbors=k), abs=1e-9)


def test_a_faithful_map_scores_one_and_a_shuffled_one_half(cloud):
    latents, labels = cloud(300, 2)
    kept = measure(latents, projection.fit("latent", latents).xy, labels)
    assert kept.trustworthiness == kept.continuity == 1
    assert kept.accuracy > 0.95
    mixed = measure(latents, np.random.default_rng(0).permutation(latents), labels)
    assert mixed.trustworthiness == pytest.approx(0.5, abs=0.1)
    assert mixed.accuracy == pytest.approx(1 / 3, abs=0.15)


def test_a_torn_map_is_trustworthy_and_not_continuous():
    circle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    latents = np.stack([np.cos(circle), np.sin(circle)], axis=1).astype(np.float32)
    line = np.stack([circle, 0 * circle], axis=1).astype(np.float32)
    torn = measure(latents, line)
    folded = measure(line, latents)
    assert torn.trustworthiness > 0.999  # at its two ends a dot must look farther along the line
    assert torn.continuity < torn.trustworthiness
    assert folded.trustworthiness == torn.continuity


def test_a_sample_says_nearly_the_same(cloud):
    latents, labels = cloud(600, 8)
    xy = projection.fit("pca", latents).xy
    whole, some = measure(latents, xy, labels), measure(latents, xy, labels, sample=200)
    assert some != whole
    assert some == measure(latents, xy, labels, sample=200)
    np.testing.assert_allclose(some.to_list(), whole.to_list(), atol=0.03)


def test_accuracy_is_that_of_leaving_each_dot_out(cloud):
    latents, labels = cloud(200, 6)
    latents += np.random.default_rng(0).normal(size=latents.shape).astype(np.float32) * 6
    xy = projection.fit("pca", latents).xy
    right = [
        KNeighborsClassifier(10).fit(np.delete(xy, i, 0), np.delete(labels, i)).predict(xy[i : i + 1])[0] == labels[i]
        for i in range(200)
    ]
    assert measure(latents, xy, labels).accuracy == pytest.approx(np.mean(right), abs=0.011)
    assert 0.4 < np.mean(right) < 0.95


@pytest.mark.parametrize("count", [1, 2, 3, 5, 12, 40])
def test_few_dots_have_figures_or_none(count):
    draw = np.random.default_rng(0)
    found = measure(draw.normal(size=(count, 4)), draw.normal(size=(count, 2)), draw.integers(0, 2, count))
    for value in found.to_list():
        assert value is None or 0 <= value <= 1
    assert (found.trustworthiness is None) == (count < 3)


def test_dots_on_one_spot_are_no_trouble():
    found = measure(np.zeros((40, 3)), np.zeros((40, 2)), np.arange(40) % 2)
    assert found.trustworthiness == found.continuity == 1
    assert 0 <= found.accuracy <= 1


def test_what_has_no_class_is_not_asked_for_one(cloud):
    latents, labels = cloud(150, 6)
    xy = projection.fit("pca", latents).xy
    assert measure(latents, xy, None).accuracy is None
    assert measure(latents, xy, np.full(150, -1)).accuracy is None
    assert measure(latents, xy, np.zeros(150, np.int64)).accuracy is None  # one class tells nothing
    some = np.where(np.arange(150) < 100, labels, -1)
    assert measure(latents, xy, some).accuracy > 0.9
    alone = np.where(np.arange(150) == 7, 3, labels)
    assert measure(latents, xy, alone).accuracy > 0.9


def test_memory_is_that_of_a_few_rows(monkeypatch):
    widest = []
    squared = map_quality.compute_squared_distances
    monkeypatch.setattr(
        map_quality,
        "compute_squared_distances",
        lambda points, rows: widest.append(len(rows)) or squared(points, rows),
    )
    draw = np.random.default_rng(0)
    measure(draw.normal(size=(400, 3)), draw.normal(size=(400, 2)))
    assert max(widest) <= map_quality.BLOCK_ROWS


def test_it_is_stored_and_checked():
    one = MapQuality(0.5, None, 1.0)
    assert MapQuality.restore(one.to_list()) == one
    for odd in ([], [0.5, 0.5], [2.0, 0.0, 0.0], ["a", 0.0, 0.0], [float("nan"), 0.0, 0.0]):
        with pytest.raises(ValueError, match="quality"):
            MapQuality.restore(odd)
