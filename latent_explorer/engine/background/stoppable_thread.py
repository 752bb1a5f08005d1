"""Ends the threads of a window that closes, those too that are in the middle of minutes of work."""

import contextlib
import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

GRACE = 0.2  # seconds that threads have to see that they are to end, unless they need more
PATIENCE = 2.0  # seconds that the others have to get to their next Python instruction


NICE = 10
"""Niceness of processes that give way: they get a tenth of the time of what competes with them."""
THREAD_NICE = 4
"""Niceness of threads that give way. They share the interpreter with the mouse, which waits while one that holds it has
no core: at a niceness of 10, and other programs on every core, that doubles the longest frames; at 0 they take
the cores from the mouse."""


class _Ended(BaseException):
    """Raised within a thread; no `except Exception` of what it computes takes it for an error."""


def make(target: Callable[..., object], *arguments: Any, name: str, gives_way: bool = False) -> threading.Thread:
    """Return a thread, still to be started, that `stop` can stop.

    One that `gives_way` leaves the cores to the mouse and the pictures under it.
    """

    def run() -> None:
        if gives_way:
            lower_priority()
        with contextlib.suppress(_Ended):
            target(*arguments)

    return threading.Thread(target=run, name=name, daemon=True)


def lower_priority() -> None:
    """Let this thread and what it starts give way. Nothing happens where threads have no niceness of their own."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, max(THREAD_NICE, os.getpriority(os.PRIO_PROCESS, thread)))


def stop(threads: Sequence[threading.Thread], grace: float = GRACE) -> None:
    """Wait for threads of `make`, which were told to end; those that compute on after `grace` seconds are ended.

    That happens between two Python instructions: a long one of native code is waited for, and what holds a lock or a
    file in a `with` lets go of it.
    """
    _wait(threads, grace)
    with _silence_ended():
        for thread in threads:
            if thread.is_alive() and thread.ident is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Ended))
        _wait(threads, PATIENCE)


@contextlib.contextmanager
def _silence_ended() -> Iterator[None]:
    """Keep Python from printing that a thread was ended, which it does if that falls into a callback."""
    before = sys.unraisablehook

    def tell(args: "sys.UnraisableHookArgs") -> None:
        if args.exc_type is not _Ended:
            before(args)

    sys.unraisablehook = tell
    try:
        yield
    finally:
        sys.unraisablehook = before


def _wait(threads: Sequence[threading.Thread], seconds: float) -> None:
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
