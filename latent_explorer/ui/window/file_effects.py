"""Files of the window: pictures and sessions that come to it, and what it saves, records and exports.

What goes wrong with a file is a line in the window; nothing is lost by it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from latent_explorer import files
from latent_explorer.engine.results import Results
from latent_explorer.errors import LatentExplorerError
from latent_explorer.labs import LABS
from latent_explorer.scene.film_export import KINDS as FORMS
from latent_explorer.ui.capture import captures
from latent_explorer.ui.capture.captures import Captures
from latent_explorer.ui.capture.film_writer import Exports
from latent_explorer.ui.widgets.file_dialog import OpenDialog
from latent_explorer.ui.window import session_file
from latent_explorer.ui.window.image_loader import SUFFIXES, Opener

if TYPE_CHECKING:
    from collections.abc import Callable

    from latent_explorer.ui.window.app import App


class WindowFiles:
    """All of it for the window's thread; the threads that read and write are `Opener`'s, `Captures`' and `Exports`'."""

    def __init__(self, app: "App", wake: "Callable[[], None]") -> None:
        self._app = app
        self.captures = Captures(patient=app.headless, wake=wake)
        self.exports = Exports(wake=wake)
        self.opener = Opener(wake=wake)
        self.dialog: OpenDialog | None = None
        """It has every event while it is open."""
        self._folder = session_file.folder()
        self._leaving = False
        """Whether the window closes as soon as everything is written."""
        self._dropped: list[str] = []
        """Paths of files that have come to be opened."""

    def lets_go(self) -> bool:
        """Whether the window, which was asked to close, may do so: not while something is being written, but where it
        is asked again, without that."""
        self.captures.end(self._app.clock)
        if self._writing and self._leaving:
            self.captures.give_up()
            self.exports.give_up()
        elif self._writing:
            self._leaving = True
            self._app.state = replace(self._app.state, leaving=False, help=False)  # it would lie over what is said
            return False
        return True

    @property
    def _writing(self) -> tuple[str, ...]:
        """What is being written, or is still being made for that, by name."""
        kind = self._app.state.export
        return (*self.captures.writing, *self.exports.writing, *((f"the {FORMS[kind]}",) if kind else ()))

    def close(self) -> None:
        """Finish what is being written, or what is left of it."""
        self.captures.end(self._app.clock)
        self.captures.wait()
        self.exports.finish()

    def open_session(self, path: Path) -> None:
        """What a file holds; its name and what did not fit are said. Raises `InputError` where it is no session."""
        before = self._app.state.models
        self._app.restored = True
        self._app.state = session_file.opened(path, self._app.state, self._app.library)
        if not self._app.state.message:
            self._app.state = replace(self._app.state, notice=f"Opened {files.printable(path.name)}")
        if self._app.state.models != before:
            self._app.load_originals()

    def bring(self) -> None:
        """Pictures that were dropped on the window or asked for, and what has come of them."""
        asks = self._app.state.pad.asks
        if asks:
            self._app.state = replace(self._app.state, pad=replace(self._app.state.pad, asks=""))
        if asks == "paste":
            self.opener.paste()
        elif asks == "file":
            self._open_dialog()
        if self._dropped:
            self.opener.open(self._dropped)
            self._dropped = []
        if self._app.headless:
            self.opener.finish()
        for action in self.opener.take():
            self._app.act(action)

    def grant(self, wish: str) -> None:
        """Do what the window is asked for; what goes wrong is a line."""
        try:
            match wish:
                case "save":
                    path, lost = session_file.save(self._app.state, self._app.library)
                    kept = files.kept(path)
                    self._app.state = replace(
                        self._app.state, notice=kept, message=f"{kept}, without: {lost}" if lost else ""
                    )
                case "open":
                    self._open_dialog()
                case "last":
                    self.open_session(session_file.last_path())
                case "screenshot":
                    self.captures.lift(self._app.surface)
                    path = captures.screenshot(self._app.surface)
                    self._app.state = replace(self._app.state, notice=files.kept(path))
                case "record" if self.captures.recording:
                    self.captures.end(self._app.clock)
                    self._app.state = replace(self._app.state, notice="Writing the recording")
                case "record":
                    self.captures.begin(unit=self._app.state.unit)
        except LatentExplorerError as error:
            self._app.state = replace(self._app.state, message=files.printable(str(error)), notice="")
        self._app.again()  # with its sign, or without

    def report(self) -> None:
        """Say what has become of recordings and of what a lab had saved, and what the window waits for before it
        closes."""
        writing = self._writing  # asked first: what ends from here on is said in the next frame
        for one in self.captures.written():
            if one.error is not None:
                self._leaving = False  # first it has to be read
                self._app.state = replace(self._app.state, message=files.printable(str(one.error)), notice="")
            else:
                self._app.state = replace(self._app.state, notice=files.kept(one.path))
        for well, said in self.exports.said():
            self._leaving = self._leaving and well
            self._app.state = replace(self._app.state, notice=said if well else "", message="" if well else said)
        if self._leaving and not writing:
            self._app.state = replace(self._app.state, leaving=True)
        elif self._leaving:
            names = files.printable(", ".join(writing))
            said = f"Writing {names} before the window closes. Close it again to leave without it."
            self._app.state = replace(self._app.state, message=said)

    def ask(self, dialog: OpenDialog, event: pygame.event.Event) -> None:
        """Let the dialog have an event, and take what it has found."""
        dialog.process(event)
        if not dialog.open:
            self.dialog = None
            self._app.again(whole=True)  # what lay below the dialog
            if dialog.chosen is not None:
                self._folder = dialog.chosen.parent
                self.brought(str(dialog.chosen))

    def _open_dialog(self) -> None:
        """Ask for a picture or a session, in the folder of the last one."""
        self.dialog = OpenDialog(
            self._app.state.window,
            title="Open a picture or a session",
            suffixes={session_file.SUFFIX, *SUFFIXES},
            folder=self._folder,
            theme_name=self._app.state.theme,
            unit=self._app.state.unit,
        )

    def brought(self, path: str) -> None:
        """A file that was dropped on the window or chosen: a session, else a picture."""
        if path.lower().endswith(session_file.SUFFIX):
            self._open(Path(path))
        else:
            self._dropped.append(path)

    def _open(self, path: Path) -> None:
        try:
            self.open_session(path)
        except LatentExplorerError as error:
            self._app.state = replace(self._app.state, message=files.printable(str(error)))

    def export(self) -> None:
        """Begin to save what a lab wants to have saved."""
        if self._app.state.export and not self._app.state.loading:
            kind, results = self._app.state.export, self._app.engine.results if self._app.engine else Results()
            keepsake = LABS[self._app.state.lab].keepsake(self._app.state, results, self._app.library)
            if isinstance(keepsake, str):  # the window asks again when they are there
                self._app.state = replace(self._app.state, notice=keepsake)
            elif keepsake is None:
                self._app.state = replace(self._app.state, export="", notice="There is nothing to save yet.")
            else:
                self._app.state = replace(self._app.state, export="", notice=f"Saving the {FORMS[kind]}.")
                self.exports.start(keepsake, kind)
            if self._app.headless:
                self.exports.finish()
