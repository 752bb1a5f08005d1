"""Files and folders that are not finished: each is locked by the process that makes it.

A process that is killed cannot delete what it was making. The next one that writes to the same folder does, since the
lock of the other ended with it.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be deleted
    fcntl = None

PREFIX = ".writing-"  # short, since one built from the file's name could be too long for the file system
MIN_AGE = 10.0  # seconds below which nothing is deleted: it may have been made and not locked yet
MAX_AGE = 3600.0  # seconds after which a file is abandoned where the file system knows no locks
searched_folders: set[Path] = set()
"""Folders that this process has searched for abandoned files."""


@contextmanager
def make_file(folder: Path, suffix: str = "") -> Iterator[tuple[IO[bytes], Path]]:
    """Yield a new file in `folder`, open and readable by its owner only, and its path. At the end it is deleted unless
    it was moved."""
    if folder not in searched_folders:
        searched_folders.add(folder)
        delete_abandoned(folder)
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=suffix, dir=folder)
    path = Path(name)
    lock = _lock_again(descriptor)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    finally:
        with suppress(OSError):  # on a disk that lets nothing be deleted; the next process deletes it
            path.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def delete_abandoned(folder: Path) -> None:
    """Delete the files that processes which ended left unfinished in `folder`."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if _is_abandoned(Path(entry.path), without_locks=MAX_AGE):
                        os.unlink(entry.path)


class ScratchFolder:
    """A temporary folder that lasts until `delete`, or until its process ends and another one makes such a folder."""

    def __init__(self, prefix: str) -> None:
        """Make the folder; no other kind of folder may begin with `prefix`. Raise `OSError` if that fails."""
        for old in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            with suppress(OSError):
                if not old.is_symlink() and old.is_dir() and _is_abandoned(old, without_locks=float("inf")):
                    shutil.rmtree(old, ignore_errors=True)
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._lock: int | None = None
        if fcntl is not None:
            descriptor = os.open(self.path, os.O_RDONLY)
            self._lock = _lock_again(descriptor)
            os.close(descriptor)

    def delete(self) -> None:
        """Delete the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _lock_again(descriptor: int) -> int | None:
    """Lock the file of `descriptor`; return a second descriptor, which holds the lock when the first one is closed."""
    if fcntl is None:
        return None
    with suppress(OSError):  # a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return os.dup(descriptor)


def _is_abandoned(path: Path, *, without_locks: float) -> bool:
    """Return True if no process makes `path` any more; where there are no locks, if it is older than that."""
    age = time.time() - path.stat().st_mtime
    if age < MIN_AGE:
        return False
    if fcntl is None:
        return age > without_locks
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return age > without_locks
    finally:
        os.close(descriptor)
    return True
