from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine import answers
from latent_explorer.engine.requests import (
    BetweenValue,
    Failure,
    Interpolation,
    Point,
    PointValue,
    Request,
    Results,
    Sample,
    SampleValue,
    StripValue,
)
from latent_explorer.labs import LABS
from latent_explorer.labs.actions import Key, Move, Set
from latent_explorer.labs.compare_view import STEPS
from latent_explorer.labs.view import Film, Image, Line, Marker, Text
from tests import stage
from tests.stage import begin, click, dot_px, drag, map_rect, of_kind, play, px_of, texts

LAB = LABS["compare"]


def answered(state, world) -> Results:
    results = Results()
    for slot, request in LAB.requests(state, world).items():
        if isinstance(request, Request):
            results.put(slot, answers.answer(request, world, {}))
    return results


def same_image(world, dot: int, start: str = "first", end: str = "second") -> int:
    """The dot of `end` that is the same image as a dot of `start`."""
    (found,) = (world[end].indices == world[start].indices[dot]).nonzero()[0]
    return int(found)


def ends(state, world) -> dict[str, tuple[int, int]]:
    wanted = LAB.requests(state, world)
    return {one.model: (one.start, one.end) for one in wanted.values() if isinstance(one, Interpolation)}


@pytest.fixture
def start(world):
    return begin(world, "compare")


@pytest.fixture
def strangers(world):
    """Two models of different images."""
    return begin(world, "compare", models=("first", "other"))


# -- the same sample ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dot", [0, 17, 42])
def test_hovering_a_dot_rings_the_same_image_in_the_other_map(world, start, dot):
    twin = same_image(world, dot)
    assert twin != dot  # otherwise this test would see nothing
    state = play(start, world, Move(dot_px(start, world, dot, 0)))
    wanted = LAB.requests(state, world)
    assert wanted["sample 0"] == Sample("first", dot)
    assert wanted["sample 1"] == Sample("second", twin)
    rings = [one.px for one in of_kind(LAB.view(state, Results(), world), Marker) if not one.label]
    assert rings == [
        pytest.approx(dot_px(state, world, dot, 0), abs=1e-3),
        pytest.approx(dot_px(state, world, twin, 1), abs=1e-3),
    ]


def test_the_link_works_from_the_second_map_too(world, start):
    dot = 23
    state = play(start, world, Move(dot_px(start, world, dot, 1)))
    wanted = LAB.requests(state, world)
    assert wanted["picture 1"] == Point("second", "tsne", tuple(world["second"].atlas.xy[dot].tolist()), None)
    assert "picture 0" not in wanted
    assert wanted["sample 0"] == Sample("first", same_image(world, dot, "second", "first"))


def test_models_of_different_images_are_not_linked_and_the_view_says_so(world, strangers):
    state = play(strangers, world, Move(dot_px(strangers, world, 4, 0)))
    wanted = LAB.requests(state, world)
    assert "sample 1" not in wanted
    view = LAB.view(state, Results(), world)
    assert "learnt different images (mnist, digits)" in texts(view)
    assert len([one for one in of_kind(view, Marker) if not one.label]) == 1


# -- A to B -------------------------------------------------------------------------------------------


def test_at_the_start_two_classes_are_joined(world, start):
    pair = ends(start, world)["first"]
    assert world["first"].labels[pair[0]] != world["first"].labels[pair[1]]
    assert ends(start, world)["second"] == tuple(same_image(world, dot) for dot in pair)


def test_a_drag_from_dot_to_dot_interpolates_in_both_models(world, start):
    a, b = 3, 31
    state = play(start, world, *drag(dot_px(start, world, a, 0), dot_px(start, world, b, 0)))
    assert ends(state, world) == {"first": (a, b), "second": (same_image(world, a), same_image(world, b))}


@pytest.mark.parametrize("slot", [0, 1])
def test_strips_start_and_end_at_the_samples_own_reconstructions(world, start, slot):
    state = play(start, world, *drag(dot_px(start, world, 3, slot), dot_px(start, world, 31, slot)))
    results = answered(state, world)
    for place, model in enumerate(("first", "second")):
        strip = results.value(f"strip {place}", StripValue).pictures
        assert len(strip) == STEPS
        for dot, picture in zip(ends(state, world)[model], (strip[0], strip[-1]), strict=True):
            own = answers.answer(Sample(model, dot), world, {}).reconstruction
            assert abs(own.astype(int) - picture).max() <= 1  # a batch may round otherwise than one picture
        assert (strip[0] != strip[STEPS // 2]).any()


def test_strips_are_drawn_under_each_other(world):
    state = begin(world, "compare", (1440, 900))
    layout = LAB.layout(state)
    view = LAB.view(state, answered(state, world), world)
    for slot in range(2):
        row = layout.parts[f"strip {slot}"]
        (film,) = [one for one in of_kind(view, Film) if row.contains(one.rect.centre)]
        assert len(film.pictures) == STEPS
        assert all(row.contains(place.centre) for place in film.places)
    lines = of_kind(view, Line)
    assert [line.clip for line in lines] == list(layout.maps)


def test_models_of_different_images_show_only_their_own_strip(world, strangers):
    for slot, model in enumerate(("first", "other")):
        way = drag(dot_px(strangers, world, 3, slot), dot_px(strangers, world, 31, slot))
        state = play(strangers, world, *way)
        assert ends(state, world) == {model: (3, 31)}
        view = LAB.view(state, answered(state, world), world)
        strips = [LAB.layout(state).parts[f"strip {place}"] for place in range(2)]
        drawn = [sum(row.contains(one.rect.centre) for one in of_kind(view, Film)) for row in strips]
        assert drawn == [place == slot for place in range(2)]


def test_clicking_sets_a_then_b_then_a_again(world, start):
    one = play(start, world, *click(dot_px(start, world, 3)))
    assert ends(one, world) == {}
    assert [mark.label for mark in of_kind(LAB.view(one, Results(), world), Marker) if mark.label] == ["A", "A"]
    both = play(one, world, *click(dot_px(start, world, 31)))
    assert ends(both, world)["first"] == (3, 31)
    again = play(both, world, *click(dot_px(start, world, 12)))
    assert ends(again, world) == {}


def test_a_and_b_may_be_clicked_in_different_maps(world, start):
    state = play(start, world, *click(dot_px(start, world, 3, 0)), *click(dot_px(start, world, 31, 1)))
    assert ends(state, world)["second"] == (same_image(world, 3), 31)


def test_x_swaps_a_and_b(world, start):
    state = play(start, world, *drag(dot_px(start, world, 3), dot_px(start, world, 31)))
    assert ends(play(state, world, Key("x")), world)["first"] == (31, 3)
    assert play(state, world, Key("x"), Key("x")).own == state.own


def test_x_swaps_the_pair_of_the_start_too(world, start):
    first, last = ends(start, world)["first"]
    assert ends(play(start, world, Key("x")), world)["first"] == (last, first)


@pytest.mark.parametrize("key", ["c", "backspace"])
def test_c_goes_back_to_the_start(world, start, key):
    state = play(start, world, *drag(dot_px(start, world, 3), dot_px(start, world, 31)), Key(key))
    assert state.own == start.own
    assert ends(state, world) == ends(start, world)


def test_after_another_model_on_the_right_the_pair_is_that_of_the_start(world, start):
    state = play(start, world, *drag(dot_px(start, world, 3), dot_px(start, world, 31)), Key("M"))
    assert state.models[:2] == ("first", "other")
    assert state.own["compare"].start is None


# -- the view -----------------------------------------------------------------------------------------


def test_titles_name_the_models_and_their_figures(world):
    view = LAB.view(begin(world, "compare", (1600, 1000)), Results(), world)
    assert "first" in texts(view)
    assert "second" in texts(view)
    assert "MSE 0.0123" in texts(view)
    assert "KL 4.5" in texts(view)


def test_far_out_the_view_says_so(world):
    state = begin(world, "compare", (1440, 900))
    state = play(state, world, Move((map_rect(state).x + 2, map_rect(state).y + 2)))
    assert state.hover is not None
    # farther out than any dot, still on the map's panel
    assert "far from every sample" in texts(LAB.view(state, answered(state, world), world)).lower()
    near = play(state, world, Move(px_of(state, world, world["first"].atlas.xy[0])))
    assert "far from every sample" not in texts(LAB.view(near, answered(near, world), world)).lower()


def test_a_failure_is_shown(world, start):
    state = play(start, world, Move(dot_px(start, world, 3)))
    results = Results()
    results.put("picture 0", Failure("RuntimeError: no memory left"))
    assert "no memory left" in texts(LAB.view(state, results, world))


def test_equal_states_ask_equal_and_hashable_requests(world):
    for actions in ([], click((150, 250)), [Move((200, 300))]):
        first, second = (LAB.requests(play(begin(world, "compare"), world, *actions), world) for _ in range(2))
        assert first == second
        assert list(map(hash, first.values())) == list(map(hash, second.values()))


def test_the_same_model_on_both_sides_rings_the_same_dot(world):
    state = play(begin(world, "compare"), world, Set("model 2", "first"))
    assert state.models[:2] == ("first", "first")
    state = play(state, world, Move(dot_px(state, world, 3)))
    assert LAB.requests(state, world)["sample 1"] == Sample("first", 3)


def test_a_sample_missing_from_the_other_map_is_said(world):
    few = stage.World(first=world["first"], second=stage.made("second", seed=2, shift=1000))
    state = begin(few, "compare")
    state = play(state, few, Move(dot_px(state, few, 3)))
    wanted = LAB.requests(state, few)
    assert "sample 1" not in wanted
    assert "not on this map" in texts(LAB.view(state, Results(), few))


def test_b_of_other_images_begins_a_new_pair(world, strangers):
    state = play(strangers, world, *click(dot_px(strangers, world, 3, 0)), *click(dot_px(strangers, world, 31, 1)))
    assert ends(state, world) == {}
    assert state.own["compare"].slot == 1


def test_a_picture_that_is_still_decoded_is_not_said_to_be_missing(world):
    state = begin(world, "compare")
    over = play(state, world, Move(dot_px(state, world, 4)))
    assert "not on this map" not in texts(LAB.view(over, Results(), world))
    alone = stage.World(first=world["first"], second=replace(world["second"], indices=world["second"].indices + 10**6))
    assert "not on this map" in texts(LAB.view(over, Results(), alone))


@pytest.mark.parametrize("size", [(700, 450), (640, 480), (1440, 900)])
def test_the_film_strips_are_there_in_small_windows_too(world, size):
    parts = LAB.layout(begin(world, "compare", size=size)).parts
    assert parts["strip 0"].height >= 40
    assert parts["strip 0"].bottom <= parts["strip 1"].y


def test_a_long_name_leaves_the_figures_their_room(world):
    shelf = stage.World(first=world["first"], second=world["second"])
    shelf["a-very-long-name-" * 4] = world["first"]
    state = begin(shelf, "compare", size=(1440, 900), models=("a-very-long-name-" * 4, "second"))
    view = LAB.view(state, Results(), shelf)
    (name,) = [item for item in of_kind(view, Text) if item.text.startswith("a-very") and item.size == "title"]
    (figures, _) = [item for item in of_kind(view, Text) if item.text.startswith("held-out")]
    assert name.rect.right <= figures.rect.x


# -- what glides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", [0, 1])
def test_under_the_mouse_the_point_glides_and_in_the_other_model_the_same_sample(world, start, slot):
    state = play(start, world, Move(dot_px(start, world, 17, slot)))
    results = answered(state, world)
    aims = LAB.aims(state, results, world)
    assert aims[f"picture {slot}"].z is results.value(f"picture {slot}", PointValue).z
    assert aims[f"picture {1 - slot}"].z is results.value(f"sample {1 - slot}", SampleValue).z
    assert [aims[f"picture {one}"].model for one in range(2)] == ["first", "second"]


def test_a_picture_on_its_way_is_shown_large_and_the_samples_stay(world):
    start = begin(world, "compare", size=(1440, 900))
    state = play(start, world, Move(dot_px(start, world, 17)))
    results = answered(state, world)
    there = LAB.view(state, results, world)
    gliding = [BetweenValue(np.zeros(4, np.float32), np.full((8, 8), 90, np.uint8), ()) for _ in range(2)]
    results.show_between({f"picture {slot}": one for slot, one in enumerate(gliding)})
    on_its_way = LAB.view(state, results, world)
    for slot, (_, one) in enumerate(stage.changes(there, on_its_way)):
        assert isinstance(one, Image)
        assert one.rect == LAB.layout(state).parts[f"picture {slot}"]
        assert one.picture is gliding[slot].picture
    assert slot == 1
