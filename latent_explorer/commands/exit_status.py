"""Exit statuses (0 done, 1 failed while working, 2 wrong arguments or input) and terminal output of the commands.

A failure is reported in one line.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from latent_explorer import import_path
from latent_explorer.errors import DeviceWarning, LatentExplorerError, WorkError

Say = Callable[[str], None]

_format_usually = warnings.formatwarning
FIRST_PROCESS_DELAY = 10.0  # seconds that later processes give the first one to report the same error


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that reports errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, _wait_for_first(f"{self.prog}: {message} (see {self.prog} --help)") + "\n")


def run_guarded(program: str, run: Callable[[], int]) -> int:
    """Call `run` and return its exit status; print errors that are meant for the user as one line.

    From here on nothing is imported from the current folder, and the standard streams are open.
    """
    import_path.leave_out_current_folder()
    _open_closed_streams()
    warnings.formatwarning = _format_warning
    try:
        return run()
    except LatentExplorerError as error:
        say(_wait_for_first(f"{program}: {error}"), always=True)
        return error.exit_status
    except KeyboardInterrupt:
        say(f"{program}: interrupted")
        return 130
    except BrokenPipeError:  # the reader of the pipe has closed it
        _silence_stdout()
        return 1


def _format_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Return a warning as Python prints it; one that is meant for the user as its message alone."""
    if issubclass(category, DeviceWarning):
        return f"{message}\n"
    return _format_usually(message, category, filename, lineno, line)


def print_stdout(text: str) -> None:
    """Write `text` to standard output and flush it; raise `WorkError` if that fails."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence_stdout()
        raise WorkError(f"standard output cannot be written: {error.strerror or error}") from None


def _open_closed_streams() -> None:
    """Open closed streams (`>&-`) to nowhere; else the next file takes their number, and native code prints into it."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, number)
            if null > 2:
                os.close(null)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", closefd=False))


def _silence_stdout() -> None:
    """Discard the buffered output, so that Python does not report the broken stream again at exit."""
    with suppress(OSError, ValueError):  # a stream without a file descriptor needs nothing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def leave_process_group(status: int) -> int:
    """Return the exit status of a process that runs alone; end one of several processes at once with it.

    torch's threads of a process group may call Python while the interpreter is taken down, which aborts the process
    (SIGABRT) after its work is done, and torchrun would report the whole training as failed.
    """
    if os.environ.get("WORLD_SIZE", "1") == "1":
        return status
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # what cannot be written is reported by whoever wrote it
            stream.flush()
    os._exit(status)


def is_first_process() -> bool:
    """Return True if this is the only process, or rank 0 of a torchrun job."""
    return os.environ.get("RANK", "0") == "0"


def say(line: str, *, always: bool = False) -> None:
    """Write `line` to standard error; of several processes only the first one writes, unless `always`."""
    if not (always or is_first_process()):
        return
    with suppress(OSError):  # there is no other place to say it
        sys.stderr.write(" ".join(line.split("\n")) + "\n")
        sys.stderr.flush()


def _wait_for_first(line: str) -> str:
    """Return the error line to print; in processes other than the first, wait `FIRST_PROCESS_DELAY` before.

    torchrun ends every process as soon as one has failed: without the delay the first process could be ended before
    it reports the error. A process that is still running afterwards has a different error to report.
    """
    if is_first_process():
        return line
    time.sleep(FIRST_PROCESS_DELAY)
    return f"process {os.environ['RANK']}: {line}"
