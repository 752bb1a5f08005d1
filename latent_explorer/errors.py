"""The two kinds of failure a user meets, each one clear line and an exit status."""

from collections.abc import Sequence
from difflib import get_close_matches


class LatentExplorerError(Exception):
    """Something a user can act on; its text says what arrived and what is allowed."""

    status = 1


class InputError(LatentExplorerError, ValueError):
    """Wrong arguments or input: a key, a value, a shape or a file that cannot be used."""

    status = 2


class MissingError(InputError):
    """A data set that is not on this machine."""


class WorkError(LatentExplorerError, RuntimeError):
    """The input was right and the work still failed: a full disk, a loss that became NaN."""

    status = 1


class StoppedError(WorkError):
    """The user ended it before there was anything to keep."""


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint that follows a name that is not known; empty where nothing known is like it."""
    close = get_close_matches(word, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
