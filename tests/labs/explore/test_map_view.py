"""What lies on the map of Explore."""

from itertools import pairwise

import pytest

from latent_explorer.engine.queries.latent_edit import EditedLatent
from latent_explorer.labs.explore.state import find_resting_point
from latent_explorer.scene.events import Leave, Move
from latent_explorer.scene.items import Image, Line, Marker
from tests import stage
from tests.labs.explore.on_screen import LAB, dragged, shown
from tests.stage import begin, dot_px, drag, of_kind, play, px_of, texts


def crosses(state) -> list:
    """The middles of the crosses on the map."""
    lines = [one.points for one in of_kind(shown(state), Line) if len(one.points) == 2]
    return [(down[0][0], across[0][1]) for across, down in pairwise(lines) if across[0][1] == across[1][1]]


def test_a_place_that_is_decoded_has_a_cross_where_no_mouse_is(world):
    there = play(begin(world), Move(px_of(begin(world), stage.EMPTY)))
    assert crosses(there) == []
    traced = play(begin(world), *drag(dot_px(begin(world), 8), px_of(begin(world), stage.EMPTY)))
    assert crosses(play(traced, Leave())) == [pytest.approx(px_of(traced, stage.EMPTY))]


def test_the_picture_and_the_place_follow_the_bar(pinned):
    state = dragged(pinned)
    wanted = LAB.make_queries(state)
    assert wanted["moved"] == EditedLatent("first", find_resting_point(state), "tsne")
    assert "point" not in wanted
    results = stage.answered(state)
    view = LAB.make_view(state, results)
    moved = results.get_value("moved", object)
    pictures = [one.picture for one in of_kind(view, Image)]
    assert any(one is moved.picture for one in pictures)
    (marker,) = [one for one in of_kind(view, Marker) if one.label == "z"]
    camera, rect = state.get_camera(0), LAB.get_layout(state).maps[0]
    assert marker.px == pytest.approx(camera.to_px(moved.xy, rect))
    assert marker.reveals_answer  # its place tells what the covered picture is
    assert "z 3 of 4 = " in texts(view)


def test_a_changed_code_is_joined_to_where_it_was_on_the_same_map_alone(pinned):
    state = dragged(pinned)
    results = stage.answered(state)
    view, camera, rect = LAB.make_view(state, results), state.get_camera(0), LAB.get_layout(state).maps[0]
    moved = results.get_value("moved", object)
    (way,) = [one for one in of_kind(view, Line) if one.reveals_answer]
    assert way.points == (
        pytest.approx(camera.to_px(find_resting_point(state).xy, rect)),
        pytest.approx(camera.to_px(moved.xy, rect)),
    )
    elsewhere = stage.change(state, map_name="pca")
    assert not [one for one in of_kind(LAB.make_view(elsewhere, results), Line) if one.reveals_answer]
