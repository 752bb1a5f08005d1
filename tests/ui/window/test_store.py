"""The one place that replaces the state."""

from dataclasses import replace

import pytest

from latent_explorer.errors import InputError
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Move, Replace, Set
from latent_explorer.shell import update
from latent_explorer.ui.window.store import Store
from tests import stage
from tests.stage import texts


def test_an_unreadable_checkpoint_in_the_menu_is_a_message_and_the_state_is_kept(apps, shelf):
    app = apps(library=shelf)
    before = app.state
    app.act(Set("model", "torn"))
    app.frame([])
    assert app.state == before.with_message(app.state.status.message)
    assert "torn.safetensors" in texts(app.make_view())
    assert "truncated" in texts(app.make_view())
    app.act(Set("model", "twin"))
    app.frame([])
    assert app.state.models[0] == "twin"
    assert app.state.status.message == ""


@pytest.mark.parametrize("name", ["m", "M"])
def test_an_unreadable_checkpoint_met_by_key_is_a_message_too(apps, shelf, name):
    app = apps(library=shelf)
    app.act(Replace(replace(app.state, lab="compare")))
    said = ""
    for _ in range(len(shelf) + 1):
        app.act(Key(name))
        app.frame([])
        said += app.state.status.message
        assert "torn" not in app.state.models
    assert "torn.safetensors" in said


@pytest.fixture
def store(world) -> Store:
    return Store(stage.begin(world))


def test_who_listens_hears_of_every_change_but_of_the_mouse_alone(store):
    heard = []
    store.on_change.append(lambda before, after: heard.append((before.preferences.theme, after.preferences.theme)))
    store.dispatch(Set("theme", "light"))
    store.dispatch(Move((300.0, 300.0)))
    store.dispatch(Set("theme", "dark"))
    assert heard == [("dark", "light"), ("light", "dark")]


def test_effects_are_run_when_the_state_is_already_the_new_one(store):
    ran = []
    store.run_effect = lambda effect: ran.append((effect, store.state.lab))
    store.dispatch(Set("lab", "compare"))
    assert ran == []
    store.dispatch(Key("f12"))
    assert ran == [(Effect.TAKE_SCREENSHOT, "compare")]


def test_what_fails_is_a_message_over_the_state_as_it_was(store, monkeypatch):
    def fail(state, action):
        raise InputError("a\nbroken file")

    before = store.state
    monkeypatch.setattr(update, "update", fail)
    store.dispatch(Set("lab", "compare"))
    assert store.state == before.with_message(store.state.status.message)
    assert store.state.status.message.startswith("a")
    assert "\n" not in store.state.status.message


def test_what_a_listener_finds_wrong_takes_the_change_back(store):
    def refuse(before, after):
        raise InputError("not here")

    store.on_change.append(refuse)
    store.dispatch(Set("lab", "compare"))
    assert (store.state.lab, store.state.status.message) == ("explore", "not here")
