"""The Compare lab: the same sample in several models, the way from A to B, and what is asked of each."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.engine.queries.base import Interpolation, Point, PointValue, StripValue
from latent_explorer.engine.queries.sample import Sample, SampleValue
from latent_explorer.engine.queries.user_image import UserImageQuery
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compare import view as compare_view
from latent_explorer.labs.compare.queries import ReconstructionMetrics
from latent_explorer.labs.compare.view import STRIP_LENGTH
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import FilmStrip, Image, Marker
from latent_explorer.shell import toolbar, update
from latent_explorer.user_image import OwnImage
from tests.labs.compare.on_screen import LAB, ends, many
from tests.stage import answered, begin, click, dot_px, drag, of_kind, play, texts


def same_image(world, dot: int, start: str = "first", end: str = "second") -> int:
    """The dot of `end` that is the same image as a dot of `start`."""
    (found,) = (world[end].indices == world[start].indices[dot]).nonzero()[0]
    return int(found)


@pytest.fixture
def start(world):
    return begin(world, "compare")


# -- the same sample ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dot", [0, 17, 42])
def test_hovering_a_dot_rings_the_same_image_in_the_other_map(world, start, dot):
    twin = same_image(world, dot)
    assert twin != dot  # otherwise this test would see nothing
    state = play(start, Move(dot_px(start, dot, 0)))
    wanted = LAB.make_queries(state)
    assert wanted["sample 0"] == Sample("first", dot)
    assert wanted["sample 1"] == Sample("second", twin)
    rings = [one.px for one in of_kind(LAB.make_view(state, Results()), Marker) if not one.label]
    assert rings == [
        pytest.approx(dot_px(state, dot, 0), abs=1e-3),
        pytest.approx(dot_px(state, twin, 1), abs=1e-3),
    ]


def test_the_link_works_from_the_second_map_too(world, start):
    dot = 23
    state = play(start, Move(dot_px(start, dot, 1)))
    wanted = LAB.make_queries(state)
    assert wanted["picture 1"] == Point("second", "tsne", tuple(world["second"].atlas.xy[dot].tolist()), None)
    assert "picture 0" not in wanted
    assert wanted["sample 0"] == Sample("first", same_image(world, dot, "second", "first"))


# -- A to B -------------------------------------------------------------------------------------------


def test_at_the_start_two_classes_are_joined(world, start):
    pair = ends(start)["first"]
    assert world["first"].labels[pair[0]] != world["first"].labels[pair[1]]
    assert ends(start)["second"] == tuple(same_image(world, dot) for dot in pair)


def test_a_drag_from_dot_to_dot_interpolates_in_both_models(world, start):
    a, b = 3, 31
    state = play(start, *drag(dot_px(start, a, 0), dot_px(start, b, 0)))
    assert ends(state) == {"first": (a, b), "second": (same_image(world, a), same_image(world, b))}


@pytest.mark.parametrize("slot", [0, 1])
def test_strips_start_and_end_at_the_samples_own_reconstructions(world, start, slot):
    state = play(start, *drag(dot_px(start, 3, slot), dot_px(start, 31, slot)))
    results = answered(state)
    for place, model in enumerate(("first", "second")):
        strip = results.get_value(f"strip {place}", StripValue).pictures
        assert len(strip) == STRIP_LENGTH
        for dot, picture in zip(ends(state)[model], (strip[0], strip[-1]), strict=True):
            own = Sample(model, dot).answer(QueryContext(world, {})).reconstruction
            assert abs(own.astype(int) - picture).max() <= 1  # a batch may round otherwise than one picture
        assert (strip[0] != strip[STRIP_LENGTH // 2]).any()


def test_clicking_sets_a_then_b_then_a_again(start):
    one = play(start, *click(dot_px(start, 3)))
    assert ends(one) == {}
    assert [mark.label for mark in of_kind(LAB.make_view(one, Results()), Marker) if mark.label] == ["A", "A"]
    both = play(one, *click(dot_px(start, 31)))
    assert ends(both)["first"] == (3, 31)
    again = play(both, *click(dot_px(start, 12)))
    assert ends(again) == {}


def test_a_and_b_may_be_clicked_in_different_maps(world, start):
    state = play(start, *click(dot_px(start, 3, 0)), *click(dot_px(start, 31, 1)))
    assert ends(state)["second"] == (same_image(world, 3), 31)


def test_x_swaps_a_and_b(start):
    state = play(start, *drag(dot_px(start, 3), dot_px(start, 31)))
    assert ends(play(state, Key("x")))["first"] == (31, 3)
    assert play(state, Key("x"), Key("x")).lab_states == state.lab_states


def test_x_swaps_the_pair_of_the_start_too(start):
    first, last = ends(start)["first"]
    assert ends(play(start, Key("x")))["first"] == (last, first)


@pytest.mark.parametrize("key", ["c", "backspace"])
def test_c_goes_back_to_the_start(start, key):
    state = play(start, *drag(dot_px(start, 3), dot_px(start, 31)), Key(key))
    assert state.lab_states == start.lab_states
    assert ends(state) == ends(start)


def test_after_another_model_on_the_right_the_pair_is_that_of_the_start(start):
    state = play(start, *drag(dot_px(start, 3), dot_px(start, 31)), Key("M"))
    assert state.models[:2] == ("first", "other")
    assert state.lab_states["compare"].start is None


# -- what is asked ------------------------------------------------------------------------------------


def test_equal_states_ask_equal_and_hashable_requests(world):
    for actions in ([], click((150, 250)), [Move((200, 300))]):
        first, second = (LAB.make_queries(play(begin(world, "compare"), *actions)) for _ in range(2))
        assert first == second
        assert list(map(hash, first.values())) == list(map(hash, second.values()))


def test_the_same_model_on_both_sides_rings_the_same_dot(world):
    state = play(begin(world, "compare"), Set("model 2", "first"))
    assert state.models[:2] == ("first", "first")
    state = play(state, Move(dot_px(state, 3)))
    assert LAB.make_queries(state)["sample 1"] == Sample("first", 3)


def test_b_of_other_images_begins_a_new_pair(strangers):
    state = play(strangers, *click(dot_px(strangers, 3, 0)), *click(dot_px(strangers, 31, 1)))
    assert ends(state) == {}
    assert state.lab_states["compare"].slot == 1


# -- what glides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", [0, 1])
def test_under_the_mouse_the_point_glides_and_in_the_other_model_the_same_sample(start, slot):
    state = play(start, Move(dot_px(start, 17, slot)))
    results = answered(state)
    aims = LAB.make_animation_targets(state, results)
    assert aims[f"picture {slot}"].z is results.get_value(f"picture {slot}", PointValue).z
    assert aims[f"picture {1 - slot}"].z is results.get_value(f"sample {1 - slot}", SampleValue).z
    assert [aims[f"picture {one}"].model for one in range(2)] == ["first", "second"]


# -- more than two ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 4])
def test_as_many_models_as_asked_for_each_once(four, count):
    state = many(four, count)
    assert LAB.count_models(state) == count
    assert len(LAB.get_layout(state).maps) == count
    assert len(set(state.models[:count])) == count
    assert {f"model {slot + 1}" if slot else "model" for slot in range(count)} <= {
        one.name for one in toolbar.list_controls(state)
    }


def test_h_goes_through_the_numbers_of_models(four):
    state = begin(four, "compare")
    seen = []
    for _ in range(3):
        state = play(state, Key("h"))
        seen.append(LAB.count_models(state))
    assert seen == [3, 4, 2]


def test_so_many_checkpoints_asked_for_so_many_shown(four):
    for count in (1, 2, 3, 4):
        state = update.start(four, tuple(four)[:count], lab="compare", size=(1000, 700))
        assert LAB.count_models(state) == max(2, count)
        assert state.models[:count] == tuple(four)[:count]


def test_the_same_image_is_ringed_on_all_four(four):
    dot = 12
    state = many(four, 4)
    state = play(state, Move(dot_px(state, dot, 2)))
    image = four[state.models[2]].indices[dot]
    wanted = LAB.make_queries(state)
    for slot, model in enumerate(state.models[:4]):
        assert four[model].indices[wanted[f"sample {slot}"].dot] == image
        assert wanted[f"account {slot}"] == ReconstructionMetrics(model, Dot(wanted[f"sample {slot}"].dot))
    rings = [one for one in of_kind(LAB.make_view(state, Results()), Marker) if not one.label]
    assert [one.clip for one in rings] == list(LAB.get_layout(state).maps)


def test_a_drag_in_one_map_makes_a_film_a_model_under_each_other(four):
    state = many(four, 4)
    state = play(state, *drag(dot_px(state, 3, 3), dot_px(state, 31, 3)))
    wanted = LAB.make_queries(state)
    ends_of = {one.model: (one.start, one.end) for one in wanted.values() if isinstance(one, Interpolation)}
    assert len(ends_of) == 4
    for model, (start, end) in ends_of.items():
        fourth = four[state.models[3]]
        assert four[model].indices[start] == fourth.indices[3]
        assert four[model].indices[end] == fourth.indices[31]
    view = LAB.make_view(state, answered(state))
    rows = [LAB.get_layout(state).parts[f"strip {slot}"] for slot in range(4)]
    assert [sum(row.contains(one.rect.centre) for one in of_kind(view, FilmStrip)) for row in rows] == [1] * 4
    assert all(above.bottom <= below.y for above, below in pairwise(rows))


def test_an_own_picture_is_accounted_for_by_every_model_while_the_mouse_is_away(world):
    drawn = np.zeros((8, 8), np.uint8)
    drawn[2:6, 3:5] = 255
    image = OwnImage(drawn.tobytes(), (8, 8), 1)
    state = begin(world, "compare", (1440, 900)).put(replace(begin(world, "compare", (1440, 900)).drawing, image=image))
    wanted = LAB.make_queries(state)
    assert [wanted[f"account {slot}"].subject for slot in range(2)] == [image, image]
    over = play(state, Move(dot_px(state, 3)))
    assert LAB.make_queries(over)["account 0"].subject == Dot(3)
    results = answered(state)
    for slot in range(2):
        value = UserImageQuery(state.models[slot], "tsne", image).answer(QueryContext(world, {}))
        results.put(f"own {slot}", value)
    view = LAB.make_view(state, results)
    for slot in range(2):
        (shown,) = [one for one in of_kind(view, Image) if one.rect == LAB.get_layout(state).parts[f"picture {slot}"]]
        assert shown.picture is results.get_value(f"own {slot}", object).reconstruction
    assert texts(view).count(compare_view.USER_IMAGE.words.capitalize()) == 2
