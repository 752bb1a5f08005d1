"""Where modules are imported from: never from the current folder, which may hold a stranger's files.

A checkout that the program is run in is no stranger's: its own folder stays. A custom network is imported from the
current folder where its package is allowed (`models.custom_network`).
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOME = str(Path(__file__).resolve().parents[1])
_environment_lock = threading.Lock()


def leave_out_current_folder() -> None:
    """Remove the current folder from `sys.path`, in whichever way it is written there."""
    sys.path[:] = _drop_current_folder(sys.path)


@contextmanager
def use_safe_child_environment() -> Iterator[None]:
    """Let Python processes that are started inside the `with` block ignore the modules of the current folder."""
    searched = os.environ.get("PYTHONPATH", "")
    safe = {"PYTHONSAFEPATH": "1"}  # as -P: the child begins with `-c`, which would search the current folder first
    if searched:  # an empty entry means the current folder
        safe["PYTHONPATH"] = os.pathsep.join(_drop_current_folder(searched.split(os.pathsep)))
    with _environment_lock:
        before = {name: os.environ.get(name) for name in safe}
        os.environ.update(safe)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def _drop_current_folder(entries: list[str]) -> list[str]:
    try:
        current = os.path.realpath(os.curdir)
    except OSError:  # the folder has been removed
        current = ""
    folders = [(entry, os.path.realpath(entry) if entry else current) for entry in entries]
    return [entry or _HOME for entry, folder in folders if folder == _HOME or (entry and folder != current)]
