"""The window's file operations: opening user images and sessions, saving, recording and exporting.

An error with a file becomes a message in the window; the state stays as it was.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from latent_explorer import files
from latent_explorer.engine.results import Results
from latent_explorer.errors import LatentExplorerError
from latent_explorer.labs import LABS
from latent_explorer.scene.film_export import FORMATS as FORMS
from latent_explorer.ui.capture import captures
from latent_explorer.ui.capture.captures import Captures
from latent_explorer.ui.capture.film_writer import FilmWriter
from latent_explorer.ui.widgets.file_dialog import OpenDialog
from latent_explorer.ui.window import session_file
from latent_explorer.ui.window.image_loader import SUFFIXES, ImageLoader

if TYPE_CHECKING:
    from collections.abc import Callable

    from latent_explorer.ui.window.app import App


class WindowFiles:
    """File operations, called in the window's thread. `ImageLoader`, `Captures` and `FilmWriter` own the threads."""

    def __init__(self, app: "App", wake: "Callable[[], None]") -> None:
        self._app = app
        self.captures = Captures(keep_every_frame=app.headless, wake=wake)
        self.exports = FilmWriter(wake=wake)
        self.opener = ImageLoader(wake=wake)
        self.dialog: OpenDialog | None = None
        """The open file dialog, which receives every event; None if there is none."""
        self._folder = session_file.get_current_folder()
        self._leaving = False
        """Whether the window closes as soon as every file is written."""
        self._dropped: list[str] = []
        """Paths of files that wait to be opened."""

    def can_close(self) -> bool:
        """Return True if the window may close now. The first request waits until every file is written; a second one
        gives up unfinished files."""
        self.captures.end(self._app.clock)
        if self._writing and self._leaving:
            self.captures.give_up()
            self.exports.give_up()
        elif self._writing:
            self._leaving = True
            self._app.state = replace(self._app.state, closing=False, help=False)  # help would cover the message
            return False
        return True

    @property
    def _writing(self) -> tuple[str, ...]:
        """Names of the files that are being written or prepared."""
        kind = self._app.state.pending_export
        return (*self.captures.writing, *self.exports.writing, *((f"the {FORMS[kind]}",) if kind else ()))

    def close(self) -> None:
        """End the recording and wait until every file is written."""
        self.captures.end(self._app.clock)
        self.captures.wait()
        self.exports.finish()

    def open_session(self, path: Path) -> None:
        """Load a session file into the state; a notice or message names it. Raise `InputError` if it is no session."""
        before = self._app.state.models
        self._app.restored = True
        self._app.state = session_file.restore(path, self._app.state, self._app.library)
        if not self._app.state.message:
            self._app.state = replace(self._app.state, notice=f"Opened {files.to_printable(path.name)}")
        if self._app.state.models != before:
            self._app.load_originals()

    def poll_opened(self) -> None:
        """Start loading user images that were dropped, pasted or asked for, and apply those that are loaded."""
        asks = self._app.state.pad.requested_input
        if asks:
            self._app.state = replace(self._app.state, pad=replace(self._app.state.pad, requested_input=""))
        if asks == "paste":
            self.opener.paste()
        elif asks == "file":
            self._open_dialog()
        if self._dropped:
            self.opener.open(self._dropped)
            self._dropped = []
        if self._app.headless:
            self.opener.finish()
        for action in self.opener.take_actions():
            self._app.act(action)

    def run_command(self, wish: str) -> None:
        """Run the window command `wish`; an error becomes a message."""
        try:
            match wish:
                case "save":
                    path, lost = session_file.save(self._app.state, self._app.library)
                    kept = files.saved_message(path)
                    self._app.state = replace(
                        self._app.state, notice=kept, message=f"{kept}, without: {lost}" if lost else ""
                    )
                case "open":
                    self._open_dialog()
                case "last":
                    self.open_session(session_file.get_last_session_path())
                case "screenshot":
                    self.captures.hide_badge(self._app.surface)
                    path = captures.save_screenshot(self._app.surface)
                    self._app.state = replace(self._app.state, notice=files.saved_message(path))
                case "record" if self.captures.recording:
                    self.captures.end(self._app.clock)
                    self._app.state = replace(self._app.state, notice="Writing the recording")
                case "record":
                    self.captures.begin(ui_scale=self._app.state.ui_scale)
        except LatentExplorerError as error:
            self._app.state = replace(self._app.state, message=files.to_printable(str(error)), notice="")
        self._app.invalidate()  # the REC badge may have come or gone

    def poll_saved(self) -> None:
        """Show notices and errors of finished recordings and exports, and the files that the window waits for before
        it closes."""
        writing = self._writing  # asked first: a file that is finished from here on is reported in the next frame
        for one in self.captures.take_finished():
            if one.error is not None:
                self._leaving = False  # the error has to be read first
                self._app.state = replace(self._app.state, message=files.to_printable(str(one.error)), notice="")
            else:
                self._app.state = replace(self._app.state, notice=files.saved_message(one.path))
        for well, said in self.exports.take_messages():
            self._leaving = self._leaving and well
            self._app.state = replace(self._app.state, notice=said if well else "", message="" if well else said)
        if self._leaving and not writing:
            self._app.state = replace(self._app.state, closing=True)
        elif self._leaving:
            names = files.to_printable(", ".join(writing))
            said = f"Writing {names} before the window closes. Close it again to leave without it."
            self._app.state = replace(self._app.state, message=said)

    def ask(self, dialog: OpenDialog, event: pygame.event.Event) -> None:
        """Pass an event to the dialog and open the file that it has chosen."""
        dialog.process(event)
        if not dialog.is_open:
            self.dialog = None
            self._app.invalidate(whole=True)  # redraw the area below the dialog
            if dialog.chosen is not None:
                self._folder = dialog.chosen.parent
                self.brought(str(dialog.chosen))

    def _open_dialog(self) -> None:
        """Open the dialog for a picture or a session, in the folder of the last one."""
        self.dialog = OpenDialog(
            self._app.state.window_size,
            title="Open a picture or a session",
            suffixes={session_file.SUFFIX, *SUFFIXES},
            folder=self._folder,
            theme_name=self._app.state.theme,
            ui_scale=self._app.state.ui_scale,
        )

    def brought(self, path: str) -> None:
        """Open a dropped or chosen file: a session by its suffix, else a user image."""
        if path.lower().endswith(session_file.SUFFIX):
            self._open(Path(path))
        else:
            self._dropped.append(path)

    def _open(self, path: Path) -> None:
        try:
            self.open_session(path)
        except LatentExplorerError as error:
            self._app.state = replace(self._app.state, message=files.to_printable(str(error)))

    def export(self) -> None:
        """Start the pending export of the lab, if its pictures are ready."""
        if self._app.state.pending_export and not self._app.state.loading:
            kind, results = self._app.state.pending_export, self._app.engine.results if self._app.engine else Results()
            keepsake = LABS[self._app.state.lab].export_film(self._app.state, results, self._app.library)
            if isinstance(keepsake, str):  # the pictures are not ready: asked again in the next frame
                self._app.state = replace(self._app.state, notice=keepsake)
            elif keepsake is None:
                self._app.state = replace(self._app.state, pending_export="", notice="There is nothing to save yet.")
            else:
                self._app.state = replace(self._app.state, pending_export="", notice=f"Saving the {FORMS[kind]}.")
                self.exports.start(keepsake, kind)
            if self._app.headless:
                self.exports.finish()
