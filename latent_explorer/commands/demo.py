"""`demo.py`: open the window, or render it headless."""

import argparse
import contextlib
import gc
import json
import os
import pkgutil
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from latent_explorer import files
from latent_explorer.commands import torch_import, window_end
from latent_explorer.commands.exit_status import Parser, print_stdout
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions

DEFAULT = ("mnist-ae", "mnist-vae")
SIZE = "1440x900"
SCALES = (0.5, 4.0)
LABS_FOLDER = Path(__file__).parent.parent / "labs"


def main(arguments: Sequence[str] | None = None) -> int:
    options = make_parser().parse_args(arguments)
    status = window_end.run_window("demo", lambda: run(options))
    return window_end.leave(status) if arguments is None else status  # arguments are given by a program that goes on


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
    add("--device", choices=("auto", "cpu", "cuda", "xpu", "mps"), default="auto", help="where to decode")
    add("--allow-import", action="append", default=[], metavar="PACKAGE", help="code of your own that a model may use")
    add("--size", metavar="WxH", help=f"of the window in pixels (default {SIZE} times the scale)")
    add("--scale", metavar="FACTOR", help="how large window and text are (default: what the desktop says; 2 on 4K)")
    add("--fullscreen", action="store_true")
    add("--theme", choices=("dark", "light"), help="light for a bright room and, unless given, for a hand-out")
    add("--language", metavar="CODE", help="en, de, es, or your own catalogue FILE.po (default: the desktop's)")
    add("--lab", metavar="NAME", help=f"one of {labs} (default: compare for two checkpoints)")
    add("--lesson", metavar="NAME", help="give a lesson: its name, a YAML file, or list, which names them")
    add("--presenter", action="store_true", help="notes and answers of a lesson on a second screen, or in a strip")
    add("--session", type=files.expand, metavar="FILE.json", help="go on with a saved session")
    add("--headless", action="store_true", help="draw without a display")
    add("--script", type=files.expand, metavar="FILE.yaml", help="play a list of steps, then close")
    add("--allow-overwrite", action="store_true", help="a script may also write files outside the current folder")
    add("--screenshot", type=files.expand, metavar="FILE.png", help="write the last frame")
    add("--handout", type=files.expand, metavar="FILE", help="write a lesson's hand-out, .pdf or .html, then close")
    add("--bench", action="store_true", help="time a fixed mouse path, then close")
    add("--bench-start", action="store_true", help="time the start, until a mouse has its picture, then close")
    add("--json", action="store_true", help="with --bench and --bench-start: print one JSON object")
    return p


def run(options: argparse.Namespace, connect: "Callable[[], ExternalFunctions | None] | None" = None) -> int:
    """Open the window; `connect` returns the functions of the first model if it is one from elsewhere. Such a window is
    of a script, whose model is gone with it: no later start offers its session."""
    size = None if options.size is None else _parse_size(options.size)
    options.scale = None if options.scale is None else _parse_scale(options.scale)
    _check_options(options)
    if options.lesson == "list":
        print_stdout(_list_lessons())
        return 0

    if options.handout is not None:
        size = _prepare_handout(options)

    # one thread decodes a single picture faster than several do; torch reads these variables when it is imported
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")

    from latent_explorer.ui.window import window  # pygame alone: the window opens before any slow import

    surface = window.open_window(size, fullscreen=options.fullscreen, headless=options.headless, scale=options.scale)

    opened_at = time.time()
    gc.disable()  # nothing that is imported is garbage, and the collector would walk through all of it again and again
    try:
        torch_import.start()

        from latent_explorer.ui import run

        names = tuple(options.checkpoints) or DEFAULT
        functions = None if connect is None else connect()
        report = run.run(
            surface, options, model_names=names, opened_at=opened_at, functions=functions, remembers=connect is None,
            by_default=not options.checkpoints,
        )  # fmt: skip
    finally:
        gc.enable()  # the window has done so when it was ready, unless there was none
    if report is not None:
        lines = [json.dumps(report)] if options.json else [f"{name:20} {value}" for name, value in report.items()]
        print_stdout("\n".join(lines))
    return 0


def _check_options(options: argparse.Namespace) -> None:
    """Raise `InputError` for a folder that is not there, and for options that exclude each other."""
    if options.data_dir is not None and not os.path.isdir(os.path.expanduser(options.data_dir)):
        is_file = os.path.exists(os.path.expanduser(options.data_dir))
        what = "a file arrived; the folder of the data sets is allowed" if is_file else "there is no such folder"
        raise InputError(f"--data-dir {options.data_dir}: {what}")
    if options.bench and options.script:
        raise InputError("--bench and --script arrived together; one of them is allowed")
    if options.lesson and (options.checkpoints or options.lab or options.session):
        also = "checkpoints" if options.checkpoints else "--lab" if options.lab else "--session"
        raise InputError(f"--lesson and {also} arrived together; a lesson brings its own models and labs")


def _prepare_handout(options: argparse.Namespace) -> tuple[int, int]:
    """Return the size of the unseen window that a hand-out is made in; the options say so too from here on."""
    from latent_explorer.ui.handout import handout

    if not options.lesson:
        raise InputError("--handout arrived without --lesson NAME: a hand-out is made of a lesson")
    others = {"--script": options.script, "--bench": options.bench, "--screenshot": options.screenshot}
    for name, value in others.items():
        if value:
            raise InputError(f"--handout and {name} arrived together; one of them is allowed")
    handout.check_path(options.handout)
    options.headless, options.theme = True, options.theme or "light"
    return handout.WINDOW_SIZE


def _list_lessons() -> str:
    from latent_explorer.ui.automation import lesson_shelf

    return lesson_shelf.format_list()


def _parse_size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if not match or not all(64 <= int(side) <= 16384 for side in match.groups()):
        raise InputError(
            f"--size {text!r} arrived; WIDTHxHEIGHT with sides from 64 to 16384 is allowed, for example {SIZE}"
        )
    return int(match[1]), int(match[2])


def _parse_scale(text: str) -> float:
    low, high = SCALES
    with contextlib.suppress(ValueError):
        if low <= float(text) <= high:
            return float(text)
    raise InputError(f"--scale {text!r} arrived; a number from {low:g} to {high:g} is allowed, for example 1.5")
