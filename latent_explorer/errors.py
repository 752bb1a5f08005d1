"""Errors shown to the user, each with a one-line message and an exit status."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import islice
from typing import Any


class LatentExplorerError(Exception):
    """Base of the errors that a user can act on; the message says what arrived and what is allowed, in one line."""

    exit_status = 1
    max_length = 300
    """Characters of the message."""

    def __init__(self, message: object = "") -> None:
        line = message if isinstance(message, str) else str(message)  # a marked text stays one
        if not line.isprintable():  # a file's name or a value in it may hold anything
            line = "".join(c if c.isprintable() else "?" for c in " ".join(line.split()))
        if len(line) > self.max_length:  # the place is at the beginning, what is allowed at the end
            line = f"{line[: self.max_length // 2]} ... {line[5 - self.max_length // 2 :]}"
        super().__init__(line)

    def __str__(self) -> str:
        """Return the message, a marked text where it is one."""
        return self.args[0]  # type: ignore[no-any-return]


class InputError(LatentExplorerError, ValueError):
    """Wrong arguments or input: a key, a value, a shape or a file that cannot be used."""

    exit_status = 2


class MissingDatasetError(InputError):
    """A data set that is not on this machine; the message lists its files."""

    max_length = 1000


class WorkError(LatentExplorerError, RuntimeError):
    """A failure despite valid input: a full disk, a loss that became NaN."""

    exit_status = 1


class StoppedError(WorkError):
    """The user stopped the work before there was a result to save."""


class DeviceWarning(RuntimeWarning):
    """An accelerator that is not here, or has failed; the CPU goes on."""


def summarise(error: BaseException) -> str:
    """Return the message of `error` as one line, or its type's name if it has none."""
    text = str(error)
    line = " ".join(text.split())
    return text if text and text == line else line or type(error).__name__  # a marked text stays one


def explain(error: BaseException) -> str:
    """Return any error as one line: one that was not written for the user has its type's name before it."""
    if isinstance(error, LatentExplorerError):
        return summarise(error)
    return " ".join(f"{type(error).__name__}: {error}".split())


_CODE = re.compile(
    r"\w(Error|Exception|Warning)\b|\bobjects? (at|is|are|has|have|cannot)\b|NoneType|\b(int|float)\(\)|codec can't|"
    r"unhashable|operand|\barguments?\b|indices must|to unpack|\[Errno|literal for|out of (range|bounds)"
)
"""What only a programmer understands."""


def give_reason(error: BaseException) -> str:
    """Return the message of an error that a damaged file caused, with a colon before it; nothing if it speaks of the
    code that read the file."""
    message = f"{error} is missing" if isinstance(error, KeyError) else " ".join(str(error).split())
    return f": {message[:120]}" if message and not _CODE.search(message) else ""


@contextmanager
def report_unreadable(what: str, kinds: type[Exception] | tuple[type[Exception], ...] = Exception) -> Iterator[None]:
    """Turn errors of the `kinds`, by which a damaged file can make its reader fail, inside the `with` block into one
    `InputError` that says what cannot be read."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        raise InputError(f"{what} does not fit into memory") from None
    except kinds as error:
        raise InputError(f"{what} is damaged or cut short{give_reason(error)}") from None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return a hint with the closest of the `known` names to append after an unknown `word`; empty if none is close."""
    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def write_count(count: int, one: str) -> str:
    """Return a number of things for an error: `1 row`, `2,000 rows`."""
    return f"{count:,} {one}{'s' * (count != 1)}"


def quote(value: Any) -> str:
    """Return a quotation of `value` that fits in a line, whatever its size."""
    if value is None:
        return "nothing"
    try:
        if isinstance(value, dict):
            value = dict(islice(value.items(), 60))
        text = repr(value[:60] if isinstance(value, str | list | bytes) else value)
    except (ValueError, RecursionError):  # Python writes out no integer of more than 4,300 digits
        return "a very large number" if isinstance(value, int) else "a very large value"
    return text if len(text) <= 60 else text[:57] + "..."
