import copy
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.config import schema
from latent_explorer.engine import judge_pictures
from latent_explorer.engine.base_queries import Point, PointValue, Trace, TransitionFrameValue
from latent_explorer.engine.decode import decode_dot_pictures
from latent_explorer.engine.latent_edit_query import EditedLatent, LatentRef
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import Sample, SampleValue
from latent_explorer.engine.subject import Place
from latent_explorer.labs import LABS
from latent_explorer.labs.explore import panels
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.state import Marks, get_explore_state
from latent_explorer.labs.explore.strip import MIN_STEPS, resample_evenly
from latent_explorer.scene import realism
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Scroll, Set
from latent_explorer.scene.items import Bars, FilmStrip, Gauge, Image, Line, Map, Marker
from tests import stage
from tests.stage import begin, click, dot_px, drag, map_rect, marks, of_kind, play, px_of, texts

LAB = LABS["explore"]


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def pins(state):
    return tuple(pin.xy for pin in marks(state).pins)


# -- pins and traces ----------------------------------------------------------------------------------


def test_a_click_pins_what_is_under_the_mouse(world):
    state = begin(world)
    state = play(state, *click(px_of(state, stage.EMPTY)))
    assert pins(state) == (pytest.approx(stage.EMPTY, abs=1e-9),)
    assert LAB.make_queries(state)["strip"] == Trace("first", "tsne", marks(state).pins)
    on_map, in_strip = [one for one in of_kind(shown(state), Marker) if one.label == "1"]
    assert on_map.px == pytest.approx(px_of(state, stage.EMPTY))
    assert in_strip.clip == LAB.get_layout(state).parts["strip"]


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


def test_pins_and_traces_wait_on_their_own_map(world):
    state = play(begin(world), *click(px_of(begin(world), stage.EMPTY)))
    for away, back in ((Key("p"), Key("p")), (Set("model", "second"), Set("model", "first")), (Set("model", "other"),
                       Set("model", "first"))):  # fmt: skip
        elsewhere = play(state, away)
        assert pins(elsewhere) == ()
        assert "strip" not in LAB.make_queries(elsewhere)
        assert pins(play(elsewhere, back)) == pins(state) != ()


def crosses(state) -> list:
    """The middles of the crosses on the map."""
    lines = [one.points for one in of_kind(shown(state), Line) if len(one.points) == 2]
    return [(down[0][0], across[0][1]) for across, down in pairwise(lines) if across[0][1] == across[1][1]]


def test_a_place_that_is_decoded_has_a_cross_where_no_mouse_is(world):
    there = play(begin(world), Move(px_of(begin(world), stage.EMPTY)))
    assert crosses(there) == []
    traced = play(begin(world), *drag(dot_px(begin(world), 8), px_of(begin(world), stage.EMPTY)))
    assert crosses(play(traced, Leave())) == [pytest.approx(px_of(traced, stage.EMPTY))]


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


@pytest.mark.parametrize("count", [2, STRIP_LENGTH])
def test_pins_and_a_trace_are_in_the_strip_together_and_numbered_as_on_the_map(world, count):
    state, context = begin(world), QueryContext(world, {})
    for i in range(count):
        state = play(state, *click(px_of(state, (0.05 + 0.08 * i, 0.5))))
    state = play(state, *drag(dot_px(state, 3), px_of(state, stage.EMPTY)))

    def numbers(state):
        results = Results()
        for name in ("strip", "pins"):
            if name in LAB.make_queries(state):
                results.put(name, LAB.make_queries(state)[name].answer(context))
        view, strip = LAB.make_view(state, results), LAB.get_layout(state).parts["strip"]
        labels = [(one.clip == strip, one.label) for one in of_kind(view, Marker) if one.label.isdigit()]
        return *(sorted(label for there, label in labels if there == side) for side in (True, False)), view

    in_strip, on_map, view = numbers(state)
    assert in_strip == on_map == sorted(str(1 + i) for i in range(count))
    first, second = of_kind(view, FilmStrip)
    assert len(first.pictures) == count
    assert len(second.pictures) >= MIN_STEPS
    assert first.rect.right < second.rect.x
    after = play(state, *click(px_of(state, (0.05, 0.5))), Key("backspace"))  # a pin less, then the trace
    assert len(pins(after)) == count - 1
    assert marks(after).trace == ()
    in_strip, on_map, _ = numbers(after)
    assert in_strip == on_map
    assert numbers(play(after, Key("w")))[1] == []  # Why? takes the strip: no number without its picture


@pytest.mark.parametrize("at", [stage.EMPTY, (0.43, 0.47), "dot"])
def test_what_is_pinned_or_kept_is_the_latent_that_was_on_the_screen(world, at):
    """Also after a zoom, by which the field under the mouse becomes another one."""
    start, context = play(begin(world), *stage.WITHOUT_WAY), QueryContext(world, {})
    px = dot_px(start, 8) if at == "dot" else px_of(start, at)
    looked_at = play(start, Move(px))
    seen = LAB.make_queries(looked_at)["point"].answer(context)
    zoom = [Scroll(map_rect(start).centre, 6), Leave()]
    state = play(looked_at, Press(px), Release(px), *zoom)
    assert np.array_equal(LAB.make_queries(state)["strip"].answer(context).pictures[0], seen.picture)
    assert np.array_equal(LAB.make_queries(state)["point"].answer(context).z, seen.z)  # the large picture
    bookmarked = play(looked_at, Set("bookmark"), *zoom)
    assert np.array_equal(LAB.make_queries(bookmarked)["bookmark 1"].answer(context).z, seen.z)
    traced = play(start, *drag(dot_px(start, 3), px), Leave(), *zoom)
    film = LAB.make_queries(traced)["strip"].answer(context).pictures
    assert np.array_equal(film[-1], seen.picture)
    assert np.array_equal(film[0], decode_dot_pictures(world["first"], np.array([3]))[0])


def test_pins_of_earlier_sessions_are_bare_positions():
    marks = schema.decode(Marks, {"pins": [[0.25, 0.5], {"xy": [0.5, 0.5], "resolution": 0.01}]})
    assert marks.pins == (Place((0.25, 0.5)), Place((0.5, 0.5), 0.01))


points = st.tuples(st.floats(-1, 2), st.floats(-1, 2))


@given(st.lists(points, min_size=2, max_size=8), st.integers(2, 12))
def test_evenly_spaced_steps_meet_both_ends_of_the_way(way, count):
    found = resample_evenly(tuple(way), count)
    assert len(found) == count
    assert found[0] == pytest.approx(way[0])
    assert found[-1] == pytest.approx(way[-1])


def test_evenly_goes_by_distance_and_not_by_the_speed_of_the_hand():
    way = ((0.0, 0.0), (0.01, 0.0), (0.02, 0.0), (0.03, 0.0), (1.0, 0.0), (1.0, 1.0))
    found = np.asarray(resample_evenly(way, 9))
    assert np.hypot(*np.diff(found, axis=0).T) == pytest.approx(0.25)
    assert resample_evenly(((0.3, 0.3), (0.3, 0.3)), 3) == ((0.3, 0.3),) * 3


# -- requests -----------------------------------------------------------------------------------------


def test_equal_states_ask_equal_and_hashable_requests(world):
    for actions in ([], click((300, 300)), drag((330, 480), (500, 300)), [Move((400, 350))]):
        first, second = (LAB.make_queries(play(begin(world), *actions)) for _ in range(2))
        assert first == second
        assert {slot: hash(one) for slot, one in first.items()} == {k: hash(v) for k, v in second.items()}


def test_hovering_a_dot_asks_for_exactly_that_dot_and_gets_its_own_reconstruction(world):
    state = begin(world)
    for dot in range(0, 60, 7):
        px = dot_px(state, dot)
        over = play(state, Move((px[0] + 0.3, px[1] + 0.3)))
        request = LAB.make_queries(over)["point"]
        assert request == Point("first", "tsne", tuple(world["first"].atlas.xy[dot].tolist()), None)
        results = stage.answered(over)
        value = results.get_value("point", PointValue)
        own = Sample("first", dot).answer(QueryContext(world, {}))
        assert (value.z == world["first"].latents[dot]).all()
        assert (value.picture == own.reconstruction).all()
        assert value.dot == dot


def test_between_dots_the_field_is_asked_for_at_the_size_of_a_pixel(world):
    state = begin(world)
    state = play(state, Move(px_of(state, stage.EMPTY)))
    request = LAB.make_queries(state)["point"]
    assert request.xy == pytest.approx(stage.EMPTY)
    assert request.resolution == pytest.approx(1 / map_rect(state).shorter_side)
    near = play(state, Scroll(state.pointer.hover.px, 6))
    assert LAB.make_queries(near)["point"].resolution < request.resolution / 2


def test_at_the_start_and_after_leaving_there_is_something_to_see(world):
    state = begin(world)
    assert LAB.make_queries(state)["point"].resolution is None
    pinned = play(state, *click(px_of(state, stage.EMPTY)), Move((1, 1)))
    assert pinned.pointer.hover is None
    assert LAB.make_queries(pinned)["point"].xy == pytest.approx(stage.EMPTY)


def test_the_nearest_sample_is_one_that_is_shown(world):
    state = begin(world)
    dot = 5
    k = int(world["first"].labels[dot])
    state = play(state, Key(str(k + 1)), Move(dot_px(state, dot)))
    sample = LAB.make_queries(state)["sample"]
    assert world["first"].labels[sample.dot] != k


def test_the_mouse_on_a_hidden_dot_finds_nothing_there(world):
    state = begin(world, size=(1440, 900))
    dot = 5
    k = int(world["first"].labels[dot])
    names = world["first"].class_names
    over = play(state, Move(dot_px(state, dot)))
    assert f"nearest: {names[k]}" in texts(shown(over))
    hidden = play(over, Key(str(k + 1)))
    assert LAB.make_queries(hidden)["point"].resolution is not None
    assert f"nearest: {names[k]}" not in texts(shown(hidden))


# -- the view -----------------------------------------------------------------------------------------


def test_the_view_shows_map_picture_ring_and_latent_vector(world):
    state = begin(world, size=(1440, 900))
    state = play(state, Move(dot_px(state, 8)))
    view = shown(state)
    (chart,) = of_kind(view, Bars)
    assert (chart.values == world["first"].latents[8]).all()
    assert of_kind(view, Map)[0].model == "first"
    (ring,) = of_kind(view, Marker)
    assert ring.px == pytest.approx(dot_px(state, 8), abs=1e-3)
    picture = max(of_kind(view, Image), key=lambda image: image.rect.width)
    assert picture.rect.width > 250


def test_far_out_the_view_says_so(world):
    state = begin(world, size=(1440, 900))
    far = play(state, Scroll(map_rect(state).centre, -4))
    far = play(far, Move((map_rect(far).x + 3, map_rect(far).y + 3)))
    assert realism.OFF_THE_MAP.words in texts(shown(far)).lower()
    near = play(state, Move(dot_px(state, 8)))
    assert realism.SAMPLE_CODE.words in texts(shown(near)).lower()
    (far_gauge,), (near_gauge,) = of_kind(shown(far), Gauge), of_kind(shown(near), Gauge)
    assert far_gauge.colour != near_gauge.colour
    assert near_gauge.share == pytest.approx(0, abs=1e-3)


def test_the_view_says_that_the_data_set_is_not_here(world):
    state = begin(world, size=(1440, 900))
    note = stage.answered(state).get_value("sample", SampleValue).note
    assert note
    assert note in texts(shown(state))


def test_the_error_of_the_sample_stands_beside_its_reconstruction(world):
    state = begin(world, size=(1440, 900))
    results = stage.answered(state)
    assert "error" not in texts(LAB.make_view(state, results))
    results.put("sample", replace(results.get_value("sample", SampleValue), error=0.02714))
    assert "error 0.0271" in texts(LAB.make_view(state, results))


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


def test_the_lamp_judges_the_picture_that_is_on_the_screen(world):
    judged = stage.with_judge(world)
    start = begin(judged, size=(1440, 900))
    state = play(start, Move(dot_px(start, 8)))
    results = stage.answered(state)
    point = results.get_value("point", PointValue)
    assert point.plausibility == pytest.approx(point.picture.mean() / 255, abs=1e-6)
    gliding = TransitionFrameValue(np.zeros(4, np.float32), np.zeros((8, 8), np.uint8), (), plausibility=0.0)
    results.show_transitions({"point": gliding})
    assert realism.UNUSUAL.words in texts(LAB.make_view(state, results)).lower()
    results.show_transitions({"point": replace(gliding, plausibility=1.0)})
    assert realism.USUAL.words in texts(LAB.make_view(state, results)).lower()


def test_where_too_few_copies_pass_the_lamp_judges_the_code_and_says_so(world, monkeypatch):
    start = begin(stage.with_judge(world), size=(1440, 900))
    state = play(start, Move(dot_px(start, 8)))
    assert "copies pass" not in texts(shown(state))
    monkeypatch.setattr(judge_pictures, "MIN_COPY_SHARE", 1.1)
    said = texts(shown(state))
    assert realism.SAMPLE_CODE.words in said.lower()
    assert "copies pass" in said


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
