"""Slices: a field says once whether a session keeps it and whether a page of a lesson sets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from latent_explorer.scene.slice import Slice, kept


@dataclass(frozen=True)
class Look(Slice):
    name: ClassVar[str] = "look"
    theme: str = kept("dark", session="colours")
    shown: bool = kept(True, session="shown", lesson=True)
    cameras: Mapping[str, int] = kept(dict, lesson=True)
    hover: int = 0


def test_a_session_keeps_fields_by_keys_of_its_own():
    assert Look.list_session_keys() == {"colours": "theme", "shown": "shown"}


def test_a_page_of_a_lesson_sets_its_fields_and_leaves_the_users():
    own, page = Look("light", True, {"a": 1}, 5), Look("dark", False, {}, 0)
    assert own.turn_to(page) == Look("light", False, {}, 5)
    assert page.turn_to(own) == Look("dark", True, {"a": 1}, 0)


def test_each_slice_has_a_mapping_of_its_own():
    assert Look().cameras == {}
    assert Look().cameras is not Look().cameras
