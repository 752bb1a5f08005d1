"""Timelines of the small made-up world: a film and a sweep."""

import pytest

from tests import stage


@pytest.fixture
def shelf() -> stage.World:
    shelf = stage.World(stage.make_world())
    shelf.requested = ("first", "second")
    shelf.timelines.put(stage.make_timeline("mine", "film", shelf["first"]))
    shelf.timelines.put(stage.make_timeline("betas", "sweep", shelf["first"], count=4))
    return shelf
