"""Learn with an autoencoder and a VAE side by side: what is trained, what is shown of both, and how they go on."""

import re
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.live_training.live_trainer import TrainingRequest, TrainingUpdate, make_pair_names
from latent_explorer.engine.live_training.settings import PAIR_DATA, PairSettings
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.learn import pair_view
from latent_explorer.labs.learn.queries import MomentRow, SaveMomentValue
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import FilmStrip, Map, Marker
from latent_explorer.shell import toolbar
from tests import stage

LAB = LABS["learn"]
KL = np.array([0.5, 0.02, 0.3, 0.0], np.float32)


@pytest.fixture
def shelf() -> stage.World:
    return stage.World(stage.make_world())


def own_of(state):
    return state.lab_states["learn"]


def put_pair(shelf: stage.World, run: int, count: int = stage.MOMENTS) -> tuple[Timeline, Timeline]:
    """Put the timelines of training `run`: the KL of its VAE falls from 9 to 1, its dimensions' KL rises to `KL`."""
    pair = tuple(
        stage.make_timeline(name, "live", shelf["first"], count=count, curves=True) for name in make_pair_names(run)
    )
    kl = [replace(one, kl_by_dimension=KL * t / (count - 1)) for t, one in enumerate(pair[1].moments)]
    for one in (pair[0], replace(pair[1], moments=tuple(kl))):
        shelf.timelines.put(one)
    return pair


def trained(shelf: stage.World, t: float = stage.MOMENTS - 1.0, size: tuple[int, int] = (1366, 768)):
    """A training of a pair that has ended, at moment `t`."""
    state = stage.play(stage.begin(shelf, "learn", size), Set("source", "pair"), Set("start"))
    run = own_of(state).passing.run
    put_pair(shelf, run)
    state = stage.play(state, TrainingUpdate(run, f"live {run}", stage.MOMENTS, 10.0, ended=True))
    return stage.play(state.with_lab_state("learn", own_of(state).with_play_head(t)), TimePassed(0.0))


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def test_start_trains_both_with_the_chosen_beta(shelf):
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "pair"), Set("pair beta", "0.5"), Set("latent", 3))
    assert LAB.request_training(state).run == 0  # which only gets ready
    state = stage.play(state, Set("start"))
    assert LAB.request_training(state) == TrainingRequest(1, PairSettings("digits", 3, ((0.0, 0.5),)))
    assert LAB.request_training(stage.play(state, Key("space"))).paused
    assert LAB.request_training(stage.play(state, Set("source", "live"))) is None  # which pauses it


def test_each_data_set_has_its_own_weights_of_the_kl(shelf):
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "pair"), Set("data", "faces"))
    (menu,) = (one for one in LAB.make_controls(state) if one.name == "pair beta")
    assert isinstance(menu, Choice)
    assert [float(value) for value, _ in menu.options] == list(PAIR_DATA["faces"].betas)
    assert own_of(state).pair_beta == PAIR_DATA["faces"].default_beta
    assert stage.play(state, Set("pair beta", "1")).lab_states == state.lab_states  # one of digits
    assert PAIR_DATA["faces"].description.split(",")[0] in stage.texts(LAB.make_view(state, Results()))


def test_both_stand_side_by_side_linked_by_the_same_sample(shelf):
    state = trained(shelf, t=2.0)
    assert state.displayed_models == ("live 1 AE @ 2", "live 1 VAE @ 2")
    first, second = LAB.get_layout(state).maps
    px = stage.px_of(state, shelf.timelines["live 1 AE"].moments[2].plane.xy[7])
    state = stage.play(state, Move(px))
    assert state.pointer.hover.dot == 7
    view = shown(state)
    assert [(one.rect, one.model) for one in stage.of_kind(view, Map)] == [
        (first, "live 1 AE @ 2"), (second, "live 1 VAE @ 2")
    ]  # fmt: skip
    rings = stage.of_kind(view, Marker)
    assert [one.clip for one in rings] == [first, second]
    camera, xy = state.get_camera(1), shelf.timelines["live 1 VAE"].moments[2].plane.xy[7]
    assert rings[1].px == pytest.approx(camera.to_px((float(xy[0]), float(xy[1])), second))
    rows = [LAB.make_queries(state)[f"row {slot}"] for slot in (0, 1)]
    assert all(isinstance(one, MomentRow) and one.dots[0] == 7 for one in rows)
    assert rows[0].dots == rows[1].dots


@pytest.mark.parametrize("part", ["chart", "kl"])
def test_each_chart_is_the_slider_of_both(shelf, part):
    state = trained(shelf)
    for t in (1, 3):
        at = state.with_lab_state("learn", own_of(state).with_play_head(float(t)))
        charts = [one for one in stage.of_kind(shown(at), Chart) if one.cursors]
        assert [one.cursors[-1].x for one in charts] == [t, t]
        (chart,) = (one for one in charts if one.rect == LAB.get_layout(at).parts[part])
        px = chart.to_px(chart.cursors[-1].x, 1.0)
        assert own_of(stage.play(state, Move(px), Press(px), Release(px))).passing.play_head == t


def test_the_numbers_are_those_of_the_moment_and_the_loss_is_named_in_its_parts(shelf):
    for t, used in ((0.0, 0), (stage.MOMENTS - 1.0, 2)):
        view = shown(trained(shelf, t))
        assert "loss = reconstruction + 1 × KL" in stage.texts(view)
        assert "nats a picture" in stage.texts(view)
        (bars,) = (one for one in stage.of_kind(view, Chart) if one.series[0].kind == "bars")
        assert f"{used} of 4 carry 0.1 or more" in bars.title
        np.testing.assert_allclose(bars.series[0].y, KL * t / (stage.MOMENTS - 1))
        assert bars.y.high >= KL.max()


def test_both_make_something_of_the_same_samples(shelf):
    strips = stage.of_kind(shown(trained(shelf)), FilmStrip)
    assert len(strips) == 2  # there are no originals of the made-up world
    assert all(one.reveals_answer and len(one.pictures) == 1 + pair_view.view.ROW_SAMPLES for one in strips)


def test_it_goes_on_from_the_moment_on_the_screen_with_another_beta(shelf):
    before = trained(shelf, t=2.0)
    state = stage.play(before, Set("pair beta", "4"))
    assert [bool(re.search(r"\bbeta 4\b", stage.texts(shown(one)))) for one in (before, state)] == [False, True]
    state = stage.play(state, Set("go on"))
    assert LAB.request_training(state) == TrainingRequest(2, PairSettings(betas=((0.0, 1.0), (2.0, 4.0))))
    assert state.displayed_models == ("live 1 AE @ 2", "live 1 VAE @ 2")  # until its own are there
    assert not LAB.is_playing(state)
    put_pair(shelf, 2, count=3)
    state = stage.play(state, TrainingUpdate(2, "live 2", 3, 0.0))
    assert state.displayed_models == ("live 2 AE @ 2", "live 2 VAE @ 2")
    charts = [one for one in stage.of_kind(shown(state), Chart) if one.cursors]
    assert [one.label for one in charts[1].cursors] == ["beta 4", ""]
    behind = charts[1].series[0]  # how the training before it went on
    assert (behind.colour, behind.x.tolist()) == ("muted", [2, 3, 4, 5])
    assert charts[0].x.high == charts[1].x.high == 2 + PAIR_DATA["digits"].epochs


def test_from_the_first_moment_it_begins_anew(shelf):
    state = stage.play(trained(shelf, t=0.0), Set("pair beta", "2"), Set("go on"))
    assert LAB.request_training(state).settings.betas == ((0.0, 2.0),)


def test_it_does_not_go_on_with_other_data(shelf):
    state = stage.play(trained(shelf), Set("data", "faces"), Set("go on"))
    assert own_of(state).passing.run == 1
    assert re.search("Faces .* digits", state.status.message)


def test_there_is_nothing_to_go_on_from_before_a_start(shelf):
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "pair"))
    assert "go on" not in {one.name for one in toolbar.list_controls(state)}
    after = stage.play(state, Set("go on"))
    assert after.status.message
    assert LAB.request_training(after).run == 0


def test_both_models_of_a_moment_are_kept(shelf):
    state = stage.play(trained(shelf, t=3.0), Set("keep"))
    wanted = LAB.make_queries(state)
    assert [wanted[f"keep {slot}"].model for slot in (0, 1)] == ["live 1 AE @ 3", "live 1 VAE @ 3"]
    stems = [wanted[f"keep {slot}"].file_stem for slot in (0, 1)]
    assert stems[0].endswith("epoch-3.0-ae")
    assert stems[1].endswith("epoch-3.0-vae")
    results = stage.answered(trained(shelf, t=3.0))
    for slot, stem in enumerate(stems):
        results.put(f"keep {slot}", SaveMomentValue(stem))
    assert f"Kept as {stems[0]} and {stems[1]}" in stage.texts(LAB.make_view(state, results))


def test_a_training_of_one_model_is_not_shown_as_two(shelf):
    state = stage.play(stage.begin(shelf, "learn"), Set("source", "live"), Set("start"))
    shelf.timelines.put(stage.make_timeline("live 1", "live", shelf["first"], curves=True))
    state = stage.play(state, TrainingUpdate(1, "live 1", stage.MOMENTS, 1.0), Set("source", "pair"))
    assert state.displayed_models == ()
    assert LAB.request_training(state) is None
    state = stage.play(state, Key("space"))
    assert isinstance(LAB.request_training(state).settings, PairSettings)
