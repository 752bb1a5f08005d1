"""Interpolate: anchors by click and drag, the moment that is scrubbed, and time that passes."""

from dataclasses import replace

import pytest

from latent_explorer.checkpoint.interpolation import DATA, KINDS, LINEAR
from latent_explorer.config import schema
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.errors import InputError
from latent_explorer.labs.interpolate import anchors, layout
from latent_explorer.labs.interpolate.lab import PLACES_WANTED, STEPS, InterpolateState, InterpolateTransient
from latent_explorer.labs.interpolate.queries import MAX_STOPS, CrossFade, DataPath, InterpolationPath, ProjectedPath
from latent_explorer.labs.interpolate.view import COLOURS
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import FilmStrip, Image
from tests import stage
from tests.labs.interpolate.on_screen import LAB, answered, hint, own, stops
from tests.stage import EMPTY, click, dot_px, drag, of_kind, play, px_of, texts


def part_px(state, part: str, x: float, y: float = 0.5):
    rect = LAB.get_layout(state).parts[part]
    return rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)


def played(state, seconds: float, **settings):
    state = state.with_lab_state("interpolate", replace(own(state), **settings))
    state = play(state, *click(part_px(state, "film", 0.0)), Key("space"))
    return play(state, TimePassed(seconds))


# -- the first look -------------------------------------------------------------------------------------


def test_it_begins_between_the_middles_of_two_classes_in_the_middle_of_the_way(start, world):
    first, second = stops(start)
    labels = world["first"].labels
    assert isinstance(first, Dot)
    assert labels[first.dot] != labels[second.dot]
    assert own(start).passing.head == 0.5
    assert not LAB.is_playing(start)
    assert stops(play(start, Set("map", "pca"))) == (first, second), "on another map, too"


def test_all_ways_and_the_fade_have_the_same_stops_and_as_many_pictures(start):
    wanted = LAB.make_queries(start)
    assert isinstance(wanted[DATA], DataPath)
    ways = [wanted[kind] for kind in KINDS]
    assert {(one.stops, one.steps) for one in [*ways, wanted["fade"]]} == {(ways[0].stops, STEPS + 1)}
    assert {wanted[f"route {kind}"].path for kind in KINDS} == set(ways)
    assert isinstance(wanted["fade"], CrossFade)


# -- anchors --------------------------------------------------------------------------------------------


def test_a_click_goes_on_from_the_first_two(start):
    state = play(start, *click(px_of(start, EMPTY)))
    assert stops(state)[:2] == stops(start)
    assert len(stops(state)) == 3


def test_a_click_on_an_anchor_removes_it(start):
    first, second = stops(start)
    state = play(start, *click(dot_px(start, first.dot)))
    assert stops(state) == ()
    assert hint(state, answered(state)) == PLACES_WANTED
    state = play(state, *click(dot_px(start, 3)))
    assert stops(state) == (second, Dot(3))


def test_a_place_on_empty_map_is_dragged_and_undone_in_one_step(cleared):
    placed = play(cleared, *click(dot_px(cleared, 7)), *click(px_of(cleared, EMPTY)))
    moved = play(placed, *drag(px_of(placed, EMPTY), px_of(placed, (0.4, 0.5))))
    assert stops(moved)[1].xy == pytest.approx((0.4, 0.5), abs=0.003)
    assert moved.view.cameras == placed.view.cameras, "the map stayed where it was"
    assert stops(play(moved, Key("z"))) == stops(placed)
    assert own(moved).passing.dragged_anchor == -1


def test_a_sample_is_dragged_to_another_one(start):
    first, second = stops(start)
    state = play(start, *drag(dot_px(start, first.dot), dot_px(start, 9)))
    assert stops(state) == (Dot(9), second)


def test_a_drag_from_a_dot_that_is_no_anchor_adds_one(start):
    assert Dot(9) not in stops(start)
    state = play(start, *drag(dot_px(start, 9), px_of(start, EMPTY)))
    assert stops(state)[:2] == stops(start)
    assert stops(state)[2].xy == pytest.approx(EMPTY, abs=0.003)


def test_a_drag_of_empty_map_still_moves_the_map(start):
    state = play(start, *drag(px_of(start, EMPTY), px_of(start, (0.6, 0.5))))
    assert state.view.cameras != start.view.cameras
    assert stops(state) == stops(start)


def test_few_pictures_are_asked_for_while_an_anchor_is_carried(start):
    first, _ = stops(start)
    begun = play(start, *drag(dot_px(start, first.dot), px_of(start, EMPTY))[:-1])
    assert LAB.make_queries(begun)[LINEAR].steps < STEPS / 3
    dropped = play(begun, Release(px_of(start, EMPTY)))
    assert LAB.make_queries(dropped)[LINEAR].steps == STEPS + 1


def test_a_hundred_anchors_are_said_to_be_too_many_and_none_is_lost(cleared):
    state = cleared
    for dot in range(50):
        there = play(state, *click(dot_px(state, dot)))
        if len(own(there).anchors) >= len(own(state).anchors):  # else it lay on another one
            state = there
    assert len(own(state).anchors) == MAX_STOPS
    assert str(MAX_STOPS) in state.status.message
    assert "C removes all" in state.status.message
    assert len(stops(state)) == MAX_STOPS
    crowded = state.with_lab_state("interpolate", replace(own(state), anchors=own(state).anchors * 9))
    assert len(stops(crowded)) == MAX_STOPS, "nor can a session file bring more"


def test_backspace_removes_the_last_and_x_turns_the_way_round(start):
    three = play(start, *click(px_of(start, EMPTY)))
    assert stops(play(three, Key("backspace"))) == stops(start)
    there = play(three, Key("."))
    turned = play(there, Key("x"))
    assert stops(turned) == stops(three)[::-1]
    assert own(turned).passing.head == pytest.approx(1 - own(there).passing.head)


# -- the moment -----------------------------------------------------------------------------------------


def test_the_film_is_scrubbed(start):
    film = LAB.get_layout(start).parts["film"]
    first = layout.place_cells(film, start.ui_scale)[0].centre
    state = play(start, Move(first), Press(first))
    assert own(state).passing.head == 0
    assert own(play(state, Move(part_px(state, "film", 1.0)))).passing.head == 1
    results = answered(start)
    third = layout.place_cells(film, start.ui_scale)[2].centre
    state = play(start, *click(third))
    pictures = of_kind(LAB.make_view(state, results), FilmStrip)[0].pictures
    assert of_kind(LAB.make_view(state, results), Image)[0].picture is pictures[2]


def test_the_chart_is_scrubbed_and_shows_the_moment(start):
    results = answered(start)
    (chart,) = of_kind(LAB.make_view(start, results), Chart)
    px = chart.to_px(0.25, 50)
    state = play(start, *click(px))
    assert own(state).passing.head == pytest.approx(0.25, abs=0.01)
    (chart,) = of_kind(LAB.make_view(state, results), Chart)
    assert chart.cursors[0].x == own(state).passing.head
    curves = [one for one in chart.series if one.colour in COLOURS.values()]
    assert {one.colour for one in curves} == set(COLOURS.values())
    for one in curves:
        kind = next(kind for kind, colour in COLOURS.items() if colour == one.colour)
        assert one.y is results.get_value(kind, object).plausibility_percent


def test_scrubbing_is_no_step_of_undo_and_ends_the_playing(start):
    state = play(start, Key("space"), *click(part_px(start, "film", 0.2)))
    assert not own(state).passing.playing
    assert state.history.undo_stack == ()


def test_a_click_on_a_row_s_name_chooses_its_way(start):
    state = play(start, *click(part_px(start, "labels", 0.5, 0.6)))
    assert own(state).shown == DATA
    state = play(state, *click(part_px(start, "labels", 0.5, 0.95)))
    assert own(state).shown == DATA, "the cross-fade is large beside it anyway"


def test_keys_go_on_picture_by_picture(start):
    film = LAB.get_layout(start).parts["film"]
    number = layout.count_pictures(film, start.ui_scale)
    state = play(start, Key("."), Key("."), Key(","))
    assert own(state).passing.head == pytest.approx(0.5 + 1 / (number - 1))
    for _ in range(number):
        state = play(state, Key(","))
    assert own(state).passing.head == 0


# -- time -----------------------------------------------------------------------------------------------


def test_it_plays_and_pauses(start):
    state = played(start, 1.0)
    assert LAB.is_playing(state)
    assert own(state).passing.head == pytest.approx(0.25)
    paused = play(state, Key("space"))
    assert not LAB.is_playing(paused)
    assert own(paused).passing.head == pytest.approx(0.25)


def test_speed_is_a_choice(start):
    assert own(played(start, 1.0, speed="2")).passing.head == pytest.approx(0.5)
    assert own(played(start, 1.0, speed="0.5")).passing.head == pytest.approx(0.125)
    assert own(play(start, Key("e"))).speed == "2"


def test_it_goes_there_and_back(start):
    for seconds, head in ((4.0, 1.0), (5.0, 0.75), (8.0, 0.0), (9.0, 0.25), (80.0, 0.0)):
        assert own(played(start, seconds)).passing.head == pytest.approx(head, abs=1e-6)
    step = play(played(start, 5.0), TimePassed(1.0))
    assert own(step).passing.head == pytest.approx(0.5)


def test_without_the_way_back_it_stops_at_the_end_and_begins_anew(start):
    state = played(start, 9.0, loop=False)
    assert own(state).passing.head == 1
    assert not LAB.is_playing(state)
    again = play(state, Key("space"))
    assert own(again).passing.head == 0
    assert LAB.is_playing(again)


def test_a_longer_way_takes_longer(start):
    three = play(start, *click(px_of(start, EMPTY)))
    many = three.with_lab_state("interpolate", replace(own(three), anchors=own(three).anchors * 4))
    assert len(stops(many)) == 12
    assert 0 < own(played(many, 1.0)).passing.head < own(played(start, 1.0)).passing.head


# -- what is missing ------------------------------------------------------------------------------------


def test_without_places_it_says_what_to_do_and_asks_for_nothing(cleared):
    assert stops(cleared) == ()
    assert hint(cleared, Results()) == PLACES_WANTED
    assert stage.written(LAB.make_view(cleared, Results()), LAB.get_layout(cleared).parts["film"])
    state = play(cleared, Key("space"), TimePassed(0.5), Key("backspace"), Key("x"))
    assert texts(LAB.make_view(state, Results()))


# -- saving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "kind"), [("h", "png"), ("g", "gif"), ("y", "mp4")])
def test_a_key_asks_for_a_file(start, key, kind):
    assert play(start, Key(key)).status.pending_export == kind


# -- controls and sessions ----------------------------------------------------------------------------


def test_every_control_has_a_key_of_its_own_and_a_tip(start):
    controls = LAB.make_controls(start)
    keys = [one.key for one in controls]
    assert all(keys)
    assert all(one.tip for one in controls)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {",", ".", "x", "backspace"}


def test_the_requests_are_never_answered_in_the_frame():
    assert not InterpolationPath.in_frame
    assert not ProjectedPath.in_frame
    assert not CrossFade.in_frame


def test_a_session_keeps_anchors_of_every_kind_and_nothing_that_passes():
    anchors_of_all_kinds = (anchors.Anchor(3), anchors.Anchor(4, "m", "tsne", (0.1, 0.2)), anchors.USER_IMAGE_ANCHOR)
    mine = InterpolateState(
        anchors=anchors_of_all_kinds, shown=DATA, loop=False, passing=InterpolateTransient(head=0.9, playing=True)
    )
    assert schema.decode(InterpolateState, schema.encode(mine)) == replace(mine, passing=InterpolateTransient())


@pytest.mark.parametrize(("name", "value"), [("shown", "cubic"), ("speed", "fast"), ("anchors", "A")])
def test_a_session_with_a_setting_that_is_none_is_refused(name, value):
    data = schema.encode(InterpolateState())
    with pytest.raises(InputError, match=name):
        schema.decode(InterpolateState, {**data, name: value})
