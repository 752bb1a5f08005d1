"""Runs a lesson in the window: sets it up for each page by the page's steps; in between the class may try things.

A page starts from the state that the page before it had set up, whatever was tried since, so that the pages fit
together in any order of turning.
"""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from latent_explorer import files
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Replace
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson, mouse
from latent_explorer.ui.automation.lesson_files import LessonFile
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.driver import DrivenWindow

WRITING_CONTROLS = ("keep",)
"""Controls that a page may not use, beside those whose effects the window refuses while a page is set up."""


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
    def wants_frame_now(self) -> bool:
        """Whether a page is being set up."""
        return self._script is not None

    def step(self, app: DrivenWindow) -> bool:
        """Run the current page's next step. Called before every frame; return True while the page is being set up."""
        if self._page is None:
            app.act(Replace(lesson.start_lesson(app.state, self._lesson_file.lesson)))
            self._turn_to(app, 0)
        given = app.state.overlay.lesson
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
            app.act(Replace(app.state.with_message(files.to_printable(str(error)))))
        return self.wants_frame_now

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a lesson does not measure frames."""

    def _turn_to(self, app: DrivenWindow, page: int) -> None:
        start = self._page_starts.get(page)
        if start is not None and (self._page is None or page < self._page):
            app.act(Replace(_restore(app.state, start)))
        elif self._page_end is not None:
            app.act(Replace(_restore(app.state, self._page_end)))
        self._page_starts[page] = app.state
        self._page, self._page_end = page, None
        self._script = Script(self._lesson_file.steps[page], refused_controls=WRITING_CONTROLS)


def _restore(state: State, page: State) -> State:
    """Return `state` as it is on a page of the lesson, with uncovered pictures. What that page looks at on a map is
    looked at still, wherever the mouse is."""
    turned = state.turn_to(page)
    turned = lesson.resize(turned.put(replace(turned.overlay, pictures_hidden=False)), state.window_size)
    return mouse.refresh_hover(page, turned) if turned.size == page.size else turned
