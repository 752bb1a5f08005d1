"""The form of a new map: by keys and by mouse, and what cannot be made is said before it is tried."""

import re
from dataclasses import replace

import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.atlas.projection import UMAP
from latent_explorer.atlas.tsne_umap import UMAP_MISSING
from latent_explorer.scene import map_menu
from latent_explorer.scene.controls import Number
from latent_explorer.scene.events import Key, Set
from latent_explorer.shell import toolbar
from tests.scene.maps import PCA13, add_map, draw, find_control
from tests.stage import begin, play, texts


def form(state, *actions):
    return play(state, Key("P"), *actions)


def test_everything_can_be_said_with_the_keyboard(world):
    state = form(begin(world), Key("1"), Key("2"), Key("tab"), Key("4"), Key("e"), Key("return"))
    assert state.map_task.form is None
    assert state.map_task.in_progress.spec == MapSpec("tsne", perplexity=12, seed=4, metric="cosine")
    assert state.map_task.in_progress.models == ("first",)


def test_everything_can_be_said_with_the_mouse(world):
    state = form(begin(world), Set("new map", "pca"))
    up = find_control(state, "up")
    state = play(state, Set("up", up.step_value(1)), Set("make map"))
    assert state.map_task.in_progress.spec == PCA13


@pytest.mark.parametrize("name", ["escape", "P"])
def test_the_form_closes_without_a_map(world, name):
    before = begin(world)
    assert play(form(before), Key(name)) == before
    assert play(form(before), Set("close map")) == before


def test_no_key_of_the_labs_acts_while_the_form_is_open(world):
    state = form(begin(world))
    for name in ("m", "n", "c", "d", "s", "a", "home"):
        assert play(state, Key(name)) == state
    assert play(state, Key("t")).preferences.theme == "light"
    assert play(state, Key("f1")).overlay.help


def test_the_keyboard_goes_round_the_numbers(world):
    state = form(begin(world))
    assert [one.name for one in toolbar.list_controls(state) if isinstance(one, Number)] == ["perplexity", "seed"]
    assert play(state, Key("tab")).map_task.form.focus == "seed"
    assert play(state, Key("tab"), Key("tab")).map_task.form.focus == "perplexity"
    assert play(state, Key("p")).map_task.form.focus == "across"  # PCA has no perplexity
    typed = play(state, Key("1"), Key("5"), Key("backspace"))
    assert typed.map_task.form.spec.perplexity == 1
    assert play(typed, Key("up")).map_task.form.spec.perplexity == 2
    for down in ("down", "-"):
        assert play(typed, Key("up"), Key("+"), Key(down)).map_task.form.spec.perplexity == 2
    assert play(state, Set("seed")).map_task.form.focus == "seed"


def test_what_cannot_be_made_is_one_line_and_the_form_stays(world):
    state = form(begin(world), Key("9"), Key("9"))
    shown = texts(draw(state))
    state = play(state, Key("return"))
    assert state.status.message in shown
    assert re.findall(r"\d+", state.status.message) == ["99", "60", "2", "19"]
    assert state.map_task.form is not None
    assert state.map_task.in_progress is None
    same = form(begin(world), Set("new map", "latent"), Set("up", 1), Set("make map"))
    assert "axes 1-1" in same.status.message


def test_a_missing_library_is_said_with_the_way_to_get_it(world, monkeypatch):
    monkeypatch.setattr(UMAP, "is_installed", staticmethod(lambda: False))
    state = form(begin(world), Set("new map", "umap"))
    assert UMAP_MISSING in texts(draw(state))
    assert UMAP_MISSING in play(state, Set("make map")).status.message


def test_a_map_that_is_there_is_shown_at_once(own_world):
    name = add_map(own_world, "first", PCA13)
    state = form(begin(own_world), Set("new map", "pca"), Set("up", 3), Set("make map"))
    assert state.map_task.in_progress is None
    assert state.view.map_name == name
    assert find_control(state, "map").options[-2] == (name, "PCA 1-3")


@pytest.mark.parametrize("method", ["tsne", "pca", "latent"])
def test_the_form_offers_a_map_that_is_not_there_yet(own_world, method):
    offered = set()
    for _ in range(3):
        opened = play(begin(own_world), Key("P"), Set("new map", method))
        spec = opened.map_task.form.spec.normalised
        assert spec.method == method
        assert play(opened, Key("return")).map_task.in_progress.spec == spec
        assert spec not in offered
        offered.add(spec)
        add_map(own_world, "first", spec)
        again = opened.put(replace(opened.map_task, form=replace(opened.map_task.form, spec=spec)))
        assert spec.title in map_menu.choose_hint(again, "")
