"""Atomic writing of files, and file names as printable text."""

import os
import shlex
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from latent_explorer import file_lock, unfinished
from latent_explorer.errors import InputError, WorkError
from latent_explorer.texts import tr

T = TypeVar("T")


def _read_umask() -> int:
    """Return the process umask; the system can only report it while setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


LOCK_SECONDS = 10.0  # that another process has to take a name
UMASK = _read_umask()  # read once at import, before other threads write files


def to_printable(name: str) -> str:
    """Return a file name as text, with `?` for bytes that are not UTF-8 and for control characters."""
    return "".join(c if c.isprintable() else "?" for c in name)


def expand(path: str | os.PathLike[str]) -> Path:
    """Return a path as the user wrote it, with `~` as the home folder; pathlib raises for an unknown user."""
    return Path(os.path.expanduser(path))


def to_argument(path: str | os.PathLike[str]) -> str:
    """Return a path as an argument of a command that can be pasted into a shell."""
    text = os.fspath(path)
    return shlex.quote(f"./{text}" if text.startswith(("-", "~")) else text)


def make_saved_message(path: Path) -> str:
    """Return the one-line message that says where `path` was saved, with the home folder as ~."""
    folder = path.parent.absolute()
    with suppress(ValueError, RuntimeError):  # it is outside the home folder, or the home folder is unknown
        folder = Path("~") / folder.relative_to(Path.home())
    return to_printable(tr("Saved in {folder}: {name}", folder=folder, name=path.name))


def check_writable(path: Path, option: str) -> None:
    """Create the folder of `path`, and delete what was left unfinished there; raise `InputError` that names `option` if
    `path` cannot be written."""
    try:
        if path.is_dir():
            raise InputError(f"{option} {path}: a folder arrived; a file is allowed")
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.delete_abandoned(path.parent)
        with suppress(FileNotFoundError):
            path.stat()  # raises for a name too long for the file system
        tempfile.TemporaryFile(dir=path.parent).close()  # unlike a named one, a killed process leaves none
    except OSError as error:
        raise InputError(f"{option} {path}: cannot be written there: {error.strerror or error}") from None


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write to a temporary file beside `path` and rename it; raise `WorkError` if that fails.

    A killed process or a full disk leaves the old file unchanged. With `private` no other user of the machine may read
    the file.
    """
    with _report_failure(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(path.parent, data, lambda temporary: os.replace(temporary, path), private=private)


def write_new(folder: Path, stem: str, suffix: str, data: bytes) -> Path:
    """Write a new file under the first free name, `stem` or `stem`-2 and so on; raise `WorkError` if that fails."""
    with _report_failure(folder / f"{stem}{suffix}"):
        return _write_beside(folder, data, lambda temporary: take_free_name(temporary, folder, stem, suffix))


def check_folder(folder: Path, name: str) -> None:
    """Raise `WorkError` if nothing can be written to `folder`; `name` is the file that is meant for it."""
    with _report_failure(folder / name), tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(bytes(4096))
        probe.flush()
        os.fsync(probe.fileno())


def take_free_name(file: Path, folder: Path, stem: str, suffix: str) -> Path:
    """Give a finished `file`, on the same disk, the first free name: a name never stands for half a file."""
    for number in range(1, 1000):
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            try:
                os.link(file, path)  # unlike a renaming, it fails if the name is taken
            except FileExistsError:
                raise
            except OSError:  # this disk knows no links
                with file_lock.hold(path, seconds=LOCK_SECONDS):
                    if os.path.lexists(path):
                        raise FileExistsError from None
                    os.replace(file, path)
            return path
        except FileExistsError:
            continue
    raise WorkError(f"{folder / stem}{suffix}: cannot be written: a thousand files of that name are there")


@contextmanager
def _report_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from None


def _write_beside(folder: Path, data: bytes, place: Callable[[Path], T], *, private: bool = False) -> T:
    """Write `data` to a temporary file in `folder`, and return what `place` does with it once it is complete."""
    with unfinished.make_file(folder) as (file, temporary):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        file.close()
        if not private:
            make_readable(temporary)
        return place(temporary)


def make_readable(temporary: Path) -> None:
    """Give a temporary file, which only its owner may read, the usual mode of a new file."""
    os.chmod(temporary, 0o666 & ~UMASK)


def make_timestamp_stem() -> str:
    """Return a file name stem with the current time, for files that the window writes."""
    return time.strftime("latent-explorer-%Y%m%d-%H%M%S")
