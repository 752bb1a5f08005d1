"""The slices of the state: all of them are in it, and what a page of a lesson sets arrives in every one."""

from dataclasses import fields, replace
from typing import Any

import pytest

from latent_explorer.scene import state_slices
from latent_explorer.scene.slice import Slice
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import SLICES
from tests.stage import begin

OWN = [
    one for one in vars(state_slices).values() if isinstance(one, type) and issubclass(one, Slice) and one is not Slice
]


def list_fields(part: type[Slice], mark: str) -> list[str]:
    return [one.name for one in fields(part) if one.metadata.get(mark)]


def test_every_slice_is_listed_and_the_state_holds_each_by_its_name():
    assert set(SLICES) == set(OWN)
    assert len({part.name for part in SLICES}) == len(SLICES)
    defaults = {one.name: one.default_factory for one in fields(State)}
    assert all(defaults[part.name] is part for part in SLICES)


@pytest.mark.parametrize("part", [one for one in SLICES if list_fields(one, "lesson")], ids=lambda one: one.name)
def test_a_page_of_a_lesson_sets_each_field_that_says_so_and_keeps_what_a_session_alone_keeps(world, part):
    before = begin(world)
    own = getattr(before, part.name)
    set_by_page, users = list_fields(part, "lesson"), set(list_fields(part, "session"))
    other: dict[str, Any] = {name: f"{name} of the page" for name in users.union(set_by_page)}
    after = getattr(before.turn_to(before.put(replace(own, **other))), part.name)
    for name in other:
        assert getattr(after, name) == (other[name] if name in set_by_page else getattr(own, name)), name


def test_no_page_of_a_lesson_changes_how_the_user_likes_the_window(world):
    before = begin(world)
    own = replace(before.preferences, theme="light", text_scale=1.5, animate_pictures=False, language="de")
    after = before.put(own).turn_to(before).preferences
    assert after == replace(own, show_class_names=after.show_class_names, smooth_pixels=after.smooth_pixels)
