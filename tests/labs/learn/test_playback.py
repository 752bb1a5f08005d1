"""The play head of Learn: where it stands in a timeline, how it moves, and which training it follows."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.live_training.live_trainer import TrainingUpdate
from latent_explorer.engine.live_training.settings import Settings
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn.playback import LearnState, LearnTransient
from latent_explorer.scene.events import Key, Set, TimePassed
from tests import stage
from tests.labs.learn.on_screen import LAST, learn, own_of

LAB = LABS["learn"]


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


def test_a_pass_without_a_reel_changes_nothing():
    world = stage.World(stage.make_world())
    state = stage.begin(world, "learn")
    assert stage.play(state, TimePassed(1.0), Key("."), Key("space")).lab_states["learn"] == LearnState(
        passing=LearnTransient()
    )


def test_a_training_has_a_number_of_its_own_where_earlier_ones_are_forgotten(shelf):
    """As on a page of a lesson that is set up anew, or after a session was opened."""
    for name in ("live 3", "live 7 AE", "live 7 VAE", "live wire"):
        shelf.timelines.put(stage.make_timeline(name, "live", shelf["first"]))
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "live"), Set("start"))
    assert own_of(state).passing.run == 8


def test_the_head_catches_up_with_a_training_faster_the_farther_it_is_behind(shelf):
    moment = shelf.timelines["mine"].moments[0]
    live = replace(shelf.timelines["mine"], kind="live", moments=(moment,) * 1001)
    training = LearnState(source="live").with_passing(run=1, settings=Settings(), ended=False, playing=True)
    behind = [1000.0]
    for _ in range(30):
        training = playback.advance(training, live, 0.05)
        behind.append(1000.0 - training.passing.play_head)
    shares = [after / before for before, after in pairwise(behind[:11])]
    assert shares == pytest.approx([shares[0]] * 10)
    assert 0.5 < shares[0] < 0.9
    assert behind == sorted(behind, reverse=True)
    assert behind[-1] == 0
    assert training.passing.playing, "it waits for the next moment"
