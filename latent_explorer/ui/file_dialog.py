"""The dialog in which a picture file is chosen: pygame_gui's own, over everything else while it is open."""

from pathlib import Path

import pygame
import pygame_gui
from pygame_gui.windows import UIFileDialog

from latent_explorer.ui import theme

SUFFIXES = {"png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "avif", "jp2", "ppm", "pgm", "ico", "tga"}


class FileDialog:
    """While it is open it takes every event of mouse and keys."""

    def __init__(self) -> None:
        self._manager: pygame_gui.UIManager | None = None
        self._dialog: UIFileDialog | None = None
        self._folder = str(Path.home() if Path.home().is_dir() else Path.cwd())

    @property
    def is_open(self) -> bool:
        return self._dialog is not None

    def open(self, size: tuple[int, int], theme_name: str, unit: float) -> None:
        """In the middle of a window of `size`, in the folder that was last chosen from."""
        self._manager = pygame_gui.UIManager(size, theme_path=theme.widgets(theme_name, unit))
        wide, high = min(size[0], max(260, round(620 * unit))), min(size[1], max(300, round(520 * unit)))
        place = pygame.Rect(0, 0, max(260, wide), max(300, high))
        place.center = (size[0] // 2, size[1] // 2)
        self._dialog = UIFileDialog(
            place,
            self._manager,
            window_title="Open a picture",
            allowed_suffixes=SUFFIXES | {one.upper() for one in SUFFIXES},
            initial_file_path=self._folder,
            allow_existing_files_only=True,
        )
        self._dialog.delete_button.hide()  # type: ignore[no-untyped-call]  # a demonstration must not be able to delete a user's files

    def close(self) -> None:
        self._dialog = self._manager = None

    def process(self, event: pygame.event.Event) -> str:
        """Let it see an event; the path of the file that was chosen by it, else empty."""
        if self._manager is None or self._dialog is None:
            return ""
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            self.close()
            return ""
        self._manager.process_events(event)
        if event.type == pygame_gui.UI_FILE_DIALOG_PATH_PICKED:
            self._folder = str(Path(event.text).parent)
            self.close()
            return str(event.text)
        if event.type == pygame_gui.UI_WINDOW_CLOSE and event.ui_element is self._dialog:
            self.close()
        return ""

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        if self._manager is not None:
            self._manager.update(seconds)
            self._manager.draw_ui(surface)
