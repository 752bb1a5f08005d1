"""What Interpolate shows: rows of pictures, the moment on every way, the chart, and the ties of the map."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint.interpolation import DATA, KINDS, LINEAR, SPHERICAL
from latent_explorer.engine.results import Results
from latent_explorer.labs.interpolate.lab import STEPS
from latent_explorer.labs.interpolate.queries import ProjectedPathValue
from latent_explorer.labs.interpolate.view import CHART_TITLE, COLOURS, TITLES
from latent_explorer.scene import map_path, realism
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, TimePassed
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Line, Marker, Text
from latent_explorer.shell import prediction_cover
from tests.labs.interpolate.on_screen import LAB, answered, hint, markers
from tests.stage import EMPTY, change, changes, click, dot_px, map_rect, of_kind, play, px_of, texts


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


def test_what_is_being_found_out_is_said_in_its_row(start):
    said = texts(LAB.make_view(start, Results()))
    assert "60 samples" in said


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


def test_the_hint_and_the_names_are_there(start):
    view = LAB.make_view(start, answered(start))
    assert LAB.hint in texts(view)
    assert all(isinstance(one, Text) for one in of_kind(view, Text))


@pytest.mark.parametrize("judged", [True, False])
def test_codes_are_called_plausible_by_a_judge_alone(start, judged):
    results = answered(start)
    for kind in KINDS:
        results.put(kind, replace(results.get_value(kind, object), judged=judged))
    said = texts(LAB.make_view(start, results))
    (chart,) = [one for one in of_kind(LAB.make_view(start, results), Chart) if one.series]
    assert ("plausible" in said) == ("unlike" in said) == judged
    assert (chart.title == CHART_TITLE) == judged
