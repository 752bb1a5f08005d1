"""What the Factors lab shows of a face: its sliders, its pictures, and its way on the map."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.results import Failure
from latent_explorer.labs.factors import true_factors
from latent_explorer.labs.factors.face_queries import DrawnFaceValue, FactorSweepValue
from latent_explorer.labs.factors.face_view import place_factors
from latent_explorer.scene.events import Key, Resize
from latent_explorer.scene.items import Cover, Image, Line, Marker, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import prediction_cover
from tests.labs.factors.on_screen import LAB, answered, own, view_of
from tests.stage import BROKEN, of_kind, play, texts, written


def test_pictures_sliders_and_way_are_shown_and_what_moved_most_is_marked(face):
    results = answered(face)
    value, sweep = results.get_value("face 0", DrawnFaceValue), results.get_value("sweep 0", FactorSweepValue)
    view, parts = view_of(face, results), LAB.get_layout(face).parts
    pictures = {id(one.picture): one.rect for one in of_kind(view, Image)}
    assert pictures == {id(value.drawn): parts["drawn"], id(value.picture): parts["picture 0"]}
    assert len(next(one for one in of_kind(view, Line) if one.arrow).points) == len(sweep.way)
    assert of_kind(view, Marker)
    marked = [one.text for one in of_kind(view, Text) if one.colour == "accent"]
    assert f"z {value.dimensions[sweep.most] + 1}" in marked
    assert true_factors.name_factor(own(face).factor) in marked


@pytest.mark.parametrize(
    ("second", "share", "said"),
    [
        (0.3, 0.95, "most: 95% of all movement"),
        (0.06, 0.9964, "most: 99% of all movement"),
        (0.04, 0.9984, "alone"),
        (1.0, 0.0, "moves no dimension"),
    ],
)
def test_the_heading_says_no_more_than_the_thick_lines_show(face, second, share, said):
    results = answered(face)
    sweep = results.get_value("sweep 0", FactorSweepValue)
    results.put("sweep 0", replace(sweep, second_over_most=second, share_of_most=share))
    view = view_of(face, results)
    assert said in texts(view)
    assert ("most" in [one.text for one in of_kind(view, Text)]) == (share > 0)


def test_a_dimension_that_the_decoder_does_not_hear_is_off_and_moves_nothing(face):
    results = answered(face)
    value = results.get_value("face 0", DrawnFaceValue)
    panels = len(of_kind(view_of(face, results), Panel))
    assert "Off: " not in texts(view_of(face, results))
    place = int(results.get_value("sweep 0", FactorSweepValue).most == 0)  # not the one that moves most
    results.put("face 0", replace(value, unused=np.arange(len(value.unused)) == place))
    view = view_of(face, results)
    assert len(of_kind(view, Panel)) == panels - 1  # no thick line
    assert [one.text for one in of_kind(view, Text)].count("off") == 1
    assert {one.colour for one in of_kind(view, Text) if one.text == f"z {value.dimensions[place] + 1}"} == {"muted"}
    assert "Off: " in texts(view)


def test_on_a_low_window_the_page_with_the_active_factor_is_shown(face):
    state = play(face, Resize((640, 480)))
    state = play(replace(state, preferences=replace(state.preferences, text_scale=2.0)), Resize((640, 480)))
    last = play(state, Key("K"))
    assert own(last).factor == 14
    assert "hat" in texts(view_of(last))


def test_a_failure_stands_where_the_face_would_be_and_takes_nothing_else_away(face):
    results, parts = answered(face), LAB.get_layout(face).parts
    results.drop("face 0")
    results.put("face 0", Failure(BROKEN))
    view = view_of(face, results)
    assert all(BROKEN in written(view, parts[name]) for name in ("drawn", "picture 0", "sliders panel 0"))
    assert "smile" in written(view, parts["factors"])
    assert not of_kind(view, Image)


def test_pictures_of_a_covered_face_are_guessed_first(face):
    covered = prediction_cover.cover_pictures(view_of(play(face, Key("v"))))
    assert not of_kind(covered, Image)
    places, parts = [one for cover in of_kind(covered, Cover) for one in cover.rects], LAB.get_layout(face).parts
    assert set(places) == {parts["drawn"], parts["picture 0"]}


@pytest.mark.parametrize("height", [400, 120, 40, 20])
def test_the_active_factor_is_on_the_page_that_is_shown(height):
    for active in range(len(true_factors.NAMES)):
        first, rows = place_factors(Rect(0, 0, 300, height), active, 1.0)
        assert first <= active < first + len(rows) <= len(true_factors.NAMES)
    assert place_factors(Rect(0, 0, 300, 0), 3, 1.0) == (0, ())
