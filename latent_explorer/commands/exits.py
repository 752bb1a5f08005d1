"""How a command ends: 0 done, 1 failed while working, 2 wrong arguments or input; a failure is one line."""

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from latent_explorer.errors import LatentExplorerError

Say = Callable[[str], None]


class Parser(argparse.ArgumentParser):
    """argparse whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def guarded(program: str, run: Callable[[], int]) -> int:
    """The exit status of `run`, with errors meant for the user written as one line."""
    try:
        return run()
    except LatentExplorerError as error:
        say(f"{program}: {error}")
        return error.status
    except KeyboardInterrupt:
        say(f"{program}: interrupted")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has gone; Python would complain once more at exit
        return 1


def say(line: str) -> None:
    """One line on standard error."""
    sys.stderr.write(" ".join(line.split("\n")) + "\n")
    sys.stderr.flush()
