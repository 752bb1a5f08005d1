"""Session files: the state of the window in one JSON file, and the last one, which is kept in the user's own folder.

Checkpoints are kept by name and, where they do not ship with the program, by their path, relative to the file.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError, LatentExplorerError, WorkError
from latent_explorer.scene.state import State
from latent_explorer.shell import session

SUFFIX = ".json"
MOST_FILES = 64  # checkpoints that a session may name by their paths
LARGEST = 64 * 2**20
"""Bytes of a file; more than any session has."""


def last_path() -> Path:
    """Where the last session is kept."""
    return platformdirs.user_data_path("latent_explorer") / f"last-session{SUFFIX}"


def folder() -> Path:
    """Where the user is."""
    try:
        return Path.cwd()
    except OSError:  # it has been removed
        return Path.home()


def save(state: State, library: Mapping[str, Any]) -> tuple[Path, str]:
    """Write the state to a new file in the current folder or, where that cannot be written, in the user's documents or
    data; its path, and what could not be kept in a line."""
    refused: LatentExplorerError | None = None
    for place in (folder(), platformdirs.user_documents_path(), last_path().parent):
        text, lost = written(state, library, place)
        try:
            if place == last_path().parent:
                place.mkdir(parents=True, exist_ok=True)
            return files.write_new(place, files.stem(), SUFFIX, text), lost
        except OSError as error:
            refused = refused or WorkError(f"{place}: cannot be written: {error.strerror or error}")
        except WorkError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def written(state: State, library: Mapping[str, Any], beside: Path) -> tuple[bytes, str]:
    """The text of a file in the folder `beside`, and what could not be kept in a line."""
    kept, lost = session.document(state, _paths(library, beside))
    text = json.dumps(kept, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode("utf-8", "replace"), "; ".join(lost)


def opened(path: Path, state: State, library: Mapping[str, Any]) -> State:
    """`state` with what the file holds; its message says what did not fit. Raises `InputError` where nothing does."""
    data = read(path)
    names: dict[str, str] = {}
    trouble = []
    for name, place in list(session.files(data).items())[:MOST_FILES]:
        try:
            names[name] = _named(name, place, path.parent, library)
        except InputError as error:
            trouble.append(str(error))
    found = session.restored(state, session.renamed(data, names), library)
    line = "; ".join(part for part in (*trouble[:1], found.line) if part)
    return replace(found.state, message=f"{path.name}: {line}" if line else "")


def read(path: Path) -> session.Document:
    """The document of a file, its version checked; an `InputError` says what it is instead."""
    name = files.printable(path.name)
    try:
        if path.is_dir():
            raise InputError(f"{name}: a folder arrived; a session file is allowed")
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise InputError(f"{name}: more than {LARGEST >> 20} MiB arrived; a session file is smaller")
    try:
        data = json.loads(raw)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: damaged at line {error.lineno}: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, ValueError) else "nested too deeply"
        raise InputError(f"{name}: this is no session file: {reason[:80]}") from None
    return session.check(data, name)


def keep_last(state: State, library: Mapping[str, Any]) -> None:
    """Keep the state for the next start; where that cannot be, the end of the window is not held up by it."""
    with suppress(LatentExplorerError, OSError, TypeError):
        path = last_path()
        files.write(path, written(state, library, path.parent)[0], private=True)


def is_there() -> bool:
    """Whether there is a last session that this version reads."""
    try:
        read(last_path())
    except (InputError, OSError):
        return False
    return True


# -- inside -------------------------------------------------------------------------------------------


def _paths(library: Mapping[str, Any], beside: Path) -> dict[str, str]:
    """Of the checkpoints that do not ship with the program, relative to `beside` where that is possible."""
    if not isinstance(library, Library):
        return {}
    shipped = set(checkpoint.names())
    found = {}
    for name, path in library.paths().items():
        if name in shipped and path.parent == checkpoint.find(name).parent:
            continue
        try:
            found[name] = os.path.relpath(path.resolve(), beside.resolve())
        except (ValueError, OSError):  # another drive
            found[name] = str(path.absolute())
    return found


def _named(name: str, place: str, beside: Path, library: Mapping[str, Any]) -> str:
    """What the checkpoint of a path is called here; the library learns of it where it did not know it."""
    path = beside / place
    if isinstance(library, Library) and path.suffix == checkpoint.SUFFIX and path.is_file():
        return library.add(path)
    return name  # perhaps one of that name is here all the same
