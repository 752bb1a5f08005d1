"""Gives memory that nothing uses back to the system. The C library of Linux keeps what was freed, and what loading and
warming up leave is a tenth of all that the window holds; other systems give it back by themselves."""

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any


def give_back() -> None:
    """Give free memory back: a few milliseconds, for a moment in which nothing moves."""
    trim = find_trim()
    if trim is not None:
        trim(0)


@cache
def find_trim() -> Callable[[int], Any] | None:
    """Return the function of the C library that gives free memory back to the system; None if it has none."""
    try:
        trim: Callable[[int], Any] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # another system, or another C library
        return None
    return trim
