"""Where one stopped in each lesson, kept for the next start beside the last session."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from latent_explorer import file_lock, files
from latent_explorer.config import schema
from latent_explorer.errors import InputError, LatentExplorerError
from latent_explorer.scene.lesson_list import FINISHED
from latent_explorer.ui.window import session_file

KIND, VERSION = "latent_explorer lessons", 1
MAX_LESSONS = 100
"""Lessons that are remembered, the latest ones."""
MAX_BYTES = 2**20
LOCK_SECONDS = 1.0  # that another window has to write the file


def get_path() -> Path:
    return session_file.get_last_session_path().with_name("lessons.json")


def read(path: Path) -> dict[str, int]:
    """Return the pages at which one stopped; none if there is no file. Raise `InputError` for a broken one."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror or error}") from None
    try:
        data = json.loads(raw[:MAX_BYTES])
        if not isinstance(data, dict) or data.get(KIND) != VERSION:
            raise ValueError
        pages: dict[str, int] = schema.decode(dict[str, int], data.get("stopped"), "stopped")
    except (InputError, ValueError, RecursionError):
        raise InputError(f"{path.name} is broken: where you stopped in each lesson is forgotten.") from None
    known = {name: page for name, page in pages.items() if 0 < page <= FINISHED}
    return dict(list(known.items())[-MAX_LESSONS:])


def write(path: Path, stopped: Mapping[str, int], before: Mapping[str, int]) -> None:
    """Keep the pages that are not as they were `before` for the next start, beside those of other windows; ignore
    errors, so that the lesson goes on."""
    changed = {name: page for name, page in stopped.items() if before.get(name) != page}
    with suppress(LatentExplorerError, OSError), file_lock.hold(path, seconds=LOCK_SECONDS):
        pages: dict[str, int] = {}
        with suppress(InputError):
            pages = {name: page for name, page in read(path).items() if name not in changed}
        latest = dict(list({**pages, **changed}.items())[-MAX_LESSONS:])
        files.write(path, json.dumps({KIND: VERSION, "stopped": latest}).encode(), private=True)
