"""The Cluster lab: what its controls ask for, and which cluster is pointed out."""

import numpy as np
import pytest

from latent_explorer.config import schema
from latent_explorer.labs.cluster import lab
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster.queries import Clustering, ClusteringValue, RadiusScan, RadiusScanValue
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Set
from tests.labs.cluster.on_screen import LAB, found, paint
from tests.stage import answered, click, dot_px, of_kind, play


def own(state) -> lab.ClusterState:
    return state.lab_states["cluster"]


def asked(state) -> Clustering:
    return LAB.make_queries(state)["clusters"]


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


def test_its_state_comes_back_from_a_session_file():
    kept = lab.ClusterState("dbscan", 7, 1.3, 8, False, 2, True, "differ", 3, 12)
    assert schema.decode(lab.ClusterState, schema.encode(kept)) == kept
