"""Errors shown to the user, each with a one-line message and an exit status."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches


class LatentExplorerError(Exception):
    """Base of the errors that a user can act on; the message says what arrived and what is allowed, in one line."""

    exit_status = 1
    max_length = 300
    """Characters of the message."""

    def __init__(self, message: object = "") -> None:
        line = str(message)
        if not line.isprintable():  # a file's name or a value in it may hold anything
            line = "".join(c if c.isprintable() else "?" for c in " ".join(line.split()))
        if len(line) > self.max_length:  # the place is at the beginning, what is allowed at the end
            line = f"{line[: self.max_length // 2]} ... {line[5 - self.max_length // 2 :]}"
        super().__init__(line)


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


def summarise(error: BaseException) -> str:
    """Return the message of `error` as one line, or its type's name if it has none."""
    return " ".join(str(error).split()) or type(error).__name__


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
        raise InputError(f"{what} is damaged or cut short: {summarise(error)[:120]}") from None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return a hint with the closest of the `known` names to append after an unknown `word`; empty if none is close."""
    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
