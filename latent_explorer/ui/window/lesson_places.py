"""Where one stopped in each lesson, and what the class voted for: kept for the next start beside the last session."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from latent_explorer import file_lock, files
from latent_explorer.config import schema
from latent_explorer.errors import InputError, LatentExplorerError
from latent_explorer.scene.lesson_list import FINISHED
from latent_explorer.scene.quiz import PageVotes, Votes
from latent_explorer.ui.window import session_file

KIND, VERSION = "latent_explorer lessons", 1
MAX_LESSONS = 100
"""Lessons that are remembered, the latest ones."""
MAX_BYTES = 2**20
NO_VOTES: Mapping[str, PageVotes] = {}
LOCK_SECONDS = 1.0  # that another window has to write the file


def get_path() -> Path:
    return session_file.get_last_session_path().with_name("lessons.json")


def read(path: Path) -> dict[str, int]:
    """Return the pages at which one stopped; none if there is no file. Raise `InputError` for a broken one."""
    pages: dict[str, int] = _load(path, "stopped", dict[str, int])
    known = {name: page for name, page in pages.items() if 0 < page <= FINISHED}
    return dict(list(known.items())[-MAX_LESSONS:])


def read_votes(path: Path) -> dict[str, PageVotes]:
    """Return the votes by lesson and page; none if there is no file, or from a broken one."""
    try:
        votes: dict[str, PageVotes] = _load(path, "votes", dict[str, dict[int, Votes]])
    except InputError:
        return {}
    return dict(list(votes.items())[-MAX_LESSONS:])


def write(
    path: Path, stopped: Mapping[str, int], before: Mapping[str, int], votes: Mapping[str, PageVotes] = NO_VOTES,
    votes_before: Mapping[str, PageVotes] = NO_VOTES,
) -> None:  # fmt: skip
    """Keep the pages and the votes that are not as they were before for the next start, beside those of other windows;
    ignore errors, so that the lesson goes on."""
    with suppress(LatentExplorerError, OSError), file_lock.hold(path, seconds=LOCK_SECONDS):
        pages: Mapping[str, int] = {}
        with suppress(InputError):
            pages = read(path)
        counted = _follow(read_votes(path), votes, votes_before)
        places = {
            "stopped": _follow(pages, stopped, before),
            "votes": schema.encode(counted, dict[str, dict[int, Votes]], "votes"),
        }
        files.write(path, json.dumps({KIND: VERSION, **places}).encode(), private=True)


# -- inside -------------------------------------------------------------------------------------------

V = TypeVar("V")


def _load(path: Path, key: str, hint: Any) -> Any:
    """Return what the file holds under a key; nothing if there is no file, or no such key in it."""
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
        return schema.decode(hint, data.get(key, {}), key)
    except (InputError, ValueError, RecursionError):
        raise InputError(f"{path.name} is broken: where you stopped in each lesson is forgotten.") from None


def _follow(kept: Mapping[str, V], now: Mapping[str, V], before: Mapping[str, V]) -> dict[str, V]:
    """Return what is kept of lessons, the latest last, with what is `now` other than `before`."""
    changed = {name: one for name, one in now.items() if before.get(name) != one}
    others = {name: one for name, one in kept.items() if name not in changed and (name in now or name not in before)}
    return dict(list({**others, **changed}.items())[-MAX_LESSONS:])
