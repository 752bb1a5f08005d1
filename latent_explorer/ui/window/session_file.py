"""Session files: the state of the window as JSON. The last session is saved in the user's data folder.

Checkpoints are stored by name; those that do not ship with the program also by their path, relative to the file.
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from latent_explorer import file_lock, file_stamp, files
from latent_explorer.checkpoint import checkpoint_paths
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError, LatentExplorerError, WorkError, give_reason, summarise
from latent_explorer.file_stamp import Stamp
from latent_explorer.scene.state import State
from latent_explorer.shell import session

SUFFIX = ".json"
OTHER_STEM = "session-of-another-window"
MAX_OTHERS = 8  # sessions of windows that were open at the same time
LOCK_SECONDS = 2.0  # that another window has to save its session
MAX_FILES = 64  # checkpoints that a session may name by path
MAX_BYTES = 64 * 2**20
"""Maximum size of a session file in bytes."""


def get_last_session_path() -> Path:
    """Return the path of the last session."""
    return platformdirs.user_data_path("latent_explorer") / f"last-session{SUFFIX}"


def get_current_folder() -> Path:
    """Return the current folder, or the home folder if the current one was removed."""
    try:
        return Path.cwd()
    except OSError:  # it has been removed
        return Path.home()


def save(state: State) -> tuple[Path, str]:
    """Write the state to a new file. Return its path and a line that names what could not be saved."""
    lost = ""

    def make(folder: Path) -> bytes:
        nonlocal lost
        text, lost = serialise(state, folder)
        return text

    return write_new(files.make_timestamp_stem(), SUFFIX, make), lost


def write_new(stem: str, suffix: str, make: Callable[[Path], bytes]) -> Path:
    """Write what `make` returns for a folder to a new file in the current one or, if that is not writable, in the
    user's documents or data folder. Return its path."""
    refused: LatentExplorerError | None = None
    for place in (get_current_folder(), platformdirs.user_documents_path(), get_last_session_path().parent):
        data = make(place)
        try:
            if place == get_last_session_path().parent:
                place.mkdir(parents=True, exist_ok=True)
            return files.write_new(place, stem, suffix, data)
        except OSError as error:
            refused = refused or WorkError(f"{place}: cannot be written: {error.strerror or error}")
        except WorkError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def serialise(state: State, base_folder: Path) -> tuple[bytes, str]:
    """Return the bytes of a session file in `base_folder` and a line that names what could not be saved."""
    document, lost = session.make_document(state, _collect_paths(state.library, base_folder))
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode("utf-8", "replace"), "; ".join(lost)


def restore(path: Path, state: State) -> State:
    """Return `state` updated from a file; its message names what did not fit. Raise `InputError` for no session."""
    data = read(path)
    names: dict[str, str] = {}
    trouble = []
    try:
        places = session.read_checkpoint_paths(data)
    except InputError as error:
        raise InputError(f"{files.to_printable(path.name)}: {error}") from None
    for name, place in list(places.items())[:MAX_FILES]:
        try:
            names[name] = _register_checkpoint(name, place, path.parent, state.library)
        except InputError as error:
            trouble.append(str(error))
    restored = session.restore(state, session.rename_checkpoints(data, names))
    line = "; ".join(part for part in (*trouble[:1], restored.summary) if part)
    return restored.state.with_message(f"{path.name}: {line}" if line else "")


def read(path: Path) -> session.Document:
    """Return the document of a session file of a supported version. Raise `InputError` for any other file."""
    name = files.to_printable(path.name)
    try:
        if path.is_dir():
            raise InputError(f"{name}: a folder arrived; a session file is allowed")
        with open(path, "rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None
    if len(raw) > MAX_BYTES:
        raise InputError(f"{name}: more than {MAX_BYTES >> 20} MiB arrived; a session file is smaller")
    try:
        data = json.loads(raw)
    except json.JSONDecodeError as error:
        raise InputError(f"{name}: damaged at line {error.lineno}: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        reason = ": nested too deeply" if isinstance(error, RecursionError) else give_reason(error)
        raise InputError(f"{name}: this is no session file{reason}; one saved with Ctrl+S is allowed") from None
    return session.check(data, name)


def read_stamp() -> Stamp:
    """Return the stamp of the last session."""
    return file_stamp.read(get_last_session_path())


def save_last(state: State, opened_at: Stamp) -> str:
    """Save the state for the next start. Return a line about what the user would not expect; an error is one, so that
    the window can close.

    If a window that was open beside this one has saved since `opened_at`, the stamp at the start, its session is kept
    in a file of its own."""
    path, lines = get_last_session_path(), list[str]()
    try:
        with file_lock.hold(path, seconds=LOCK_SECONDS):
            if path.is_file() and read_stamp() != opened_at:
                other = files.take_free_name(path, path.parent, OTHER_STEM, SUFFIX)
                lines.append(f"the session of another window, which this one takes the place of, is kept as {other}")
                _delete_oldest(path.parent)
            files.write(path, serialise(state, path.parent)[0], private=True)
    except (LatentExplorerError, OSError, TypeError) as error:
        reason = str(error) if isinstance(error, LatentExplorerError) else summarise(error)
        lines.append(f"the session is not kept for the next start: {reason}")
    return files.to_printable("; ".join(lines))


def _delete_oldest(folder: Path) -> None:
    """Keep the latest sessions of other windows alone."""
    others = sorted(folder.glob(f"{OTHER_STEM}*{SUFFIX}"), key=lambda one: one.stat().st_mtime_ns)
    for old in others[:-MAX_OTHERS]:
        old.unlink(missing_ok=True)


def has_last_session() -> bool:
    """Return True if there is a last session that this version reads."""
    try:
        read(get_last_session_path())
    except (InputError, OSError):
        return False
    return True


# -- inside -------------------------------------------------------------------------------------------


def _collect_paths(library: Mapping[str, Any], base_folder: Path) -> dict[str, str]:
    """Return the paths of the checkpoints that do not ship with the program, relative to `base_folder` if possible."""
    if not isinstance(library, Library):
        return {}
    shipped = set(checkpoint_paths.list_shipped())
    paths = {}
    for name, path in library.list_paths().items():
        if name in shipped and path.parent == checkpoint_paths.find(name).parent:
            continue
        try:
            paths[name] = os.path.relpath(path.resolve(), base_folder.resolve())
        except (ValueError, OSError):  # on another drive
            paths[name] = str(path.absolute())
    return paths


def _register_checkpoint(name: str, relative_path: str, base_folder: Path, library: Mapping[str, Any]) -> str:
    """Return the library's name of the checkpoint at `relative_path`, adding it to the library if it exists."""
    path = base_folder / relative_path
    if isinstance(library, Library) and path.suffix == checkpoint_paths.SUFFIX and path.is_file():
        return library.add(path)
    return name  # the library may still have a checkpoint of that name
