"""The controls without room are in a menu."""

import pygame
import pygame_gui
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.scene.controls import Button, Choice, Number, Slider, Toggle
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.widgets import overflow_menu
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from tests.ui.widgets.conftest import SAMPLE, show

pytestmark = pytest.mark.usefixtures("surface")


def test_what_finds_no_room_is_set_in_the_menu_more():
    controls = ToolbarWidgets()
    switches = tuple(Toggle(f"do {number}", f"Switch {number}", number == 3, "") for number in range(4))
    show(controls, (*switches, SAMPLE[4]), Rect(0, 0, 330, 50), (330, 400))
    assert controls.omitted == ()
    (menu,) = [one for one in controls.elements if isinstance(one, UIDropDownMenu)]
    shown = {one.text for one in controls.elements if one is not menu}
    labels = [option[0] for option in menu.options_list]
    assert labels == [f"{'✓' if one.value else '–'} {one.label}" for one in switches if one.label not in shown]
    event = pygame.event.Event(pygame_gui.UI_DROP_DOWN_MENU_CHANGED, text=labels[-1], ui_element=menu)
    assert controls.process(event) == Set("do 3", False)


def test_each_value_of_a_control_is_a_line_that_sets_it_and_says_whether_it_is_on():
    choice = Choice("fruit", (("a", "Apple"), ("b", "Banana")), "b", "Which fruit")
    menu = overflow_menu.make([choice, Toggle("ripe", "Ripe", True, ""), Button("eat", "Eat", "")])
    lines = [(label, menu.get_set(value)) for value, label in menu.options]
    assert lines == [
        ("– Apple", Set("fruit", "a")), ("✓ Banana", Set("fruit", "b")), ("✓ Ripe", Set("ripe", False)),
        ("Eat", Set("eat")),
    ]  # fmt: skip


def test_labels_that_two_controls_share_are_told_apart():
    menu = overflow_menu.make(Choice(name, (("0", "Off"), (name, name)), "0", "") for name in ("layer", "links"))
    labels = [label for _, label in menu.options]
    assert len(set(labels)) == len(labels) == 4


def test_a_number_does_not_become_lines():
    numbers = Number("count", "Count", 3, 1, 9, (1, 3, 9), ""), Slider("size", "Size", 0.5, 0.0, 2.0, "")
    assert not any(map(overflow_menu.can_hold, numbers))
