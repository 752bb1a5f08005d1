"""The window's file operations: opening user images and sessions, saving, recording and exporting.

An error with a file becomes a message in the window; the state stays as it was.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pygame

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_paths, snapshots
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine import gallery_file
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError, LatentExplorerError, WorkError
from latent_explorer.labs import LABS
from latent_explorer.scene import sample_facts
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Close, ExportAnswered, Replace, Report, Set
from latent_explorer.shell import fine_tuning
from latent_explorer.shell.keymap import name_key
from latent_explorer.texts import mark, tr
from latent_explorer.ui.automation import lesson_writer
from latent_explorer.ui.capture import captures
from latent_explorer.ui.capture.captures import Captures
from latent_explorer.ui.capture.film_writer import FilmWriter
from latent_explorer.ui.widgets.file_dialog import OpenDialog
from latent_explorer.ui.window import sample_viewer, session_file
from latent_explorer.ui.window.image_loader import SUFFIXES, ImageLoader
from latent_explorer.ui.window.store import Store

LOCKED_MESSAGE = mark("A lesson neither writes, opens nor fetches files.")
SAVING = {
    "png": (mark("Saving the strip."), mark("the strip")),
    "gif": (mark("Saving the GIF."), mark("the GIF")),
    "mp4": (mark("Saving the video."), mark("the video")),
}
"""By the kind of an export: that it begins, and what it is called before it has a name."""


class WindowFiles:
    """File operations, called in the window's thread. `ImageLoader`, `Captures` and `FilmWriter` own the threads."""

    def __init__(
        self, store: Store, wake: Callable[[], None], *, headless: bool, locked: Callable[[], bool] = lambda: False
    ) -> None:
        """While `locked()`, effects and exports are refused: a lesson, which may be a stranger's, sets up a page."""
        self._store, self._headless, self._locked = store, headless, locked
        self.captures = Captures(keep_every_frame=headless, wake=wake)
        self.exports = FilmWriter(wake=wake)
        self.opener = ImageLoader(wake=wake)
        self.dialog: OpenDialog | None = None
        """The open file dialog, which receives every event; None if there is none."""
        self.restored = False
        """Whether the state comes from a session file."""
        self._folder = session_file.get_current_folder()
        self._leaving = False
        """Whether the window closes as soon as every file is written."""
        self._dropped: list[str] = []
        """Paths of files that wait to be opened."""

    # -- opening --------------------------------------------------------------------------------------

    def open_session(self, path: Path) -> None:
        """Load a session file into the state; a notice or message names it. Raise `InputError` if it is no session."""
        self.restored = True
        state = session_file.restore(path, self._store.state)
        notice = tr("Opened {file}", file=files.to_printable(path.name))
        self._store.dispatch(Replace(state if state.status.message else state.with_notice(notice)))

    def open(self, path: str) -> None:
        """Open a dropped or chosen file: a session, a checkpoint or a film by its suffix, else a user image."""
        try:
            match Path(path).suffix.lower():
                case session_file.SUFFIX:
                    self.open_session(Path(path))
                case checkpoint_paths.SUFFIX | snapshots.SUFFIX:
                    self._open_model(Path(path))
                case suffix:
                    if suffix == gallery_file.SUFFIX and Path(path).is_file():
                        gallery_file.check(Path(path))  # at once, so that the pad stays shut for a data set
                    self._dropped.append(path)
        except LatentExplorerError as error:
            self._report_error(error, notice=self._store.state.status.notice)

    def _open_model(self, path: Path) -> None:
        """Show a checkpoint in the first slot, or a film in Learn. Raise `InputError` if it is none."""
        state = self._store.state
        library = state.library
        if not isinstance(library, Library):
            return
        if not path.is_file():
            raise InputError(f"{files.to_printable(path.name)}: {tr('there is no such file')}")
        if path.suffix.lower() == snapshots.SUFFIX:
            name = library.timelines.open(path)
            actions = [Set("lab", "learn"), Set("reel", name)]
        else:
            name = library.open(path)
            there = LABS[state.lab].has_model_menus
            actions = [*([] if there else [Set("lab", "explore")]), Set("model", name)]
        for action in actions:
            self._store.dispatch(action)
        shown = files.to_printable(path.name)
        is_renamed = name != files.to_printable(path.stem)
        self._report(
            tr("Opened {file} as {name}", file=shown, name=name) if is_renamed else tr("Opened {file}", file=shown)
        )

    def poll_opened(self) -> None:
        """Start loading user images that were dropped, and apply those that are loaded."""
        if self._dropped:
            self.opener.open(self._dropped)
            self._dropped = []
        if self._headless:
            self.opener.finish()
        for action in self.opener.take_actions():
            self._store.dispatch(action)

    def pass_to_dialog(self, dialog: OpenDialog, event: pygame.event.Event) -> bool:
        """Pass an event to the dialog and open the file that it has chosen. Return True if the dialog closed."""
        try:
            dialog.process(event)
        except InputError as error:
            dialog.show_title(str(error))  # the dialog may cover the line of the window
            self._report_error(error)
        if dialog.is_open:
            return False
        self.dialog = None
        if dialog.chosen is not None:
            self._folder = dialog.chosen.parent
            self.open(str(dialog.chosen))
        return True

    def close_dialog(self) -> bool:
        """Close the open dialog without a choice. Return False if there is none."""
        if self.dialog is None:
            return False
        self._folder = self.dialog.folder
        self.dialog.close()
        self.dialog = None
        return True

    def follow_resize(self) -> None:
        """Lay the open dialog out again in a window of another size."""
        if self.dialog is not None:
            self._folder, self.dialog = self.dialog.folder, None
            try:
                self._open_dialog()
            except InputError as error:
                self._report_error(error)

    def _open_dialog(self) -> None:
        """Open the dialog for a picture, a gallery, a session or a checkpoint, in the folder of the last one."""
        state = self._store.state
        self.dialog = OpenDialog(
            state.window_size,
            title=tr("Open a picture, a gallery, a session or a checkpoint"),
            suffixes={session_file.SUFFIX, checkpoint_paths.SUFFIX, snapshots.SUFFIX, gallery_file.SUFFIX, *SUFFIXES},
            folder=self._folder,
            theme_name=state.preferences.theme,
            ui_scale=state.ui_scale,
        )

    # -- effects --------------------------------------------------------------------------------------

    def run_effect(self, effect: Effect, surface: pygame.Surface, clock: float) -> None:
        """Carry out what the state asks for; an error becomes a message."""
        try:
            if self._locked():
                raise InputError(tr(LOCKED_MESSAGE))
            match effect:
                case Effect.SAVE_SESSION:
                    path, lost = session_file.save(self._store.state)
                    saved = files.make_saved_message(path)
                    self._store.dispatch(
                        Report(saved, tr("{saved}, without: {lost}", saved=saved, lost=lost) if lost else "")
                    )
                case Effect.SAVE_GALLERY:
                    state = self._store.state
                    data = gallery_file.serialise(state.gallery.content, state.get_checkpoint(0))
                    path = session_file.write_new(gallery_file.STEM, gallery_file.SUFFIX, lambda _: data)
                    self._report(files.make_saved_message(path))
                case Effect.SAVE_TUNED:
                    self._save_tuned()
                case Effect.OPEN_FILE:
                    self._open_dialog()
                case Effect.WRITE_LESSON:
                    self._write_lesson()
                case Effect.PASTE:
                    self.opener.paste()
                case Effect.VIEW_SAMPLE:
                    path = sample_viewer.open_in_viewer(sample_facts.get_file_path(self._store.state), self._headless)
                    self._report(tr("Opened {file}", file=files.to_printable(path.name)))
                case Effect.RESTORE_LAST_SESSION:
                    self.open_session(session_file.get_last_session_path())
                case Effect.TAKE_SCREENSHOT:
                    self.captures.hide_badge(surface)
                    self._report(files.make_saved_message(captures.save_screenshot(surface)))
                case Effect.TOGGLE_RECORDING if self.captures.recording:
                    self.captures.end(clock)
                    self._report(tr("Writing the recording"))
                case Effect.TOGGLE_RECORDING:
                    self.captures.begin(ui_scale=self._store.state.ui_scale)
        except LatentExplorerError as error:
            self._report_error(error)

    def _write_lesson(self) -> None:
        """Write the recorded lesson to a new file. Raise `WorkError` if that fails."""
        data = lesson_writer.serialise(self._store.state)
        path = session_file.write_new(lesson_writer.STEM, lesson_writer.SUFFIX, lambda _: data)
        if path.parent != session_file.get_current_folder():  # the list of lessons does not look there
            self._report(tr("{saved}. Write your words into it", saved=files.make_saved_message(path)))
            return
        name = files.to_printable(path.name)
        text = tr(
            "Saved {file}: write your words into it; the list of lessons ({key}) begins it",
            file=name,
            key=name_key("lessons"),
        )
        self._report(text)

    def _save_tuned(self) -> None:
        """Write the model that was fine-tuned, which lies in a temporary folder, to a file of its own."""
        state = self._store.state
        name = fine_tuning.find_model_to_save(state)
        if not name or not isinstance(state.library, Library):
            return
        try:
            data = state.library.list_paths()[name].read_bytes()
        except OSError as error:  # somebody cleared the temporary folder
            reason = error.strerror or error
            raise WorkError(
                tr("{model} cannot be saved: its temporary file is gone ({reason})", model=name, reason=reason)
            ) from None
        stem = name.replace(" ", "-")
        path = session_file.write_new(stem, checkpoint_paths.SUFFIX, lambda _: data)
        state.library.move(name, path)
        self._store.dispatch(Set(fine_tuning.SAVED))
        self._report(files.make_saved_message(path))

    def export(self, results: Results) -> None:
        """Start the pending export of the lab, if its pictures are ready."""
        state = self._store.state
        kind = state.status.pending_export
        if not kind or state.status.loading:
            return
        if self._locked():
            self._store.dispatch(ExportAnswered(tr(LOCKED_MESSAGE)))
            return
        film = LABS[state.lab].export_film(state, results)
        if isinstance(film, str):  # the pictures are not ready: asked again in the next frame
            self._report(film)
        elif film is None:
            self._store.dispatch(ExportAnswered(tr("There is nothing to save yet.")))
        else:
            self._store.dispatch(ExportAnswered(tr(SAVING[kind][0])))
            self.exports.start(film, kind)
        if self._headless:
            self.exports.wait()

    def poll_saved(self) -> None:
        """Show notices and errors of finished recordings and exports, and the files that the window waits for before
        it closes."""
        writing = self._writing  # asked first: a file that is finished from here on is reported in the next frame
        for recording in self.captures.take_finished():
            if recording.error is not None:
                self._leaving = False  # the error has to be read first
                self._report_error(recording.error)
            else:
                self._report(files.make_saved_message(recording.path))
        for well, line in self.exports.take_messages():
            self._leaving = self._leaving and well
            self._store.dispatch(Report(notice=line) if well else Report(message=line))
        if self._leaving and not writing:
            self._store.dispatch(Close())
        elif self._leaving:
            names = files.to_printable(", ".join(writing))
            line = tr("Writing {names} before the window closes. Close it again to leave without it.", names=names)
            self._store.dispatch(Report(self._store.state.status.notice, line))

    # -- closing --------------------------------------------------------------------------------------

    def can_close(self, clock: float) -> bool:
        """Return True if the window may close now. The first request waits until every file is written; a second one
        gives up unfinished files."""
        self.captures.end(clock)
        if self._writing and self._leaving:
            self.captures.give_up()
            self.exports.give_up()
        elif self._writing:
            self._leaving = True
            self._store.dispatch(Close(closing=False))
            return False
        return True

    def close(self, clock: float) -> None:
        """End the recordings and wait until every file is written."""
        if self._store.state.recording.is_on:
            with contextlib.suppress(LatentExplorerError):  # nobody could read it any more
                self._write_lesson()
        self.captures.end(clock)
        self.captures.wait()
        self.exports.wait()

    @property
    def _writing(self) -> tuple[str, ...]:
        """Names of the files that are being written or prepared."""
        kind = self._store.state.status.pending_export
        return (*self.captures.writing, *self.exports.writing, *((tr(SAVING[kind][1]),) if kind else ()))

    def _report(self, notice: str) -> None:
        self._store.dispatch(Report(notice, self._store.state.status.message))

    def _report_error(self, error: BaseException, notice: str = "") -> None:
        self._store.dispatch(Report(notice, files.to_printable(tr(str(error)))))
