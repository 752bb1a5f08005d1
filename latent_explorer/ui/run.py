"""One run of the window: opens the checkpoints, builds the app and chooses its driver."""

import argparse
import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame

from latent_explorer import files, languages, texts
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp
from latent_explorer.labs import LABS
from latent_explorer.scene import lesson_list
from latent_explorer.scene.events import Replace, Set
from latent_explorer.scene.state import State
from latent_explorer.shell import first_start, lab_models, presenter_sheet, window_commands
from latent_explorer.ui.automation import lesson_files, lesson_shelf, script_steps
from latent_explorer.ui.automation.benchmark import Benchmark, StartBenchmark, find_process_start
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.driver import DrivenWindow, Driver
from latent_explorer.ui.window import first_start_file, language_file, lesson_desk, session_file, window
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
    functions: "ExternalFunctions | None" = None, remembers: bool = True, by_default: bool = False,
) -> dict[str, Any] | None:  # fmt: skip
    """Open `model_names` and run until the user or the driver is done. Return the benchmark's report if one ran.

    `functions` are those of the first model, if it is one from elsewhere; with `remembers`, the next start offers the
    session of this one. `by_default`: nobody named the models."""
    last_session = session_file.read_stamp()
    language = languages.read(_choose_language(options))
    texts.use(language)
    _say_what_a_catalogue_lacks(str(options.language))
    book = lesson_files.load(options.lesson) if options.lesson else None
    model_names = book.models if book else model_names
    is_timed = options.bench or options.bench_start
    is_users = options.script is None and book is None and not is_timed and not options.headless
    is_remembered = is_users and remembers
    is_first = is_remembered and options.session is None and first_start_file.is_first_start()
    is_greeted = is_first and by_default and options.lab is None
    if is_greeted:
        model_names = first_start.MODELS
    lab = _choose_lab(options.lab, model_names, is_first=is_greeted)
    if options.screenshot is not None:
        window.check_screenshot(options.screenshot)
    player = _choose_player(options, opened_at)
    library = Library(model_names, options.device, options.allow_import, functions=functions)
    _check_lab(options.lab, library)
    app = App(surface, library, lab=lab, data_dir=options.data_dir, headless=options.headless, player=player)
    _apply_options(app, options)
    if remembers and player is None and not options.headless:
        app.lessons.remember()
    if book is not None:
        app.act(Set(lesson_list.BEGIN, book.lesson.name))
    try:
        _open_first(app, options, is_first=is_first and lab == first_start.LAB, is_remembered=is_remembered)
        try:
            app.run()
        finally:  # also after an error: the next start offers this session
            _remember(app.state, last_session, is_remembered=is_remembered)
            if is_remembered and app.state.preferences.language != language.code:
                language_file.remember(app.state.preferences.language)
        _write_results(app, options)
    finally:
        app.close()
        pygame.quit()
    return player.report if isinstance(player, Benchmark | StartBenchmark) else None


def _choose_language(options: argparse.Namespace) -> str:
    """Return the language that was asked for, else the user's; what is drawn without one is in English."""
    if options.language is not None:
        return str(options.language)
    is_seen = (not options.headless or options.handout is not None) and options.script is None and not options.bench
    return language_file.find_language() if is_seen else texts.ENGLISH.code


def _choose_lab(asked: str | None, model_names: tuple[str, ...], *, is_first: bool) -> str:
    """Return the lab to begin with. Raise `InputError` if there is none of the name that was asked for."""
    lab = asked or (first_start.LAB if is_first else lesson_desk.choose_lab(model_names))
    if lab not in LABS:
        raise InputError(f"--lab {lab!r} arrived; one of {', '.join(LABS)} is allowed")
    return lab


def _check_lab(asked: str | None, library: Library) -> None:
    """Raise `InputError` if the lab that was asked for cannot show the models."""
    if asked is None or not library.requested or not LABS[asked].has_model_menus:
        return
    obstacle = lab_models.find_obstacle(LABS[asked], library.requested, library)
    if obstacle:
        raise InputError(f"--lab {asked} arrived. {obstacle}")


def _choose_player(options: argparse.Namespace, opened_at: float) -> Driver | None:
    """Return what drives the window in place of a user; None for a user."""
    if options.script is not None:
        return Script(script_steps.read(options.script), allow_overwrite=options.allow_overwrite)
    if options.handout is not None:
        from latent_explorer.ui.handout.page_collector import PageCollector

        return PageCollector()
    if options.bench or options.bench_start:
        return (Benchmark if options.bench else StartBenchmark)(find_process_start(), opened_at)
    return _SingleFrameDriver() if options.headless else None


def _apply_options(app: App, options: argparse.Namespace) -> None:
    """Bring the new window into the state that the command asks for."""
    app.act(Set("theme", options.theme or "dark"))
    least = window.choose_least_scale(options.scale, headless=options.headless)
    app.act(Replace(app.state.put(replace(app.state.preferences, least_scale=least))))
    if options.presenter:
        app.act(Set(presenter_sheet.NOTES))
    if app.state.lab == "learn" and app.library.requested_timelines:
        app.act(Set("reel", app.library.requested_timelines[0]))


def _open_first(app: App, options: argparse.Namespace, *, is_first: bool, is_remembered: bool) -> None:
    """Open the session that the command names; else show the card of the first start, or offer the last session."""
    if options.session is not None:
        app.files.open_session(options.session)
    elif is_first:
        app.act(Replace(first_start.show(app.state, next(iter(lesson_shelf.list_shipped()), ""))))
    elif is_remembered and session_file.has_last_session():
        app.act(Replace(window_commands.offer_last_session(app.state)))


def _remember(state: State, last_session: Stamp, *, is_remembered: bool) -> None:
    """Keep for the next start what this one leaves; `last_session` is the stamp of the one that was there."""
    if is_remembered and not state.overlay.offer_last_session:
        line = session_file.save_last(state, last_session)
        if line:
            _say(line)
    card = state.overlay.first_start
    if card is not None and not card.shows_again:
        first_start_file.remember()


def _write_results(app: App, options: argparse.Namespace) -> None:
    """Write the files that the command asks for."""
    if options.screenshot is not None:
        app.frame([])
        window.save_screenshot(app.surface, Path(options.screenshot))
    if options.handout is not None:
        from latent_explorer.ui.handout import write_handout
        from latent_explorer.ui.handout.page_collector import PageCollector

        assert isinstance(app.player, PageCollector)
        write_handout.write(options.handout, app.player.make_handout())
        for claim in app.player.unmet_claims:
            _say(f"{claim}; the hand-out is written all the same")


def _say_what_a_catalogue_lacks(code: str) -> None:
    """Name the texts of one's own catalogue that are shown in English, since their translation has other fields."""
    broken = languages.list_broken(Path(code).expanduser()) if code.endswith(".po") else []
    if broken:
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        _say(f"{code}: {broken[0][:80]!r}{more}: the translation has other fields in {{}}; English is shown")


def _say(line: str) -> None:
    with contextlib.suppress(AttributeError, OSError, ValueError):  # standard error is closed, or there is none
        sys.stderr.write(f"demo: {files.to_printable(line)}\n")
