"""Every moment at which a write can fail or be cut: files below some folders are opened, written, synced, moved.

`watching(folders, act)` calls `act(point)` before each of them, in the order in which they come; what `act` raises is
what the program sees. Files that a library writes without Python, and those of other processes, are not seen.
"""

import builtins
import contextlib
import errno
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

WRITING_MODES = frozenset("wax+")
WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Point:
    kind: str
    """One of open, write, sync, move, make (a folder) and delete."""
    path: str
    finish: Callable[[], object] = lambda: None
    """Of a write: puts half of it into the file."""


class Watch:
    """Calls `act` at every point below `folders`."""

    def __init__(self, folders: Sequence[Path], act: Callable[[Point], None]) -> None:
        self._folders = tuple(os.path.realpath(folder) + os.sep for folder in folders)
        self._act = act
        self._paths: dict[int, str] = {}

    def visit(self, kind: str, path: Any, finish: Callable[[], object] = lambda: None) -> None:
        text = os.path.abspath(os.fsdecode(path)) if not isinstance(path, int) else self._paths.get(path, "")
        if f"{text}{os.sep}".startswith(self._folders):
            self._act(Point(kind, text, finish))

    def open_descriptor(self, real: Callable[..., int]) -> Callable[..., int]:
        def watched(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            writes = bool(flags & WRITING_FLAGS) and not str(path).endswith(".lock")
            if writes:
                self.visit("open", path)
            descriptor = real(path, flags, *rest, **more)
            if writes and not isinstance(path, int):
                self._paths[descriptor] = os.path.abspath(os.fsdecode(path))
            else:
                self._paths.pop(descriptor, None)
            return descriptor

        return watched

    def open_file(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(path: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
            if not WRITING_MODES & set(mode):
                return real(path, mode, *rest, **more)
            if not isinstance(path, int):
                self.visit("open", path)
            file = real(path, mode, *rest, **more)
            place = path if not isinstance(path, int) else self._paths.get(path, "")
            if isinstance(path, int):
                return _WatchedFile(file, lambda half: self.visit("write", place or path, half))
            self._paths[file.fileno()] = os.path.abspath(os.fsdecode(path))
            return _WatchedFile(file, lambda half: self.visit("write", place, half))

        return watched

    def call(self, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(first: Any, *rest: Any, **more: Any) -> Any:
            self.visit(kind, rest[0] if kind == "move" else first)
            return real(first, *rest, **more)

        return watched


class _WatchedFile:
    """A file whose writes are points."""

    def __init__(self, file: Any, visit: Callable[[Callable[[], object]], None]) -> None:
        self._file, self._visit = file, visit

    def write(self, data: Any) -> Any:
        def put_half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        self._visit(put_half)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_WatchedFile":
        self._file.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._file.__exit__(*error)

    def __iter__(self) -> Any:
        return iter(self._file)


@contextlib.contextmanager
def watching(folders: Sequence[Path], act: Callable[[Point], None]) -> Iterator[None]:
    watch = Watch(folders, act)
    kinds = {
        "fsync": "sync", "replace": "move", "rename": "move", "link": "move", "mkdir": "make", "unlink": "delete",
        "remove": "delete",
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        for name, kind in kinds.items():
            stack.enter_context(mock.patch.object(os, name, watch.call(kind, getattr(os, name))))
        stack.enter_context(mock.patch.object(os, "open", watch.open_descriptor(os.open)))
        opened = watch.open_file(io.open)
        stack.enter_context(mock.patch.object(io, "open", opened))
        stack.enter_context(mock.patch.object(builtins, "open", opened))
        yield


# -- diseases of a disk ------------------------------------------------------------------------------------

CREATING = frozenset({"open", "move", "make"})


def fill_disk(point: Point) -> None:
    """As on a full disk: half of the bytes arrive; deleting goes well."""
    if point.kind != "delete":
        point.finish()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def lock_disk(point: Point) -> None:
    """As on a disk that has become read-only: what is open goes on."""
    if point.kind in (*CREATING, "delete"):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def forbid_folder(point: Point) -> None:
    """As in a folder of somebody else."""
    if point.kind in (*CREATING, "delete"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def fail_once(point: Point) -> None:
    """As where a disk has a bad block."""
    if point.kind != "delete":
        point.finish()
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@dataclass(frozen=True)
class Disease:
    name: str
    act: Callable[[Point], None]
    lasts: bool = True
    """Whether it hits every point from the first on."""


DISEASES = (
    Disease("full", fill_disk), Disease("read-only", lock_disk), Disease("forbidden", forbid_folder),
    Disease("one error", fail_once, lasts=False),
)  # fmt: skip


@dataclass
class Fall:
    """Acts from the `first`-th point on, or at it alone; None only counts."""

    first: int | None = None
    disease: Disease = DISEASES[0]
    seen: int = 0
    struck: str = ""
    """The point at which it began."""

    def __call__(self, point: Point) -> None:
        number, self.seen = self.seen, self.seen + 1
        if self.first is None or number < self.first or (number > self.first and not self.disease.lasts):
            return
        if number == self.first:
            self.struck = f"{point.kind} {Path(point.path).name}"
        self.disease.act(point)
