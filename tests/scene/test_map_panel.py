"""A map on the screen: where its dots are, and what the mouse is near to."""

import math
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Move, Set, Tick
from tests import stage
from tests.stage import begin, map_rect, play


def test_a_ring_goes_with_its_dot(world):
    old = begin(world)
    new = play(old, Set("map", "pca"))
    rect = map_rect(old)
    ends = [map_panel.get_dot_px(one.put(replace(one.map_task, transition=None)), 0, 5, rect) for one in (old, new)]
    assert map_panel.get_dot_px(play(new, Tick(1.0)), 0, 5, rect) == pytest.approx(ends[0])
    middle = map_panel.get_dot_px(play(new, Tick(1.0), Tick(1.3)), 0, 5, rect)
    assert middle == pytest.approx([(a + b) / 2 for a, b in zip(*ends, strict=True)])


def test_on_a_dot_the_exact_sample_is_decoded_and_between_dots_the_place(world):
    state = begin(world)
    xy = map_panel.get_dot_xy(state, 0, 7)
    gap, pixel = world["first"].maps["tsne"].dot_spacing, 1e-6
    near, far = 0.5 * map_panel.SNAP_SHARE * 40 * pixel, (0.5, 0.45)
    assert map_panel.snap_to_dot(state, 0, (xy[0] + near, xy[1]), pixel) == (xy, None)
    assert map_panel.snap_to_dot(state, 0, far, pixel) == (far, pixel)
    beside = (xy[0] + 3 * near, xy[1])
    several = map_panel.snap_each_to_dot(state, 0, [far, beside, far], pixel)
    assert several == [map_panel.snap_to_dot(state, 0, one, pixel) for one in (far, beside, far)]
    assert map_panel.snap_to_dot(state, 0, beside, pixel) == (beside, pixel), "a near view has room between close dots"
    assert map_panel.snap_to_dot(state, 0, beside, 10 * gap) == (
        map_panel.get_dot_xy(state, 0, map_panel.find_nearest_dot(state, 0, beside)[1]),
        None,
    )


def test_without_a_decoder_there_is_nothing_between_the_dots():
    state = begin(stage.World(words=stage.make_word_vectors()), models=("words",))
    (x, y), resolution = map_panel.snap_to_dot(state, 0, stage.EMPTY, 1e-3)
    nearest = map_panel.find_nearest_dot(state, 0, stage.EMPTY)[1]
    assert ((x, y), resolution) == (map_panel.get_dot_xy(state, 0, nearest), None)


def test_the_nearest_dot_is_one_that_is_shown(world):
    state = begin(world)
    xy, labels = map_panel.get_dot_xy(state, 0, 4), world["first"].labels
    assert map_panel.find_nearest_dot(state, 0, xy) == (pytest.approx(0, abs=1e-6), 4)
    hidden = state.put(replace(state.view, hidden=frozenset({world["first"].class_names[labels[4]]})))
    distance, dot = map_panel.find_nearest_dot(hidden, 0, xy)
    assert labels[dot] != labels[4]
    assert distance == pytest.approx(math.dist(xy, map_panel.get_dot_xy(state, 0, dot)), abs=1e-6)


@pytest.mark.parametrize("gap", [1e-4, 1e-3, 0.02])
def test_one_place_is_far_by_itself_where_it_is_among_many(gap):
    distances = np.geomspace(1e-4, 1, 50).astype(np.float32)
    alone = [map_panel.is_far(float(one) / gap, gap) for one in distances]
    assert list(map_panel.are_far(distances, gap)) == alone
    assert alone == sorted(alone), "farther is not less far"
    assert True in alone
    assert False in alone


def test_a_cross_marks_a_decoded_place_only_where_no_mouse_and_no_dot_does(world):
    state, rect, xy = begin(world), map_rect(begin(world)), (0.3, 0.7)
    lines = map_panel.make_place_items(state, 0, rect, xy, 0.01)
    middle = state.get_camera(0).to_px(xy, rect)
    for line in lines:
        assert np.mean(line.points, axis=0) == pytest.approx(middle)
    assert len({line.points[0][0] == line.points[1][0] for line in lines}) == 2, "one line each way"
    assert map_panel.make_place_items(state, 0, rect, xy, None) == []
    assert map_panel.make_place_items(play(state, Move(middle)), 0, rect, xy, 0.01) == []
