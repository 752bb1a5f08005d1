"""What the Denoise lab shows: four pictures with their figures, arrows on two maps, and the chart."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.engine.results import Results
from latent_explorer.labs.denoise import layout, view
from latent_explorer.labs.denoise.queries import MAX_PSNR, DenoisingValue
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Set
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Image, Line, Marker, Text
from latent_explorer.shell import prediction_cover
from tests import stage
from tests.labs.denoise.on_screen import LAB, opened, shown
from tests.stage import answered, map_rect, of_kind, play, texts


def value(**changes) -> DenoisingValue:
    grey = np.zeros((8, 8), np.uint8)
    likeness = SimpleNamespace(psnr=10.0, ssim=0.5)
    whole = {
        "clean": grey, "noisy": grey + 1, "restored": grey + 2, "noisy_quality": likeness, "restored_quality": likeness,
        "xy": ((0.2, 0.2), (0.8, 0.8), (0.3, 0.2)), "noise_shift": 1.5, "note": "",
    }  # fmt: skip
    return DenoisingValue(**{**whole, **changes})


def view_of(shelf, first, second):
    state, results = opened(shelf), Results()
    results.put("cleaning 0", first)
    results.put("cleaning 1", second)
    return state, LAB.make_view(state, results)


def test_the_chart_has_a_curve_of_the_noise_and_of_each_model(shelf):
    (chart,) = of_kind(shown(opened(shelf)), Chart)
    assert [one.label for one in chart.series] == ["noisy", "first", "calm"]
    results = answered(opened(shelf))
    once, again = (of_kind(LAB.make_view(opened(shelf), results), Chart)[0] for _ in range(2))
    assert once.identity == again.identity  # else it would be drawn in every frame


def test_the_four_pictures_stand_in_their_columns_and_only_decoded_ones_are_secret(shelf):
    state, view = view_of(shelf, value(), value())
    parts = LAB.get_layout(state).parts
    by_place = {image.rect: image for image in of_kind(view, Image)}
    pictures = [by_place[parts[name]] for name in layout.COLUMN_NAMES]
    assert [int(image.picture[0, 0]) for image in pictures] == [0, 1, 2, 2]
    assert [image.reveals_answer for image in pictures] == [False, False, True, True]
    assert not stage.written(view, parts["clean figures"])
    _, view = view_of(shelf, value(note="not here"), value())
    assert [one.reveals_answer for one in of_kind(view, Image) if one.rect == parts["clean"]] == [True]
    assert stage.written(view, parts["clean figures"])


def test_the_best_is_marked(shelf):
    good = SimpleNamespace(psnr=20.04, ssim=0.9)
    _, view = view_of(shelf, value(), value(restored_quality=good))
    best = [one for one in of_kind(view, Text) if "best" in one.text]
    assert [one.text for one in best] == ["20.0 dB, best"]
    assert best[0].colour == "good"


def test_answers_to_different_pictures_are_not_compared(shelf):
    good, older = SimpleNamespace(psnr=20.04, ssim=0.9), np.full((8, 8), 7, np.uint8)
    _, view = view_of(shelf, value(noisy=older), value(restored_quality=good))
    assert "best" not in texts(view)


def test_at_strength_0_nothing_is_best_and_the_noisy_code_is_the_clean_one(shelf):
    perfect, same = SimpleNamespace(psnr=MAX_PSNR, ssim=1.0), ((0.2, 0.2), (0.2, 0.2), (0.3, 0.2))
    one = value(noisy_quality=perfect, xy=same, noise_shift=0.0)
    state, view = view_of(shelf, one, one)
    figures = LAB.get_layout(state).parts["out 0 figures"]
    assert not [text for text in of_kind(view, Text) if "best" in text.text or "60" in text.text]
    assert {text.colour for text in of_kind(view, Text) if figures.contains(text.rect.centre)} <= {"text", "muted"}
    assert {mark.label for mark in of_kind(view, Marker) if mark.clip == map_rect(state)} == {"C", "R"}
    before, after = (LAB.choose_hint(Frame(at, LAB.get_own(at), Results(), LAB.get_layout(at))) for at in (
        state, play(state, Set("level", 0.0))))  # fmt: skip
    assert before != after


def test_a_figure_against_a_stand_in_says_so(shelf):
    note = "not here"
    one = value(note=note, qualifier="about", restored_quality=SimpleNamespace(psnr=18.62, ssim=0.8))
    _, view = view_of(shelf, value(note=note, qualifier="about"), one)
    (best,) = [one for one in of_kind(view, Text) if "18.6 dB" in one.text]
    assert (best.text.split()[0], best.colour) == ("about", "good")
    assert "SSIM ≤ 0.80" in texts(view)
    assert [one.text for one in of_kind(view, Text) if one.text.endswith("10.0 dB")] == ["10.0 dB", "about 10.0 dB"]
    assert "≤" not in texts(view_of(shelf, value(), value())[1])


def test_the_chart_of_stand_ins_says_that_it_is_corrected(shelf):
    (chart,) = of_kind(shown(opened(shelf)), Chart)
    assert chart.y.label.startswith(f"{view.make_empty_chart(chart.rect, opened(shelf)).y.label}, ")


def test_what_is_covered_is_not_given_away_by_the_chart_or_the_maps(shelf):
    view = shown(opened(shelf))
    before, after = (of_kind(one, Chart)[0] for one in (view, prediction_cover.cover_pictures(view)))
    assert len(before.spots) == 2
    assert after.spots == ()
    assert len(after.series) == len(before.series)
    rects = set(LAB.get_layout(opened(shelf)).maps)
    marks = {one.label for one in of_kind(prediction_cover.cover_pictures(view), Marker) if one.clip in rects}
    assert marks == {"N", "C"}
    assert not [line for line in of_kind(prediction_cover.cover_pictures(view), Line) if line.dashed]
    state = opened(shelf)
    covered = shown(state.put(replace(state.overlay, pictures_hidden=True)))
    assert LAB.hint in texts(view)
    assert LAB.hint not in texts(covered)


def test_the_chart_holds_what_the_shipped_models_reach():
    """Without noise a picture is its reconstruction; the best one of any shipped model is of 35 dB."""
    assert view.CHART_HIGH >= 35
    assert view.CHART_LOW == 0


def test_arrows_go_from_the_noisy_code_to_the_clean_one_and_the_shorter_is_marked(shelf):
    state, view = view_of(shelf, value(noise_shift=1.5), value(noise_shift=0.7))
    for slot in (0, 1):
        rect = map_rect(state, slot)
        (arrow,) = [line for line in of_kind(view, Line) if line.arrow and line.clip == rect]
        marks = {one.label: one.px for one in of_kind(view, Marker) if one.clip == rect}
        assert arrow.points[0] == pytest.approx(marks["N"])
        assert marks["C"] == pytest.approx(stage.px_of(state, (0.2, 0.2), slot))
        assert np.hypot(*np.subtract(arrow.points[1], marks["C"])) < 20
        assert "R" in marks
    (marked,) = [one for one in of_kind(view, Text) if "gaps" in one.text and one.bold]
    assert "0.70 gaps" in marked.text


def test_where_the_codes_meet_there_is_no_arrow(shelf):
    same = ((0.2, 0.2), (0.2, 0.2), (0.2, 0.2))
    _, view = view_of(shelf, value(xy=same), value(xy=same))
    assert not [line for line in of_kind(view, Line) if line.arrow]


def test_a_chart_without_its_curves_has_its_plot_in_the_same_place(shelf):
    state = opened(shelf)
    (chart,) = of_kind(shown(state), Chart)
    assert view.make_empty_chart(chart.rect, state).plot == chart.plot
