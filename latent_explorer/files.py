"""Atomic writing of files, and file names as printable text."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from latent_explorer.errors import InputError, WorkError


def _read_umask() -> int:
    """Return the process umask; the system can only report it while setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


UMASK = _read_umask()  # read once at import, before other threads write files


def to_printable(name: str) -> str:
    """Return a file name as text, with `?` for bytes that are not UTF-8 and for control characters."""
    return "".join(c if c.isprintable() else "?" for c in name)


def saved_message(path: Path) -> str:
    """Return the one-line message that says where `path` was saved, with the home folder as ~."""
    folder = path.parent.absolute()
    with suppress(ValueError, RuntimeError):  # it is outside the home folder, or the home folder is unknown
        folder = Path("~") / folder.relative_to(Path.home())
    return to_printable(f"Saved in {folder}: {path.name}")


def check_writable(path: Path, option: str) -> None:
    """Create the folder of `path`; raise `InputError` that names `option` if `path` cannot be written."""
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
    """Write to a temporary file beside `path` and rename it; raise `WorkError` if that fails.

    A killed process or a full disk leaves the old file unchanged. With `private` no other user of the machine may read
    the file.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # a short prefix, since one built from the file's name could be too long for the file system
        descriptor, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # the usual mode of a new file; the temporary one is readable by its owner only
            os.chmod(temporary, 0o666 & ~UMASK)
        os.replace(temporary, path)
    except OSError as error:
        raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_new(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Write a new file under the first free name, `stem` or `stem`-2 and so on; raise `WorkError` if that fails."""
    path = reserve_name(folder, stem, suffix)
    try:
        write(path, data)
    except WorkError:
        path.unlink(missing_ok=True)
        raise
    return path


def reserve_name(folder: Path, stem: str, suffix: str) -> Path:
    """Create an empty file under the first free name and return its path, so that no one else takes the name."""
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


def make_timestamp_stem() -> str:
    """Return a file name stem with the current time, for files that the window writes."""
    return time.strftime("latent-explorer-%Y%m%d-%H%M%S")
