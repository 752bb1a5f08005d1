"""Locks of files between processes; a lock ends with its process. They lie in the user's cache folder."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


@contextmanager
def hold(path: Path, *, seconds: float) -> Iterator[bool]:
    """Hold the lock of the file `path` in the `with` block; give False if another one still has it after `seconds`.

    Where there is no folder for locks, the block runs as if it had one.
    """
    from filelock import FileLock

    name = hashlib.blake2b(os.fsencode(path.resolve()), digest_size=12).hexdigest()
    folder = platformdirs.user_cache_path("latent_explorer") / "locks"
    lock, held = FileLock(folder / f"{name}.lock", timeout=seconds), True
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except TimeoutError:
        held = False
    except OSError:  # no folder for locks
        pass
    try:
        yield held
    finally:
        lock.release()
