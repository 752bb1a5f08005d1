"""One run of the window: opens the checkpoints, builds the app and chooses its driver."""

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from latent_explorer.checkpoint import timeline
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Replace, Set
from latent_explorer.shell import lab_models, window_commands
from latent_explorer.ui.automation import lesson_files, script_steps
from latent_explorer.ui.automation.benchmark import Benchmark, find_process_start
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.driver import DrivenWindow, Driver
from latent_explorer.ui.window import session_file, window
from latent_explorer.ui.window.app import App

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions


class _SingleFrameDriver:
    """The driver of a headless run without a script: one frame, then close."""

    wants_frame_now = True

    def step(self, app: DrivenWindow) -> bool:
        return False

    def on_frame_drawn(self, app: DrivenWindow, events: Any, seconds: float) -> None: ...


def run(
    surface: pygame.Surface, options: argparse.Namespace, *, model_names: tuple[str, ...], opened_at: float,
    functions: "ExternalFunctions | None" = None, remembers: bool = True,
) -> dict[str, Any] | None:  # fmt: skip
    """Open `model_names` and run until the user or the driver is done. Return the benchmark's report if one ran.

    `functions` are those of the first model, if it is one from elsewhere; with `remembers`, the next start offers the
    session of this one."""
    book = lesson_files.load(options.lesson) if options.lesson else None
    model_names = book.models if book else model_names
    lab = options.lab or _choose_lab(model_names)
    if lab not in LABS:
        raise InputError(f"--lab {lab!r} arrived; one of {', '.join(LABS)} is allowed")
    if options.screenshot is not None:
        window.check_screenshot(options.screenshot)
    bench = Benchmark(find_process_start(), opened_at) if options.bench else None
    player: Driver | None = bench
    if options.script is not None:
        player = Script(script_steps.read(options.script), allow_overwrite=options.allow_overwrite)
    elif player is None and options.headless:
        player = _SingleFrameDriver()
    library = Library(model_names, options.device, options.allow_import, functions=functions)
    if options.lab is not None and library.requested and LABS[lab].has_model_menus:
        obstacle = lab_models.find_obstacle(LABS[lab], library.requested, library)
        if obstacle:
            raise InputError(f"--lab {lab} arrived. {obstacle}")
    app = App(
        surface,
        library,
        lab=lab,
        data_dir=options.data_dir,
        headless=options.headless,
        player=player,
        classroom=LessonDriver(book) if book else None,
    )
    app.act(Set("theme", options.theme))
    for name in library.requested_timelines[:1]:
        if lab == "learn":
            app.act(Set("reel", name))
    own = player is None and book is None  # a user sits at the window, without a driver or a lesson
    try:
        if options.session is not None:
            app.files.open_session(options.session)
        elif own and remembers and session_file.has_last_session():
            app.act(Replace(window_commands.offer_last_session(app.state)))
        try:
            app.run()
        finally:  # also after an error: the next start offers this session
            if own and remembers and not app.state.overlay.offer_last_session:
                session_file.save_last(app.state)
        if options.screenshot is not None:
            app.frame([])
            window.save_screenshot(app.surface, Path(options.screenshot))
    finally:
        done = app.close()
        pygame.quit()
    if own and not done:
        # what still computes cannot be asked to stop, and is in no state to see the interpreter go
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):  # closed, or there is none
                stream.flush()
        os._exit(0)
    return bench.report if bench else None


def _choose_lab(model_names: tuple[str, ...]) -> str:
    """Return Learn if a name is a timeline (film or sweep), Compare for several models, else Explore."""
    if any(map(timeline.is_timeline_path, model_names)):
        return "learn"
    return "compare" if len(model_names) > 1 else "explore"
