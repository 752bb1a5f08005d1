"""What the Cluster lab shows: the colours of the dots, the scores in words, and the wall of means."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas, projection
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs.cluster import view as cluster_view
from latent_explorer.labs.cluster.queries import ClusteringValue, match_classes
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Chip, Image, Map, get_class_colour
from tests.labs.cluster.on_screen import LAB, found, paint
from tests.stage import World, answered, begin, dot_px, make_word_vectors, of_kind, play, texts, written


def hint(state) -> str:
    return written(LAB.make_view(state, answered(state)), LAB.get_layout(state).hint)


def test_dots_have_the_colours_of_their_clusters_which_are_the_classes_where_they_agree(start):
    value, shown = found(start), paint(start)
    for dot in range(60):
        role = shown.palette[shown.palette_indices[dot]]
        match = match_classes(value.confusion)[value.assignments[dot]]
        assert role == get_class_colour(match if match >= 0 else value.get_colour_index(int(value.assignments[dot])))


def test_labels_and_differences_colour_the_dots_in_their_place(world, start):
    assert paint(play(start, Set("colours", "labels"))) is None
    value, shown = found(start), paint(play(start, Set("colours", "differ")))
    match = match_classes(value.confusion)[value.assignments]
    assert (shown.palette_indices == (match != world["first"].labels)).all()


def test_noise_is_dim_and_all_clusters_look_other_whatever_class_they_are_matched_with(start):
    state = play(start, Set("method", "dbscan"), Set("radius", 0.4))
    value, shown = found(state), paint(state)
    assert value.noise_count > 0
    assert {shown.palette[k] for k in shown.palette_indices[value.assignments < 0]} == {"line"}
    many = replace(value, colour_indices=np.arange(240, 300))  # of three hundred classes
    roles = [
        cluster_view.CLUSTER_COLOURS[k] for k in cluster_view.make_dot_colours(many, "clusters", -1).palette_indices
    ]
    assert len(set(roles)) == 60
    assert not {"line", "muted"} & set(roles)


def test_before_clusters_are_found_the_dots_do_not_have_the_classes_colours(start):
    nothing = Results()
    assert set(paint(start, nothing).palette_indices.tolist()) == {0}
    assert paint(start, nothing) == paint(start, nothing)
    assert paint(play(start, Set("colours", "labels")), nothing) is None


def test_the_chips_have_colours_where_the_dots_have_those_of_the_labels(start):
    for state, coloured in (
        (start, False),
        (play(start, Set("colours", "labels")), True),
        (start.put(replace(start.view, colour_by="of another model")), False),
    ):
        chips = of_kind(LAB.make_view(state, answered(state)), Chip)
        assert chips
        assert all((one.colour is not None) == coloured for one in chips)


def test_a_paint_stays_the_same_from_frame_to_frame(start):
    results = answered(start)
    assert paint(start, results) == paint(start, results)


def test_the_scores_are_written_large_with_what_they_mean(start):
    value = found(start)
    view = LAB.make_view(start, answered(start))
    large = [one.text for one in view if getattr(one, "size", "") == "large"]
    assert large == [f"ARI {value.scores.ari:.2f}", f"NMI {value.scores.nmi:.2f}"]
    assert {"(ARI)", "(NMI)"} <= set(re.findall(r"\(\w+\)", written(view, LAB.get_layout(start).parts["said"])))


def test_many_small_clusters_are_warned_of(start):
    state = play(start, Set("count", 30.0))
    assert "NMI" in hint(state)
    assert hint(start) == LAB.hint


def test_without_labels_the_window_says_so(world, start):
    first = world["first"]
    blank = Atlas(first.atlas.projection, first.latents, np.full(60, -1))
    shelf = {**world, "first": replace(first, class_names=(), maps={"tsne": blank})}
    view = LAB.make_view(start, answered(start, lambda query: query.answer(QueryContext(shelf, {}))))
    assert "labels" in written(view, LAB.get_layout(start).parts["said"])
    assert "Silhouette 0." in texts(view)
    assert "ARI" not in texts(view)


def test_under_the_mouse_stand_a_dot_s_class_and_cluster(world, start):
    state = play(start, Move(dot_px(start, 9)))
    value = found(state)
    said = written(LAB.make_view(state, answered(state)), LAB.get_layout(state).parts["said"])
    name = world["first"].class_names[world["first"].labels[9]]
    assert re.search(rf"\b{name}\b.* {value.clusters[value.assignments[9]].size} ", said)
    crowd = play(start, Set("method", "dbscan"), Set("radius", 0.4))
    value = found(crowd)
    noise = int(np.flatnonzero(value.assignments < 0)[0])
    over = play(crowd, Move(dot_px(crowd, noise)))
    assert "(noise)" in written(LAB.make_view(over, answered(over)), LAB.get_layout(over).parts["said"])


def test_what_was_found_on_the_map_is_called_so(start):
    state = play(start, Key("i"))
    there, codes = (
        written(LAB.make_view(one, answered(one)), LAB.get_layout(one).parts["wall text"]) for one in (state, start)
    )
    assert "map" in there
    assert "4 dimensions" in codes
    assert hint(state) != hint(start)


@pytest.mark.parametrize(
    ("method", "numbers", "said"),
    [("pca", 4, "two of their directions"), ("latent", 4, "two of their directions"), ("latent", 2, "the code itself")],
)
def test_a_straight_map_is_not_called_torn(world, start, method, numbers, said):
    z = np.ascontiguousarray(world["first"].latents[:, :numbers])
    straight = cluster_view.explain_map(Atlas(projection.fit(method, z), z, world["first"].labels))
    assert said in straight
    assert "torn" not in straight
    assert "torn" in hint(play(start, Key("i")))


def test_a_radius_that_is_too_small_or_too_large_is_called_so(start):
    value = found(start)
    count = len(value.assignments)
    lonely = replace(value, noise_count=count // 2 + 1)
    crowded = replace(value, noise_count=0, clusters=(replace(value.clusters[0], size=count // 2 + 1),))
    assert "too few others near" in cluster_view.explain_radius(lonely)
    assert "have become one" in cluster_view.explain_radius(crowded)
    assert cluster_view.explain_radius(replace(crowded, clusters=value.clusters[:0])) == ""


@pytest.mark.parametrize(
    ("matched", "noise", "said"),
    [(199, 1, (99, 0, 1)), (199, 0, (99, 1, 0)), (109, 91, (55, 0, 45)), (200, 0, (100, 0, 0)), (0, 200, (0, 0, 100))],
)
def test_the_counts_of_a_hundred_samples_sum_to_a_hundred(start, matched, noise, said):
    scores = replace(found(start).scores, accuracy=matched / 200, noise_share=noise / 200)
    assert cluster_view.count_in_hundred(scores) == said


def test_figures_beside_each_other_are_of_the_same_samples(world, start):
    """Of sixty samples sixteen are noise; ten of those lose their labels."""
    first, state = world["first"], play(start, Set("method", "dbscan"), Set("radius", 0.6))
    labels = first.labels.copy()
    labels[np.flatnonzero(found(state).assignments < 0)[:10]] = -1
    partly = Atlas(first.atlas.projection, first.latents, labels)
    shelf = {**world, "first": replace(first, maps={"tsne": partly})}
    results = answered(state, lambda query: query.answer(QueryContext(shelf, {})))
    said = written(LAB.make_view(state, results), LAB.get_layout(state).parts["said"])
    assert "88 of 100 labelled samples lie in the cluster matched with their class, 12 in none." in said
    whole = written(LAB.make_view(state, answered(state)), LAB.get_layout(state).parts["said"])
    assert "73 of 100 samples lie in the cluster matched with their class, 27 in none." in whole
    value = results.get_value("clusters", ClusteringValue)
    assert "among the labelled" in written(LAB.make_view(state, results), LAB.get_layout(state).parts["wall text"])
    described = cluster_view.describe_dot(value, int(np.argmax(value.assignments)), ("x", "y", "z"), 0)
    assert "the labelled ones mostly" in described


def test_not_all_samples_are_called_matched_unless_all_are(start):
    value = found(start)
    nearly, all_of_them = (replace(value, scores=replace(value.scores, accuracy=one)) for one in (0.998, 1.0))
    assert "99 of 100 samples" in cluster_view.describe_accuracy(nearly)
    assert "1 in another" in cluster_view.describe_accuracy(nearly)
    assert "100 of 100 samples lie " in cluster_view.describe_accuracy(all_of_them)
    one = replace(value, scores=replace(value.scores, accuracy=0.01))
    assert "1 of 100 samples lies in the cluster matched with its class," in cluster_view.describe_accuracy(one)


def test_every_cluster_s_mean_hangs_on_the_wall_covered_when_guessing(start):
    view, value = LAB.make_view(start, answered(start)), found(start)
    pictures = of_kind(view, Image)
    assert len(pictures) == 3
    assert all(one.reveals_answer for one in pictures)
    assert [one.outline for one in pictures] == [cluster_view.get_cluster_colour(value, k) for k in range(3)]
    for one in value.clusters:
        assert str(one.size) in texts(view).split("\n")


def test_while_other_clusters_are_looked_for_the_old_ones_stay_and_are_called_old(start):
    results = answered(start)
    state = play(start, Set("count", 5.0))
    view = LAB.make_view(state, results)
    assert cluster_view.WAITING in texts(view)
    assert of_kind(view, Map)[0].dot_colours is not None


def test_of_vectors_without_a_decoder_it_shows_the_samples_nearest_to_the_means(world):
    at = play(begin(World({**world, "words": make_word_vectors()}), "cluster", (1280, 840)), Set("model", "words"))
    at = play(at, Move(dot_px(at, 7)))
    value = found(at)
    z = at.get_checkpoint(0).latents
    for k, one in enumerate(value.clusters):
        away = np.linalg.norm(z - z[value.assignments == k].mean(axis=0), axis=1)
        assert one.picture.text == f"word {away.argmin()}"
    shown = texts(LAB.make_view(at, answered(at)))
    assert "decoded" not in shown
    assert "word 7" in shown
