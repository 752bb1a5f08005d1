"""What becomes of pygame's events: to whom each belongs (dialog, focus, bar, lesson), before it is the lab's."""

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Protocol

import pygame

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Action, Close, CloseRequested, Move, Px, Resize
from latent_explorer.scene.state import State
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.window import frame_clock
from latent_explorer.ui.window.file_effects import WindowFiles
from latent_explorer.ui.window.frame_clock import FrameClock
from latent_explorer.ui.window.input import LEFT_BUTTON, Input
from latent_explorer.ui.window.keyboard_focus import KeyboardFocus
from latent_explorer.ui.window.lesson_desk import LessonDesk
from latent_explorer.ui.window.presenter_desk import PresenterDesk
from latent_explorer.ui.window.renderer import Renderer

WAKE = pygame.event.custom_type()
"""An event of other threads: something is ready to be shown."""
SHOWN_AGAIN = (
    pygame.WINDOWEXPOSED, pygame.WINDOWSHOWN, pygame.WINDOWRESTORED, pygame.WINDOWMAXIMIZED, pygame.VIDEOEXPOSE
)  # fmt: skip
"""Events after which the screen may have lost the window's pixels: minimised, shaded, covered, on another desktop."""
MOUSE_EVENTS = (
    pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEWHEEL, pygame.WINDOWLEAVE
)  # fmt: skip


class EventWindow(Protocol):
    """What the handler sees of the window."""

    surface: pygame.Surface
    clock: float
    rhythm: FrameClock
    widgets: ToolbarWidgets
    focus: KeyboardFocus
    renderer: Renderer
    files: WindowFiles
    lessons: LessonDesk
    presenter: PresenterDesk

    @property
    def state(self) -> State: ...

    def act(self, action: Action) -> None: ...


class EventHandler:
    def __init__(self, app: EventWindow) -> None:
        self._app = app
        self.input = Input()
        self._near_widgets = False
        """Whether the mouse was near the bar when it last moved."""

    def handle_events(self, events: Sequence[pygame.event.Event], now: float) -> None:
        """Handle the events of a frame that began at `now`."""
        app = self._app
        events = [event for event in events if not app.presenter.handle(event, app.clock)]
        if any([event.type == pygame.WINDOWCLOSE for event in events]):
            events = [event for event in events if event.type != pygame.QUIT]  # they come together
        places = [event.pos for event in events if hasattr(event, "pos")]
        near = any(map(self._is_near_widgets, places))
        if near or (self._near_widgets and any(event.type != WAKE for event in events)):
            # widgets may move: a highlight, a tooltip that waits, a menu
            app.rhythm.awake_until = now + frame_clock.AWAKE_SECONDS
        if places:  # a key does not move the mouse
            self._near_widgets = near
        for event, following in zip_longest(events, events[1:]):
            moves_on = following is not None and event.type == following.type == pygame.MOUSEMOTION
            moves_on = moves_on and not self._is_kept_from_lab(following)
            self._handle(event, passing=moves_on)

    def _handle(self, event: pygame.event.Event, *, passing: bool) -> None:
        app = self._app
        resizes = event.type in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED)
        if event.type in (pygame.QUIT, pygame.WINDOWCLOSE):
            self._close_or_ask(event)
        elif event.type in SHOWN_AGAIN:
            app.renderer.invalidate(whole=True)
        elif event.type == pygame.DROPFILE:
            app.files.open(event.file)
        elif app.files.dialog is not None and not resizes:
            if app.files.pass_to_dialog(app.files.dialog, event):
                app.renderer.invalidate(whole=True)  # redraw the area below the dialog
        elif not (self._give_to_focus(event) or self._give_to_widgets(event) or self._is_kept_from_lab(event)):
            self._give_to_lab(event, passing=passing)

    def _give_to_focus(self, event: pygame.event.Event) -> bool:
        """Let the keyboard's focus have a key, and leave it at a click. Return whether it took the event."""
        app = self._app
        if event.type == pygame.MOUSEBUTTONDOWN:
            app.focus.leave()
        if event.type != pygame.KEYDOWN or app.state.is_covered:
            return False
        actions = app.focus.handle(event, app.state, app.renderer.view)
        if actions is None:
            return False
        for action in actions:
            app.act(action)
        app.rhythm.awake_until = time.perf_counter() + frame_clock.AWAKE_SECONDS
        app.renderer.invalidate(whole=True)
        return True

    def _give_to_widgets(self, event: pygame.event.Event) -> bool:
        """Let the bar have an event, or what is drawn to be pressed. Return whether one of them took it."""
        app = self._app
        if app.state.is_covered:
            return False
        done = app.widgets.process(event)
        if done is not None:
            app.act(done)
            return True
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != LEFT_BUTTON or app.widgets.covers(event.pos):
            return False
        offered = app.renderer.find_action(event.pos)
        if offered is not None and not app.presenter.run(offered):
            app.act(offered)
        return offered is not None

    def _give_to_lab(self, event: pygame.event.Event, *, passing: bool) -> None:
        """Act as an event says. `passing`: the mouse moves on at once."""
        app = self._app
        covered = not app.state.is_covered and hasattr(event, "pos") and app.widgets.covers(event.pos)
        if event.type == pygame.MOUSEWHEEL:
            covered = app.widgets.covers(pygame.mouse.get_pos()) and not getattr(event, "scripted", False)
        for action in self.input.to_actions(event, over_widget=covered):
            if isinstance(action, Move) and passing:
                action = replace(action, superseded=True)
            if isinstance(action, Resize):
                app.surface = pygame.display.get_surface() or app.surface
                app.renderer.invalidate(whole=True)  # also at the same size: a surface that was set again is black
            app.act(action)
            if isinstance(action, Resize):
                app.files.follow_resize()

    def _is_kept_from_lab(self, event: pygame.event.Event) -> bool:
        """Return whether the mouse must not disturb a lesson that sets up a page; its page and the bar react."""
        if not self._app.lessons.is_setting_up or getattr(event, "scripted", False):
            return False
        on_page = hasattr(event, "pos") and event.pos[1] >= self._app.state.size[1]
        return event.type in MOUSE_EVENTS and not on_page

    def _close_or_ask(self, event: pygame.event.Event) -> None:
        """Close for the system, which sends QUIT alone; for the window's close button ask where something would be
        lost. On macOS QUIT is the user's Cmd+Q too."""
        app = self._app
        asks = event.type == pygame.WINDOWCLOSE or sys.platform == "darwin"
        app.act(CloseRequested() if asks else Close())
        if app.state.status.question is not None and app.files.close_dialog():
            app.renderer.invalidate(whole=True)  # the question must not lie below it

    def _is_near_widgets(self, px: Px) -> bool:
        state = self._app.state
        layout = LABS[state.lab].get_layout(state)
        own = layout.controls is not None and layout.controls.contains(px)
        return layout.toolbar.contains(px) or own or self._app.widgets.floating
