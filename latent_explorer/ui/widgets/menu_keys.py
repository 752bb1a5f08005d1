"""The keys of an open menu of the bar: arrows move, a letter jumps, Enter chooses, Esc closes."""

from typing import Any

import pygame
from pygame_gui.elements import UIDropDownMenu, UISelectionList

from latent_explorer.ui.widgets import list_selection

STEPS = {
    pygame.K_UP: -1, pygame.K_DOWN: 1, pygame.K_PAGEUP: -8, pygame.K_PAGEDOWN: 8, pygame.K_HOME: -10_000,
    pygame.K_END: 10_000,
}  # fmt: skip
ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE)
CLOSE = (pygame.K_ESCAPE, pygame.K_TAB, pygame.K_F7)


def is_open(menu: UIDropDownMenu) -> bool:
    return menu.current_state is menu.menu_states["expanded"]


def open_menu(menu: UIDropDownMenu) -> None:
    """Open a menu as a click does, with its current choice selected."""
    state: Any = menu.current_state
    state.should_transition = True
    menu.update(0.0)
    shown = _get_list(menu)
    if shown is not None and list_selection.find_selected(shown) is None and shown.item_list:
        list_selection.select(shown, 0)


def press_key(menu: UIDropDownMenu, event: pygame.event.Event) -> str | None:
    """Return the option that a key chooses in an open menu; None while nothing is chosen yet."""
    shown = _get_list(menu)
    if shown is None:
        return None
    if event.key in STEPS:
        chosen = list_selection.step(shown, STEPS[event.key])
    elif event.key in ENTER:
        at = list_selection.find_selected(shown)
        return None if at is None else list_selection.list_lines(shown)[at]
    else:
        typed = getattr(event, "unicode", "")
        lines = [_skip_mark(one) for one in list_selection.list_lines(shown)]
        at = list_selection.find_selected(shown)
        chosen = list_selection.find_typed(lines, typed, at) if typed and typed.isprintable() else None
    if chosen is not None:
        list_selection.select(shown, chosen)
    return None


def _get_list(menu: UIDropDownMenu) -> UISelectionList | None:
    state: Any = menu.current_state
    shown: UISelectionList | None = state.options_selection_list if is_open(menu) else None
    return shown


def _skip_mark(line: str) -> str:
    """Return a line of a menu without the mark that says whether it is on."""
    return line.lstrip("✓– ")
