import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.atlas import Atlas
from latent_explorer.config import schema
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.cluster import lab
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster import view as cluster_view
from latent_explorer.labs.cluster.queries import Clustering, ClusteringValue, RadiusScan, RadiusScanValue, match_classes
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Set
from latent_explorer.scene.items import Image, Map, get_class_colour
from tests.stage import World, answered, begin, click, dot_px, make_word_vectors, of_kind, play, texts, written

LAB = LABS["cluster"]


@pytest.fixture
def start(world):
    return begin(world, "cluster", (1280, 840))


def own(state) -> lab.ClusterState:
    return state.lab_states["cluster"]


def asked(state) -> Clustering:
    return LAB.make_queries(state)["clusters"]


def found(state) -> ClusteringValue:
    return answered(state).get_value("clusters", ClusteringValue)


def hint(state) -> str:
    return written(LAB.make_view(state, answered(state)), LAB.get_layout(state).hint)


def paint(state, results=None):
    (drawn,) = of_kind(LAB.make_view(state, results or answered(state)), Map)
    return drawn.dot_colours


def on_wall(state, k: int):
    """The middle of a picture of the wall."""
    layout = LAB.get_layout(state)
    slots = cluster_layout.DBSCAN_CELLS if own(state).method == "dbscan" else own(state).count or 3
    return cluster_layout.place_cells(layout.parts["wall"], slots, state.ui_scale)[k][0].centre


# -- what is asked ------------------------------------------------------------------------------------


def test_it_begins_with_as_many_clusters_as_there_are_classes(start):
    assert asked(start) == Clustering("first", "kmeans", 3)


def test_the_controls_and_their_keys_set_what_is_asked(start):
    assert asked(play(start, Set("count", 7.0))).count == 7
    assert asked(play(start, Key("k"), Key("k"))).count == 5
    assert asked(play(start, *[Key("K")] * 9)).count == 2
    assert asked(play(start, Key("x"))).seed == 1
    assert asked(play(start, Key("g"))).method == "mixture"
    assert not asked(play(start, Key("g"), Key("e"))).full_covariance
    assert asked(play(start, Key("i"))).map_name == "tsne"
    crowd = play(start, Set("method", "dbscan"), Set("radius", 1.3), Key("h"))
    assert asked(crowd) == Clustering("first", "dbscan", radius_factor=1.3, min_samples=8)
    assert LAB.make_queries(crowd)["radius"] == RadiusScan("first", 8)


def test_what_a_method_does_not_use_does_not_make_it_work_again(start):
    changed = play(start, Set("method", "dbscan"), Set("radius", 1.3), Key("h"), Set("method", "kmeans"))
    assert asked(changed) == asked(start)


def test_other_images_have_another_number_of_classes(start):
    state = play(start, Set("count", 7.0))
    assert asked(play(state, Set("model", "second"))).count == 7
    assert asked(play(state, Set("model", "other"))).count == 3


def test_dragging_the_slider_is_one_step_to_undo(start):
    state = play(start, Set("count", 5.0), Set("count", 6.0), Set("count", 9.0))
    assert asked(play(state, Key("z"))).count == 3


# -- the map ------------------------------------------------------------------------------------------


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


def test_a_press_on_the_wall_shows_one_cluster_and_a_second_one_all(start):
    state = play(start, Press(on_wall(start, 1)), Release(on_wall(start, 1)), Leave())
    assert own(state).chosen == 1
    value, shown = found(state), paint(state)
    lit = np.array([shown.palette[k] for k in shown.palette_indices]) != "line"
    assert (lit == (value.assignments == 1)).all()
    again = play(state, Press(on_wall(start, 1)), Release(on_wall(start, 1)))
    assert own(again).chosen == -1


def test_moving_over_the_wall_shows_where_a_cluster_lies_and_leaves_no_trace(start):
    over = play(start, Move(on_wall(start, 2)))
    assert own(over).passing.hovered_cluster == 2
    value, shown = found(over), paint(over)
    assert ((np.array(shown.palette)[shown.palette_indices] != "line") == (value.assignments == 2)).all()
    gone = play(over, Move((5.0, 5.0)))
    assert own(gone) == own(start)
    assert gone.history.undo_stack == start.history.undo_stack


def test_a_click_on_a_dot_shows_its_cluster_until_backspace(start):
    state = play(start, *click(dot_px(start, 9)))
    value, shown = found(state), paint(state)
    assert (
        (np.array(shown.palette)[shown.palette_indices] != "line") == (value.assignments == value.assignments[9])
    ).all()
    back = play(state, Key("backspace"))
    assert len(set(paint(back).palette_indices.tolist())) == 3


def test_a_number_of_before_means_nothing_among_other_clusters(start):
    state = play(start, Press(on_wall(start, 1)), Release(on_wall(start, 1)), Set("count", 5.0))
    assert own(state).chosen == -1


def test_before_clusters_are_found_the_dots_do_not_have_the_classes_colours(start):
    nothing = Results()
    assert set(paint(start, nothing).palette_indices.tolist()) == {0}
    assert paint(start, nothing) == paint(start, nothing)
    assert paint(play(start, Set("colours", "labels")), nothing) is None


def test_a_paint_stays_the_same_from_frame_to_frame(start):
    results = answered(start)
    assert paint(start, results) == paint(start, results)


# -- the words ----------------------------------------------------------------------------------------


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


# -- DBSCAN's chart -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stretch", [0.5, 1.0, 1.6])
def test_a_press_on_the_chart_sets_the_radius_that_stands_there(start, stretch):
    state = play(start, Set("method", "dbscan"))
    results = answered(state)
    (drawn,) = of_kind(LAB.make_view(state, results), Chart)
    radius = results.get_value("radius", RadiusScanValue)
    px = drawn.to_px(stretch * radius.suggested_radius, 50.0)
    after = play(state, Press(px), Release(px))
    assert own(after).stretch == pytest.approx(stretch, abs=0.03)
    value = answered(after).get_value("clusters", ClusteringValue)
    assert value.radius == pytest.approx(own(after).stretch * radius.suggested_radius)


def test_the_chart_s_curves_are_all_samples_at_every_radius(start):
    radius = answered(play(start, Set("method", "dbscan"))).get_value("radius", RadiusScanValue)
    assert radius.noise + radius.largest + radius.others == pytest.approx(100, abs=1e-3)
    assert radius.noise[0] == 100
    assert (np.diff(radius.radii) > 0).all()


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (600, 900), (320, 240)])
@pytest.mark.parametrize("method", ["kmeans", "dbscan"])
def test_the_wall_s_cells_lie_on_its_panel(world, size, method):
    state = play(begin(world, "cluster", size), Set("method", method))
    parts = LAB.get_layout(state).parts
    if "wall" in parts:
        for place, words in cluster_layout.place_cells(parts["wall"], 30, state.ui_scale):
            assert words.bottom <= parts["wall panel"].bottom
            assert place.right <= parts["wall panel"].right


def test_its_state_comes_back_from_a_session_file():
    kept = lab.ClusterState("dbscan", 7, 1.3, 8, False, 2, True, "differ", 3, 12)
    assert schema.decode(lab.ClusterState, schema.encode(kept)) == kept


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
