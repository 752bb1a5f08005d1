"""Keeps the memory that the window holds near what it uses. The C library of Linux has a heap for each thread and keeps
what was freed, and what loading and warming up leave is a tenth of all; other systems give it back by themselves."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

M_ARENA_MAX = -8
"""The number of the C library's setting (malloc.h): how many heaps it has."""


def share_heap() -> None:
    """Let threads that begin from now on share one heap: each would keep in its own what others could use."""
    set_option = find_function("mallopt")
    if set_option is not None:
        set_option(M_ARENA_MAX, 1)


def give_back() -> None:
    """Give free memory back: a few milliseconds, for a moment in which nothing moves."""
    trim = find_function("malloc_trim")
    if trim is not None:
        trim(0)


@cache
def find_function(name: str) -> Callable[..., Any] | None:
    """Return a function of the C library; None on another system, or with another C library."""
    try:
        function: Callable[..., Any] = getattr(ctypes.CDLL(None), name)
    except (OSError, TypeError, AttributeError):
        return None
    return function
