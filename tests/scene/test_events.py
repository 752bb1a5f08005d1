"""Events: each reaches one part of the update alone, and a key is the same key whoever presses it."""

import inspect
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any, get_args

import pytest

from latent_explorer.scene import events
from latent_explorer.scene.events import Action, HandledAction, Key, Move, WindowEvent

OWN = [one for _, one in inspect.getmembers(events, inspect.isclass) if one.__module__ == events.__name__]


def flatten(union: Any) -> list[type]:
    return [kind for part in get_args(union) or (union,) for kind in (flatten(part) if get_args(part) else (part,))]


def test_each_event_is_either_of_the_window_or_handled_layer_by_layer():
    of_window, handled = flatten(WindowEvent), flatten(HandledAction)
    assert not set(of_window) & set(handled)
    assert set(OWN) <= {*of_window, *handled} == set(flatten(Action))


@pytest.mark.parametrize("kind", flatten(Action))
def test_an_event_is_a_value_that_cannot_be_changed(kind):
    assert is_dataclass(kind)
    blank = object.__new__(kind)
    name = fields(kind)[0].name if fields(kind) else "anything"
    with pytest.raises(FrozenInstanceError):
        setattr(blank, name, 1)


def test_a_key_is_the_same_key_whatever_it_types_and_whoever_presses_it():
    assert Key("a", "ä", scripted=True) == Key("a") != Key("A")
    assert hash(Key("a", "ä", scripted=True)) == hash(Key("a"))
    assert Move((1.0, 2.0), superseded=True) != Move((1.0, 2.0)), "the last move of a frame is another event"
