from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.engine.base_queries import Interpolation, Point, PointValue, StripValue, TransitionFrameValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.subject import Dot
from latent_explorer.engine.user_image_query import UserImageQuery
from latent_explorer.labs import LABS
from latent_explorer.labs.compare import metrics_table
from latent_explorer.labs.compare import view as compare_view
from latent_explorer.labs.compare.queries import ReconstructionMetrics
from latent_explorer.labs.compare.view import STRIP_LENGTH
from latent_explorer.scene import realism
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import FilmStrip, Image, Line, Marker, Text
from latent_explorer.shell import update
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import answered, begin, click, dot_px, drag, map_rect, of_kind, play, px_of, texts

LAB = LABS["compare"]


def same_image(world, dot: int, start: str = "first", end: str = "second") -> int:
    """The dot of `end` that is the same image as a dot of `start`."""
    (found,) = (world[end].indices == world[start].indices[dot]).nonzero()[0]
    return int(found)


def ends(state) -> dict[str, tuple[int, int]]:
    wanted = LAB.make_queries(state)
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


def test_models_of_different_images_are_not_linked_and_the_view_says_so(world, strangers, monkeypatch):
    monkeypatch.setitem(world["other"].metrics["test"], "mse", 0.5)
    state = play(strangers, Move(dot_px(strangers, 4, 0)))
    wanted = LAB.make_queries(state)
    assert "sample 1" not in wanted
    view = LAB.make_view(state, Results())
    assert "(mnist, digits)" in stage.written(view, LAB.get_layout(state).hint)
    assert compare_view.UNLINKED_NOTE in texts(view)
    assert compare_view.LINK_NOTE not in texts(view)
    assert "good" not in [one.colour for one in of_kind(view, Text) if "*" in one.text]  # no error of theirs is best
    assert len([one for one in of_kind(view, Marker) if not one.label]) == 1


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


def test_strips_are_drawn_under_each_other(world):
    state = begin(world, "compare", (1440, 900))
    layout = LAB.get_layout(state)
    view = LAB.make_view(state, answered(state))
    for slot in range(2):
        row = layout.parts[f"strip {slot}"]
        (film,) = [one for one in of_kind(view, FilmStrip) if row.contains(one.rect.centre)]
        assert len(film.pictures) == STRIP_LENGTH
        assert all(row.contains(place.centre) for place in film.picture_rects)
    lines = of_kind(view, Line)
    assert [line.clip for line in lines] == list(layout.maps)


def test_models_of_different_images_show_only_their_own_strip(strangers):
    for slot, model in enumerate(("first", "other")):
        way = drag(dot_px(strangers, 3, slot), dot_px(strangers, 31, slot))
        state = play(strangers, *way)
        assert ends(state) == {model: (3, 31)}
        view = LAB.make_view(state, answered(state))
        strips = [LAB.get_layout(state).parts[f"strip {place}"] for place in range(2)]
        drawn = [sum(row.contains(one.rect.centre) for one in of_kind(view, FilmStrip)) for row in strips]
        assert drawn == [place == slot for place in range(2)]


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


# -- the view -----------------------------------------------------------------------------------------


def test_titles_name_the_models_and_their_figures(world):
    view = LAB.make_view(begin(world, "compare", (1600, 1000)), Results())
    assert "first" in texts(view)
    assert "second" in texts(view)
    assert "MSE 0.0123" in texts(view)
    assert "KL 4.5" in texts(view)


def test_far_out_the_view_says_so(world):
    state = begin(world, "compare", (1440, 900))
    state = play(state, Move((map_rect(state).x + 2, map_rect(state).y + 2)))
    assert state.pointer.hover is not None
    # farther out than any dot, still on the map's panel
    assert realism.OFF_THE_MAP.words in texts(LAB.make_view(state, answered(state))).lower()
    near = play(state, Move(px_of(state, world["first"].atlas.xy[0])))
    assert realism.OFF_THE_MAP.words not in texts(LAB.make_view(near, answered(near))).lower()


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


def test_a_sample_missing_from_the_other_map_is_said(world):
    few = stage.World(first=world["first"], second=stage.make_checkpoint("second", seed=2, shift=1000))
    state = begin(few, "compare")
    state = play(state, Move(dot_px(state, 3)))
    wanted = LAB.make_queries(state)
    assert "sample 1" not in wanted
    assert compare_view.NOT_ON_MAP in texts(LAB.make_view(state, Results()))


def test_b_of_other_images_begins_a_new_pair(strangers):
    state = play(strangers, *click(dot_px(strangers, 3, 0)), *click(dot_px(strangers, 31, 1)))
    assert ends(state) == {}
    assert state.lab_states["compare"].slot == 1


def test_a_picture_that_is_still_decoded_is_not_said_to_be_missing(world):
    state = begin(world, "compare")
    over = play(state, Move(dot_px(state, 4)))
    assert compare_view.NOT_ON_MAP not in texts(LAB.make_view(over, Results()))
    alone = stage.World(first=world["first"], second=replace(world["second"], indices=world["second"].indices + 10**6))
    assert compare_view.NOT_ON_MAP in texts(LAB.make_view(replace(over, library=alone), Results()))


@pytest.mark.parametrize(("foot", "room"), [(164, False), (0, True)])
def test_why_an_original_is_missing_is_said_where_it_can_be_read(world, foot, room):
    """A lesson's page takes its height from the lab."""
    state = replace(begin(world, "compare", size=(1280, 800)), size=(1280, 800 - foot)).put(
        replace(begin(world, "compare", size=(1280, 800)).overlay, lesson_height=foot)
    )
    results = answered(state)
    missing = replace(results.get_value("sample 0", SampleValue), original=None, note=stage.AWAY)
    results.put("sample 0", missing)
    view = LAB.make_view(state, results)
    original, reconstruction = (LAB.get_layout(state).parts[f"{name} 0"] for name in ("original", "reconstruction"))
    assert (stage.AWAY in texts(view)) is room
    assert ("reconstructed" in texts(view)) is not room
    pictures = [one.rect for one in of_kind(view, Image)]
    assert (original in pictures) is not room
    assert (reconstruction in pictures) is room


@pytest.mark.parametrize("size", [(700, 450), (640, 480), (1440, 900)])
def test_the_film_strips_are_there_in_small_windows_too(world, size):
    parts = LAB.get_layout(begin(world, "compare", size=size)).parts
    assert parts["strip 0"].height >= 40
    assert parts["strip 0"].bottom <= parts["strip 1"].y


def test_a_long_name_leaves_the_figures_their_room(world):
    shelf = stage.World(first=world["first"], second=world["second"])
    shelf["a-very-long-name-" * 4] = world["first"]
    state = begin(shelf, "compare", size=(1440, 900), models=("a-very-long-name-" * 4, "second"))
    view = LAB.make_view(state, Results())
    (name,) = [item for item in of_kind(view, Text) if item.text.startswith("a-very") and item.size == "title"]
    (figures, _) = [item for item in of_kind(view, Text) if item.text.startswith("held-out")]
    assert name.rect.right <= figures.rect.x


# -- what glides ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", [0, 1])
def test_under_the_mouse_the_point_glides_and_in_the_other_model_the_same_sample(start, slot):
    state = play(start, Move(dot_px(start, 17, slot)))
    results = answered(state)
    aims = LAB.make_animation_targets(state, results)
    assert aims[f"picture {slot}"].z is results.get_value(f"picture {slot}", PointValue).z
    assert aims[f"picture {1 - slot}"].z is results.get_value(f"sample {1 - slot}", SampleValue).z
    assert [aims[f"picture {one}"].model for one in range(2)] == ["first", "second"]


def test_a_picture_on_its_way_is_shown_large_and_the_samples_stay(world):
    start = begin(world, "compare", size=(1440, 900))
    state = play(start, Move(dot_px(start, 17)))
    results = answered(state)
    there = LAB.make_view(state, results)
    gliding = [TransitionFrameValue(np.zeros(4, np.float32), np.full((8, 8), 90, np.uint8), ()) for _ in range(2)]
    results.show_transitions({f"picture {slot}": one for slot, one in enumerate(gliding)})
    on_its_way = LAB.make_view(state, results)
    for slot, (_, one) in enumerate(stage.changes(there, on_its_way)):
        assert isinstance(one, Image)
        assert one.rect == LAB.get_layout(state).parts[f"picture {slot}"]
        assert one.picture is gliding[slot].picture
    assert slot == 1


# -- more than two ------------------------------------------------------------------------------------


@pytest.fixture
def four():
    """Four models of the same images, each with its dots in another order."""
    shelf = stage.make_world()
    del shelf["other"]
    for number, name in enumerate(("third", "fourth"), 3):
        order = np.random.default_rng(number).permutation(60)
        shelf[name] = replace(stage.make_checkpoint(name, seed=number), indices=order)
    return shelf


def many(shelf, count: int, **changes):
    state = begin(shelf, "compare", changes.pop("size", (1440, 900)), **changes)
    return play(state, Set("count", str(count)))


@pytest.mark.parametrize("count", [2, 3, 4])
def test_as_many_models_as_asked_for_each_once(four, count):
    state = many(four, count)
    assert LAB.count_models(state) == count
    assert len(LAB.get_layout(state).maps) == count
    assert len(set(state.models[:count])) == count
    assert {f"model {slot + 1}" if slot else "model" for slot in range(count)} <= {
        one.name for one in update.list_controls(state)
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


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (800, 600), (640, 480), (600, 900)])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_maps_of_equal_size_at_every_size_of_the_window(four, count, size):
    state = many(four, count, size=size)
    maps = LAB.get_layout(state).maps
    assert len({(one.width, one.height) for one in maps}) == 1
    assert maps[0].shorter_side >= 90


# -- numbers ------------------------------------------------------------------------------------------


def test_the_numbers_stand_beside_each_model_s_film(world):
    state = begin(world, "compare", (1440, 900))
    results = answered(state)
    view = LAB.make_view(state, results)
    layout = LAB.get_layout(state)
    for slot in range(2):
        account = results.get_value(f"account {slot}", object)
        rect = layout.parts[f"numbers {slot}"]
        row = [one.text for one in of_kind(view, Text) if rect.contains(one.rect.centre)]
        assert f"≈{account.cycle_error:.2f}" in row  # there is no data set here
        assert row.count(metrics_table.NOT_APPLICABLE) >= 4  # there is no judge of these pictures
        assert "0.0123*" in row
        film = layout.parts[f"strip {slot}"]
        assert (film.y, film.height) == (rect.y, rect.height)


def test_in_a_presentation_each_row_of_the_table_begins_with_its_model(four):
    state = play(begin(four, "compare", (1366, 768)), Set("count", "4"), Key("f5"), Key("f9"), Key("f9"))
    parts = LAB.get_layout(state).parts
    assert 0 <= parts["head"].x < state.window_size[0]
    rows = [parts[f"numbers {slot}"] for slot in range(4)]
    shown = of_kind(LAB.make_view(state, answered(state)), Text)
    for slot, rect in enumerate(rows):
        first, *_ = metrics_table.split_columns(rect, state.ui_scale)
        (name,) = [one for one in shown if one.text == state.models[slot] and rect.contains(one.rect.centre)]
        assert name.rect.right <= first.x
        assert name.rect.y == rect.y


def test_the_window_says_that_places_of_two_maps_are_not_compared(world):
    view = LAB.make_view(begin(world, "compare", (1440, 900)), Results())
    assert compare_view.LINK_NOTE in texts(view)


def test_a_column_under_the_mouse_is_explained(world):
    state = begin(world, "compare", (1440, 900))
    head = LAB.get_layout(state).parts["head"]
    for number, place in enumerate(metrics_table.split_columns(head, state.ui_scale)):
        over = play(state, Move(place.centre))
        assert metrics_table.COLUMNS[number].explanation in texts(LAB.make_view(over, Results()))
    away = play(over, Move((3.0, 3.0)))
    assert metrics_table.COLUMNS[-1].explanation not in texts(LAB.make_view(away, Results()))
    assert away.history.undo_stack == state.history.undo_stack  # looking is nothing to undo


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


def test_what_the_figures_say_is_not_told_while_the_pictures_are_covered(world, monkeypatch):
    monkeypatch.setattr(metrics_table, "make_summary_line", lambda *_, **__: "the answer")
    state = begin(world, "compare")
    assert "the answer" in texts(LAB.make_view(state, answered(state)))
    shown = texts(LAB.make_view(state.put(replace(state.overlay, pictures_hidden=True)), answered(state)))
    assert "the answer" not in shown
    assert LAB.hint in shown
