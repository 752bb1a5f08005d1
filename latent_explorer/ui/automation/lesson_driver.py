"""A lesson in the window: sets it up for each page by the page's steps, and lets the class play in between.

Another page begins where the one before it had set the window up, whatever was tried since; so the pages fit together
however a lesson is given.
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
"""What a page sets up; theme, size and text are the user's own."""
assert set(TAUGHT) <= {field.name for field in fields(State)}


class Classroom:
    def __init__(self, book: Book) -> None:
        self._book = book
        self._page: int | None = None
        """Whose steps have begun; None before the lesson."""
        self._steps: Script | None = None
        self._before: dict[int, State] = {}
        """The state in which each page began."""
        self._ready: State | None = None
        """As the page had set it up."""

    @property
    def busy(self) -> bool:
        """Whether a page is being set up."""
        return self._steps is not None

    def step(self, app: "App") -> bool:
        """Called before every frame; whether the window is being set up."""
        if self._page is None:
            app.state = lesson.begun(app.state, self._book.lesson)
            self._turn(app, 0)
        given = app.state.lesson
        if given is None:  # it has been left
            self._steps = None
            return False
        if given.page != self._page:
            self._turn(app, given.page)
        try:
            if self._steps is not None and not self._steps.step(app):
                self._steps, self._ready = None, app.state
        except InputError as error:  # a lesson of one's own: the class sees the line, and can go on
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
    """`state` with what a page had set up."""
    values = {name: getattr(taught, name) for name in TAUGHT if name != "covered"}
    cleared = replace(
        state, **values, covered=False, hover=None, held=None, touching="", over="", form=None, moving=None, past=(),
        future=(), grip="", before_click=None,
    )  # fmt: skip
    return lesson.sized(cleared, state.window)
