from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer import texts
from latent_explorer.data.attributes import Attribute
from latent_explorer.scene import legend
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import Language
from tests import stage


@pytest.fixture
def digits(world) -> stage.World:
    """A world whose classes are named 0 to 9."""
    return stage.World(first=replace(world["first"], class_names=tuple("0123456789")), second=world["second"])


def test_a_digit_key_means_the_class_of_that_name(digits):
    state = stage.begin(digits)
    assert [legend.find_class_of_key(key, state) for key in "0379"] == list("0379")


def test_without_such_a_name_it_means_the_place_counted_from_one(world):
    state = stage.begin(world)
    assert [legend.find_class_of_key(key, state) for key in "1230"] == ["zero", "one", "two", None]
    assert legend.find_class_of_key("4", state) is None


def test_chips_say_what_is_shown(world):
    state = stage.begin(world, hidden=frozenset({"one"}))
    chips = legend.make_chips(state, Rect(0, 60, 800, 30))
    assert [chip.text for chip in chips] == ["zero", "one", "two"]
    assert [chip.visible for chip in chips] == [True, False, True]
    assert len({chip.colour for chip in chips}) == 3


def test_a_chip_has_another_name_in_another_language_and_means_the_same_class(world):
    texts.use(Language("xx", "Brackets", translate_in=lambda context, name: f"[{name}]"))
    state, rect = stage.begin(world), Rect(0, 60, 800, 30)
    chip = legend.make_chips(state, rect)[1]
    assert chip.text == "[one]"
    assert legend.handle_click(state, chip.rect.centre, rect).view.hidden == {"one"}


@given(st.integers(0, 1500), st.integers(0, 60))
def test_chips_stay_inside_and_answer_to_a_click(width, height):
    world = CLASSES
    state = stage.begin(world)
    rect = Rect(14, 60, width, height)
    chips = legend.make_chips(state, rect)
    for chip in chips:
        assert chip.rect.x >= rect.x
        assert chip.rect.right <= rect.right + 1
        after = legend.handle_click(state, chip.rect.centre, rect)
        assert after is not None
        assert (after.view.hidden, after.view.legend_page) == (({chip.text}, 0) if chip.colour else (frozenset(), 1))
    for first, second in pairwise(chips):
        assert first.rect.right <= second.rect.x
    assert legend.handle_click(state, (rect.x + 5, rect.bottom + 1), rect) is None


def many(count: int, *, first: int = 0) -> tuple[str, ...]:
    return tuple(f"class {k}" for k in range(first, first + count))


def test_of_more_than_ten_classes_0_is_the_tenth(world):
    shelf = stage.World(first=replace(world["first"], class_names=many(30)), second=world["second"])
    state = stage.begin(shelf)
    assert [legend.find_class_of_key(key, state) for key in "190"] == ["class 0", "class 8", "class 9"]


@pytest.mark.parametrize("width", [180, 300, 600, 1200])
def test_pages_of_chips_show_every_class_once_and_come_round(world, width):
    shelf = stage.World(first=replace(world["first"], class_names=many(47)), second=world["second"])
    state, rect, seen = stage.begin(shelf), Rect(0, 60, width, 30), []
    while True:
        *chips, more = legend.make_chips(state, rect)
        assert more.colour is None
        assert more.text == f"+{47 - len(chips)}"
        if chips[0].text in seen:
            break
        seen += [chip.text for chip in chips]
        state = legend.handle_click(state, more.rect.centre, rect)
    assert seen == list(many(47))
    assert chips[0].text == "class 0"


def test_two_models_of_other_classes_share_a_legend_by_name(world):
    shelf = stage.World(
        first=replace(world["first"], class_names=("zero", "one", "two")),
        second=replace(world["second"], class_names=("two", "cat", "zero")),
    )
    state = stage.begin(shelf, "compare")
    assert list(legend.collect_classes(state, 2)) == ["zero", "one", "two", "cat"]
    assert list(legend.collect_classes(state, 1)) == ["zero", "one", "two"]
    state = state.put(replace(state.view, hidden=frozenset({"zero", "cat"})))
    assert legend.find_hidden_classes(state, 0) == {0}
    assert legend.find_hidden_classes(state, 1) == {1, 2}


CLASSES = stage.World({name: replace(one, class_names=tuple("0123456789")) for name, one in stage.make_world().items()})


@pytest.mark.parametrize("low", [-0.98, 0.01])
def test_the_name_of_a_colour_scale_has_room_whatever_its_numbers(low):
    attribute = Attribute(np.linspace(low, 0.98, 60, dtype=np.float32))
    known = replace(stage.make_model_with_attributes(), attributes={"smile": attribute})
    state = stage.begin(stage.World(known=known), "explore", models=("known", "known"), colour_by="smile")
    name, *_ = legend.make_items(state, Rect(0, 60, 900, 30))
    assert name.text == "smile"
    assert name.rect.width >= 7 * len("smile")
