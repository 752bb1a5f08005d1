"""Loads user images that are dropped on the window, chosen in a dialog or pasted.

They are read in a thread, so that a large photo does not block the window.
"""

import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pygame

from latent_explorer import files
from latent_explorer.errors import LatentExplorerError
from latent_explorer.scene.events import Action, Dropped, Opening, Refused

PASTED = "the clipboard"
EMPTY = "There is no picture in the clipboard: copy one first, or drop a file on the window."
NO_TOOL = "Reading pictures from the clipboard needs xclip (X11) or wl-clipboard (Wayland): install it, or drop a file."
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "avif", "jp2", "ppm", "pgm", "ico", "tga")
"""File types that the dialog offers; a dropped file is read whatever its suffix."""

Read = Callable[[], "Action | None"]
"""A task of the reader thread. It returns None if the window's thread has to ask pygame's clipboard instead."""


class Opener:
    """Reads user images in threads. All public methods are for the window's thread; only the newest request counts."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._stamp = 0
        self._done: list[Action] = []
        self._asked = False
        """Whether the window's thread has to ask pygame's clipboard."""
        self._threads: list[threading.Thread] = []

    def open(self, paths: Sequence[str], note: str = "") -> None:
        """Start reading the first of `paths`; `note` is shown with it."""
        first = paths[0]
        name = files.printable(Path(first).name or first)
        if len(paths) > 1:
            note = f"{len(paths)} files arrived; one at a time is allowed: {name} is shown."
        self._start(name, lambda: _read(first, note))

    def paste(self) -> None:
        """Start reading the clipboard: an image, or a file by its name."""
        self._start(PASTED, _pasted)

    def take(self) -> list[Action]:
        """Return the actions that have arisen since the last call."""
        with self._lock:
            done, self._done = self._done, []
            asked, self._asked = self._asked, False
        if asked:
            self._start(PASTED, _of_window())
        return done

    def finish(self, timeout: float = 60.0) -> None:
        """Wait until every request is answered."""
        for thread in self._threads:
            thread.join(timeout)
        if self._asked:
            self._asked = False
            self._start(PASTED, _of_window())
            self.finish(timeout)

    def _start(self, name: str, read: Read) -> None:
        with self._lock:
            self._stamp += 1
            stamp = self._stamp
            self._done.append(Opening(name))
        self._threads = [one for one in self._threads if one.is_alive()]
        thread = threading.Thread(target=self._work, args=(stamp, read), name="opener", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, stamp: int, read: Read) -> None:
        try:
            done = read()
        except LatentExplorerError as error:
            done = Refused(str(error))
        except Exception as error:  # whatever a file or a clipboard holds, the window shows the error
            done = Refused(f"{type(error).__name__}: {error}")
        with self._lock:
            if stamp == self._stamp and done is None:
                self._asked = True
            elif stamp == self._stamp and done is not None:
                self._done.append(done)
        self._wake()


def _read(path: str, note: str) -> Action:
    from latent_explorer.user_image import read_image

    return Dropped(read_image.read(path), note)


def _pasted() -> Action | None:
    """Read the clipboard with Pillow (on Linux through wl-paste or xclip). Return None if pygame has to be asked."""
    from PIL import ImageGrab

    from latent_explorer.user_image import read_image

    try:
        found: Any = ImageGrab.grabclipboard()
    except (NotImplementedError, OSError, ValueError):  # no clipboard tool, or no image in the clipboard
        return None
    if isinstance(found, list) and found:
        return _read(found[0], "")
    return None if found is None or isinstance(found, list) else Dropped(read_image.from_image(found, PASTED))


def _of_window() -> Read:
    """Return a task that reads the file named by the clipboard's text; pygame cannot read images from it."""
    try:
        named = _named(pygame.scrap.get_text()) if pygame.scrap.has_text() else ""
    except pygame.error:
        named = ""
    if named:
        return lambda: _read(named, "")
    without = sys.platform.startswith("linux") and not any(map(shutil.which, ("wl-paste", "xclip")))
    return lambda: Refused(NO_TOOL if without else EMPTY)


def _named(text: str) -> str:
    """Return the path of the file that `text` or its first URI names; empty if there is no such file."""
    lines = [line.strip("\0\r\n ") for line in text.splitlines() if not line.startswith("#")]
    if not lines or not lines[0]:
        return ""
    address = urlparse(lines[0])
    path = unquote(address.path) if address.scheme == "file" else lines[0]
    try:
        return path if Path(path).is_file() else ""
    except (OSError, ValueError):  # not a valid file name
        return ""
