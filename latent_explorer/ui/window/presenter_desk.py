"""What a presenter has beside the lab: marks of the mouse, notes in a second window or in a strip, and the timer.

The notes are in a window of their own where there is a second screen, else in a strip of the main window. A screen that
is unplugged while they are shown turns the one into the other.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pygame

from latent_explorer.scene.events import Replace, Set
from latent_explorer.scene.items import Item
from latent_explorer.scene.presenter_marks import PresenterMarks
from latent_explorer.scene.state import Models, State
from latent_explorer.shell import presentation, presenter_sheet
from latent_explorer.shell.keymap import name_key
from latent_explorer.shell.presenter_sheet import Moment, Timer
from latent_explorer.texts import mark, tr
from latent_explorer.ui.window import screens
from latent_explorer.ui.window.input import LEFT_BUTTON
from latent_explorer.ui.window.presenter_view import KEY_EVENTS, PresenterView
from latent_explorer.ui.window.store import Store

MIDDLE_BUTTON = 2
FOCUS_SECONDS = 1.5
"""Seconds after its opening in which the second window gives the keyboard back at once."""
REDRAWN = (
    pygame.WINDOWEXPOSED, pygame.WINDOWSHOWN, pygame.WINDOWRESTORED, pygame.WINDOWSIZECHANGED, pygame.WINDOWRESIZED
)  # fmt: skip
UNPLUGGED_TEXT = mark("The second screen is gone: the notes are in the strip below ({key} hides it).")
CLOSED_TEXT = mark("The presenter view is closed: {key} opens it again.")


class PresenterDesk:
    def __init__(self, store: Store, models: Models, move_to_screen: Callable[[int], None], *, headless: bool) -> None:
        self._store, self._models, self._move_to_screen = store, models, move_to_screen
        self._headless = headless
        self.marks = PresenterMarks()
        self.timer = Timer()
        self.view: PresenterView | None = None
        """The second window; None if there is none."""
        self._holds_laser = False
        """Whether the middle button is down."""
        self._shown_second = -1
        self._clock = 0.0 if headless else time.perf_counter()  # the timer may start before the first frame
        self._opened_at = 0.0
        self._screen_count = 0
        """Screens when it was last seen to the second window."""

    # -- events ---------------------------------------------------------------------------------------

    def handle(self, event: pygame.event.Event, clock: float) -> bool:
        """Handle an event of the second window, or a gesture of a presenter. Return whether it is done with."""
        self._clock = clock
        if self.view is not None and self.view.owns(event):
            return self._handle_in_view(self.view, event)
        return self._presents and self._follow_mouse(event)

    def run(self, action: Set) -> bool:
        """Carry out an action on the timer. Return whether it was one."""
        if action.control not in (presenter_sheet.TIMER, presenter_sheet.TIMER_RESET):
            return False
        starts = action.control == presenter_sheet.TIMER
        self.timer = self.timer.toggle(self._clock) if starts else self.timer.reset(self._clock)
        self._shown_second = -1
        return True

    def follow(self, before: State, state: State) -> None:
        """Open or close what the state no longer shows as before."""
        if _shows_marks(before) and not _shows_marks(state):
            # a button that is let go meanwhile is not noticed
            self.marks, self._holds_laser = PresenterMarks(), False
        if state.presentation.notes and not before.presentation.notes:
            if self.timer == Timer():
                self.timer = self.timer.toggle(self._clock)
            self.open()
        elif before.presentation.notes and not state.presentation.notes:
            self.close()

    # -- frames ---------------------------------------------------------------------------------------

    def is_due(self, clock: float) -> bool:
        """Return whether something changes with the time alone."""
        return self.marks.fades or (self._state.presentation.notes and int(clock) != self._shown_second)

    @property
    def fades(self) -> bool:
        """Whether marks change from frame to frame."""
        return self.marks.fades

    def make_items(self, clock: float) -> list[Item]:
        """Return what lies over the main window: the strip, and the marks."""
        self._clock, state = clock, self._state
        self.marks = self.marks.forget(clock)
        items: list[Item] = []
        if state.presentation.notes and not state.presentation.blank and not state.is_covered:
            items += presenter_sheet.make_strip_items(state, state.ui_scale, self._make_moment(clock))
        if self._presents:
            items += self.marks.make_items(clock, state.ui_scale)
        return items

    def show(self, clock: float) -> None:
        """Draw the second window, and notice if its screen is gone, or one has come for it."""
        self._clock, second = clock, int(clock)
        passed, self._shown_second = second != self._shown_second, second
        if passed and self._state.presentation.notes:
            self._follow_screens(len(screens.list_screens()))
        if self.view is None:
            return
        sheet = presenter_sheet.make_window_items(
            self._state, self.view.size, self.view.ui_scale, self._make_moment(clock)
        )
        self.view.draw(sheet, self._models, self._state.preferences.theme)

    # -- the second window ----------------------------------------------------------------------------

    def open(self) -> None:
        """Show the notes in a window on another screen than the main window, which moves to the second one if it is on
        the first, the presenter's own; or in a strip if there is one screen."""
        known = screens.list_screens()
        self._screen_count = len(known)
        if len(known) > 1:
            shown_on = screens.find_window_screen()
            if shown_on == 0:
                shown_on = 1
                self._move_to_screen(shown_on)
            own = next(number for number in range(len(known)) if number != shown_on)
            try:
                self.view = PresenterView(known[own].usable)
            except pygame.error:  # the system gives no second window
                self.view = None
        if self.view is None:
            self._store.dispatch(Replace(presentation.show_strip(self._state)))
            return
        self._opened_at = time.monotonic()
        self.view.hand_focus_back()
        if self._state.presentation.strip:
            self._store.dispatch(Replace(presentation.put_strip_away(self._state).with_notice("")))

    def close(self) -> None:
        """Close the second window, if there is one."""
        if self.view is not None:
            self.view.close()
        self.view = None

    @contextmanager
    def put_away(self) -> Iterator[None]:
        """Close the second window for a while in which the system closes all windows."""
        had_view = self.view is not None
        self.close()
        yield
        if had_view:
            self.open()

    # -- inside ---------------------------------------------------------------------------------------

    def _follow_screens(self, count: int) -> None:
        """Put the notes into the strip if the second screen is gone, and into a window if one has come."""
        known, self._screen_count = self._screen_count, count
        if self.view is not None and count < 2:
            self.close()
            text = tr(UNPLUGGED_TEXT, key=name_key("notes"))
            self._store.dispatch(Replace(presentation.show_strip(self._state).with_notice(text)))
        elif self.view is None and count > max(known, 1):
            self.open()

    @property
    def _state(self) -> State:
        return self._store.state

    @property
    def _presents(self) -> bool:
        state = self._store.state
        return state.presentation.on and _shows_marks(state)

    def _make_moment(self, clock: float) -> Moment:
        of_day = "" if self._headless else time.strftime("%H:%M")
        return Moment(of_day, self.timer.write(clock), self.timer.running_since is not None)

    def _handle_in_view(self, view: PresenterView, event: pygame.event.Event) -> bool:
        if event.type in KEY_EVENTS:
            return False  # as in the main window: Page Down turns the lesson's page
        if event.type == pygame.WINDOWCLOSE:
            self.close()
            text = tr(CLOSED_TEXT, key=name_key("notes"))
            self._store.dispatch(Replace(presentation.hide_notes(self._state).with_notice(text)))
        elif event.type in REDRAWN:
            view.invalidate()
            self._shown_second = -1
        elif event.type == pygame.WINDOWFOCUSGAINED and time.monotonic() - self._opened_at < FOCUS_SECONDS:
            view.hand_focus_back()
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == LEFT_BUTTON:
            action = view.find_action(event.pos)
            if action is not None and not self.run(action):
                self._store.dispatch(action)
        return True

    def _follow_mouse(self, event: pygame.event.Event) -> bool:
        """Let the marks follow the mouse. Return whether the event is a presenter's alone: with Ctrl or the middle
        button the laser, with Shift the marker; the lab does not see the mouse meanwhile."""
        mods = pygame.key.get_mods()
        match event.type:
            case pygame.MOUSEMOTION:
                with_laser = self._holds_laser or (bool(mods & pygame.KMOD_CTRL) and not any(event.buttons))
                self.marks = self.marks.move(event.pos, self._clock, laser=with_laser)
                return with_laser or self.marks.is_drawing
            case pygame.MOUSEBUTTONDOWN if event.button == MIDDLE_BUTTON:
                self._holds_laser = True
                return True
            case pygame.MOUSEBUTTONUP if event.button == MIDDLE_BUTTON and self._holds_laser:
                self._holds_laser = False
                return True
            case pygame.MOUSEBUTTONDOWN if event.button == LEFT_BUTTON and mods & pygame.KMOD_SHIFT:
                self.marks = self.marks.press(event.pos)
                return True
            case pygame.MOUSEBUTTONUP if event.button == LEFT_BUTTON and self.marks.is_drawing:
                self.marks = self.marks.release(self._clock)
                return True
            case pygame.WINDOWLEAVE:
                self.marks = self.marks.move(None, self._clock)
        return False


def _shows_marks(state: State) -> bool:
    return state.presentation.on and not state.presentation.blank and not state.is_covered
