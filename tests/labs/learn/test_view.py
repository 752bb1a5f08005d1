"""What Learn shows of a moment: dots on their way, the losses, the samples, and the chart."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint import timeline
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.learn import view
from latent_explorer.labs.learn.queries import LossCurvesValue, MomentRowValue
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Line, Map, Marker, Text
from tests import stage
from tests.labs.learn.on_screen import LAST, learn, results

LAB = LABS["learn"]


@pytest.mark.parametrize("card", [0, 208])
@pytest.mark.parametrize("size", [(1366, 768), (1280, 800), (900, 430)])
@pytest.mark.parametrize("presents", [False, True])
def test_a_loss_is_never_shown_without_its_terms(shelf, size, presents, card):
    """In a low window or beside the page of a lesson its rows stand closer."""
    found, parts = Results(), {"loss": 3.0, "reconstruction": 2.0, "kl": 1.0}
    curves = {k: np.linspace(9, v, LAST + 1, dtype=np.float32) for k, v in parts.items()}
    found.put("curves", LossCurvesValue("", curves))
    state = stage.begin(shelf, "learn", size)
    state = stage.play(state, Key("f5")) if presents else state
    state = stage.change(state, size=(size[0], size[1] - card), lesson_height=card)
    shown = LAB.make_view(state, found)
    rect = LAB.get_layout(state).parts["figures"]
    words = stage.written(shown, rect).splitlines()
    if "loss" in words:
        assert {"loss", "reconstruction", "KL"} <= set(words)
        lines = [
            one
            for one in stage.of_kind(shown, Text)
            if one.text in ("loss", "reconstruction", "KL") and rect.contains(one.rect.centre)
        ]
        assert all(one.rect.bottom <= rect.bottom and one.rect.height >= 12 for one in lines)


def test_moving_dots_go_from_one_moments_map_to_the_nexts(shelf):
    state = learn(shelf, play_head=2.25)
    (dots,) = stage.of_kind(LAB.make_view(state, results(shelf, 3)), Map)
    assert (dots.model, dots.previous_model, dots.previous_map, dots.progress) == ("mine @ 3", "mine @ 2", "pca", 0.25)
    still = learn(shelf, play_head=2.0)
    (dots,) = stage.of_kind(LAB.make_view(still, results(shelf, 2)), Map)
    assert (dots.model, dots.previous_map) == ("mine @ 2", "")


def test_the_moment_stands_in_large_type_with_the_parts_of_its_loss(shelf):
    view = LAB.make_view(learn(shelf, play_head=float(LAST)), results(shelf, LAST))
    said = stage.texts(view)
    for expected in ("epoch 5", "reconstruction", "KL", "3.0", "2.0", "1.0", "loss = reconstruction + KL, in nats"):
        assert expected in said
    (chart,) = stage.of_kind(view, Chart)
    assert [cursor.x for cursor in chart.cursors] == [LAST]
    assert {one.label for one in chart.series} == {"loss", "reconstruction", "KL", ""}


def test_where_the_loss_is_explained_stands_in_whole_lines(shelf):
    """A lesson's page takes its height from the lab."""
    state = learn(shelf, play_head=float(LAST))
    low = replace(state, size=(state.size[0], state.size[1] - 130)).put(replace(state.overlay, lesson_height=130))
    for one in (state, low):
        view = LAB.make_view(one, results(shelf, LAST))
        said = [item for item in stage.of_kind(view, Text) if item.text.startswith("loss =")]
        assert said or one is low
        assert all(item.rect.height % round(16 * one.ui_scale) == 0 for item in said)
        assert all(item.text.startswith(item.short) for item in said)


def test_decoded_pictures_are_secrets_and_originals_are_none(shelf):
    view = LAB.make_view(learn(shelf), results(shelf, 0))
    assert [one.reveals_answer for one in stage.of_kind(view, Image)] == [True]
    assert [one.reveals_answer for one in stage.of_kind(view, FilmStrip)] == [False, True]


def test_on_a_page_without_the_figures_the_row_says_moment_and_loss(shelf):
    state = stage.play(stage.begin(shelf, "learn", (1366, 768)), Key("f5"), Key("f9"))
    row = LAB.get_layout(state).parts["row"]
    assert 0 <= row.x < state.window_size[0]
    found = results(shelf, 0)
    assert re.search(r"epoch 0\D+\d", stage.written(LAB.make_view(state, found), row))
    seen = stage.begin(shelf, "learn", (1366, 768))
    assert "epoch 0" not in stage.written(LAB.make_view(seen, found), LAB.get_layout(seen).parts["row"])


def test_without_originals_the_row_says_why(shelf):
    found = results(shelf, 0)
    found.put("row", MomentRowValue("mine @ 0", (np.zeros((8, 8), np.uint8),) * 3, (), stage.AWAY))
    view = LAB.make_view(learn(shelf), found)
    assert stage.AWAY in stage.texts(view)
    assert [one.reveals_answer for one in stage.of_kind(view, FilmStrip)] == [True]


def test_without_a_loss_the_chart_says_why_and_is_still_the_slider(shelf):
    found = results(shelf, 0)
    found.put("curves", LossCurvesValue(stage.AWAY, {}))
    view = LAB.make_view(learn(shelf), found)
    assert stage.AWAY in stage.texts(view)
    (chart,) = stage.of_kind(view, Chart)
    assert len(chart.cursors) == 1


def test_series_are_the_same_from_frame_to_frame(shelf):
    found = results(shelf, 0)
    first, second = (stage.of_kind(LAB.make_view(learn(shelf), found), Chart)[0] for _ in range(2))
    assert first.identity == second.identity


def test_the_followed_sample_has_a_ring_and_its_way(shelf):
    view = LAB.make_view(learn(shelf, play_head=3.0), results(shelf, 3))
    assert len(stage.of_kind(view, Marker)) == 1
    (way,) = stage.of_kind(view, Line)
    assert len(way.points) == 5


def test_what_is_magnified_is_said(shelf):
    shown = shelf.timelines["mine"]
    rect = stage.map_rect(learn(shelf))
    (note,) = view.make_magnification_note(shown, 0, 0.0, rect, 1.0)
    assert isinstance(note, CornerNote)
    assert re.search(r"\b\d+(\.\d)? times\b", note.lines[0])
    assert view.make_magnification_note(shown, LAST, 0.0, rect, 1.0) == []


def test_codes_that_a_model_of_a_sweep_draws_together_are_said(shelf):
    """The stand-in's codes grow from value to value; the maps of a sweep share one scale, so that it is said."""
    shown, rect = shelf.timelines["betas"], stage.map_rect(learn(shelf))
    (note,) = view.make_magnification_note(shown, 0, 0.0, rect, 1.0)
    times = float(re.search(r"([\d.]+) times", note.lines[0]).group(1))
    first, last = (shown.moments[t].latents.std() for t in (0, -1))
    assert times == pytest.approx(last / first, rel=0.1)
    assert shown.moments[-1].label in note.lines[0]
    assert view.make_magnification_note(shown, 3, 0.0, rect, 1.0) == []


def test_zero_is_named_on_a_logarithmic_axis(shelf):
    shelf.timelines.put(stage.make_timeline("mine", "film", shelf["first"], count=12, curves=True))
    (chart,) = stage.of_kind(LAB.make_view(learn(shelf), results(shelf, 0)), Chart)
    assert chart.x.log
    assert "(0" in chart.x.label
    narrow = stage.change(learn(shelf), size=(640, 480), text_scale=2.0)
    (chart,) = stage.of_kind(LAB.make_view(narrow, results(shelf, 0)), Chart)
    assert "(log)" in chart.x.label
    assert timeline.format_epoch(0) == "epoch 0"
    assert timeline.format_epoch(0.02) == "epoch 0.02"
    assert timeline.format_epoch(0.3) == "epoch 0.3"
    assert timeline.format_epoch(150) == "epoch 150"
    assert timeline.format_epoch(1234.56) == "epoch 1234.6"


def test_where_nothing_is_here_it_says_what_to_do():
    world = stage.World(stage.make_world())
    for source, said in (("film", "--snapshots"), ("sweep", "--sweep"), ("live", "Press Start")):
        state = stage.play(stage.begin(world, "learn"), Set("source", source))
        assert said in stage.texts(LAB.make_view(state, Results()))
        assert LAB.make_queries(state) == {}
