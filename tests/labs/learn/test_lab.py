"""Learn: which moment is seen, what is asked of it, what is trained, and what is kept as a file."""

import numpy as np
import pytest

from latent_explorer.checkpoint import timeline
from latent_explorer.engine.live_training.live_trainer import TrainingRequest, TrainingUpdate
from latent_explorer.engine.live_training.settings import Settings
from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn.queries import (
    LossCurves,
    LossCurvesValue,
    MomentPoint,
    MomentRow,
    SaveMoment,
    SaveMomentValue,
    TimelineSamples,
    TimelineSamplesValue,
)
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.shell import toolbar
from tests import stage
from tests.labs.learn.on_screen import LAST, learn, own_of, results

LAB = LABS["learn"]


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


def test_undo_goes_back_to_another_reel_but_not_in_time(shelf):
    state = stage.play(learn(shelf), Set("source", "sweep"), Key("."), Key("."), Key("z"))
    assert own_of(state).source == "film"
    assert own_of(state).passing.play_head == 2.0


def test_models_of_the_menu_are_not_chosen_here(shelf):
    state = learn(shelf)
    names = {control.name for control in toolbar.list_controls(state)}
    assert {"source", "reel", "play"} <= names
    assert not {"model", "map", "layer"} & names
    for key in ("m", "p", "P", "l"):
        assert stage.play(state, Key(key)).models == state.models
    assert timeline.SEPARATOR in state.displayed_models[0]


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
