"""Runs a lesson in the window: sets it up for each page by the page's steps; in between the class may try things.

A page starts from the state that the page before it had set up, whatever was tried since, so that the pages fit
together in any order of turning. For a page that is jumped to, the steps of those in between are played in a hurry.
Once a page is set up and what it asked for is computed, it is held to what it expects and points at.
"""

import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import pygame

from latent_explorer import files
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Replace
from latent_explorer.scene.items import Text, View
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson, lesson_pointer, prediction_cover, toolbar
from latent_explorer.ui.automation import lesson_check
from latent_explorer.ui.automation.lesson_files import LessonFile
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.automation.script_steps import Step
from latent_explorer.ui.driver import DrivenWindow

WRITING_CONTROLS = ("keep",)
"""Controls that a page may not use, beside those whose effects the window refuses while a page is set up."""
LOOKING_SECONDS = 1.0
"""Waits up to this are for those who look on, and skipped on pages that are jumped over; longer ones wait for what the
window computes."""

MAX_COMPUTING_SECONDS = 8.0
"""Seconds that a page waits for what the window computes, until it is checked as it is."""

MAX_BUSY_SECONDS = 60.0
"""Seconds until something false is said of a page that the window, on a slow machine, is still computing."""


class LessonDriver:
    def __init__(self, lesson_file: LessonFile, page: int = 0, *, resumes: bool = False) -> None:
        """Give a lesson from `page` on, or its last page if there are fewer; with the votes of before if it
        `resumes`."""
        self._lesson_file, self._resumes = lesson_file, resumes
        self._first_page = min(page, len(lesson_file.lesson.pages) - 1)
        self._page: int | None = None
        """Index of the page that is set up or shown; None before the lesson."""
        self.script: Script | None = None
        """What plays the steps of the page that is being set up."""
        self._coming = deque[int]()
        """The pages whose steps are still to be played, the one to be shown last; the first one's are being played."""
        self._checked_from: float | None = None
        """Since when the page that is set up waits to be checked; None once it is."""
        self.unmet_claim = ""
        """What was said of the page since the window does not show what it expects or points at; empty if it does."""
        self._page_ends: dict[int, State] = {}
        """State after the steps of each page; that of -1 is the state in which the lesson began."""

    @property
    def is_setting_up(self) -> bool:
        """Whether the steps of a page are being played."""
        return self.script is not None

    @property
    def wants_frame_now(self) -> bool:
        """Whether a page is being set up, or waits to be checked."""
        return self.is_setting_up or self._checked_from is not None

    def step(self, app: DrivenWindow) -> bool:
        """Run the current page's next step. Called before every frame; return True until the page is set up and
        checked."""
        if self._page is None:
            begun = replace(self._lesson_file.lesson, page=self._first_page)
            app.act(Replace(lesson.start_lesson(app.state, begun, resumes=self._resumes)))
            self._page_ends[-1] = app.state
        given = app.state.overlay.lesson
        if given is None:  # the lesson has ended
            self.script = self._checked_from = None
            return False
        if given.page != self._page:
            self._turn_to(app, given.page)
        try:
            if self._checked_from is not None:
                self._check(app, self._checked_from)
            elif self.script is not None and not self._is_kept_waiting(app) and not self.script.step(app):
                self._end_steps(app)
        except InputError as error:  # a user's lesson: the class sees the message and can go on
            has_failed_step = self.script is not None
            if has_failed_step:
                self._end_steps(app, failed=True)
            text = str(error).replace(f"{self._lesson_file.path.parent}{os.sep}", "")  # the name is enough in a line
            app.act(Replace(app.state.with_message(files.to_printable(text))))
            self.unmet_claim = "" if has_failed_step else app.state.status.message
        return self.wants_frame_now

    def reset_page(self, app: DrivenWindow) -> None:
        """Set the current page up again, whatever was tried since."""
        if self._page is not None and app.state.overlay.lesson is not None:
            self._turn_to(app, self._page)

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a lesson does not measure frames."""

    def find_failures(self, app: DrivenWindow) -> list[InputError]:
        """Return the errors of all that the page which is set up expects or points at and that is not there."""
        if self._page is None:
            return []
        controls = toolbar.list_controls(app.state)
        lab_view = app.make_lab_view()
        view = _add_other_pages(app.make_view(), lab_view, app.state) if app.state.presents else app.make_view()
        scene = lesson_check.Scene(app.state, view, lab_view, controls)
        failures = [lesson_check.find_failure(one, scene) for one in self._lesson_file.expectations[self._page]]
        missing = app.find_missing_target()
        location = self._lesson_file.target_locations[self._page]
        return [
            *([InputError(f"{location}: point at: {missing}")] if missing else []),
            *(one for one in failures if one is not None),
        ]

    def _check(self, app: DrivenWindow, since: float) -> None:
        """Say what of the page's claims does not hold, once the window has computed what it shows; nothing if somebody
        has changed it meanwhile."""
        if self._page is None or _has_changed(app.state, self._page_ends[self._page]):
            self._checked_from = None
            return
        waited = time.monotonic() - since
        is_moving = app.state.map_task.transition is not None or (app.engine is not None and not app.engine.is_idle)
        if is_moving and waited < MAX_COMPUTING_SECONDS:
            return
        failures = self.find_failures(app)
        # also of an idle engine: a layer may still be computed, which it does not count as busy
        patience = MAX_BUSY_SECONDS if is_moving else 0.0 if app.headless else MAX_COMPUTING_SECONDS
        if failures and waited < patience:
            return
        self._checked_from = None
        for error in failures[:1]:
            raise error

    def _is_kept_waiting(self, app: DrivenWindow) -> bool:
        """Return whether somebody has laid a page over the window, as the help, which would take the keys of a step."""
        return app.state.is_covered and not app.headless

    def _turn_to(self, app: DrivenWindow, page: int) -> None:
        known = max(one for one in self._page_ends if one < page)
        self._checked_from, self.unmet_claim = None, ""
        if self._page is not None:
            app.act(Replace(_restore(app.state, self._page_ends[known])))
        self._page, self._coming = page, deque(range(known + 1, page + 1))
        self._play_next(app)

    def _play_next(self, app: DrivenWindow) -> None:
        app.act(Replace(lesson.begin_steps(app.state)))
        steps = self._lesson_file.steps[self._coming[0]]
        if len(self._coming) > 1:
            steps = _hurry(steps)
        self.script = Script(steps, refused_controls=WRITING_CONTROLS)

    def _end_steps(self, app: DrivenWindow, *, failed: bool = False) -> None:
        """Keep what the steps of a page have set up, and go on with the next page if that is on the way. A page whose
        steps have failed is not checked."""
        app.act(Replace(lesson.end_steps(app.state, app.mouse)))
        self._page_ends[self._coming.popleft()] = app.state
        self.script = None
        if not self._coming:
            self._checked_from = None if failed else time.monotonic()
        else:
            app.act(Replace(_restore(app.state, app.state)))
            self._play_next(app)


def _add_other_pages(view: View, lab_view: View, state: State) -> View:
    """Return the view of a presentation with what it has on other pages of parts, which counts all the same: in the
    order of the lab, each text once."""
    whole = prediction_cover.cover_pictures(lab_view) if state.overlay.pictures_hidden else lab_view
    known = {(one.rect, one.text) for one in whole if isinstance(one, Text)}
    over = [one for one in view if isinstance(one, Text) and (one.rect, one.text) not in known]
    return (*whole, *over)


def _hurry(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the steps without what is for those who look on."""
    looking = [one for one in steps if one.verb == "wait" and one.value <= LOOKING_SECONDS]
    return tuple(replace(one, seconds=0.0) for one in steps if one not in looking)


def _has_changed(state: State, page: State) -> bool:
    """Return whether a state is no longer that of a page, apart from what changes by itself."""
    return any(
        one != other
        for one, other in (
            (state.lab, page.lab), (state.models, page.models), (state.view, page.view),
            (state.pointer.by_lesson, page.pointer.by_lesson), (state.overlay, page.overlay),
        )
    )  # fmt: skip


def _restore(state: State, page: State) -> State:
    """Return `state` as it is on a page of the lesson, with uncovered pictures; the pointer is the page's, wherever the
    mouse is."""
    turned = state.turn_to(page)
    turned = lesson.resize(turned.put(replace(turned.overlay, pictures_hidden=False)), state.window_size)
    return lesson_pointer.keep(turned.put(replace(turned.pointer, by_lesson=page.pointer.by_lesson)))
