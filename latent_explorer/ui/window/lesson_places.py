"""Where one stopped in each lesson, kept for the next start beside the last session."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from latent_explorer import files
from latent_explorer.config import schema
from latent_explorer.errors import InputError, LatentExplorerError
from latent_explorer.scene.lesson_list import FINISHED
from latent_explorer.ui.window import session_file

KIND, VERSION = "latent_explorer lessons", 1
MAX_LESSONS = 100
"""Lessons that are remembered, the latest ones."""
MAX_BYTES = 2**20


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


def write(path: Path, stopped: Mapping[str, int]) -> None:
    """Keep the pages for the next start; ignore errors, so that the lesson goes on."""
    latest = dict(list(stopped.items())[-MAX_LESSONS:])
    with suppress(LatentExplorerError, OSError):
        files.write(path, json.dumps({KIND: VERSION, "stopped": latest}).encode(), private=True)
