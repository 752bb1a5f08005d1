"""The keys of the file dialog: what has the focus in it, and what is typed to jump to a name."""

import time

import pygame
import pygame_gui
from pygame_gui.core import UIElement
from pygame_gui.elements import UIButton, UISelectionList
from pygame_gui.windows import UIFileDialog

from latent_explorer.ui.widgets import list_selection

STEPS = {pygame.K_UP: -1, pygame.K_DOWN: 1, pygame.K_PAGEUP: -10, pygame.K_PAGEDOWN: 10}
"""Keys that select another line of the list, and how many lines further."""
ENDS = {pygame.K_HOME: -100_000, pygame.K_END: 100_000}
"""The same, where they do not move the cursor of the text."""
TYPING_SECONDS = 1.0
"""Seconds after which a letter begins another name."""


class DialogKeys:
    """The focus of one dialog: at first the list has it."""

    def __init__(self, window: UIFileDialog) -> None:
        self._window = window
        self._focused: UIElement = window.file_selection_list
        self._typed = ""
        self._typed_at = 0.0

    @property
    def focused(self) -> UIElement:
        return self._focused

    @property
    def in_text(self) -> bool:
        """Whether the line with the path has the focus: letters are written there."""
        return self._focused is self._window.file_path_text_line

    def find_line(self, event: pygame.event.Event) -> int | None:
        """Return the line of the list that a key selects; None for another key."""
        shown: UISelectionList = self._window.file_selection_list
        if event.key in STEPS:
            return list_selection.step(shown, STEPS[event.key])
        if self.in_text:
            return None
        if event.key in ENDS:
            return list_selection.step(shown, ENDS[event.key])
        letter = getattr(event, "unicode", "")
        if not letter or not letter.isprintable():
            return None
        now = time.monotonic()
        self._typed = letter if now - self._typed_at > TYPING_SECONDS else self._typed + letter
        self._typed_at = now
        lines, at = list_selection.list_lines(shown), list_selection.find_selected(shown)
        return list_selection.find_typed(lines, self._typed, at)

    def move(self, by: int) -> None:
        """Give the focus to the next part that can be used, or to the one before."""
        window = self._window
        parts: list[UIElement] = [
            window.file_selection_list, window.file_path_text_line, window.home_button, window.parent_directory_button,
            window.refresh_button, window.ok_button, window.cancel_button,
        ]  # fmt: skip
        usable = [one for one in parts if one is self._focused or getattr(one, "is_enabled", True)]
        self.give_focus(usable[(usable.index(self._focused) + by) % len(usable)])

    def give_focus(self, part: UIElement) -> None:
        line = self._window.file_path_text_line
        if part is line and not self.in_text:
            line.focus()  # type: ignore[no-untyped-call]
        elif part is not line and self.in_text:
            line.unfocus()  # type: ignore[no-untyped-call]
        self._focused = part

    def follow_mouse(self, px: tuple[int, int]) -> None:
        """Give the focus to the line of text or to the list, where the mouse is pressed."""
        line = self._window.file_path_text_line
        self.give_focus(line if line.rect.collidepoint(px) else self._window.file_selection_list)

    def make_press(self) -> pygame.event.Event | None:
        """Return the event that presses the button with the focus; None if it is no button."""
        if not isinstance(self._focused, UIButton):
            return None
        ids = {"ui_element": self._focused, "ui_object_id": self._focused.most_specific_combined_id}
        return pygame.event.Event(pygame_gui.UI_BUTTON_PRESSED, ids)
