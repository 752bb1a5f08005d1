"""The Generate lab: which models, from which source, which picture is looked at, and what plays."""

from dataclasses import replace

import pytest

from latent_explorer.checkpoint import sampling
from latent_explorer.engine.results import Results
from latent_explorer.labs.generate import view
from latent_explorer.labs.generate.queries import (
    PICTURE_COUNT,
    DenoisingTrajectory,
    DenoisingTrajectoryValue,
    SampleGrid,
    SampleGridValue,
)
from latent_explorer.scene.controls import Button, Choice
from latent_explorer.scene.events import Key, Move, Press, Release, Set, TimePassed
from latent_explorer.scene.items import Image, Marker
from tests import stage
from tests.labs.generate.on_screen import LAB, count_places, opened, shown
from tests.stage import answered, click, map_rect, of_kind, play, texts


def wall_place(state, number: int, slot: int = 0):
    """The middle of a picture of a wall on the screen."""
    rect = LAB.get_layout(state).parts[f"wall {slot}"]
    film = view.make_empty_grid(state, state.lab_states["generate"].source, rect)
    return film.picture_rects[number].centre


def looked_at(state) -> int:
    return state.lab_states["generate"].picked


# -- which models -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("plain", "vae"), ("plain", "vae")),
        (("vae", "diffusion"), ("vae", "diffusion")),  # what was chosen, and has a prior, stays
        (("plain", "plain"), ("plain", "vae")),
        (("vae", "vae"), ("plain", "vae")),
        (("diffusion", "plain"), ("plain", "diffusion")),
        (("coded", "plain"), ("coded", "vae")),
        (("other", "other"), ("other", "other")),
    ],
)
def test_it_begins_with_a_model_without_a_prior_beside_one_with(shelf, before, after):
    assert LAB.choose_models(before, shelf) == after


def test_one_model_beside_itself_shows_two_sources(shelf):
    state = opened(shelf, ("other", "other"))
    wanted = LAB.make_queries(state)
    assert (wanted["wall 0"].source, wanted["wall 1"].source) == (sampling.PRIOR, sampling.MIXTURE)
    turned = LAB.make_queries(play(state, Set("source", "mixture")))
    assert (turned["wall 0"].source, turned["wall 1"].source) == (sampling.MIXTURE, sampling.PRIOR)


# -- what is drawn ------------------------------------------------------------------------------------


def test_both_walls_are_drawn_alike(shelf):
    wanted = LAB.make_queries(play(opened(shelf), Set("temperature", 0.6)))
    assert wanted["wall 0"] == SampleGrid("plain", "tsne", "prior", 0.6, 1)
    assert wanted["wall 1"] == replace(wanted["wall 0"], model="vae")


def test_a_source_that_a_model_lacks_is_its_prior(shelf):
    state = play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))
    wanted = LAB.make_queries(state)
    assert (wanted["wall 0"].source, wanted["wall 1"].source) == (sampling.PRIOR, sampling.DIFFUSION)
    assert "way 0" not in wanted
    assert isinstance(wanted["way 1"], DenoisingTrajectory)
    ways = [stage.written(shown(state), LAB.get_layout(state).parts[f"film {slot}"]) for slot in (0, 1)]
    assert [bool(said) for said in ways] == [True, False]


def test_the_sources_offered_are_those_of_the_models(shelf):
    def offered(models):
        controls = LAB.make_controls(opened(shelf, models))
        return [value for value, _ in next(one for one in controls if one.name == "source").options]

    assert offered(("plain", "vae")) == ["prior", "mixture"]
    assert offered(("plain", "diffusion")) == ["prior", "mixture", "diffusion"]
    assert offered(("coded", "vae")) == ["prior", "mixture", "codes"]


def test_a_conditional_model_is_told_a_class_and_the_other_is_not(shelf):
    state = opened(shelf, ("plain", "told"))
    menu = next(one for one in LAB.make_controls(state) if isinstance(one, Choice) and one.name == "label")
    assert [name for _, name in menu.options] == ["Each class", "zero", "one", "two"]
    wanted = LAB.make_queries(play(state, Set("label", "2")))
    assert (wanted["wall 0"].label, wanted["wall 1"].label) == (-1, 2)
    each = LAB.make_queries(play(state, Set("label", "2"), Set("label", "each")))
    assert each["wall 1"].label == -1
    assert not any(one.name == "label" for one in LAB.make_controls(opened(shelf)))


def test_again_draws_others_and_undo_brings_the_first_back(shelf):
    state = opened(shelf)
    again = play(state, Key("r"))
    first, second = (LAB.make_queries(one)["wall 0"].seed for one in (state, again))
    assert first != second
    assert LAB.make_queries(play(again, Key("z")))["wall 0"].seed == first


def test_what_is_no_temperature_or_source_changes_nothing(shelf):
    state = opened(shelf)
    for odd in (Set("temperature", -1.0), Set("temperature", 99), Set("temperature", None), Set("source", "moon")):
        assert play(state, odd).lab_states == state.lab_states


# -- looking at one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 9, 23, PICTURE_COUNT - 1])
def test_a_click_on_a_wall_looks_at_that_picture_in_both(shelf, number):
    state = opened(shelf)
    px = wall_place(state, number, 1)
    state = play(state, Press(px), Release(px))
    assert looked_at(state) == number
    results = answered(state)
    view = LAB.make_view(state, results)
    parts = LAB.get_layout(state).parts
    for slot in (0, 1):
        value = results.get_value(f"wall {slot}", SampleGridValue)
        new, real = (
            next(one for one in of_kind(view, Image) if one.rect == parts[f"{name} {slot}"]) for name in ("new", "real")
        )
        assert new.picture is value.pictures[number]
        assert real.picture is value.nearest_pictures[number]
        assert new.reveals_answer


def test_the_mouse_over_a_wall_shows_a_picture_and_leaves_the_choice(shelf):
    state = play(opened(shelf), Move(wall_place(opened(shelf), 17)))
    assert looked_at(state) == 0
    assert "new: number 18" in texts(shown(state))
    away = play(state, Move((3, 3)))
    assert "new: number 1" in texts(shown(away)).replace("number 18", "?")
    assert away.history.undo_stack == ()  # looking is nothing to undo


def test_a_click_on_the_map_looks_at_the_nearest_new_code(shelf):
    state = opened(shelf)
    results = answered(state)
    value = results.get_value("wall 1", SampleGridValue)
    xy = value.xy[11]
    state = play(state, *click(stage.px_of(state, xy, 1)))
    seen = LAB.make_view(state, results)
    marked = next(one for one in of_kind(seen, Marker) if one.clip == map_rect(state, 1) and one.colour == "accent")
    assert marked.px == pytest.approx(stage.px_of(state, xy, 1))
    assert LAB.make_queries(play(state, Key(".")))  # and on with the keyboard
    assert play(state, Key(".")).lab_states["generate"].place is None


def test_keys_go_through_the_pictures_and_around(shelf):
    state = opened(shelf)
    assert looked_at(play(state, Key("."), Key("."))) == 2
    assert looked_at(play(state, Key(","))) == PICTURE_COUNT - 1


# -- out of noise -------------------------------------------------------------------------------------


def test_it_is_played_step_by_step_and_stops_at_its_end(noisy):
    assert not LAB.is_playing(noisy)
    playing = play(noisy, Key("space"))
    assert LAB.is_playing(playing)
    results = answered(noisy)
    lengths = []
    for _ in range(4):
        lengths.append(count_places(LAB.make_view(playing, results), playing))
        playing = play(playing, TimePassed(0.9))
    assert lengths == sorted(set(lengths))
    assert lengths[0] == 2
    finished = play(playing, TimePassed(60.0))
    assert not LAB.is_playing(finished)
    assert finished.lab_states["generate"].passing.progress == 1.0
    assert finished.history.undo_stack == noisy.history.undo_stack  # what passes is nothing to undo
    stopped = play(noisy, Key("space"), TimePassed(1.0), Key("space"))
    assert not LAB.is_playing(stopped)
    assert 0 < stopped.lab_states["generate"].passing.progress < 1


def test_playing_is_offered_where_there_is_a_way(shelf, noisy):
    def offered(state):
        return any(isinstance(one, Button) and one.name == "play" for one in LAB.make_controls(state))

    assert offered(noisy)
    assert not offered(opened(shelf, ("vae", "diffusion")))
    assert not offered(play(opened(shelf), Set("source", "diffusion")))


def test_the_way_is_of_the_picture_that_was_clicked(noisy):
    px = wall_place(noisy, 12, 1)
    state = play(noisy, Press(px), Release(px))
    assert LAB.make_queries(state)["way 1"].picture_index == 12
    on_map = play(noisy, *click(map_rect(noisy, 1).centre))
    assert LAB.make_queries(on_map)["way 1"].position == pytest.approx((0.5, 0.5), abs=0.01)


# -- to be kept as a file -----------------------------------------------------------------------------


def test_the_way_out_of_noise_can_be_saved(shelf):
    state = play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))
    for key, kind in (("x", "png"), ("w", "gif"), ("y", "mp4")):
        assert play(state, Key(key)).status.pending_export == kind
    results = answered(state)
    kept = LAB.export_film(state, results)
    assert [row.title for row in kept.rows] == ["diffusion"]
    assert kept.rows[0].pictures == results.get_value("way 1", DenoisingTrajectoryValue).pictures
    assert LAB.export_film(state, Results()) is None


def test_where_nothing_comes_out_of_noise_nothing_can_be_saved(shelf):
    state = opened(shelf)
    assert not {"png", "gif", "mp4"} & {one.name for one in LAB.make_controls(state)}
    assert LAB.export_film(state, answered(state)) is None
