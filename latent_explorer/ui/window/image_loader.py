"""Loads user images that are dropped on the window, chosen in a dialog or pasted: one for the pad, several for the
gallery.

They are read in a thread, so that a large photo does not block the window.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pygame

from latent_explorer import files
from latent_explorer.engine import gallery_file
from latent_explorer.errors import InputError, LatentExplorerError, summarise
from latent_explorer.scene.events import Action, ImageLoaded, ImageLoading, ImageRejected, PicturesLoaded
from latent_explorer.texts import mark, tr, tr_count
from latent_explorer.user_image import gallery
from latent_explorer.user_image.gallery import GalleryPicture

CLIPBOARD_NAME = mark("the clipboard")
EMPTY_CLIPBOARD_MESSAGE = mark("There is no picture in the clipboard: copy one first, or drop a file on the window.")
NO_CLIPBOARD_TOOL_MESSAGE = mark(
    "Reading pictures from the clipboard needs xclip (X11) or wl-clipboard (Wayland): install it, or drop a file."
)
CLIPBOARD_SECONDS = 3.0
MAX_CLIPBOARD_LINES = 1000
MAX_LISTED_FILES = 5000
"""Of a folder that is dropped."""
SUFFIXES = ("png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "avif", "jp2", "ppm", "pgm", "ico", "tga")
"""File types that the dialog offers; a dropped file is read whatever its suffix."""

ReadTask = Callable[[], "Action | None"]
"""A task of the reader thread. It returns None if the window's thread has to ask pygame's clipboard instead."""


class ImageLoader:
    """Reads user images in threads. All public methods are for the window's thread; only the newest request counts."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._newest_request = 0
        self._finished_actions: list[Action] = []
        self._asks_window_clipboard = False
        """Whether the window's thread has to ask pygame's clipboard."""
        self._threads: list[threading.Thread] = []

    def open(self, paths: Sequence[str]) -> None:
        """Start reading a picture for the pad; or several, a folder, or a gallery's file, for the gallery."""
        name = _name(paths[0]) if len(paths) == 1 else tr("{count} files", count=len(paths))
        self._start(name, lambda: _read_paths(paths))

    def paste(self) -> None:
        """Start reading the clipboard: an image, or a file by its name."""
        self._start(tr(CLIPBOARD_NAME), _read_clipboard)

    def take_actions(self) -> list[Action]:
        """Return the actions that have arisen since the last call."""
        with self._lock:
            done, self._finished_actions = self._finished_actions, []
            asked, self._asks_window_clipboard = self._asks_window_clipboard, False
        if asked:
            self._start(tr(CLIPBOARD_NAME), _make_window_clipboard_task())
        return done

    def finish(self, timeout: float = 60.0) -> None:
        """Wait until every request is answered."""
        for thread in self._threads:
            thread.join(timeout)
        if self._asks_window_clipboard:
            self._asks_window_clipboard = False
            self._start(tr(CLIPBOARD_NAME), _make_window_clipboard_task())
            self.finish(timeout)

    def _start(self, name: str, read: ReadTask) -> None:
        with self._lock:
            self._newest_request += 1
            stamp = self._newest_request
            self._finished_actions.append(ImageLoading(name))
        self._threads = [one for one in self._threads if one.is_alive()]
        thread = threading.Thread(target=self._run, args=(stamp, read), name="opener", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, request_number: int, read: ReadTask) -> None:
        try:
            done = read()
        except LatentExplorerError as error:
            done = ImageRejected(tr(str(error)))
        except Exception as error:  # whatever a file or a clipboard holds, the window shows the error
            done = ImageRejected(f"{type(error).__name__}: {error}")
        with self._lock:
            if request_number == self._newest_request and done is None:
                self._asks_window_clipboard = True
            elif request_number == self._newest_request and done is not None:
                self._finished_actions.append(done)
        self._wake()


def _read_paths(paths: Sequence[str]) -> Action:
    """Read one picture for the pad, or all that `paths` hold for the gallery."""
    from latent_explorer.user_image import read_image

    first = Path(paths[0])
    if len(paths) == 1 and first.suffix.lower() != gallery_file.SUFFIX and not first.is_dir():
        return ImageLoaded(read_image.read(paths[0]))
    return _read_pictures(list(islice(_list_files(paths), MAX_LISTED_FILES)))


def _read_pictures(paths: Sequence[Path]) -> Action:
    """Read pictures, and galleries among them, as far as there is room in a gallery; one labelled by its folder. Raise
    the error of the first one if none can be read."""
    from latent_explorer.user_image import read_image

    pictures: list[GalleryPicture] = []
    refused: list[Exception] = []
    read = 0
    for path in paths:
        if len(pictures) >= gallery.MAX_PICTURES:
            break
        read += 1
        try:
            if path.suffix.lower() == gallery_file.SUFFIX:
                pictures += gallery_file.read(path).pictures
            else:
                image = gallery.shrink(read_image.read(path))
                pictures.append(GalleryPicture(image, path.absolute().parent.name))
        except Exception as error:  # whatever a file holds, the next one may be a picture
            refused.append(error)
    if not pictures:
        raise refused[0] if refused else InputError(tr("an empty folder arrived; pictures are allowed"))
    notes: list[str] = []
    if refused:
        counts = {"refused": len(refused), "count": len(paths)}
        notes.append(tr("{refused} of {count} files left out: {reason}", **counts, reason=tr(summarise(refused[0]))))
    if read < len(paths):
        notes.append(_say_what_is_left(len(paths) - read, is_counted=len(paths) < MAX_LISTED_FILES))
    from_folders = any(path.suffix.lower() != gallery_file.SUFFIX for path in paths)
    return PicturesLoaded(tuple(pictures), " ".join(notes), from_folders)


def _say_what_is_left(count: int, *, is_counted: bool) -> str:
    """Return a sentence on files that were not read; there may be more of them, unless `is_counted`."""
    if is_counted:
        return tr_count(
            "{count} file not read: {most} pictures are allowed.",
            "{count} files not read: {most} pictures are allowed.",
            count,
            most=gallery.MAX_PICTURES,
        )
    return tr_count(
        "at least {count} file not read: {most} pictures are allowed.",
        "at least {count} files not read: {most} pictures are allowed.",
        count,
        most=gallery.MAX_PICTURES,
    )


def _list_files(paths: Sequence[str]) -> Iterator[Path]:
    """Yield the files of `paths`; of a folder the pictures and galleries below it, class by class."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            there = (Path(folder) / name for name in sorted(names) if not name.startswith("."))
            yield from (one for one in there if one.suffix.lower().removeprefix(".") in (*SUFFIXES, "npz"))


def _name(path: str) -> str:
    return files.to_printable(Path(path).name or path)


def _read_clipboard() -> Action | None:
    """Read the clipboard with Pillow (on Linux through wl-paste or xclip). Return None if pygame has to be asked."""
    from PIL import ImageGrab

    from latent_explorer.user_image import read_image

    try:
        copied: Any = ImageGrab.grabclipboard()
    except (NotImplementedError, OSError, ValueError):  # no clipboard tool, or no image in the clipboard
        copied = None
    if copied is None and sys.platform.startswith("linux"):
        copied = [named] if (named := _find_named_file(_read_uri_list())) else None
    if copied is None:
        return None
    if isinstance(copied, list):
        return _read_paths(copied) if copied else None
    return ImageLoaded(read_image.from_image(copied, tr(CLIPBOARD_NAME)))


def _read_uri_list() -> str:
    """Return the addresses of the files that a file manager has copied; empty if there are none."""
    for command in (["wl-paste", "-n", "-t"], ["xclip", "-selection", "clipboard", "-o", "-t"]):
        try:
            done = subprocess.run([*command, "text/uri-list"], capture_output=True, timeout=CLIPBOARD_SECONDS)
        except (OSError, subprocess.SubprocessError):  # the tool is not here, or hangs
            continue
        if done.returncode == 0 and done.stdout:
            return done.stdout.decode("utf-8", "replace")
    return ""


def _make_window_clipboard_task() -> ReadTask:
    """Return a task that reads the file named by the clipboard's text; pygame cannot read images from it."""
    try:
        named = _find_named_file(pygame.scrap.get_text()) if pygame.scrap.has_text() else ""
    except pygame.error:
        named = ""
    if named:
        return lambda: _read_paths([named])
    without = sys.platform.startswith("linux") and not any(map(shutil.which, ("wl-paste", "xclip")))
    return lambda: ImageRejected(tr(NO_CLIPBOARD_TOOL_MESSAGE if without else EMPTY_CLIPBOARD_MESSAGE))


def _find_named_file(text: str) -> str:
    """Return the path of the first file that a line of `text`, a path or a URI, names; empty if there is none."""
    for line in text.splitlines()[:MAX_CLIPBOARD_LINES]:
        try:
            address = urlparse(line.strip("\0 "))
            path = unquote(address.path) if address.scheme == "file" else line.strip("\0 ")
            if path and Path(path).is_file():
                return path
        except (OSError, ValueError):  # not a valid file name
            continue
    return ""
