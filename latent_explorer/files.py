"""Files that are written whole or not at all, and their names as text."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from latent_explorer.errors import InputError, WorkError


def _umask() -> int:
    """What the user takes from the rights of new files; it can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


UMASK = _umask()  # once, while no other thread can be writing files


def printable(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8, line ends and the like become `?`."""
    return "".join(c if c.isprintable() else "?" for c in name)


def kept(path: Path) -> str:
    """Where a file now is, in a line: its folder, the user's own as ~, and its name."""
    folder = path.parent.absolute()
    with suppress(ValueError, RuntimeError):  # it lies elsewhere; or nobody knows where the user's folder is
        folder = Path("~") / folder.relative_to(Path.home())
    return printable(f"Saved in {folder}: {path.name}")


def check_writable(path: Path, option: str) -> None:
    """Find out before the work, not after it: raises `InputError`, which names `option`; makes the folder."""
    try:
        if path.is_dir():
            raise InputError(f"{option} {path}: a folder arrived; a file is allowed")
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            path.stat()  # raises for a name too long for the file system
        with tempfile.NamedTemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise InputError(f"{option} {path}: cannot be written there: {error.strerror or error}") from None


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write to a temporary file beside `path` and rename it; raises `WorkError` where that fails.

    A process that is killed on the way, and a disk that is full, leave the old file as it was. With `private`
    nobody else on the machine may read it.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # the prefix is short, since a name built of the file's own could be too long for the file system
        descriptor, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # as any new file would be; the temporary one is made for its owner alone
            os.chmod(temporary, 0o666 & ~UMASK)
        os.replace(temporary, path)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_new(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Write a file of a name that is free, the stem or the stem with a number; raises `WorkError` where that fails."""
    path = reserved(folder, stem, suffix)
    try:
        write(path, data)
    except WorkError:
        path.unlink(missing_ok=True)
        raise
    return path


def reserved(folder: Path, stem: str, suffix: str) -> Path:
    """An empty file of a name that was free, so that nobody else takes it while its content is being made."""
    for number in range(1, 1000):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            with open(path, "xb"):
                return path
        except FileExistsError:
            continue
        except OSError as error:
            raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from None
    raise WorkError(f"{folder / stem}{suffix}: cannot be written: a thousand files of that name are there")


def stem() -> str:
    """A name by the time, for what the window writes."""
    return time.strftime("latent-explorer-%Y%m%d-%H%M%S")
