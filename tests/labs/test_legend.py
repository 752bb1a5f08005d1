from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.labs import legend
from latent_explorer.labs.rect import Rect
from tests import stage


@pytest.fixture
def digits(world) -> stage.World:
    """A world whose classes are named 0 to 9."""
    return stage.World(first=replace(world["first"], class_names=tuple("0123456789")), second=world["second"])


def test_a_digit_key_means_the_class_of_that_name(digits):
    state = stage.begin(digits)
    assert [legend.class_of_key(key, state, digits) for key in "0379"] == [0, 3, 7, 9]


def test_without_such_a_name_it_means_the_place_counted_from_one(world):
    state = stage.begin(world)
    assert [legend.class_of_key(key, state, world) for key in "1230"] == [0, 1, 2, None]
    assert legend.class_of_key("4", state, world) is None


def test_chips_say_what_is_shown(world):
    state = stage.begin(world, hidden=frozenset({1}))
    chips = legend.chips(state, Rect(0, 60, 800, 30), world)
    assert [chip.text for chip in chips] == ["zero", "one", "two"]
    assert [chip.shown for chip in chips] == [True, False, True]
    assert len({chip.colour for chip in chips}) == 3


@given(st.integers(0, 1500), st.integers(0, 60))
def test_chips_stay_inside_and_answer_to_a_click(width, height):
    world = CLASSES
    state = stage.begin(world)
    rect = Rect(14, 60, width, height)
    chips = legend.chips(state, rect, world)
    for k, chip in enumerate(chips):
        assert chip.rect.x >= rect.x
        assert chip.rect.right <= rect.right + 1
        assert legend.class_at(state, chip.rect.centre, rect, world) == k
    for first, second in pairwise(chips):
        assert first.rect.right <= second.rect.x
    assert legend.class_at(state, (rect.x + 5, rect.bottom + 1), rect, world) is None


CLASSES = stage.World({name: replace(one, class_names=tuple("0123456789")) for name, one in stage.world().items()})
