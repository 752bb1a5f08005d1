"""Interpolate: anchors by click and drag, ways between them, one moment for all of them, and time that passes."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint.interpolation import DATA, KINDS, LINEAR, SPHERICAL
from latent_explorer.config import schema
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, MapPosition
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.labs.interpolate import anchors, layout
from latent_explorer.labs.interpolate.lab import PLACES_WANTED, STEPS, InterpolateState, InterpolateTransient
from latent_explorer.labs.interpolate.queries import (
    MAX_STOPS,
    CrossFade,
    DataPath,
    InterpolationPath,
    ProjectedPath,
    ProjectedPathValue,
)
from latent_explorer.labs.interpolate.view import CHART_TITLE, COLOURS, TITLES
from latent_explorer.scene import map_panel, map_path, realism
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, Press, Release, Scroll, Set, TimePassed
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Line, Marker, Text
from latent_explorer.shell import prediction_cover
from latent_explorer.user_image import OwnImage
from tests import stage
from tests.stage import EMPTY, begin, change, changes, click, dot_px, drag, map_rect, of_kind, play, px_of, texts

LAB = LABS["interpolate"]
MINE = OwnImage(bytes(255 if 2 <= i % 8 <= 4 else 0 for i in range(64)), (8, 8), 1)


@pytest.fixture
def start(world):
    return begin(world, "interpolate")


@pytest.fixture
def cleared(start):
    return play(start, Key("c"))


def own(state):
    return state.lab_states["interpolate"]


def stops(state) -> tuple[object, ...]:
    way = LAB.make_queries(state).get(LINEAR)
    return way.stops if way else ()


def answered(state) -> Results:
    """With every query answered; the map places codes on a circle."""
    context = QueryContext(state.library, {})

    def answer(query):
        if not isinstance(query, ProjectedPath):
            return query.answer(context)
        angle = np.linspace(0, 1, (len(query.path.stops) - 1) * (query.path.steps - 1) + 1)
        xy = 0.5 + 0.3 * np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
        return ProjectedPathValue(query.map_name, query.path.stops, xy)

    return stage.answered(state, answer)


def hint(state, results) -> str:
    return stage.written(LAB.make_view(state, results), LAB.get_layout(state).hint)


def part_px(state, part: str, x: float, y: float = 0.5):
    rect = LAB.get_layout(state).parts[part]
    return rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)


def markers(view) -> dict[str, Marker]:
    return {one.label: one for one in of_kind(view, Marker) if one.label}


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


def test_the_rows_are_named_and_have_equally_many_pictures(start):
    view = LAB.make_view(start, answered(start))
    films = of_kind(view, FilmStrip)
    assert len(films) == 4
    assert len({len(film.pictures) for film in films}) == 1
    assert len(films[0].pictures) % 2 == 1
    said = texts(view)
    assert all(name in said for name in (*TITLES.values(), "Pixel cross-fade"))
    results = answered(start)
    for kind in KINDS:
        assert f"{results.get_value(kind, object).mean_plausibility:.0%} near" in said  # nothing judges the pictures


def test_the_rows_begin_and_end_with_the_same_pictures(start):
    films = of_kind(LAB.make_view(start, answered(start)), FilmStrip)
    for end in (0, -1):
        spread = np.ptp(np.stack([film.pictures[end] for film in films]).astype(int), axis=0)
        assert spread.max() <= 1


def test_other_pairs_of_classes_come_in_turn(start):
    seen, state = [], start
    for _ in range(4):
        seen.append(frozenset(one.dot for one in stops(state)))
        state = play(state, Key("w"))
    assert len(set(seen)) == 3, "three classes have three pairs"
    assert seen[3] == seen[0]


# -- anchors --------------------------------------------------------------------------------------------


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


def test_two_anchors_on_one_spot_are_said_and_shown(start):
    first, second = stops(start)
    state = play(start, *drag(dot_px(start, second.dot), dot_px(start, first.dot)))
    assert stops(state) == (first, first)
    assert hint(state, answered(state)).startswith("A and B ")


def test_backspace_removes_the_last_and_x_turns_the_way_round(start):
    three = play(start, *click(px_of(start, EMPTY)))
    assert stops(play(three, Key("backspace"))) == stops(start)
    there = play(three, Key("."))
    turned = play(there, Key("x"))
    assert stops(turned) == stops(three)[::-1]
    assert own(turned).passing.head == pytest.approx(1 - own(there).passing.head)


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


# -- the moment -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "key"), [(LINEAR, ""), (SPHERICAL, "k"), (DATA, "K")])
def test_the_large_picture_is_that_of_the_chosen_way_at_the_moment(start, kind, key):
    state = play(start, *([Key(key)] if key else []))
    results = answered(state)
    view = LAB.make_view(state, results)
    large, fade = of_kind(view, Image)
    way = results.get_value(kind, object)
    middle = len(way.pictures) // 2
    assert large.picture is way.pictures[middle]
    assert fade.picture is results.get_value("fade", object).pictures[middle]
    assert large.reveals_answer
    assert fade.reveals_answer
    assert all(film.reveals_answer for film in of_kind(view, FilmStrip))
    far = state.get_checkpoint(0).neighbours.far_threshold
    verdict = realism.judge(None, way.gaps[middle], far)  # there is no judge of these pictures
    assert verdict.words.capitalize() in texts(view)
    assert f"{way.plausibility[middle]:.0%} near" in texts(view)


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


def test_one_moment_on_all_ways_of_the_map(start):
    results = answered(start)
    view = LAB.make_view(start, results)
    middle = results.get_value("route linear", ProjectedPathValue).xy
    expected = px_of(start, middle[round(0.5 * (len(middle) - 1))])
    moments = [one for one in of_kind(view, Marker) if one.colour in COLOURS.values()]
    heads = [one for one in moments if one.size > 3]
    assert len(heads) == 3
    for one in heads:
        assert one.px == pytest.approx(expected, abs=1e-3)
    routes = [one for one in of_kind(view, Line) if one.clip == map_rect(start)]
    assert {one.colour for one in routes} == set(COLOURS.values())
    assert not any(one.dashed for one in routes)


def test_the_chart_gives_no_covered_picture_away(start):
    view = LAB.make_view(start, answered(start))
    before, after = (of_kind(one, Chart)[0] for one in (view, prediction_cover.cover_pictures(view)))
    assert {one.colour for one in before.series} - {one.colour for one in after.series} == set(COLOURS.values())
    assert before.plot == after.plot


def test_a_jump_of_the_map_is_drawn_as_a_link_and_said(start):
    results = answered(start)
    route = results.get_value("route linear", ProjectedPathValue)
    half = len(route.xy) // 2
    xy = np.concatenate([np.full((half, 2), 0.2), np.full((len(route.xy) - half, 2), 0.8)]).astype(np.float32)
    notes = [line for one in of_kind(LAB.make_view(start, results), CornerNote) for line in one.lines]
    results.put("route linear", replace(route, xy=xy))
    view = LAB.make_view(start, results)
    (link,) = [one for one in of_kind(view, Line) if one.clip == map_rect(start) and one.dashed]
    assert link.points == (pytest.approx(px_of(start, (0.2, 0.2))), pytest.approx(px_of(start, (0.8, 0.8))))
    said = [line for one in of_kind(view, CornerNote) for line in one.lines]
    assert set(said) - set(notes) == {map_path.JUMPS_EXPLAINED}


def test_a_place_on_empty_map_is_tied_to_where_the_map_puts_its_code(cleared):
    state = play(cleared, *click(px_of(cleared, EMPTY)), *click(dot_px(cleared, 3)))
    results = answered(state)
    route = results.get_value("route linear", ProjectedPathValue)
    view = LAB.make_view(state, results)
    (tie,) = [one for one in of_kind(view, Line) if one.clip == map_rect(state) and one.colour == "text"]
    assert tie.dashed
    assert tie.points[0] == pytest.approx(markers(view)["A"].px)
    assert tie.points[1] == pytest.approx(px_of(state, route.stop_positions[0]))
    assert hint(state, results) == LAB.hint
    state = play(state, Move(px_of(state, EMPTY)))
    assert hint(state, results).startswith("A is ")


def test_a_tie_is_not_drawn_to_the_code_of_another_place(cleared):
    state = play(cleared, *click(px_of(cleared, EMPTY)), *click(dot_px(cleared, 3)))
    results = answered(state)
    turned = LAB.make_view(play(state, Key("x")), results)
    assert [one for one in of_kind(turned, Line) if one.clip == map_rect(state) and one.colour == "text"] == []


def test_the_route_of_another_map_is_not_shown(start):
    results = answered(start)
    pca = change(start, map_name="pca")
    routes = [one for one in of_kind(LAB.make_view(pca, results), Line) if one.clip == map_rect(pca)]
    assert routes == []


def test_what_passes_changes_few_things(start):
    """While it plays only the moment is drawn anew; the rows and the curves stay the objects they are."""
    results = answered(start)
    later = play(start, Key("space"), TimePassed(0.2))
    before = LAB.make_view(start, results)
    after = LAB.make_view(later, results)
    films = [
        (one.pictures, other.pictures)
        for one, other in zip(of_kind(before, FilmStrip), of_kind(after, FilmStrip), strict=True)
    ]
    assert all(one is other for one, other in films)
    differing = changes(before, after)
    assert 4 <= len(differing) <= 12


# -- time -----------------------------------------------------------------------------------------------


def played(state, seconds: float, **settings):
    state = state.with_lab_state("interpolate", replace(own(state), **settings))
    state = play(state, *click(part_px(state, "film", 0.0)), Key("space"))
    return play(state, TimePassed(seconds))


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


def test_what_is_being_found_out_is_said_in_its_row(start):
    said = texts(LAB.make_view(start, Results()))
    assert "60 samples" in said


# -- saving ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "kind"), [("h", "png"), ("g", "gif"), ("y", "mp4")])
def test_a_key_asks_for_a_file(start, key, kind):
    assert play(start, Key(key)).status.pending_export == kind


def test_the_keepsake_has_every_row_and_the_time_it_takes(start):
    results = answered(start)
    keepsake = LAB.export_film(start, results)
    assert [row.title for row in keepsake.rows] == [*TITLES.values(), "Pixel cross-fade"]
    assert {len(row.pictures) for row in keepsake.rows} == {STEPS + 1}
    assert keepsake.seconds == pytest.approx(4.0)
    assert keepsake.plays_back
    assert keepsake.file_prefix == "interpolate"


def test_there_is_no_keepsake_before_all_rows_are_there(start):
    assert LAB.export_film(start, Results()) is None


# -- the layout -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (900, 1200), (1920, 1080)])
def test_every_part_finds_room_and_the_map_a_fifth(start, size):
    layout = LAB.get_layout(replace(start, size=size))
    assert all(rect.width > 0 and rect.height > 0 for rect in (layout.controls, *layout.parts.values()))
    assert layout.maps[0].shorter_side >= 0.2 * min(size)


@pytest.mark.parametrize("size", [(200, 150), (320, 240), (1, 1), (3000, 200)])
def test_a_place_of_the_film_is_a_share_in_odd_windows_too(start, size):
    state = replace(start, size=size)
    assert 0 <= layout.find_share_at(LAB.get_layout(state).parts["film"], state.ui_scale, 0.3) <= 1


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


def test_the_hint_and_the_names_are_there(start):
    view = LAB.make_view(start, answered(start))
    assert LAB.hint in texts(view)
    assert all(isinstance(one, Text) for one in of_kind(view, Text))


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


@pytest.mark.parametrize("judged", [True, False])
def test_codes_are_called_plausible_by_a_judge_alone(start, judged):
    results = answered(start)
    for kind in KINDS:
        results.put(kind, replace(results.get_value(kind, object), judged=judged))
    said = texts(LAB.make_view(start, results))
    (chart,) = [one for one in of_kind(LAB.make_view(start, results), Chart) if one.series]
    assert ("plausible" in said) == ("unlike" in said) == judged
    assert (chart.title == CHART_TITLE) == judged
