"""`demo.py`: open the window, or render it headless."""

import argparse
import contextlib
import importlib
import json
import os
import pkgutil
import re
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from latent_explorer import files
from latent_explorer.commands.exit_status import Parser, print_stdout, run_guarded
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions

DEFAULT = ("mnist-ae", "mnist-vae")
SIZE = "1440x900"
LABS_FOLDER = Path(__file__).parent.parent / "labs"


def main(arguments: Sequence[str] | None = None) -> int:
    options = make_parser().parse_args(arguments)
    return run_guarded("demo", lambda: run(options))


def make_parser() -> Parser:
    # the folders alone: the labs are not imported before the window is open
    labs = ", ".join(sorted(folder.name for folder in pkgutil.iter_modules([str(LABS_FOLDER)]) if folder.ispkg))
    p = Parser(prog="demo.py", description="Explore the latent space of trained autoencoders.")
    add = p.add_argument
    add(
        "checkpoints",
        nargs="*",
        metavar="CHECKPOINT",
        help=f"paths or shipped names (default {' '.join(DEFAULT)}), the .snapshots film of a training, "
        "or the folder of a sweep",
    )
    add("--data-dir", metavar="DIR", help="where data sets lie, for original pictures")
    add("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto", help="where to decode")
    add("--allow-import", action="append", default=[], metavar="PACKAGE", help="code of your own that a model may use")
    add("--size", default=SIZE, metavar="WxH", help=f"of the window (default {SIZE})")
    add("--fullscreen", action="store_true")
    add("--theme", choices=("dark", "light"), default="dark", help="light for a bright room")
    add("--lab", metavar="NAME", help=f"one of {labs} (default: compare for two checkpoints)")
    add("--lesson", metavar="NAME", help="give a lesson: its name, a YAML file, or list, which names them")
    add("--session", type=files.expand, metavar="FILE.json", help="go on with a saved session")
    add("--headless", action="store_true", help="draw without a display")
    add("--script", type=files.expand, metavar="FILE.yaml", help="play a list of steps, then close")
    add("--allow-overwrite", action="store_true", help="a script may also write files outside the current folder")
    add("--screenshot", type=files.expand, metavar="FILE.png", help="write the last frame")
    add("--bench", action="store_true", help="time a fixed mouse path, then close")
    add("--json", action="store_true", help="with --bench: print one JSON object")
    return p


def run(options: argparse.Namespace, connect: "Callable[[], ExternalFunctions | None] | None" = None) -> int:
    """Open the window; `connect` returns the functions of the first model if it is one from elsewhere. Such a window is
    of a script, whose model is gone with it: no later start offers its session."""
    size = _parse_size(options.size)
    if options.data_dir is not None and not os.path.isdir(os.path.expanduser(options.data_dir)):
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    if options.bench and options.script:
        raise InputError("--bench and --script arrived together; one of them is allowed")
    if options.lesson and (options.checkpoints or options.lab or options.session):
        also = "checkpoints" if options.checkpoints else "--lab" if options.lab else "--session"
        raise InputError(f"--lesson and {also} arrived together; a lesson brings its own models and labs")
    if options.lesson == "list":
        print_stdout(_list_lessons())
        return 0

    # one thread decodes a single picture faster than several do; torch reads these variables when it is imported
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from latent_explorer.ui.window import window  # pygame alone: the window opens before any slow import

    surface = window.open_window(size, fullscreen=options.fullscreen, headless=options.headless)

    opened_at = time.time()
    # start the slowest import first, in parallel with the others; code that needs torch waits for it
    threading.Thread(target=_import_torch, name="torch", daemon=True).start()

    from latent_explorer.ui import run

    names = tuple(options.checkpoints) or DEFAULT
    functions = None if connect is None else connect()
    report = run.run(
        surface, options, model_names=names, opened_at=opened_at, functions=functions, remembers=connect is None
    )
    if report is not None:
        lines = [json.dumps(report)] if options.json else [f"{name:20} {value}" for name, value in report.items()]
        print_stdout("\n".join(lines))
    return 0


def _list_lessons() -> str:
    from latent_explorer.ui.automation import lesson_files

    return lesson_files.format_list()


def _import_torch() -> None:
    with contextlib.suppress(Exception):  # a failed import is reported where torch is used
        importlib.import_module("torch")


def _parse_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if not match or not all(64 <= int(side) <= 16384 for side in match.groups()):
        raise InputError(
            f"--size {text!r} arrived; WIDTHxHEIGHT with sides from 64 to 16384 is allowed, for example {SIZE}"
        )
    return int(match[1]), int(match[2])
