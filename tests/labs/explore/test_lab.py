"""The Explore lab: pins and traces by mouse and key, what is asked for, and what glides."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.queries.base import PointValue, Trace, TransitionFrameValue
from latent_explorer.engine.queries.latent_edit import DrawnLatent, EditedLatent, LatentRef
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore import panels
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.state import change_marks, get_explore_state
from latent_explorer.scene.events import Key, Move, Scroll, Set
from latent_explorer.scene.items import Bars, FilmStrip, Image, Marker
from tests import stage
from tests.labs.explore.on_screen import LAB, pins, shown
from tests.stage import begin, click, dot_px, drag, map_rect, marks, of_kind, play, px_of, texts

# -- pins and traces ----------------------------------------------------------------------------------


def test_a_click_pins_what_is_under_the_mouse(world):
    state = begin(world)
    state = play(state, *click(px_of(state, stage.EMPTY)))
    assert pins(state) == (pytest.approx(stage.EMPTY, abs=1e-9),)
    assert LAB.make_queries(state)["strip"] == Trace("first", "tsne", marks(state).pins)
    on_map, in_strip = [one for one in of_kind(shown(state), Marker) if one.label == "1"]
    assert on_map.px == pytest.approx(px_of(state, stage.EMPTY))
    assert in_strip.clip == LAB.get_layout(state).parts["strip"]


def test_the_code_of_a_drawing_leaves_time_to_the_pen_and_one_that_is_dragged_does_not(world):
    state = begin(world)
    drawn = stage.strokes_of([(0.3, 0.2), (0.7, 0.2)]).to_image()
    with_picture = state.put(replace(state.drawing, image=drawn))
    asked = LAB.make_queries(with_picture)["moved"]
    assert type(asked) is DrawnLatent
    assert asked.min_interval > 0
    edited = change_marks(with_picture, at=asked.latent_ref.with_change(0, 1.0))
    assert type(LAB.make_queries(edited)["moved"]) is EditedLatent


def test_a_click_on_a_dot_pins_exactly_that_dot(world):
    state = begin(world)
    px = dot_px(state, 8)
    state = play(state, *click((px[0] + 0.4, px[1] - 0.3)))
    assert pins(state) == (tuple(world["first"].atlas.xy[8].tolist()),)


def test_a_click_on_a_pin_removes_it(world):
    state = begin(world)
    places = [(0.5, 0.45), (0.3, 0.6), (0.6, 0.1)]
    for place in places:
        state = play(state, *click(px_of(state, place)))
    px = px_of(state, places[1])
    state = play(state, *click((px[0] + 3, px[1])))
    assert pins(state) == (pytest.approx(places[0]), pytest.approx(places[2]))


def test_there_are_as_many_pins_as_fit_and_one_more_is_said_and_not_taken(world):
    state = begin(world)
    places = [(0.05 + 0.08 * i, 0.5) for i in range(STRIP_LENGTH + 1)]
    for place in places:
        assert state.status.message == ""
        state = play(state, *click(px_of(state, place)))
    assert len(pins(state)) == STRIP_LENGTH
    assert pins(state)[0] == pytest.approx(places[0], abs=0.01)
    assert f"{STRIP_LENGTH} pins fit" in state.status.message
    fewer = play(state, *click(px_of(state, places[3])))
    assert len(pins(fewer)) == STRIP_LENGTH - 1
    assert fewer.status.message == ""


def test_backspace_and_c_remove_pins(world):
    state = begin(world)
    for place in ((0.5, 0.45), (0.3, 0.6)):
        state = play(state, *click(px_of(state, place)))
    assert pins(play(state, Key("backspace"))) == pins(state)[:1]
    assert pins(play(state, Key("c"))) == ()


def test_a_drag_from_a_dot_leaves_a_trace(world):
    state = begin(world)
    start, end = dot_px(state, 3), px_of(state, stage.EMPTY)
    state = play(state, *drag(start, end))
    trace = marks(state).trace
    assert trace[0] == pytest.approx(tuple(world["first"].atlas.xy[3]), abs=1e-5)
    assert trace[-1] == pytest.approx(stage.EMPTY, abs=1e-6)
    request = LAB.make_queries(state)["strip"]
    assert len(request.places) == STRIP_LENGTH
    assert request.places[0].xy == pytest.approx(trace[0])
    assert request.places[-1].xy == pytest.approx(trace[-1])
    view = shown(state)
    assert "Trace" in texts(view)
    (film,) = of_kind(view, FilmStrip)
    assert len(film.pictures) == len(film.picture_rects) == STRIP_LENGTH
    assert marks(play(state, Key("backspace"))).trace == ()


# -- requests -----------------------------------------------------------------------------------------


def test_equal_states_ask_equal_and_hashable_requests(world):
    for actions in ([], click((300, 300)), drag((330, 480), (500, 300)), [Move((400, 350))]):
        first, second = (LAB.make_queries(play(begin(world), *actions)) for _ in range(2))
        assert first == second
        assert {slot: hash(one) for slot, one in first.items()} == {k: hash(v) for k, v in second.items()}


def test_the_nearest_sample_is_one_that_is_shown(world):
    state = begin(world)
    dot = 5
    k = int(world["first"].labels[dot])
    state = play(state, Key(str(k + 1)), Move(dot_px(state, dot)))
    sample = LAB.make_queries(state)["sample"]
    assert world["first"].labels[sample.dot] != k


# -- what glides ---------------------------------------------------------------------------------------


def test_the_picture_glides_to_what_was_answered(world):
    state = play(begin(world), Move(px_of(begin(world), stage.EMPTY)))
    results = stage.answered(state)
    (aim,) = LAB.make_animation_targets(state, results).values()
    point = results.get_value("point", PointValue)
    assert aim.z is point.z
    assert (aim.model, aim.dot, aim.variants) == ("first", point.dot, 0)
    assert LAB.make_animation_targets(state, Results()) == {}


def test_a_move_is_the_same_subject_and_another_model_map_or_the_first_hover_is_not(world):
    def subject(state):
        return LAB.make_animation_targets(state, stage.answered(state))["point"].subject

    state = begin(world)
    over = play(state, Move(dot_px(state, 3)))
    for same in (Move(dot_px(state, 31)), Scroll(map_rect(state).centre, 2), Key("n"), Key("1"), Key("t")):
        assert subject(play(over, same)) == subject(over)
    for other in (Key("p"), Set("model", "second"), Move((1, 1))):
        assert subject(play(over, other)) != subject(over)


def test_on_its_way_picture_and_bars_glide_and_the_words_are_those_of_the_end(world):
    state = begin(world, size=(1440, 900))
    state = play(state, Move(dot_px(state, 8)))
    results = stage.answered(state)
    there = LAB.make_view(state, results)
    between = TransitionFrameValue(np.full(4, 0.5, np.float32), np.full((8, 8), 90, np.uint8), ())
    results.show_transitions({"point": between})
    on_its_way = LAB.make_view(state, results)
    changed = stage.changes(there, on_its_way)
    assert [type(one) for one, _ in changed] == [Image, Bars]
    assert changed[0][1].picture is between.picture
    assert changed[1][1].values is between.z
    results.show_transitions({})
    assert of_kind(LAB.make_view(state, results), Bars)[0].values is results.get_value("point", PointValue).z


def test_a_dimension_that_the_decoder_ignores_changes_no_verdict(world):
    judged = stage.with_judge(world)
    first = judged["first"]
    first.__dict__["model"] = copy.deepcopy(first.model)
    first.__dict__.pop("neighbours", None)  # what the decoder uses is known by them
    layer = next(one for one in first.model.modules() if getattr(one, "in_features", 0) == first.latent_dim)
    layer.weight.data[:, 2] = 0
    context = QueryContext(judged, {})
    ref = LatentRef("tsne", stage.CENTRES[0])
    plain, moved = (EditedLatent("first", one, "tsne").answer(context) for one in (ref, ref.with_change(2, 99.0)))
    assert moved.plausibility == plain.plausibility
    assert moved.latent_distance == pytest.approx(plain.latent_distance, abs=1e-3)


@pytest.mark.parametrize("opening", [Key("h"), Key("w"), Set("panel", panels.DIRECTIONS)])
def test_escape_closes_what_stands_beside_the_map_before_anything_is_asked(world, opening):
    opened = play(begin(world), opening)
    closed = play(opened, Key("escape"))
    own = get_explore_state(closed)
    assert (own.films, own.switches.on, own.panel) == (False, False, panels.NONE)
    assert opened != closed
    assert closed.status.question is None
    assert play(closed, Key("escape")).status.question is not None
