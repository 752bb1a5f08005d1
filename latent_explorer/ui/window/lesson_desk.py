"""Gives lessons in an open window: reads the one that is asked for, opens its models, and hands it to its driver.

What it shows is said by the state (`shell.lesson`); this is what needs files, the library and time.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pygame

from latent_explorer import files
from latent_explorer.checkpoint import checkpoint_paths, timelines
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError, LatentExplorerError
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Replace, Report, Set
from latent_explorer.scene.lesson_list import LessonEntry, LessonPlace
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson, lesson_list, lesson_recorder, update
from latent_explorer.texts import tr
from latent_explorer.ui.automation import lesson_files, lesson_shelf
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.automation.lesson_files import LessonFile
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.window import lesson_places, session_file
from latent_explorer.ui.window.store import Store


class LessonDesk:
    """The driver of the lessons, of none or one at a time."""

    def __init__(
        self, store: Store, library: Library, wake: Callable[[], None], *, headless: bool,
        driver: LessonDriver | None = None,
    ) -> None:  # fmt: skip
        self._store, self._library, self._wake, self._headless = store, library, wake, headless
        self.driver = driver
        """The driver of the lesson that is given; None if there is none."""
        self._opening: Iterator[None] | None = None
        """Opens the models of the lesson that is asked for, one at each step."""
        self._greeting = ""
        """What is said once the first page is set up."""
        self._found: tuple[LessonEntry, ...] | None = None
        """The lessons that a thread has found, until they are shown."""
        self._places: Path | None = None
        store.on_change.append(self._on_change)

    @property
    def wants_frame_now(self) -> bool:
        return self._opening is not None or (self.driver is not None and self.driver.wants_frame_now)

    @property
    def is_setting_up(self) -> bool:
        """Whether a lesson, which may be a stranger's, sets up a page."""
        return self.driver is not None and self.driver.is_setting_up

    def step(self, app: DrivenWindow) -> bool:
        """Go on with what is to be done before the next frame. Return True while a lesson is being set up."""
        if self._found is not None:
            entries, self._found = self._found, None
            self._store.dispatch(Replace(lesson_list.put_entries(self._store.state, entries)))
            self._wake()  # the frame of the thread's call is over: another one shows them
        asked = self._store.state.lessons.requested
        if asked is not None:
            self._put(requested=None)
            self._opening = self._open(asked)
        if self._opening is not None:
            self._go_on_opening()
        busy = False
        if self.driver is not None and self._opening is None:
            busy = self.driver.step(app)
            if self._store.state.overlay.lesson is None:  # it has ended
                self.driver, busy = None, False
        if self._greeting and not busy and self.driver is not None:
            self._store.dispatch(Report(self._greeting, self._store.state.status.message))
            self._greeting = ""
        return busy or self._opening is not None

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a lesson does not measure frames."""

    def run_effect(self, effect: Effect, app: DrivenWindow) -> None:
        if effect is Effect.RESET_PAGE and self.driver is not None:
            self.driver.reset_page(app)

    def remember(self) -> None:
        """Know where the user stopped in each lesson and what was voted for, and keep it for the next start."""
        self._places = lesson_places.get_path()
        try:
            stopped = lesson_places.read(self._places)
        except InputError as error:
            self._store.dispatch(Report(message=str(error)))
            return
        self._put(stopped=stopped, votes=lesson_places.read_votes(self._places))

    # -- inside ---------------------------------------------------------------------------------------

    def _put(self, **changes: object) -> None:
        state = self._store.state
        self._store.dispatch(Replace(state.put(replace(state.lessons, **changes))))  # type: ignore[arg-type]

    def _open(self, asked: LessonPlace) -> Iterator[None]:
        """Open the models of a lesson, one after the other, and begin it. Raise `InputError` if one is missing."""
        self._greeting = ""
        if self._store.state.recording.is_on:
            raise InputError(lesson_recorder.say_is_on())
        book = lesson_files.load(asked.name)
        names, films = list[str](), list[str]()
        for name in book.models:
            models, film = self._open_model(name, book)
            names += models
            films += film
            yield
        state = self._store.state
        lab = choose_lab(book.models)
        fresh = update.start(self._library, tuple(names), lab=lab, size=state.window_size)
        self._store.dispatch(Replace(lesson.prepare(state, fresh)))
        if films and lab == "learn":
            self._store.dispatch(Set("reel", films[0]))
        page = asked.page if 0 <= asked.page < len(book.lesson.pages) else 0
        self.driver = LessonDriver(book, page, resumes=asked.resumes)
        if page:
            count = len(book.lesson.pages)
            self._greeting = tr(
                "Page {page} of {count}, where you stopped. Home: the first page.", page=page + 1, count=count
            )
        self._list_lessons()  # its last page leads to the next one

    def _open_model(self, name: str, book: LessonFile) -> tuple[list[str], list[str]]:
        """Open a model of a lesson. Return its name in the menu and, if it is a film or a sweep, that of the film."""
        library = self._library
        try:
            if timelines.is_timeline_path(name):
                models, film = library.add_film(files.expand(name))
                return models, [film]
            model = library.add(checkpoint_paths.find(name))
            _ = library[model]
        except InputError as error:
            reason = str(error).split("; allowed")[0]
            title = repr(tr(book.lesson.title))
            raise InputError(
                tr("The lesson {title} needs {file}: {reason}", title=title, file=name, reason=reason)
            ) from None
        return [model], []

    def _go_on_opening(self) -> None:
        try:
            while self._opening is not None:
                if next(self._opening, self) is self:
                    self._opening = None
                if not self._headless:
                    return
        except LatentExplorerError as error:
            self._opening = None
            self._store.dispatch(Report(message=files.to_printable(str(error))))

    def _on_change(self, before: State, state: State) -> None:
        if state.lessons.listed and not before.lessons.listed:
            self._list_lessons()
        now, was = state.lessons, before.lessons
        if self._places is not None and (now.stopped != was.stopped or now.votes != was.votes):
            lesson_places.write(self._places, now.stopped, was.stopped, now.votes, was.votes)

    def _list_lessons(self) -> None:
        """Look for lessons, in a thread: there may be many files."""
        folder = session_file.get_current_folder()

        def look() -> None:
            self._found = lesson_shelf.list_lessons(folder)
            self._wake()

        if self._headless:
            look()
        else:
            threading.Thread(target=look, name="lessons", daemon=True).start()


def choose_lab(model_names: tuple[str, ...]) -> str:
    """Return Learn if a name is a timeline (film or sweep), Compare for several models, else Explore."""
    if any(map(timelines.is_timeline_path, model_names)):
        return "learn"
    return "compare" if len(model_names) > 1 else "explore"
