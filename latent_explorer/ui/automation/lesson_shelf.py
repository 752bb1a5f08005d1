"""The lessons that there are, in the order of teaching: the shipped ones, then those of the current folder.

A file of the folder is listed if it looks like a lesson; one with a mistake is listed with its error.
"""

import os
import re
from pathlib import Path

from latent_explorer import file_stamp, files, resources
from latent_explorer.config import yaml_file
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp
from latent_explorer.scene.lesson_list import LessonEntry
from latent_explorer.ui.automation import lesson_files

ORDER_FILE = "order.txt"
"""Names of shipped lessons in the order of teaching, a line each; those that it does not name come after them."""
MAX_FILES = 200
"""Files of the current folder that are looked at."""
LOOKS = re.compile(r"^(title|learn|minutes|models|pages)[ \t]*:", re.MULTILINE)
MIN_KEYS = 2
"""Keys of a lesson that a file has at least if it is meant to be one; `pages` is one of them."""

_known: dict[Path, tuple[Stamp, LessonEntry]] = {}
"""What was read last of each file, and of which version."""


def list_lessons(folder: Path) -> tuple[LessonEntry, ...]:
    """Return the shipped lessons and those of `folder`; a file that did not change is not read again."""
    return (*_describe_shipped(), *(_describe(str(path), path, own=True) for path in _find_own(folder)))


def list_shipped() -> list[str]:
    """Return the names of the shipped lessons in the order of teaching."""
    order = _read_order()
    names = lesson_files.list_names()
    return sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def format_list() -> str:
    """Return the shipped lessons as text, one line each."""
    return "\n".join(f"{one.name:20} {one.length:18} {one.title}" for one in _describe_shipped())


def _describe_shipped() -> list[LessonEntry]:
    return [_describe(name, _get_folder() / f"{name}.yaml", own=False) for name in list_shipped()]


def _get_folder() -> Path:
    return resources.find_folder("assets") / "lessons"


def _read_order() -> list[str]:
    try:
        return (_get_folder() / ORDER_FILE).read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return []


def _find_own(folder: Path) -> list[Path]:
    """Return the files of a folder that look like lessons, by name; none of a folder that cannot be read."""
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix.lower() in lesson_files.SUFFIXES)
    except OSError:
        return []
    return [path for path in names[:MAX_FILES] if _looks_like_lesson(path)]


def _looks_like_lesson(path: Path) -> bool:
    if not path.is_file():  # to open a pipe would wait for whoever writes into it
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            keys = set(LOOKS.findall(file.read(yaml_file.MAX_CHARACTERS)))
    except OSError:
        return False
    return "pages" in keys and len(keys) >= MIN_KEYS


def _describe(name: str, path: Path, *, own: bool) -> LessonEntry:
    stamp = file_stamp.read(path)
    if path not in _known or _known[path][0] != stamp:
        _known[path] = stamp, _read(name, path, own=own)
    return _known[path][1]


def _read(name: str, path: Path, *, own: bool) -> LessonEntry:
    try:
        given = lesson_files.load(name).lesson
    except InputError as error:
        title = files.to_printable(path.name)
        folder = f"{path.parent}{os.sep}"  # the name alone says which file
        return LessonEntry(name, title, own=own, error=files.to_printable(str(error).replace(folder, "")))
    return LessonEntry(name, given.title, given.purpose, given.minutes, len(given.pages), own)
