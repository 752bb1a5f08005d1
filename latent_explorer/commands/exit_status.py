"""How a command ends: 0 done, 1 failed while working, 2 wrong arguments or input; a failure is one line."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from latent_explorer.errors import LatentExplorerError, WorkError

Say = Callable[[str], None]

PATIENCE = 10.0  # s that one of several processes leaves the first to say the same mistake


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, _first(f"{self.prog}: {message} (see {self.prog} --help)") + "\n")


def guarded(program: str, run: Callable[[], int]) -> int:
    """The exit status of `run`, with errors meant for the user written as one line."""
    try:
        return run()
    except LatentExplorerError as error:
        say(_first(f"{program}: {error}"), always=True)
        return error.status
    except KeyboardInterrupt:
        say(f"{program}: interrupted")
        return 130
    except BrokenPipeError:  # whoever read the output has gone
        _silence()
        return 1


def put(text: str) -> None:
    """Lines on standard output, at once; raises `WorkError` where they cannot be written."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence()
        raise WorkError(f"standard output cannot be written: {error.strerror or error}") from None


def _silence() -> None:
    """What is left in the buffer goes nowhere; Python would complain of it once more at exit."""
    with suppress(OSError, ValueError):  # a stream without a file descriptor needs nothing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_first() -> bool:
    """Whether this is the only process, or the first of several that torchrun has started."""
    return os.environ.get("RANK", "0") == "0"


def say(line: str, *, always: bool = False) -> None:
    """One line on standard error; of several processes the first one speaks for all, unless `always`."""
    if not (always or is_first()):
        return
    sys.stderr.write(" ".join(line.split("\n")) + "\n")
    sys.stderr.flush()


def _first(line: str) -> str:
    """The line of a failure, after the first of several processes has had the time to say it.

    torchrun ends every process as soon as one of them has failed: were this one to go at once, the first might be
    ended before it has spoken. Whoever is still there afterwards has a mistake of its own to tell.
    """
    if is_first():
        return line
    time.sleep(PATIENCE)
    return f"process {os.environ['RANK']}: {line}"
