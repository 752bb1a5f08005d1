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
from latent_explorer.ui.automation.lesson_files import LessonFile
from latent_explorer.ui.automation.script import Script

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App

PAGE_FIELDS = (
    "lab", "models", "selected_models", "map_name", "cameras", "hidden", "legend_page", "layer", "show_class_names",
    "smooth_pixels", "pictures_hidden", "explain_map_quality", "user_image", "lab_states",
)  # fmt: skip
"""State fields that a page sets up; theme, size and text scale stay the user's choice."""
assert set(PAGE_FIELDS) <= {field.name for field in fields(State)}


class LessonDriver:
    def __init__(self, lesson_file: LessonFile) -> None:
        self._lesson_file = lesson_file
        self._page: int | None = None
        """Index of the page whose steps have begun; None before the lesson."""
        self._script: Script | None = None
        self._page_starts: dict[int, State] = {}
        """State at the start of each page."""
        self._page_end: State | None = None
        """State after the steps of the current page; None while they run."""

    @property
    def busy(self) -> bool:
        """Whether a page is being set up."""
        return self._script is not None

    def step(self, app: "App") -> bool:
        """Run the current page's next step. Called before every frame; return True while the page is being set up."""
        if self._page is None:
            app.state = lesson.start_lesson(app.state, self._lesson_file.lesson)
            self._turn_to(app, 0)
        given = app.state.lesson
        if given is None:  # the lesson has ended
            self._script = None
            return False
        if given.page != self._page:
            self._turn_to(app, given.page)
        try:
            if self._script is not None and not self._script.step(app):
                self._script, self._page_end = None, app.state
        except InputError as error:  # a user's lesson: the class sees the message and can go on
            self._script, self._page_end = None, app.state
            app.state = replace(app.state, message=files.to_printable(str(error)))
        return self.busy

    def _turn_to(self, app: "App", page: int) -> None:
        known = self._page_starts.get(page)
        if known is not None and (self._page is None or page < self._page):
            app.state = _restore(app.state, known)
        elif self._page_end is not None:
            app.state = _restore(app.state, self._page_end)
        self._page_starts[page] = app.state
        self._page, self._page_end = page, None
        self._script = Script(self._lesson_file.steps[page])


def _restore(state: State, saved: State) -> State:
    """Return `state` with the page fields of `saved`, without transient state and undo history."""
    values = {name: getattr(saved, name) for name in PAGE_FIELDS if name != "pictures_hidden"}
    cleared = replace(
        state,
        **values,
        pictures_hidden=False,
        hover=None,
        mouse_press=None,
        pressed_part="",
        hovered_part="",
        new_map_form=None,
        map_transition=None,
        undo_stack=(),
        redo_stack=(),
        gesture="",
        lab_states_before_click=None,
    )
    return lesson.resize(cleared, state.window_size)
