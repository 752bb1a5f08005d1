"""Learn: the play head, what is asked of which moment, and what is trained. No torch and no window."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint import timeline
from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.live_training import TrainingRequest, TrainingUpdate
from latent_explorer.engine.live_training_settings import Settings
from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.labs.learn import playback, view
from latent_explorer.labs.learn.playback import LearnState, LearnTransient
from latent_explorer.labs.learn.queries import (
    LossCurves,
    LossCurvesValue,
    MomentPoint,
    MomentPointValue,
    MomentRow,
    MomentRowValue,
    SaveMoment,
    SaveMomentValue,
    TimelineSamples,
    TimelineSamplesValue,
)
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Line, Map, Marker, Text
from latent_explorer.shell import update
from tests import stage

LAB = LABS["learn"]
LAST = stage.MOMENTS - 1


@pytest.fixture
def shelf() -> stage.World:
    shelf = stage.World(stage.make_world())
    shelf.requested = ("first", "second")
    shelf.timelines.put(stage.make_timeline("mine", "film", shelf["first"]))
    shelf.timelines.put(stage.make_timeline("betas", "sweep", shelf["first"], count=4))
    return shelf


def learn(shelf, **passing):
    """Learn with its play head, or what else is passing, as it is said."""
    state = stage.begin(shelf, "learn")
    own = own_of(state)
    return stage.play(
        state.with_lab_state("learn", replace(own, passing=replace(own.passing, **passing))), TimePassed(0.0)
    )


def own_of(state) -> LearnState:
    return state.lab_states["learn"]


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


# -- which moment -------------------------------------------------------------------------------------


def test_it_begins_with_the_first_moment_of_the_first_film(shelf):
    state = learn(shelf)
    assert state.displayed_models == ("mine @ 0",)
    assert state.get_model_name(0) == "mine @ 0"
    assert state.models[0] == "first"  # of the same images
    assert not LAB.is_playing(state)


def test_the_window_sees_the_moments_map_and_goes_back_to_the_models_own(shelf):
    state = learn(shelf, play_head=3.0)
    dot = 7
    xy = shelf.timelines["mine"].moments[3].plane.xy[dot]
    px = stage.px_of(state, xy)
    assert stage.play(state, Move(px)).pointer.hover.dot == dot
    left = stage.play(state, Set("lab", "explore"))
    assert left.displayed_models == ()
    assert left.get_model_name(0) == "first"


def test_zoom_stays_from_moment_to_moment(shelf):
    state = stage.play(learn(shelf), Key("+"))
    zoomed = state.get_camera(0)
    state = stage.play(state, Key("."))
    assert state.displayed_models == ("mine @ 1",)
    assert state.get_camera(0) == zoomed
    assert zoomed.zoom > 1
    assert stage.play(state, Set("lab", "explore")).get_camera(0).zoom == 1


def test_space_plays_to_the_end_and_then_from_the_start(shelf):
    state = stage.play(learn(shelf), Key("space"))
    assert LAB.is_playing(state)
    state = stage.play(state, TimePassed(0.1))
    assert 0 < own_of(state).passing.play_head < 1
    assert state.displayed_models == ("mine @ 1",)  # that it is on its way to
    state = stage.play(state, TimePassed(100.0))
    assert own_of(state).passing.play_head == LAST
    assert not LAB.is_playing(state)
    assert own_of(stage.play(state, Key("space"))).passing.play_head == 0


def test_comma_and_stop_step_and_stay_within_the_film(shelf):
    state = stage.play(learn(shelf), Key("."), Key("."), Key(","))
    assert state.displayed_models == ("mine @ 1",)
    state = stage.play(state, Key(","), Key(","))
    assert state.displayed_models == ("mine @ 0",)


def test_the_chart_is_the_slider(shelf):
    state = learn(shelf, playing=True)
    rect = LAB.get_layout(state).parts["chart"]
    right = (rect.right - 2, rect.centre[1])
    state = stage.play(state, Move(right), Press(right), Release(right))
    assert state.displayed_models == (f"mine @ {LAST}",)
    assert not LAB.is_playing(state)
    left = (rect.x + 1, rect.centre[1])
    state = stage.play(state, Move(right), Press(right), Move(left), Release(left))
    assert state.displayed_models == ("mine @ 0",)


@pytest.mark.parametrize("source", ["film", "sweep", "live"])
def test_a_press_finds_the_moment_that_is_drawn_there(shelf, source):
    """The axis of a training goes to its end, and a film's loss is measured later: neither moves the press."""
    shelf.timelines.put(stage.make_timeline("live 1", "live", shelf["first"], curves=True))
    state = learn(shelf, run=1, settings=Settings(epochs=80), ended=False, moment_count=stage.MOMENTS)
    state = stage.play(state, Set("source", source))
    found, count = results(shelf, 0), len(playback.get_timeline(own_of(state), shelf))
    parts = ("loss", "reconstruction", "kl")
    found.put("curves", LossCurvesValue("", {part: np.linspace(700, 1, count, dtype=np.float32) for part in parts}))
    for t in (1, 2, 3):
        state = state.with_lab_state("learn", own_of(state).with_play_head(float(t), playing=False))
        (chart,) = stage.of_kind(LAB.make_view(state, found), Chart)
        px = chart.to_px(chart.cursors[0].x, 1.0)
        away = state.with_lab_state("learn", own_of(state).with_play_head(0.0, playing=False))
        assert own_of(stage.play(away, Move(px), Press(px), Release(px))).passing.play_head == t


def test_dots_of_a_sweep_stand_between_their_ways(shelf):
    shown = shelf.timelines["betas"]
    ways = [
        playback.find_transition(LearnState(source="sweep").with_play_head(h, playing=True), shown)
        for h in (1.0, 1.2, 1.5, 1.8, 2.0)
    ]
    assert [start for start, _ in ways] == [1, 1, 1, 1, 2]
    assert [way for _, way in ways] == [0, 0, pytest.approx(0.5), 1, 0]


def test_the_head_of_a_film_may_be_anywhere():
    shown = Timeline("empty", "film", "epoch", (), np.empty(0), np.empty(0), (None,))
    for where in (-3.0, 0.0, 7.0):
        own = LearnState().with_play_head(where, playing=False)
        assert playback.find_moment(own, shown) == 0
        assert playback.find_transition(own, shown) == (0, 0.0)


def test_sources_and_reels_are_chosen(shelf):
    state = stage.play(learn(shelf), Set("source", "sweep"))
    assert state.displayed_models == ("betas @ 0",)
    shelf.timelines.put(stage.make_timeline("more", "film", shelf["other"]))
    state = stage.play(state, Set("reel", "more"))
    assert own_of(state).source == "film"
    assert state.displayed_models == ("more @ 0",)
    assert state.models[0] == "other"  # of those images
    assert stage.play(state, Set("reel", "nothing")).displayed_models == ("more @ 0",)


def test_undo_goes_back_to_another_reel_but_not_in_time(shelf):
    state = stage.play(learn(shelf), Set("source", "sweep"), Key("."), Key("."), Key("z"))
    assert own_of(state).source == "film"
    assert own_of(state).passing.play_head == 2.0


# -- what is asked ------------------------------------------------------------------------------------


def test_everything_is_asked_of_the_moment_that_is_looked_at(shelf):
    state = learn(shelf, play_head=2.0)
    wanted = LAB.make_queries(state)
    assert wanted["picture"] == MomentPoint("mine @ 2", "pca", (0.5, 0.5), 0)
    assert isinstance(wanted["row"], MomentRow)
    assert wanted["row"].model == "mine @ 2"
    assert sorted(shelf["first"].labels[list(wanted["row"].dots)]) == [0, 1, 2]
    assert wanted["curves"] == LossCurves("mine @ 0", shelf.timelines["mine"].model_names)


def test_on_a_dot_its_own_code_is_asked_and_else_the_place(shelf):
    state = learn(shelf, play_head=2.0)
    xy = shelf.timelines["mine"].moments[2].plane.xy
    on = stage.play(state, Move(stage.px_of(state, xy[5])))
    assert LAB.make_queries(on)["picture"].dot == 5
    off = stage.play(state, Move(stage.px_of(state, (0.02, 0.02))))
    assert LAB.make_queries(off)["picture"].dot is None


def test_a_click_follows_a_dot(shelf):
    state = learn(shelf, play_head=2.0)
    px = stage.px_of(state, shelf.timelines["mine"].moments[2].plane.xy[9])
    state = stage.play(state, *stage.click(px), Move((0, 0)))
    assert own_of(state).dot == 9
    assert LAB.make_queries(stage.play(state, Key(".")))["picture"].dot == 9


def test_losses_that_are_known_are_not_asked(shelf):
    shelf.timelines.put(stage.make_timeline("mine", "film", shelf["first"], curves=True))
    assert "curves" not in LAB.make_queries(learn(shelf))


# -- what is trained ----------------------------------------------------------------------------------


def test_nothing_is_trained_unasked(shelf):
    assert LAB.request_training(learn(shelf)) is None
    assert LAB.request_training(stage.play(learn(shelf), Set("source", "live"))).run == 0  # which only gets ready


def test_start_trains_with_the_settings_and_restart_with_others(shelf):
    changes = (Set("source", "live"), Set("beta", 4.0), Set("latent", 2.6), Set("noise", 0.32))
    state = stage.play(learn(shelf), *changes, Set("start"))
    first = LAB.request_training(state)
    assert first == TrainingRequest(1, Settings(beta=4.0, latent_dim=3, noise_level=0.3))
    state = stage.play(state, Set("beta", 99.0))
    assert LAB.request_training(state) == first  # only with Restart
    anew = Settings(beta=8.0, latent_dim=3, noise_level=0.3)
    assert str(anew) in stage.written(LAB.make_view(state, Results()), LAB.get_layout(state).hint)
    state = stage.play(state, Set("start"))
    assert LAB.request_training(state) == TrainingRequest(2, anew)


def test_space_starts_holds_and_goes_on(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Key("space"))
    assert LAB.request_training(state) == TrainingRequest(1, Settings())
    state = stage.play(state, Key("space"))
    assert LAB.request_training(state).paused
    state = stage.play(state, Key("space"))
    assert not LAB.request_training(state).paused


def test_the_head_follows_a_training_that_runs_and_stops_when_it_is_over(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Set("start"))
    assert state.displayed_models == ()  # there is no moment yet
    shelf.timelines.put(stage.make_timeline("live 1", "live", shelf["other"], curves=True))
    state = stage.play(state, TrainingUpdate(1, "live 1", LAST + 1, 1234.0), TimePassed(10.0))
    assert state.displayed_models == (f"live 1 @ {LAST}",)
    assert not LAB.is_playing(state)  # it waits for the next moment, and the window may sleep
    assert LAB.is_playing(stage.play(state, TrainingUpdate(1, "live 1", LAST + 2, 1234.0)))
    assert "1,234 pictures a second" in stage.texts(LAB.make_view(state, Results()))
    state = stage.play(state, TrainingUpdate(1, "live 1", LAST + 1, 1234.0, ended=True), TimePassed(0.1))
    assert not LAB.is_playing(state)
    assert LAB.request_training(state) is None
    again = stage.play(state, Key("space"), TimePassed(0.1))
    assert 0 < own_of(again).passing.play_head < LAST


def test_news_reach_the_lab_while_another_one_is_shown(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Set("start"), Set("lab", "explore"))
    state = stage.play(state, TrainingUpdate(1, "live 1", 3, 10.0))
    assert own_of(state).passing.moment_count == 3
    assert stage.play(state, TrainingUpdate(7, "live 7", 9)).lab_states == state.lab_states


def test_a_training_that_fails_is_said_and_stands_still(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Set("start"))
    state = stage.play(state, TrainingUpdate(1, "live 1", 0, 0.0, ended=True, error="no memory"))
    assert state.status.message == "no memory"
    assert not LAB.is_playing(state)


def test_undo_starts_no_training(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Set("beta", 2.0), Set("start"), Key("z"))
    assert own_of(state).beta == 1.0
    assert LAB.request_training(state) == TrainingRequest(1, Settings(beta=2.0))


def test_a_moment_is_kept_by_name_of_its_settings(shelf):
    state = stage.play(learn(shelf), Set("source", "live"), Set("keep"))
    assert state.status.message
    assert "keep" not in LAB.make_queries(state)
    state = stage.play(state, Set("beta", 0.5), Set("start"))
    shelf.timelines.put(stage.make_timeline("live 1", "live", shelf["first"]))
    state = stage.play(state, TimePassed(9.0), Set("keep"))
    stem = "digits-beta-0.5-latent-size-8-epoch-5.0"
    assert LAB.make_queries(state)["keep"] == SaveMoment(f"live 1 @ {LAST}", 1, stem)
    found = results(shelf, LAST)
    found.put("keep", SaveMomentValue(stem))
    assert f"Kept as {stem}" in stage.texts(LAB.make_view(state, found))
    elsewhere = state.with_lab_state("learn", own_of(state).with_play_head(0.0, playing=False))
    assert "Kept as" not in stage.texts(LAB.make_view(elsewhere, found))
    assert LAB.make_queries(elsewhere)["keep"].file_stem == stem
    state = stage.play(state, Set("keep"))
    assert LAB.make_queries(state)["keep"].save_number == 2


# -- what is shown ------------------------------------------------------------------------------------


def results(shelf, t: int) -> Results:
    found, picture = Results(), np.zeros((8, 8), np.uint8)
    model = f"mine @ {t}"
    found.put("picture", MomentPointValue(model, 0, np.zeros(4, np.float32), picture))
    found.put("row", MomentRowValue(model, (picture,) * 3, (picture,) * 3, ""))
    parts = {"loss": 3.0, "reconstruction": 2.0, "kl": 1.0, "train loss": 2.5}
    found.put(
        "curves", LossCurvesValue("", {k: np.linspace(9, v, LAST + 1, dtype=np.float32) for k, v in parts.items()})
    )
    return found


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


def test_a_pass_without_a_reel_changes_nothing():
    world = stage.World(stage.make_world())
    state = stage.begin(world, "learn")
    assert stage.play(state, TimePassed(1.0), Key("."), Key("space")).lab_states["learn"] == LearnState(
        passing=LearnTransient()
    )


def test_models_of_the_menu_are_not_chosen_here(shelf):
    state = learn(shelf)
    names = {control.name for control in update.list_controls(state)}
    assert {"source", "reel", "play"} <= names
    assert not {"model", "map", "layer"} & names
    for key in ("m", "p", "P", "l"):
        assert stage.play(state, Key(key)).models == state.models
    assert timeline.SEPARATOR in state.displayed_models[0]


# -- to be kept as a file -------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "kind"), [("h", "png"), ("g", "gif"), ("y", "mp4")])
def test_a_key_asks_for_a_film_of_the_samples_and_waits_for_its_pictures(shelf, key, kind):
    before = learn(shelf)
    assert "samples" not in LAB.make_queries(before)
    state = stage.play(before, Key(key))
    assert state.status.pending_export == kind
    wanted = LAB.make_queries(state)["samples"]
    assert isinstance(wanted, TimelineSamples)
    assert wanted.moments == shelf.timelines["mine"].model_names
    results = Results()
    assert isinstance(LAB.export_film(state, results), str)
    results.put("samples", TimelineSamplesValue(("another @ 0",), ()))
    assert isinstance(LAB.export_film(state, results), str)
    pictures = tuple(tuple(np.full((8, 8), t, np.uint8) for t in range(stage.MOMENTS)) for _ in wanted.dots)
    results.put("samples", TimelineSamplesValue(wanted.moments, pictures))
    kept = LAB.export_film(state, results)
    assert [row.title for row in kept.rows] == ["zero", "one", "two"]
    assert [int(one[0, 0]) for one in kept.rows[0].pictures] == list(range(stage.MOMENTS))
    assert not kept.plays_back


def test_samples_that_cannot_be_decoded_are_not_waited_for(shelf):
    state = stage.play(learn(shelf), Key("g"))
    results = Results()
    results.put("samples", Failure(stage.BROKEN))
    assert LAB.export_film(state, results) is None


def test_who_leaves_the_lab_saves_nothing_of_another(shelf):
    state = stage.play(learn(shelf), Key("g"), Set("lab", "interpolate"))
    assert state.status.pending_export == ""


def test_a_training_has_a_number_of_its_own_where_earlier_ones_are_forgotten(shelf):
    """As on a page of a lesson that is set up anew, or after a session was opened."""
    for name in ("live 3", "live 7 AE", "live 7 VAE", "live wire"):
        shelf.timelines.put(stage.make_timeline(name, "live", shelf["first"]))
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "live"), Set("start"))
    assert own_of(state).passing.run == 8
