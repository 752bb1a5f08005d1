"""The open-file dialog: pygame_gui's file dialog over the whole window, with a separate UI manager."""

import warnings
from pathlib import Path

import pygame
import pygame_gui
from pygame_gui.windows import UIFileDialog

from latent_explorer.ui.render import theme

HIDDEN_PREFIX = "."
"""Prefix of hidden files, which are not listed."""
MIN_SIZE = (280, 260)
"""Minimum width and height of pygame_gui's dialog in pixels."""


class OpenDialog:
    """A modal dialog: it receives all events while it is open."""

    def __init__(
        self, size: tuple[int, int], *, title: str, suffixes: set[str], folder: Path, theme_name: str, ui_scale: float
    ) -> None:
        self.chosen: Path | None = None
        self.is_open = True
        u = max(ui_scale, 0.75)
        self._manager = pygame_gui.UIManager(size, theme_path=theme.make_widget_theme(theme_name, u))
        sides = zip(MIN_SIZE, size, (680, 520), strict=True)
        width, height = (max(least, min(side - 24, round(want * u))) for least, side, want in sides)
        rect = pygame.Rect(0, 0, width, height)
        rect.center = (size[0] // 2, size[1] // 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pygame_gui warns about fonts that it has to load
            self.window = _FileDialog(
                rect, self._manager, window_title=title, initial_file_path=str(folder), allow_existing_files_only=True,
                allowed_suffixes={*suffixes, *(one.upper() for one in suffixes)},
            )  # fmt: skip
        self.window.delete_button.hide()  # type: ignore[no-untyped-call]  # the dialog only opens files

    def process(self, event: pygame.event.Event) -> None:
        """Process an event. Afterwards `chosen` is the chosen path, if any, and `is_open` False if it is done."""
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.close()
            return
        self._manager.process_events(event)
        if getattr(event, "ui_element", None) is not self.window:
            return
        if event.type == pygame_gui.UI_FILE_DIALOG_PATH_PICKED:
            self.chosen = Path(event.text)
            self.close()
        elif event.type == pygame_gui.UI_WINDOW_CLOSE:
            self.is_open = False

    def close(self) -> None:
        self.is_open = False
        self.window.kill()  # type: ignore[no-untyped-call]

    def update(self, seconds: float) -> None:
        self._manager.update(seconds)

    def draw(self, surface: pygame.Surface) -> None:
        self._manager.draw_ui(surface)


class _FileDialog(UIFileDialog):
    """pygame_gui's file dialog without hidden files."""

    def update_current_file_list(self, should_try_again: bool = True) -> None:
        super().update_current_file_list(should_try_again)
        names = ((one, one if isinstance(one, str) else one[0]) for one in self.current_file_list)
        self.current_file_list = [one for one, name in names if not name.startswith(HIDDEN_PREFIX)]
