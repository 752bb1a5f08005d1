"""The open-file dialog: pygame_gui's file dialog over the whole window, with a separate UI manager."""

import os
import warnings
from pathlib import Path

import pygame
import pygame_gui
from pygame_gui.windows import UIFileDialog

from latent_explorer import files
from latent_explorer.errors import InputError
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import get_language, tr
from latent_explorer.ui.render import focus_painter, theme
from latent_explorer.ui.widgets import list_selection, widget_theme
from latent_explorer.ui.widgets.dialog_keys import DialogKeys

HIDDEN_PREFIX = "."
"""Prefix of hidden files, which are not listed."""
MIN_SIZE = (280, 320)
"""Minimum width and height of pygame_gui's dialog in pixels."""


class OpenDialog:
    """A modal dialog: it receives all events while it is open."""

    def __init__(
        self, size: tuple[int, int], *, title: str, suffixes: set[str], folder: Path, theme_name: str, ui_scale: float
    ) -> None:
        """Raise `InputError` if the window is too small for it."""
        if size[0] < MIN_SIZE[0] or size[1] < MIN_SIZE[1]:
            text = tr(
                "a window of {width}x{height} is too small to choose a file: drop it on the window",
                width=size[0], height=size[1],
            )  # fmt: skip
            raise InputError(text)
        self.chosen: Path | None = None
        self.is_open = True
        self._title = title
        u = max(ui_scale, 0.75)
        self._manager = pygame_gui.UIManager(
            size, theme_path=widget_theme.make_widget_theme(theme_name, u), starting_language=get_language().code
        )
        sides = zip(MIN_SIZE, size, (680, 520), strict=True)
        width, height = (max(least, min(side - 24, round(want * u))) for least, side, want in sides)
        rect = pygame.Rect(0, 0, width, height)
        rect.center = (size[0] // 2, size[1] // 2)
        if not os.access(folder, os.R_OK | os.X_OK):
            folder = Path.home()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pygame_gui warns about fonts that it has to load
            self.window = _FileDialog(
                rect, self._manager, window_title=title, initial_file_path=str(folder), allow_existing_files_only=True,
                allowed_suffixes={*suffixes, *(one.upper() for one in suffixes)},
            )  # fmt: skip
        self.window.delete_button.hide()  # type: ignore[no-untyped-call]  # the dialog only opens files
        self.keys = DialogKeys(self.window)
        self._theme, self._ui_scale = theme.make_theme(theme_name), u

    @property
    def folder(self) -> Path:
        """The folder that is listed."""
        return Path(self.window.current_directory_path)

    def process(self, event: pygame.event.Event) -> None:
        """Process an event. Afterwards `chosen` is the chosen path, if any, and `is_open` False if it is done. Raise
        `InputError` for a path that cannot be opened."""
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            self.show_title(self._title)  # in place of an error
        if event.type == pygame.MOUSEBUTTONDOWN:
            self.keys.follow_mouse(event.pos)
        if event.type == pygame.KEYDOWN and self._press_key(event):
            return
        if event.type == pygame_gui.UI_SELECTION_LIST_DOUBLE_CLICKED_SELECTION:
            self._open(event.text)
            return
        self._pass_on(event)

    def _pass_on(self, event: pygame.event.Event) -> None:
        """Give an event to pygame_gui's dialog, and follow what it says of itself."""
        self._manager.process_events(event)
        if getattr(event, "ui_element", None) is self.window:
            if event.type == pygame_gui.UI_FILE_DIALOG_PATH_PICKED:
                self._open(event.text)
            elif event.type == pygame_gui.UI_WINDOW_CLOSE:
                self.is_open = False

    def _press_key(self, event: pygame.event.Event) -> bool:
        """Do what a key does here; return False for a key that edits the line of text."""
        if event.key == pygame.K_ESCAPE:
            self.close()
        elif event.key == pygame.K_TAB:
            self.keys.move(-1 if event.mod & pygame.KMOD_SHIFT else 1)
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            pressed = self.keys.make_press()
            if pressed is None:
                self._open(self.window.file_path_text_line.get_text())
            else:
                self._pass_on(pressed)
        elif event.key == pygame.K_BACKSPACE and not self.keys.in_text:
            self._open(os.path.dirname(os.path.abspath(self.folder)))
        elif event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META):
            return False
        else:
            line = self.keys.find_line(event)
            if line is not None:
                self.window.select_line(line)
            return line is not None or not self.keys.in_text
        return True

    def close(self) -> None:
        self.is_open = False
        self.window.kill()  # type: ignore[no-untyped-call]

    def show_title(self, title: str) -> None:
        self.window.set_display_title(title)

    def update(self, seconds: float) -> None:
        self._manager.update(seconds)

    def draw(self, surface: pygame.Surface) -> None:
        self._manager.draw_ui(surface)
        box = self.keys.focused.rect
        focus_painter.paint(surface, Rect(box.x, box.y, box.width, box.height), None, self._theme, self._ui_scale)

    def _open(self, text: str) -> None:
        """Choose the file, or list the folder, at a path relative to the listed folder."""
        try:
            path = self.folder / files.expand(text)
            if path.is_dir():
                next(path.iterdir(), None)  # raises where it may not be read
                self.window._change_directory_path(path)
            elif path.is_file():
                self.chosen = path
                self.close()
            else:
                raise InputError(_explain(text, tr("there is no such file")))
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise InputError(_explain(text, reason)) from None


class _FileDialog(UIFileDialog):
    """pygame_gui's file dialog without hidden files. The text line holds what is selected; a path that cannot be asked
    for is one that is not there."""

    def update_current_file_list(self, should_try_again: bool = True) -> None:
        try:
            super().update_current_file_list(should_try_again)
        except OSError:  # a name that is too long, a file in place of a folder
            self.current_directory_path = self.last_valid_directory_path
        names = ((one, one if isinstance(one, str) else one[0]) for one in self.current_file_list)
        self.current_file_list = [one for one, name in names if not name.startswith(HIDDEN_PREFIX)]

    def select_line(self, chosen: int) -> None:
        """Select a line of the list."""
        self._show_selected(list_selection.select(self.file_selection_list, chosen))

    def _show_selected(self, name: str) -> None:
        self.file_path_text_line.set_text(str(Path(self.current_directory_path) / name))
        self._follow_text()

    def _follow_text(self) -> None:
        """Enable OK if the text line names a file."""
        path = Path(self.current_directory_path) / files.expand(self.file_path_text_line.get_text())
        try:
            self.current_file_path = path if path.is_file() else None
        except (OSError, ValueError):
            self.current_file_path = None
        if self.current_file_path is None:
            self.ok_button.disable()  # type: ignore[no-untyped-call]
        else:
            self.ok_button.enable()  # type: ignore[no-untyped-call]

    def _process_file_list_events(self, event: pygame.event.Event) -> None:
        if event.type == pygame_gui.UI_SELECTION_LIST_NEW_SELECTION and event.ui_element is self.file_selection_list:
            self._show_selected(event.text)

    def _process_file_path_entry_events(self, event: pygame.event.Event) -> None:
        if event.type == pygame_gui.UI_TEXT_ENTRY_CHANGED and event.ui_element is self.file_path_text_line:
            self._follow_text()


def _explain(text: str, reason: str) -> str:
    """Return one line about a path; of a long one only its end."""
    return f"{files.to_printable(text if len(text) < 120 else f'…{text[-100:]}')}: {reason}"
