"""A control that is given a value: lab, model, map and switches; what is not allowed changes nothing."""

import pytest

from latent_explorer.labs import LABS
from latent_explorer.labs.compare.lab import CompareState
from latent_explorer.scene import map_menu, map_panel
from latent_explorer.scene.controls import Choice, Toggle
from latent_explorer.scene.events import Key, Set
from latent_explorer.shell import toolbar
from tests import stage
from tests.stage import begin, click, play, px_of

LAB_NAMES = sorted(LABS)


def test_another_model_of_the_same_images_keeps_what_is_about_images(world):
    state = play(begin(world), *click(px_of(begin(world), stage.EMPTY)), Key("2"))
    ends = CompareState(start=11, end=29)  # images, so they hold on the map of the next model too
    after = play(state.with_lab_state("compare", ends), Set("model", "second"))
    assert after.lab_states["compare"] == ends
    assert stage.marks(after).pins == ()  # places on the map of another model
    assert after.view.hidden == state.view.hidden != frozenset()
    assert after.pointer.hover.px == state.pointer.hover.px  # the mouse is where it was
    assert after.pointer.hover.dot == map_panel.find_nearest_dot(after, 0, after.pointer.hover.xy)[1]


def test_a_model_of_other_images_starts_afresh(world):
    state = begin(world).with_lab_state("compare", CompareState(start=11, end=29))
    after = play(state, Set("model", "other"))
    assert after.lab_states["compare"] == CompareState()


@pytest.mark.parametrize(
    "action",
    [
        Set("lab", "cooking"),
        Set("model", "missing"),
        Set("model 2", "missing"),
        Set("map", "umap"),
        Set("theme", "pink"),
        Set("names", "yes"),
        Set("smooth", 2),
        Set("glide", 1),
        Set("nothing of the kind", 1),
        Set("lab"),
    ],
)
def test_an_unknown_value_changes_nothing(world, action):
    state = begin(world, "compare")
    assert play(state, action) == state


@pytest.mark.parametrize("lab", LAB_NAMES)
def test_each_control_shows_and_sets_the_state(world, lab):
    state = begin(world, lab)
    for control in toolbar.list_controls(state):
        if isinstance(control, Choice) and not control.closed_label:
            assert control.value in dict(control.options)
            for value, _ in control.options:
                if value in ("", map_menu.NEW):  # what is picked by hand; a form, which has controls of its own
                    continue
                after = play(state, Set(control.name, value))
                (again,) = [one for one in toolbar.list_controls(after) if one.name == control.name]
                assert again.value == value
        if isinstance(control, Toggle):
            after = play(state, Set(control.name, not control.value))
            (again,) = [one for one in toolbar.list_controls(after) if one.name == control.name]
            assert again.value is not control.value


def test_a_lab_that_shows_other_models_gives_those_chosen_back(world, monkeypatch):
    monkeypatch.setattr(type(LABS["cluster"]), "choose_models", lambda self, models, world: ("other", *models[1:]))
    state = begin(world, "explore", models=("second", "first"))
    there = play(state, Set("lab", "cluster"))
    assert there.models[0] == "other"
    assert play(there, Set("lab", "explore")).models[:2] == ("second", "first")
    chosen = play(there, Set("model", "first"), Set("lab", "explore"))
    assert chosen.models[0] == "first"  # what was chosen there is kept
