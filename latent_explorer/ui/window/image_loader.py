"""Pictures that are brought to the window: dropped on it, chosen in a dialog, pasted.

They are read in a thread, so that a large photo does not stop the window.
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
"""Of the files that the dialog offers; what is dropped is looked at whatever its name is."""

Read = Callable[[], "Action | None"]
"""What is done in the thread; None: the window's own clipboard is to be asked, which its thread alone may do."""


class Opener:
    """`open`, `paste` and `take`, which gives what has come of them, are for the window's thread. The newest counts."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._stamp = 0
        self._done: list[Action] = []
        self._asked = False
        """Whether the window's own clipboard is to be asked."""
        self._threads: list[threading.Thread] = []

    def open(self, paths: Sequence[str], note: str = "") -> None:
        """The first of these files; `note` is to be said of it."""
        first = paths[0]
        name = files.printable(Path(first).name or first)
        if len(paths) > 1:
            note = f"{len(paths)} files arrived; one at a time is allowed: {name} is shown."
        self._start(name, lambda: _read(first, note))

    def paste(self) -> None:
        """What is in the clipboard: a picture, or a file by its name."""
        self._start(PASTED, _pasted)

    def take(self) -> list[Action]:
        """What has happened since the last time."""
        with self._lock:
            done, self._done = self._done, []
            asked, self._asked = self._asked, False
        if asked:
            self._start(PASTED, _of_window())
        return done

    def finish(self, timeout: float = 60.0) -> None:
        """Wait until everything is read."""
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
        except Exception as error:  # whatever a file or a clipboard holds, the window shows it
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
    """Pillow asks Windows and macOS themselves, and on Linux wl-paste or xclip; without them the window is asked."""
    from PIL import ImageGrab

    from latent_explorer.user_image import read_image

    try:
        found: Any = ImageGrab.grabclipboard()
    except (NotImplementedError, OSError, ValueError):  # neither tool is here, or what is there is no picture to it
        return None
    if isinstance(found, list) and found:
        return _read(found[0], "")
    return None if found is None or isinstance(found, list) else Dropped(read_image.from_image(found, PASTED))


def _of_window() -> Read:
    """The file that the text in the clipboard names, to be read in the thread; pygame finds no pictures there."""
    try:
        named = _named(pygame.scrap.get_text()) if pygame.scrap.has_text() else ""
    except pygame.error:
        named = ""
    if named:
        return lambda: _read(named, "")
    without = sys.platform.startswith("linux") and not any(map(shutil.which, ("wl-paste", "xclip")))
    return lambda: Refused(NO_TOOL if without else EMPTY)


def _named(text: str) -> str:
    """The file that a text, or the first line of a list of addresses, names; empty where it names none."""
    lines = [line.strip("\0\r\n ") for line in text.splitlines() if not line.startswith("#")]
    if not lines or not lines[0]:
        return ""
    address = urlparse(lines[0])
    path = unquote(address.path) if address.scheme == "file" else lines[0]
    try:
        return path if Path(path).is_file() else ""
    except (OSError, ValueError):  # no name that a file could have
        return ""
