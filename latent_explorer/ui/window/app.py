"""The window's loop: events to actions, actions to a state, the state to queries and a view, the view to pixels.

It draws when something changed or is animated, and sleeps otherwise. torch is imported in a thread while the window
already shows the maps.
"""

import contextlib
import gc
import math
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeVar

import pygame

from latent_explorer import files
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine.results import Results
from latent_explorer.errors import LatentExplorerError
from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Action, Move, Px, Resize, TimePassed
from latent_explorer.scene.items import HelpPage, View
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, drawing_pad_view, lesson, prediction_cover, toolbar, update
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.driver import Driver
from latent_explorer.ui.render import painter
from latent_explorer.ui.render.painter import Painter
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.window import frame_clock, window
from latent_explorer.ui.window.background_jobs import Background
from latent_explorer.ui.window.file_effects import WindowFiles
from latent_explorer.ui.window.frame_clock import FrameClock
from latent_explorer.ui.window.input import Input

if TYPE_CHECKING:
    from latent_explorer.engine.scheduler import Engine

T = TypeVar("T")
WAKE = pygame.event.custom_type()


class App:
    def __init__(
        self,
        surface: pygame.Surface,
        library: Library,
        *,
        lab: str,
        data_dir: str | None = None,
        headless: bool = False,
        player: Driver | None = None,
        classroom: LessonDriver | None = None,
    ) -> None:
        self.surface = surface
        self.library = library
        self.headless = headless
        self.player = player
        self.classroom = classroom
        self.state: State = replace(
            update.start(library, library.requested, lab=lab, size=surface.get_size()),
            loading="Loading the decoder",
            animate_maps=not headless,
        )
        self.background = Background(self, _wake)
        self.engine: Engine | None = None
        self.failure: BaseException | None = None
        self.ready_at: float | None = None
        """Time of the first interactive frame (time.time)."""
        self.pace: float | None = math.inf if headless else None
        """Seconds from one frame to the next if the driver sets the time; None: real time. Infinite in a headless run:
        every animation is at its end at once."""
        self.restored = False
        """Whether the state comes from a session file."""
        self.gliding = False
        """Whether a picture is being animated."""
        self.clock = 0.0
        """Seconds of the window's time. In a headless run it advances only during a script's waits."""
        self.files = WindowFiles(self, _wake)
        self._data_dir = data_dir
        self._input, self._controls, self._painter = Input(), ToolbarWidgets(), Painter()
        self._nothing = Results()
        self._shown: object = None
        self._floated = self._near = False
        self._painted: pygame.Surface | None = None
        self._windowed_size = surface.get_size()
        self._rhythm = FrameClock()
        # a background thread keeps the interpreter for 5 ms at a time by default, a third of a frame
        sys.setswitchinterval(0.0005)
        self._booted = threading.Event()
        self._loader = threading.Thread(target=self._boot, name="loader", daemon=True)
        self._loader.start()

    # -- the loop -------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run until the user closes the window or the driver is done. Raise any error of the loader thread."""
        while not self._try_close():
            if self.failure is not None:
                raise self.failure
            taught = self.classroom is not None and self.ready and self.classroom.step(self)
            if self.player is not None and self.ready and not taught and not self.player.step(self):
                break
            events = self._events()
            if events or self._needs_frame():
                self.frame(events)

    @property
    def ready(self) -> bool:
        return self.ready_at is not None

    @property
    def mouse(self) -> Px | None:
        """Last position of the mouse in pixels."""
        return self._input.mouse

    @property
    def plays(self) -> bool:
        """Whether the lab is playing, so that its state changes without events."""
        return self.ready and not self.state.loading and LABS[self.state.lab].is_playing(self.state)

    def close(self) -> None:
        self.files.close()
        gc.unfreeze()
        self.background.close()
        if self.engine is not None:
            self.engine.close()

    def frame(self, events: Sequence[pygame.event.Event], seconds: float | None = None) -> bool:
        """Handle `events` and draw the window if anything changed. Return True if it was drawn. `seconds`: time since
        the last frame, by the app's pace unless given."""
        began = time.perf_counter()
        if seconds is None:
            seconds = self._passed(began) if self.pace is None else self.pace
        self._rhythm.frame_started_at = began
        self.clock = began if not self.headless else self.clock + (seconds if math.isfinite(seconds) else 0.0)
        places = [event.pos for event in events if hasattr(event, "pos")]
        near = any(map(self._near_bar, places))
        if near or (self._near and any(event.type != WAKE for event in events)):
            # widgets may move: a highlight, a tooltip that waits, a menu
            self._rhythm.awake_until = began + frame_clock.AWAKE_SECONDS
        if places:  # a key does not move the mouse
            self._near = near
        for event, following in zip_longest(events, events[1:]):
            moves_on = following is not None and event.type == following.type == pygame.MOUSEMOTION
            self._handle(event, passing=moves_on)
        self.files.poll_opened()
        if self._booted.is_set() and self.state.loading:
            self.state = replace(self.state, loading="")
        self.background.watch_training(seconds)
        if self.plays and math.isfinite(seconds):
            self.act(TimePassed(seconds))
        self.background.make_maps(began)
        if self.engine is not None and not self.state.loading:
            wanted = self._guarded(lambda: LABS[self.state.lab].queries(self.state, self.library))
            self.engine.ask({**wanted, **drawing_pad.make_queries(self.state, self.library)})
            if self.headless and (self.player is None or self.player.wants_frame_now):
                self.engine.finish()  # scripts wait for pictures, a benchmark does not
            lab, results = LABS[self.state.lab], self.engine.results
            aims = lab.animation_targets(self.state, results, self.library) if self.state.animate_pictures else {}
            self.gliding = self.engine.animate(aims, seconds, even_if_slow=self.pace is not None)
        self.files.export()
        self.files.poll_saved()
        drawn = self._draw(animated=began < self._rhythm.awake_until)
        if not drawn and self.files.captures.is_due(self.clock):
            self._record()  # the mouse alone may have moved
        if drawn and not self.state.loading and self.ready_at is None:
            self.ready_at = time.time()
            self.load_originals()
            self.background.make_maps(began)
            if not self.headless:
                self.library.open_ahead()
        if drawn and self.player is not None:
            self.player.on_frame_drawn(self, events, time.perf_counter() - began)
        return drawn

    def act(self, action: Action) -> None:
        """Update the state by `action` and carry out the command that it may leave in the state."""
        before = self.state
        try:
            self.state = update.update(self.state, action, self.library)
            if self.state.fullscreen != before.fullscreen:
                self._toggle_fullscreen()
        except LatentExplorerError as error:
            self.state = replace(before, message=files.to_printable(str(error)))
        if self.state.pending_command:
            wish, self.state = self.state.pending_command, replace(self.state, pending_command="")
            self.files.run_command(wish)
        if self.state.models != before.models:
            self.load_originals()

    def view(self) -> View:
        lab = LABS[self.state.lab]
        results = self.engine.results if self.engine else self._nothing
        view = (
            *self._guarded(lambda: lab.view(self.state, results, self.library)),
            *drawing_pad_view.make_items(self.state, results, self.library),
        )
        if self.state.pictures_hidden:
            view = prediction_cover.cover_pictures(view)
        view = (
            *view,
            *map_panel.message_items(self.state, results, lab.layout(self.state).hint),
            *lesson.make_items(self.state),
        )
        if self.state.help:
            view = (
                *view,
                HelpPage(
                    f"{lab.title}: mouse and keys",
                    update.make_help_rows(self.state, self.library),
                    "Esc closes",
                    self.state.help_page,
                ),
            )
        return view

    def load_originals(self) -> None:
        """Load the original images of the displayed models if their data sets are on this machine."""
        if self.engine is not None:
            self.engine.load_originals(dict.fromkeys(self.state.models), wait=self.headless)

    def invalidate(self, *, whole: bool = False) -> None:
        """Draw the next frame even if nothing has changed; `whole`: redraw everything in it."""
        self._shown = None
        if whole:
            self._painted = None

    # -- inside ---------------------------------------------------------------------------------------

    def _try_close(self) -> bool:
        """Return True if the window closes now. Show a message and keep it open while files are being written."""
        if not self.state.closing or self.files.can_close():
            return self.state.closing
        self.frame([])
        return False

    def _guarded(self, work: Callable[[], T]) -> T:
        """Return `work()`. If it raises after a session was opened, reset the lab's state and try again."""
        try:
            return work()
        except Exception:
            if not self.restored:
                raise
            lab = LABS[self.state.lab]
            said = f"What the session kept of {lab.title} cannot be shown: it begins anew."
            self.state = replace(self.state.with_lab_state(lab.name, lab.initial_state()), message=said)
            return work()

    def _record(self) -> list[pygame.Rect]:
        """Record a frame of the window without the REC badge. Return the rectangles that changed on the surface."""
        places = self.files.captures.hide_badge(self.surface)
        self.files.captures.record_frame(self.surface, self.clock, self._input.mouse)
        hint = LABS[self.state.lab].layout(self.state).hint
        return places + self.files.captures.show_badge(self.surface, hint, self._painter.lettering, self._painter.theme)

    def _needs_frame(self) -> bool:
        """Return True if the window may have changed without an event."""
        moves = (
            self._driver_waiting
            or self.files.dialog is not None
            or self.gliding
            or self.plays
            or self.state.map_transition is not None
        )
        return not self.ready or moves or self._rhythm.awake

    @property
    def _driver_waiting(self) -> bool:
        """Whether the driver or the lesson wants a frame at once."""
        hurried = self.player is not None and self.player.wants_frame_now
        return hurried or (self.classroom is not None and self.classroom.busy)

    def _events(self) -> list[pygame.event.Event]:
        """Return the new events, waiting for one; never past the next frame while something is animated."""
        moves = self.gliding or self.plays or self.state.map_transition is not None or self._driver_waiting
        paced = not (self.headless and self.player is None)
        return self._rhythm.wait_for_events(limit_frame_rate=paced, animating=moves, ready=self.ready)

    def _passed(self, now: float) -> float:
        return self._rhythm.compute_elapsed(now, animating=self.gliding or self.plays)

    def _handle(self, event: pygame.event.Event, *, passing: bool = False) -> None:
        if event.type == pygame.QUIT:
            self.state = replace(self.state, closing=True)
            return
        if event.type == pygame.DROPFILE:
            self.files.brought(event.file)
            return
        if self.files.dialog is not None and event.type not in (pygame.VIDEORESIZE, pygame.WINDOWSIZECHANGED):
            self.files.ask(self.files.dialog, event)
            return
        if event.type == pygame.KEYDOWN and self._controls.menu_open:
            if event.key in (pygame.K_ESCAPE, pygame.K_TAB):
                self._controls.close_menus()
            return  # an open menu takes the key from the lab below it
        if not self.state.help:
            done = self._controls.process(event)
            if done is not None:
                self.act(done)
                return
        covered = hasattr(event, "pos") and self._controls.covers(event.pos)
        if event.type == pygame.MOUSEWHEEL:
            covered = self._controls.covers(pygame.mouse.get_pos()) and not getattr(event, "scripted", False)
        for action in self._input.to_actions(event, over_widget=covered):
            if isinstance(action, Move) and passing:
                action = replace(action, superseded=True)
            if isinstance(action, Resize):
                self.surface = pygame.display.get_surface() or self.surface
            self.act(action)

    def _draw(self, *, animated: bool) -> bool:
        """Redraw what changed in the window. Return True if anything was drawn."""
        state, view = self.state, self.view()
        now = time.perf_counter()
        groups = toolbar.make_groups(state, self.library)
        made = self._controls.show(groups, size=state.window_size, theme_name=state.theme, ui_scale=state.ui_scale)
        identities = tuple(map(painter.make_identity, view))
        shown = (state, identities)
        if shown == self._shown and not (animated or made or self.files.dialog):
            return False
        self._shown = shown
        if animated or made:
            self._controls.update(min(0.1, now - self._rhythm.drawn_at))
        # a menu or a tooltip lies over the view: everything is drawn while it is open, and once after
        floating = self._controls.floating or state.help or self.files.dialog is not None
        places = self.files.captures.hide_badge(self.surface)
        whole = floating or self._floated or made or self.surface is not self._painted
        places += self._painter.paint(
            self.surface, view, self.library, theme_name=state.theme, ui_scale=state.ui_scale, redraw_all=whole,
            identities=identities,
        )  # fmt: skip
        self._floated, self._painted = floating, self.surface
        boxes = [pygame.Rect(one.rect.x, one.rect.y, one.rect.width, one.rect.height) for one in groups]
        # a change on both sides of the controls is one rectangle that covers them: they are drawn again
        covered = any(place.collidelist(boxes) >= 0 for place in places)
        if not state.help and (whole or animated or covered):
            if not whole:
                for box in boxes:
                    self.surface.fill(self._painter.theme["background"], box)
                places += boxes
            self._controls.draw(self.surface)
        if self.files.dialog is not None:
            self.files.dialog.update(min(0.1, now - self._rhythm.drawn_at))
            self.files.dialog.draw(self.surface)
        places += self._record()
        pygame.display.update(places)
        self._rhythm.drawn_at = now
        return True

    def _near_bar(self, px: tuple[float, float]) -> bool:
        layout = LABS[self.state.lab].layout(self.state)
        own = layout.controls is not None and layout.controls.contains(px)
        return layout.toolbar.contains(px) or own or self._controls.floating

    def _toggle_fullscreen(self) -> None:
        if self.state.fullscreen:
            self._windowed_size = self.state.window_size
            self.surface = window.set_mode(self._windowed_size, fullscreen=True)
        else:
            self.surface = window.leave_fullscreen(self._windowed_size)
        self.state = update.update(self.state, Resize(self.surface.get_size()), self.library)

    def _boot(self) -> None:
        """Import torch and load the first models. Runs in the loader thread."""
        try:
            from latent_explorer.engine.scheduler import Engine

            engine = Engine(self.library, data_dir=self._data_dir, wake=_wake)
            engine.warm_up(dict.fromkeys((*self.state.models, *self.state.displayed_models)))
            # without this the collector walks all of torch's objects every few hundred frames, which costs a frame of
            # 10 ms and more
            gc.collect()
            gc.freeze()
            self.engine = engine
        except BaseException as error:
            self.failure = error
        self._booted.set()
        _wake()


def _wake() -> None:
    # from another thread: the window may be closing, and a full queue needs no waking
    with contextlib.suppress(pygame.error):
        if pygame.display.get_init():
            pygame.event.post(pygame.event.Event(WAKE))
