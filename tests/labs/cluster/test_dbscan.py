import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score

from latent_explorer.labs.cluster import dbscan


@pytest.fixture(scope="module")
def moons() -> np.ndarray:
    """Two half rings around each other, which no straight line parts, and some points between them."""
    draw = np.random.default_rng(0)
    turn = draw.uniform(0, np.pi, 200)
    first = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    both = np.concatenate([first, [1, 0.5] - first]) + draw.normal(scale=0.06, size=(400, 2))
    return np.concatenate([both, draw.uniform(-2, 3, (20, 2))]).astype(np.float32)


@pytest.mark.parametrize("least", [1, 4, 8])
@pytest.mark.parametrize("radius", [0.05, 0.15, 0.2, 0.5, 3.0])
def test_a_cut_is_what_dbscan_of_scikit_learn_finds(moons, least, radius):
    tree = dbscan.fit(moons, np.arange(len(moons)), least)
    found = tree.cut(moons, radius)
    theirs = DBSCAN(eps=radius, min_samples=least).fit(moons.astype(np.float64))
    core = theirs.core_sample_indices_
    assert ((found < 0) == (theirs.labels_ < 0)).all()
    if len(core):
        assert adjusted_rand_score(theirs.labels_[core], found[core]) == 1


def test_half_rings_are_told_apart_whole(moons):
    found = dbscan.fit(moons, np.arange(len(moons)), 5).cut(moons, 0.22)
    first, second = (np.bincount(part[part >= 0]) for part in (found[:200], found[200:400]))
    assert min(first.max(), second.max()) > 190
    assert first.argmax() != second.argmax()


def test_heaps_in_a_haze_are_told_apart_at_the_suggested_radius(cloud):
    z, heap = cloud(400, 4, 8)
    haze = np.random.default_rng(2).uniform(z.min(), z.max(), (40, 4)).astype(np.float32)
    points = np.concatenate([z, haze])
    tree = dbscan.fit(points, np.arange(len(points)), 5)
    assert adjusted_rand_score(heap, tree.cut(points, tree.suggested_radius)[:400]) > 0.9


def test_the_shares_at_each_radius_are_all_samples(moons):
    tree = dbscan.fit(moons, np.arange(len(moons)), 5)
    noise, largest, others = tree.shares
    assert noise + largest + others == pytest.approx(1, abs=1e-5)
    assert (np.diff(noise) <= 1e-6).all()
    assert tree.suggested_radius == tree.radii[others.argmax()]


@pytest.mark.parametrize("every", [1, 2])
def test_the_shares_count_as_the_cut_does(moons, every):
    """Samples at the border of a cluster belong to it, also those that the tree was not built from."""
    tree = dbscan.fit(moons, np.arange(0, len(moons), every), 5)
    for place in (0, 15, 30, 45, 59):
        found = tree.cut(moons, float(tree.radii[place]))
        largest = np.bincount(found[found >= 0], minlength=1).max()
        noise = (found < 0).sum()
        counts = np.array([noise, largest, len(moons) - noise - largest])
        assert [share[place] for share in tree.shares] == pytest.approx(counts / len(moons), abs=1e-6)


def test_the_tree_is_as_short_as_any(moons):
    reach = dbscan.compute_core_distances(moons, 5)
    away = cdist(moons, moons)
    assert reach == pytest.approx(np.sort(away, axis=1)[:, 4], abs=1e-6)
    mutual = np.maximum(np.maximum(away, reach[:, None]), reach[None, :])
    np.fill_diagonal(mutual, 0)
    start, end, length = dbscan.build_spanning_tree(moons, reach)
    assert len(set(start) | set(end)) == len(moons)
    assert length.sum() == pytest.approx(minimum_spanning_tree(mutual).sum(), rel=1e-6)


def test_the_others_join_what_was_found_in_some(moons):
    some = np.arange(0, 400, 2)
    tree = dbscan.fit(moons, some, 5)
    found = tree.cut(moons, 0.3)
    assert len(found) == len(moons)
    away = cdist(moons, moons[some][tree.core_distances <= 0.3]).min(axis=1)
    assert ((found >= 0) == (away <= 0.3)).all()


@pytest.mark.parametrize("points", [np.zeros((1, 3)), np.zeros((30, 3)), np.eye(2)])
def test_hardly_any_points_and_all_the_same_are_no_trouble(points):
    tree = dbscan.fit(points.astype(np.float32), np.arange(len(points)), 5)
    assert len(tree.cut(points.astype(np.float32), tree.suggested_radius)) == len(points)


def test_below_every_reach_all_is_noise(moons):
    assert (dbscan.fit(moons, np.arange(len(moons)), 5).cut(moons, 1e-6) == -1).all()
