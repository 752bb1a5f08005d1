"""The keys of an open menu."""

import pygame
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.scene.controls import Choice
from latent_explorer.ui.widgets import menu_keys
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from tests.ui.widgets.conftest import press, show

pytestmark = pytest.mark.usefixtures("surface")

FRUIT = ("Apple", "– Banana", "✓ Blackberry", "Cherry")


@pytest.fixture
def menu() -> UIDropDownMenu:
    """An open menu of fruit, of which Banana is chosen."""
    controls = ToolbarWidgets()
    show(controls, (Choice("fruit", tuple((one, one) for one in FRUIT), FRUIT[1], "Which", menu=True),))
    (shown,) = [one for one in controls.elements if isinstance(one, UIDropDownMenu)]
    menu_keys.open_menu(shown)
    return shown


def choose(menu: UIDropDownMenu, key: int | None = None, letter: str = "") -> str | None:
    """What Enter chooses after a key."""
    if key is not None:
        assert menu_keys.press_key(menu, press(key, letter)) is None
    return menu_keys.press_key(menu, press(pygame.K_RETURN))


def test_it_opens_on_what_is_chosen(menu):
    assert menu_keys.is_open(menu)
    assert choose(menu) == FRUIT[1]


def test_arrows_go_from_line_to_line_and_stay_within_the_menu(menu):
    up, down = pygame.K_UP, pygame.K_DOWN
    keys = (down, up, up, up, pygame.K_END, down, pygame.K_HOME, pygame.K_PAGEDOWN, pygame.K_PAGEUP)
    assert [FRUIT.index(choose(menu, key)) for key in keys] == [2, 1, 0, 0, 3, 3, 0, 3, 0]


def test_a_letter_jumps_to_the_next_line_that_begins_with_it_whatever_its_mark(menu):
    assert [FRUIT.index(choose(menu, ord(one.lower()), one)) for one in "cbbBAz"] == [3, 1, 2, 1, 0, 0]


def test_a_closed_menu_takes_no_key():
    controls = ToolbarWidgets()
    show(controls, (Choice("fruit", tuple((one, one) for one in FRUIT), FRUIT[1], "Which", menu=True),))
    (shown,) = [one for one in controls.elements if isinstance(one, UIDropDownMenu)]
    assert not menu_keys.is_open(shown)
    assert menu_keys.press_key(shown, press(pygame.K_RETURN)) is None
