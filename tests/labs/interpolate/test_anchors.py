"""Anchors of a way: samples, places and a picture of one's own, in every model and on every map."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.labs.interpolate import anchors
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Key, Scroll, Set
from latent_explorer.user_image import OwnImage
from tests.labs.interpolate.on_screen import LAB, answered, hint, markers, own, stops
from tests.stage import EMPTY, begin, change, click, dot_px, drag, map_rect, play, px_of, texts

MINE = OwnImage(bytes(255 if 2 <= i % 8 <= 4 else 0 for i in range(64)), (8, 8), 1)


def test_other_pairs_of_classes_come_in_turn(start):
    seen, state = [], start
    for _ in range(4):
        seen.append(frozenset(one.dot for one in stops(state)))
        state = play(state, Key("w"))
    assert len(set(seen)) == 3, "three classes have three pairs"
    assert seen[3] == seen[0]


def test_clicks_put_samples_and_places_in_order(cleared):
    state = play(cleared, *click(dot_px(cleared, 7)), *click(px_of(cleared, EMPTY)))
    sample, place = stops(state)
    assert sample == Dot(7)
    assert isinstance(place, MapPosition)
    assert place.map_name == "tsne"
    assert place.xy == pytest.approx(EMPTY, abs=0.003)
    assert list(markers(LAB.make_view(state, answered(state)))) == ["A", "B"]


def test_a_place_keeps_the_latent_that_was_decoded_there_after_a_zoom(cleared, world):
    px, pixel = px_of(cleared, EMPTY), cleared.get_pixel(0, map_rect(cleared))
    state = play(cleared, *click(dot_px(cleared, 7)), *click(px), Scroll(px, 6))
    place = stops(state)[1]
    assert place.resolution == pixel > state.get_pixel(0, map_rect(state))
    path = LAB.make_queries(state)["linear"].answer(QueryContext(world, {}))
    atlas = world["first"].atlas
    assert np.array_equal(path.z[-1], atlas.inverse_transform(np.array([place.xy], np.float32), pixel)[0])


def test_two_anchors_on_one_spot_are_said_and_shown(start):
    first, second = stops(start)
    state = play(start, *drag(dot_px(start, second.dot), dot_px(start, first.dot)))
    assert stops(state) == (first, first)
    assert hint(state, answered(state)).startswith("A and B ")


def test_a_place_is_the_nearest_sample_on_another_map_and_in_another_model(cleared, world):
    x, y = map(float, world["first"].maps["tsne"].xy[4])
    beside = next(
        (x + 0.01 * i, y) for i in range(1, 30) if map_panel.find_nearest_dot(cleared, 0, (x + 0.01 * i, y))[0] > 0.015
    )
    state = play(cleared, *click(dot_px(cleared, 30)), *click(px_of(cleared, beside)))
    nearest = own(state).anchors[1].image
    assert isinstance(stops(state)[1], MapPosition)
    pca = play(state, Set("map", "pca"))
    dot_of = world["first"].dot_of_image
    assert stops(pca)[1] == Dot(dot_of[nearest])
    second = play(state, Set("model", "second"))
    assert stops(second)[1] == Dot(world["second"].dot_of_image[nearest])
    assert stops(play(pca, Set("map", "tsne"))) == stops(state)


def test_samples_mean_the_same_in_another_model_of_the_same_images(start, world):
    state = play(start, *click(dot_px(start, 5)))
    other = play(state, Set("model", "second"))
    images = [world["first"].indices[one.dot] for one in stops(state)]
    assert [world["second"].indices[one.dot] for one in stops(other)] == images
    strange = play(state, Set("model", "other"))
    assert own(strange).anchors is None


def test_a_sample_that_is_not_on_the_map_is_left_out_and_said(start):
    foreign = (*anchors.choose_default_pair(start, 0), anchors.Anchor(10**6))
    state = start.with_lab_state("interpolate", replace(own(start), anchors=foreign))
    assert len(stops(state)) == 2
    assert hint(state, answered(state)).startswith("1 of 3 ")


def test_a_picture_of_one_s_own_is_an_anchor_and_is_taken_away_again(start):
    without = play(start, Key("i"))
    assert re.search(r"\bO\b", without.status.message)
    assert stops(without) == stops(start)
    drawn = play(change(start, image=MINE), Key("i"))
    assert stops(drawn)[2] == MINE
    view = LAB.make_view(drawn, answered(drawn))
    assert list(markers(view)) == ["A", "B"], "the window itself marks the picture"
    assert "You" in texts(view)
    assert stops(drawn.put(replace(drawn.drawing, image=None))) == stops(start)
    assert stops(play(drawn, Key("i"))) == stops(start)


@pytest.mark.parametrize("model", ["first", "second", "other"])
def test_pairs_of_classes_come_in_turn_those_farthest_apart_first(world, model):
    state, one = begin(world, "interpolate", models=(model, "first")), world[model]
    middles = [np.median(one.atlas.xy[one.labels == k], axis=0) for k in range(3)]
    apart = {(a, b): np.hypot(*(middles[a] - middles[b])) for a, b in ((0, 1), (0, 2), (1, 2))}
    pairs = [anchors.choose_default_pair(state, number) for number in range(4)]
    classes = [tuple(sorted(int(one.labels[one.dot_of_image[end.image]]) for end in pair)) for pair in pairs]
    assert classes[:3] == sorted(apart, key=lambda pair: -apart[pair])
    assert pairs[3] == pairs[0]


def test_of_anchors_on_one_spot_the_last_is_under_the_mouse_and_beside_them_none(start):
    rect = map_rect(start)
    twice, other = (anchors.Anchor(int(start.get_checkpoint(0).indices[dot])) for dot in (5, 40))
    placed = anchors.resolve_anchors((twice, twice, other), start)
    reach = anchors.ANCHOR_HIT_RADIUS * start.marker_scale * start.get_pixel(0, rect)
    x, y = placed[0].xy
    assert anchors.find_anchor_under_mouse((x + 0.9 * reach, y), placed, start, rect) == 1
    assert anchors.find_anchor_under_mouse((x, y - 1.1 * reach), placed, start, rect) is None
    assert anchors.find_anchor_under_mouse(placed[2].xy, placed, start, rect) == 2
    assert anchors.find_coinciding_anchors(placed) == ("A", "B")
    assert anchors.find_coinciding_anchors(placed[1:]) is None


def test_an_anchor_at_a_place_is_near_the_mouse_on_its_own_model_s_map_alone(start):
    rect, px = map_rect(start), px_of(start, EMPTY)
    place = anchors.make_anchor_at(start, EMPTY, rect)
    reach = anchors.ANCHOR_HIT_RADIUS * start.marker_scale
    assert anchors.is_near((px[0] + 0.9 * reach, px[1]), (place,), start, rect)
    assert not anchors.is_near((px[0] + 1.1 * reach, px[1]), (place,), start, rect)
    assert not anchors.is_near(px, (replace(place, model="second"),), start, rect)
    on_dot = anchors.make_anchor_at(start, tuple(map(float, start.get_checkpoint(0).atlas.xy[5])), rect)
    assert on_dot.xy is None
    assert not anchors.is_near(dot_px(start, 5), (on_dot,), start, rect), "the dot itself lies there"
