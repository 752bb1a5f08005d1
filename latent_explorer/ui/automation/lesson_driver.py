"""Runs a lesson in the window: sets it up for each page by the page's steps; in between the class may try things.

A page starts from the state that the page before it had set up, whatever was tried since, so that the pages fit
together in any order of turning.
"""

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from latent_explorer import files
from latent_explorer.errors import InputError
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson
from latent_explorer.ui.automation.lesson_files import Book
from latent_explorer.ui.automation.script import Script

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App

TAUGHT = (
    "lab", "models", "chosen", "which", "cameras", "hidden", "legend_page", "layer", "names", "smooth", "covered",
    "figures", "image", "own",
)  # fmt: skip
"""State fields that a page sets up; theme, size and text scale stay the user's choice."""
assert set(TAUGHT) <= {field.name for field in fields(State)}


class Classroom:
    def __init__(self, book: Book) -> None:
        self._book = book
        self._page: int | None = None
        """Index of the page whose steps have begun; None before the lesson."""
        self._steps: Script | None = None
        self._before: dict[int, State] = {}
        """State at the start of each page."""
        self._ready: State | None = None
        """State after the steps of the current page; None while they run."""

    @property
    def busy(self) -> bool:
        """Whether a page is being set up."""
        return self._steps is not None

    def step(self, app: "App") -> bool:
        """Run the current page's next step. Called before every frame; return True while the page is being set up."""
        if self._page is None:
            app.state = lesson.begun(app.state, self._book.lesson)
            self._turn(app, 0)
        given = app.state.lesson
        if given is None:  # the lesson has ended
            self._steps = None
            return False
        if given.page != self._page:
            self._turn(app, given.page)
        try:
            if self._steps is not None and not self._steps.step(app):
                self._steps, self._ready = None, app.state
        except InputError as error:  # a user's lesson: the class sees the message and can go on
            self._steps, self._ready = None, app.state
            app.state = replace(app.state, message=files.printable(str(error)))
        return self.busy

    def _turn(self, app: "App", page: int) -> None:
        known = self._before.get(page)
        if known is not None and (self._page is None or page < self._page):
            app.state = _as(app.state, known)
        elif self._ready is not None:
            app.state = _as(app.state, self._ready)
        self._before[page] = app.state
        self._page, self._ready = page, None
        self._steps = Script(self._book.steps[page])


def _as(state: State, taught: State) -> State:
    """Return `state` with the page fields of `saved`, without transient state and undo history."""
    values = {name: getattr(taught, name) for name in TAUGHT if name != "covered"}
    cleared = replace(
        state, **values, covered=False, hover=None, held=None, touching="", over="", form=None, moving=None, past=(),
        future=(), grip="", before_click=None,
    )  # fmt: skip
    return lesson.sized(cleared, state.window)
