"""The search field: it has the keyboard, shows what it found, and goes there."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.labs import LABS
from latent_explorer.scene.events import DoubleClick, Key, Move, Press, Scroll, Set
from latent_explorer.scene.items import Marker, Panel, Text
from latent_explorer.shell import search
from tests.stage import World, begin, play


@pytest.fixture
def world(tiny):
    return World({"first": tiny, "second": tiny})


@pytest.fixture
def state(world):
    return play(begin(world, lab="explore"), Key("ctrl f"))


def test_ctrl_f_opens_and_closes_the_field(state):
    assert state.search.text == ""
    assert play(state, Key("ctrl f")).search.text is None
    assert play(state, Key("escape")).search.text is None


def test_keys_type_and_do_nothing_else(state):
    typed = play(state, *(Key(name, name) for name in "tom"), Key("space", " "), Key("7", "7"), Key("backspace"))
    assert typed.search.text == "tom "
    assert typed.preferences == state.preferences
    assert typed.view == state.view
    assert typed.drawing == state.drawing


def test_what_is_typed_may_be_of_any_script(state):
    assert play(state, Key("g", "п"), Key("z", "я")).search.text == "пя"


def test_enter_goes_from_sample_to_sample_of_the_class(state, world):
    at, dots = play(state, Key("3", "3"), Key("return")), []
    for _ in range(3):
        dots.append(at.pointer.hover.dot)
        at = play(at, Key("return"))
    assert len(set(dots)) == 3
    assert (world["first"].labels[dots] == 3).all()


def test_after_all_samples_the_first_comes_again(state, world):
    count = int((world["first"].labels == 3).sum())
    at = play(state, Key("3", "3"), Key("return"))
    again = play(at, *[Key("return")] * count)
    assert again.pointer.hover.dot == at.pointer.hover.dot


def test_the_samples_of_the_match_are_ringed(state, world):
    items = search.make_items(play(state, Key("3", "3")), LABS["explore"])
    assert sum(isinstance(one, Marker) for one in items) == (world["first"].labels == 3).sum()


def test_a_press_on_a_row_goes_there_and_one_elsewhere_closes(state):
    field = next(one.rect for one in search.make_items(state, LABS["explore"]) if isinstance(one, Panel))
    row = (field.x + 40, field.y + field.height * 3 // 2 // 9)
    pressed = play(state, Press(row))
    assert pressed.search.visited == 1
    assert play(pressed, Press(row)).search.visited == 2, "the list stays under the mouse"
    assert play(pressed, Move((row[0] + 1, row[1])), Scroll(row, 3.0), DoubleClick(row)) == pressed
    assert play(state, Press((field.right + 60, field.bottom + 60))).search.text is None


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1366, 768)])
@pytest.mark.parametrize("lab", sorted(LABS))
def test_every_lab_and_size_keeps_the_field_within_its_map(world, lab, size):
    state = play(
        begin(world, lab=lab, size=size), Key("ctrl f"), Key("1", "1"), Key("down"), Key("return"), Key("return")
    )
    maps = LABS[lab].get_layout(state).maps
    for one in search.make_items(state, LABS[lab]):
        if isinstance(one, Panel):
            assert any(one.rect.x >= rect.x and one.rect.right <= rect.right for rect in maps)
            assert any(one.rect.y >= rect.y and one.rect.bottom <= max(rect.bottom, rect.y + 56) for rect in maps)


def test_equal_codes_do_not_zoom_without_end(tiny):
    equal = copy.deepcopy(tiny)
    equal.atlas.xy[:] = np.float32(0.5)
    at = play(begin(World({"first": equal}), models=("first",)), Key("ctrl f"), Key("1", "1"), Key("return"))
    assert np.isfinite(at.get_camera(0).zoom)


def test_with_the_help_page_or_a_form_over_it_the_keys_are_theirs(state):
    helped = play(state, Key("f1"), Key("t", "t"))
    assert helped.search.text == ""
    assert not play(helped, Key("escape")).overlay.help
    assert play(state, Set("theme", "light")).search.text is None


def test_a_hidden_class_is_shown_when_it_is_found(world):
    hidden = play(begin(world, lab="explore"), Key("3"), Key("ctrl f"), Key("3", "3"), Key("return"))
    assert hidden.view.hidden == frozenset()
    assert world["first"].labels[hidden.pointer.hover.dot] == 3


def test_the_next_page_of_a_lesson_begins_without_it(state):
    assert state.turn_to(begin(state.library)).search.text is None


def test_numbers_are_found_and_a_line_says_what_can_be_searched(tiny):
    turns = Attribute(np.linspace(-1, 1, len(tiny.latents)).astype(np.float32))
    own = replace(tiny, attributes={"turn": turns})
    world = World({"first": own, "second": own})
    state = play(begin(world, lab="explore"), Key("ctrl f"))
    assert any("turn" in one.text for one in search.make_items(state, LABS["explore"]) if isinstance(one, Text))
    typed = play(state, Key("t", "t"), Key("tab"), *(Key("x", letter) for letter in ">0.9"))
    assert typed.search.text == "turn >0.9"
    at = play(typed, Key("return"))
    assert turns.values[at.pointer.hover.dot] > 0.9
    wrong = play(typed, Key("x", "x"))
    lines = [one.text for one in search.make_items(wrong, LABS["explore"]) if isinstance(one, Text)]
    assert any("0.9x" in line for line in lines[1:])
    assert play(wrong, Key("return")).pointer == wrong.pointer
