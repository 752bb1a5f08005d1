"""How the process of a window ends, whatever ended the window: with one line, its exit status, and at once.

It knows no window, only that threads of it may still compute.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from latent_explorer import files
from latent_explorer.commands.exit_status import run_guarded
from latent_explorer.errors import LatentExplorerError, WorkError, summarise


def run_window(program: str, run: Callable[[], int]) -> int:
    """Call `run` and return its exit status as `run_guarded` does; an error that nobody foresaw is one line as well."""
    return run_guarded(program, lambda: _report_unforeseen(run))


def leave(status: int) -> int:
    """Return the exit status of a process in which nothing runs any more; else end it at once.

    What still computes cannot be asked to stop, and torch, taken from under it with the interpreter, would abort the
    process. The processes that it has started end with their pipes, or are ended here.
    """
    if threading.active_count() == 1:
        return status
    if "multiprocessing" in sys.modules:
        for child in sys.modules["multiprocessing"].active_children():
            child.kill()
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed, or there is none
            stream.flush()
    os._exit(status)


def get_report_path() -> Path:
    """Return the file that says where the program was when an unforeseen error ended it last."""
    import platformdirs  # the window is to open first

    return platformdirs.user_log_path("latent_explorer") / "last-error.txt"


def _report_unforeseen(run: Callable[[], int]) -> int:
    try:
        return run()
    except (LatentExplorerError, BrokenPipeError):
        raise
    except Exception as error:
        path, where = get_report_path(), traceback.extract_tb(error.__traceback__)[-1]
        more = f"; {path} says more"
        try:
            files.write(path, "".join(traceback.format_exception(error)).encode(errors="replace"), private=True)
        except (LatentExplorerError, OSError):
            more = ""
        place = f"{Path(where.filename).name}, line {where.lineno}"
        raise WorkError(f"unforeseen {type(error).__name__} at {place}: {summarise(error)[:100]}{more}") from error
