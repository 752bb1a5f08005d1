"""Opens one file under watch: what it says, how long it takes, how much memory it needs, and what it does besides.

It knows no kind of file. The audit hook of `begin` cannot be taken off again: begin in a process of its own.
"""

import gc
import os
import re
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_SECONDS, MAX_MEGABYTES, MAX_LETTERS = 2.0, 500.0, 1000
INTERNAL = re.compile(
    r"\b[A-Z]\w*(Error|Exception|Warning)\b|Traceback|<[\w. ]+ object at |NoneType|object (is not|has no)|codec can't|"
    r"literal for int|unhashable|unsupported operand|(positional|keyword) argument|indices must be|to unpack|\[Errno"
)
"""What a line says that was written for nobody to read."""
PROCESSES = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "pty.spawn",
)  # fmt: skip
NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
CHANGES = (
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile", "shutil.copytree",
)  # fmt: skip
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CODE = tuple({*map(os.path.realpath, (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()))})
"""Folders of installed code, which is imported when it is first needed."""


@dataclass(frozen=True)
class Outcome:
    fault: str = ""
    """What is wrong; empty if the file opened, or was refused as it should be."""
    line: str = ""
    """What was said; empty if the file opened."""
    seconds: float = 0.0
    megabytes: float = 0.0
    """More memory than before, at the worst moment."""

    @property
    def is_costly(self) -> bool:
        """Whether its only fault is a limit that a busy machine may exceed, too."""
        return self.fault.startswith("costs ")


class Watch:
    """Watches what this process does while a file is open. Files may be written below `places` alone."""

    def __init__(self, places: Sequence[Path], code: Sequence[Path], refusal: type[Exception]) -> None:
        self._places = tuple(os.path.realpath(place) for place in places)
        self._code = (*CODE, *(os.path.realpath(place) for place in code))
        self._refusal = refusal
        self._is_on = False
        self._seen: list[str] = []
        self._said = os.memfd_create("said") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)

    def begin(self) -> None:
        """Watch this process until its end: what it writes, starts, connects to, and says."""
        sys.addaudithook(self._look)
        threading.excepthook = lambda raised: self._seen.append(f"a thread died: {raised.exc_value!r}")
        sys.unraisablehook = lambda raised: self._seen.append(f"an error that nobody caught: {raised.exc_value!r}")
        for stream in (1, 2):
            os.dup2(self._said, stream)
        gc.collect()
        gc.freeze()  # so that the collection before each file takes no time

    def open(self, open_it: Callable[[], object], names: Sequence[str]) -> Outcome:
        """Return what becomes of a file; its refusal has to say one of `names`."""
        gc.collect()
        self._seen, line, fault = [], "", ""
        before, said_before = _reset_peak(), os.lseek(self._said, 0, os.SEEK_CUR)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            begun, worked = time.perf_counter(), time.process_time()
            self._is_on = True
            try:
                open_it()
            except self._refusal as error:
                line = str(error)
                fault = find_fault(line, names)
            except BaseException:
                fault = "raises\n" + traceback.format_exc()
            finally:
                self._is_on = False
            seconds = time.perf_counter() - begun
            if os.getloadavg()[0] > (os.cpu_count() or 1):  # others take the time; what this process works is told
                seconds = min(seconds, time.process_time() - worked)
        megabytes = (_read_status("VmHWM") - before) / 1000
        sys.stdout.flush()
        sys.stderr.flush()
        said = os.lseek(self._said, 0, os.SEEK_CUR) - said_before
        doings = [*self._seen, *(f"warns: {one.category.__name__}: {one.message}" for one in warned)]
        if said:
            doings.append(f"writes to the terminal: {os.pread(self._said, 300, said_before)!r}")
        if not fault and doings:
            fault = "; ".join(dict.fromkeys(doings))[:2000]
        if not fault and (seconds > MAX_SECONDS or megabytes > MAX_MEGABYTES):
            fault = (
                f"costs {seconds:.1f} s and {megabytes:.0f} MB; {MAX_SECONDS:g} s and {MAX_MEGABYTES:g} MB are allowed"
            )
        return Outcome(fault, line, seconds, megabytes)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_on:
            return
        if event in PROCESSES or event in NETWORK:
            self._seen.append(f"{event} {arguments!r:.200}")
        elif event == "open":
            path, mode, flags = arguments
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & WRITES)
            if writes and not self._may_change(path):
                self._seen.append(f"writes to {path!r}")
        elif event in CHANGES:
            if not all(self._may_change(one) for one in arguments if isinstance(one, str | bytes | os.PathLike)):
                self._seen.append(f"{event} {arguments!r:.200}")
        elif event == "exec":
            name = getattr(arguments[0], "co_filename", "")
            if not (name.startswith("<") and _is_called_by(self._code)) and not self._is_code(name):
                self._seen.append(f"runs code of {name!r}")
        elif event == "pickle.find_class" and not str(arguments[0]).startswith(("numpy", "torch")):
            self._seen.append(f"unpickles {arguments!r:.200}")
        elif event == "ctypes.dlopen" and os.sep in str(arguments[0]) and not self._is_code(str(arguments[0])):
            self._seen.append(f"loads the library {arguments[0]!r}")

    def _may_change(self, path: Any) -> bool:
        if isinstance(path, int):  # what is open already
            return True
        real = os.path.realpath(os.fsdecode(path))
        return real == os.devnull or real.startswith(self._places)

    def _is_code(self, name: str) -> bool:
        return os.path.realpath(name).startswith(self._code) or name.startswith("<frozen")


def find_fault(line: str, names: Sequence[str]) -> str:
    """Return what is wrong with a refusal; empty for one printable line that names the file."""
    if not line.isprintable() or not line.strip():
        return f"says no single line: {line!r:.500}"
    if len(line) > MAX_LETTERS:
        return f"says {len(line)} letters: {line[:500]}"
    if INTERNAL.search(line):
        return f"says what only a programmer understands: {line}"
    if not any(name in line for name in names):
        return f"names none of {', '.join(names)}: {line}"
    return ""


def _is_called_by(folders: Sequence[str]) -> bool:
    """Return whether code made of a text, as `dataclass` makes it, is run by code of these folders."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None and os.path.realpath(frame.f_code.co_filename).startswith(tuple(folders))


def _reset_peak() -> float:
    """Begin to measure the memory anew; return what is taken now, in kB. 0 where the system does not say."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0.0
    return _read_status("VmRSS")


def _read_status(name: str) -> float:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return float(re.search(rf"{name}:\s+(\d+)", status)[1])  # type: ignore[index]
