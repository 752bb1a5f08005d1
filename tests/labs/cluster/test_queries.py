"""Clusters of the codes or of the map, beside the classes."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.scheduler import Engine
from latent_explorer.errors import InputError
from latent_explorer.labs.cluster import queries
from latent_explorer.labs.cluster.queries import METHODS, Clustering, RadiusScan, RadiusScanValue
from latent_explorer.scene.events import Set
from tests.stage import answered, play


@pytest.fixture(scope="module")
def apart(world, cloud):
    """A world whose samples lie in three heaps, one a class, and whose map tells nothing of them."""
    first = world["first"]
    z, labels = cloud(60, 4, 3)
    draw = np.random.default_rng(1)
    shown = replace(first.maps["tsne"].projection, xy=draw.uniform(size=(60, 2)).astype(np.float32))
    return {"first": replace(first, maps={"tsne": Atlas(shown, z, labels)}, name="first")}


def ask(world, method="kmeans", **options):
    return Clustering("first", method, **options).answer(QueryContext(world, {}))


def test_what_is_found_where_the_classes_lie_apart_is_the_classes(apart):
    for method in ("kmeans", "mixture"):
        value = ask(apart, method, count=3)
        assert value.scores.ari == value.scores.nmi == value.scores.accuracy == pytest.approx(1)
        assert (value.colour_indices == apart["first"].labels).all()
        assert (value.mismatches == 0).all()
        assert value.silhouette > 0.5
        assert [(one.size, one.purity) for one in value.clusters] == [(20, 1.0)] * 3
        assert sorted(one.most_common_class for one in value.clusters) == [0, 1, 2]


def test_dbscan_finds_the_heaps_without_being_told_how_many(apart):
    value = ask(apart, "dbscan", radius_factor=1.2)
    big = [one for one in value.clusters if one.size >= 10]
    assert sorted(one.most_common_class for one in big) == [0, 1, 2]
    assert value.radius == pytest.approx(1.2 * RadiusScan("first").answer(QueryContext(apart, {})).suggested_radius)
    assert value.noise_count == (value.assignments < 0).sum() == (value.colour_indices < 0).sum()


def test_groups_of_the_map_are_not_groups_of_the_codes(apart):
    assert ask(apart, count=3, map_name="tsne").scores.ari < 0.3


def test_one_cluster_says_nothing_of_the_labels(apart):
    value = ask(apart, count=1)
    assert value.scores.ari == pytest.approx(0)
    assert value.scores.nmi == pytest.approx(0)
    assert value.silhouette is None
    assert value.scores.accuracy == pytest.approx(1 / 3)


def test_more_clusters_than_classes_have_colours_of_their_own(apart):
    value = ask(apart, count=7)
    matches = queries.match_classes(value.confusion)
    assert sorted(match for match in matches if match >= 0) == [0, 1, 2]
    assert len({value.get_colour_index(k) for k in range(7)}) == 7
    for k, match in enumerate(matches):
        assert value.get_colour_index(k) == match if match >= 0 else value.get_colour_index(k) >= 3
    assert value.confusion.sum(axis=1).tolist() == [one.size for one in value.clusters]
    assert value.confusion.sum(axis=0).tolist() == [20, 20, 20]


def test_the_same_seed_finds_the_same(world):
    for method in METHODS:
        first, second = (ask(world, method, count=5, seed=3) for _ in range(2))
        assert (first.assignments == second.assignments).all()
        assert first.scores.ari == second.scores.ari


def test_without_labels_there_are_no_scores_but_a_silhouette(apart):
    first = apart["first"]
    blank = Atlas(first.atlas.projection, first.latents, np.full(60, -1))
    value = ask({"first": replace(first, maps={"tsne": blank}, class_names=())}, count=3)
    assert value.scores is None
    assert value.silhouette > 0.5
    assert [one.most_common_class for one in value.clusters] == [-1] * 3
    assert (value.mismatches == -1).all()
    assert sorted({value.get_colour_index(k) for k in range(3)}) == [0, 1, 2]


def test_only_samples_with_a_label_count_for_the_scores(apart):
    first = apart["first"]
    labels = np.where(np.arange(60) < 30, first.labels, -1)
    value = ask({"first": replace(first, maps={"tsne": Atlas(first.atlas.projection, first.latents, labels)})}, count=3)
    assert value.scores.ari == pytest.approx(1)
    assert value.confusion.sum() == 30
    assert (value.mismatches[30:] == -1).all()


def test_what_is_left_out_as_noise_is_not_found(apart):
    value = ask(apart, "dbscan", radius_factor=0.01)
    assert value.noise_count == 60
    assert value.clusters == ()
    assert value.scores.ari == pytest.approx(0)
    assert value.silhouette is None


def test_the_mean_of_a_cluster_is_decoded(apart):
    first, value = apart["first"], ask(apart, count=3)
    for k, one in enumerate(value.clusters):
        mean = first.latents[value.assignments == k].mean(axis=0)
        assert np.abs(one.picture.astype(int) - decode_pictures(first, mean[None])[0]).max() <= 1


def test_clusters_are_numbered_by_size_and_numbers_of_no_sample_are_left_out():
    assert queries.renumber_by_size(np.array([4, 4, 4, -1, 0, 9, 9])).tolist() == [0, 0, 0, -1, 2, 1, 1]
    assert queries.renumber_by_size(np.array([-1, -1])).tolist() == [-1, -1]


def test_the_matching_is_the_best_of_all_not_of_each():
    """Cluster 0 shares most with class 0, but all in all more agree when it is given class 1."""
    assert queries.match_classes(np.array([[10, 9], [9, 0]])).tolist() == [1, 0]
    assert queries.match_classes(np.array([[5, 0], [0, 0]])).tolist() == [0, -1]
    assert queries.match_classes(np.zeros((2, 0), int)).tolist() == [-1, -1]


@pytest.mark.parametrize("wrong", [{"method": "magic"}, {"count": 0}, {"count": 31}, {"map_name": "umap"}])
def test_what_cannot_be_asked_is_said(world, wrong):
    with pytest.raises(InputError, match=r"arrived; .*allowed|arrived; allowed"):
        ask(world, **wrong)


def test_more_clusters_than_samples_are_as_many_as_samples(world):
    first = world["first"]
    few = Atlas(replace(first.atlas.projection, xy=first.atlas.xy[:4]), first.latents[:4], first.labels[:4])
    value = ask({"first": replace(first, maps={"tsne": few}, indices=first.indices[:4])}, count=10)
    assert len(value.clusters) == 4


@pytest.mark.parametrize("method", METHODS)
def test_many_samples_are_learnt_from_some(world, monkeypatch, method, cloud):
    monkeypatch.setattr(queries, "MAX_FIT_SAMPLES", 90)
    first = world["first"]
    z, labels = cloud(300, 4, 3)
    xy = np.zeros((300, 2), np.float32)
    many = Atlas(replace(first.atlas.projection, xy=xy), z, labels)
    value = ask(
        {"first": replace(first, maps={"tsne": many}, indices=np.arange(300))}, method, count=3, radius_factor=1.5
    )
    assert value.fit_sample_count == (300 if method == "kmeans" else 90)
    assert len(value.assignments) == 300
    assert value.scores.ari > 0.9


def test_the_engine_works_it_out_apart_and_once(world):
    engine = Engine(world)
    try:
        engine.ask({"groups": Clustering("first", "kmeans")})
        assert engine.settle()
        first = engine.results.get_value("groups", queries.ClusteringValue)
        engine.ask({"groups": Clustering("first", "dbscan")})
        engine.settle()
        engine.ask({"groups": Clustering("first", "kmeans")})
        assert engine.results.get_value("groups", queries.ClusteringValue) is first
    finally:
        engine.close()


def test_groups_of_another_kind_do_not_stand_for_those_that_are_still_looked_for():
    asked = Clustering("first", "kmeans", 4, map_name="tsne")
    # a slider that moves leaves the groups on the screen
    assert asked.has_same_subject(replace(asked, count=5, seed=2))
    for other in (replace(asked, method="dbscan"), replace(asked, map_name=""), replace(asked, model="second")):
        assert not asked.has_same_subject(other)
    assert RadiusScan("first", map_name="tsne").has_same_subject(RadiusScan("first", 9, map_name="tsne"))
    assert not RadiusScan("first", map_name="tsne").has_same_subject(RadiusScan("first", map_name="pca"))


def test_the_chart_s_curves_are_all_samples_at_every_radius(start):
    radius = answered(play(start, Set("method", "dbscan"))).get_value("radius", RadiusScanValue)
    assert radius.noise + radius.largest + radius.others == pytest.approx(100, abs=1e-3)
    assert radius.noise[0] == 100
    assert (np.diff(radius.radii) > 0).all()
