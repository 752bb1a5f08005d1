"""The window's loop: events to actions, actions to a state, the state to queries and a view, the view to pixels.

It draws when something changed or is animated, and sleeps otherwise.
"""

import contextlib
import math
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import pygame

from latent_explorer import cache, languages, texts
from latent_explorer.checkpoint.library import Library
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import (
    Action,
    LabFailed,
    Loaded,
    Px,
    Report,
    Resize,
    TimePassed,
)
from latent_explorer.scene.items import View
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Preferences, Status
from latent_explorer.shell import drawing_pad, lesson_marks, update, view
from latent_explorer.ui.automation.lesson_driver import LessonDriver
from latent_explorer.ui.capture.captures import Captures
from latent_explorer.ui.driver import Driver
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.window import closing, free_memory, window
from latent_explorer.ui.window.background_jobs import BackgroundJobs
from latent_explorer.ui.window.engine_loader import EngineLoader
from latent_explorer.ui.window.event_handler import WAKE, EventHandler
from latent_explorer.ui.window.file_effects import WindowFiles
from latent_explorer.ui.window.frame_clock import FrameClock
from latent_explorer.ui.window.keyboard_focus import KeyboardFocus
from latent_explorer.ui.window.lesson_desk import LessonDesk
from latent_explorer.ui.window.presenter_desk import PresenterDesk
from latent_explorer.ui.window.renderer import Moment, Renderer
from latent_explorer.ui.window.store import Store

if TYPE_CHECKING:
    from latent_explorer.engine.scheduler import Engine

T = TypeVar("T")
MAX_QUESTION_SECONDS = 3.0
"""Seconds after the first Esc in a lesson in which a second one ends it."""
MAX_CLOSE_SECONDS = 0.8
"""Seconds that a window which is closed waits for what still computes."""
INTERPRETER_TURN = 0.0005
"""Seconds that a background thread keeps the interpreter at a time; by default 5 ms, a third of a frame."""


class App:
    """The window of one run. `store` holds its state; the services beside it are handed what they need."""

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
        self.surface, self.library, self.headless = surface, library, headless
        self.player = player
        start = update.start(library, library.requested, lab=lab, size=surface.get_size())
        preferences = Preferences(animate_maps=not headless, language=texts.get_language().code)
        self.store = Store(start.put(Status(loading=texts.tr("Loading the decoder")), preferences))
        self.ready_at: float | None = None
        self.pace: float | None = math.inf if headless else None
        self.gliding = False
        self.clock = 0.0

        self.lessons = LessonDesk(self.store, library, _wake, headless=headless, driver=classroom)

        def locked() -> bool:
            return self.lessons.is_setting_up

        self.background = BackgroundJobs(self.store, library, _wake, data_dir=data_dir, locked=locked)
        self.files = WindowFiles(self.store, _wake, headless=headless, locked=locked)
        self.widgets = ToolbarWidgets()
        self.focus = KeyboardFocus(self.widgets)
        self.renderer = Renderer(library, self.widgets, self.files.captures, self.focus)
        self.presenter = PresenterDesk(self.store, library, self._move_to_screen, headless=headless)
        self.store.run_effect = self._run_effect
        self.store.on_change.append(self._on_change)
        self.events, self.rhythm = EventHandler(self), FrameClock()
        self._asked_at = 0.0
        """When the window began to ask whether to end the lesson, in seconds of its time."""
        self._windowed_size = surface.get_size()
        sys.setswitchinterval(INTERPRETER_TURN)
        free_memory.share_heap()
        self.loader = EngineLoader(library, self._list_models, _wake, data_dir=data_dir)
        self.loader.start()

    # -- what a driver sees ---------------------------------------------------------------------------

    @property
    def state(self) -> State:
        return self.store.state

    @property
    def engine(self) -> "Engine | None":
        """What answers queries; None until it is loaded."""
        return self.loader.engine

    @property
    def captures(self) -> Captures:
        return self.files.captures

    @property
    def mouse(self) -> Px | None:
        return self.events.input.mouse

    @property
    def classroom(self) -> LessonDriver | None:
        """The driver of the lesson that is given; None if there is none."""
        return self.lessons.driver

    def act(self, action: Action) -> None:
        self.store.dispatch(action)

    # -- the loop -------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run until the user closes the window or the driver is done. Raise any error of the loader thread."""
        while not self.try_close():
            if self.loader.failure is not None:
                raise self.loader.failure
            taught = self.ready and self.lessons.step(self)
            if self.player is not None and self.ready and not taught and not self.player.step(self):
                break
            events = self.wait_for_events()
            if events or self.needs_frame():
                with self.engine.hold_layers() if self.engine is not None else contextlib.nullcontext():
                    self.frame(events)

    @property
    def ready(self) -> bool:
        return self.ready_at is not None

    @property
    def plays(self) -> bool:
        """Whether the lab is playing, so that its state changes without events."""
        state = self.store.state
        return self.ready_at is not None and not state.status.loading and LABS[state.lab].is_playing(state)

    def close(self) -> bool:
        """Close the window and stop what runs behind it. Return False if some of it is still computing."""
        self.files.close(self.clock)
        self.presenter.close()
        if not self.headless:
            pygame.display.quit()  # nobody looks on while the rest stops
        self.loader.stop()
        jobs = self.background
        closers = [self.loader.join, jobs.maps.close, jobs.live.close, jobs.downloads.close, jobs.tuner.close]
        if self.engine is not None:
            closers.append(self.engine.close)
        ended = closing.stop_services(closers, max_seconds=math.inf if self.headless else MAX_CLOSE_SECONDS)
        cache.forget()
        return ended

    def wait_for_events(self) -> list[pygame.event.Event]:
        """Return the new events, waiting for one; never past the next frame while something is animated."""
        moves = self.gliding or self.plays or self.state.map_task.transition is not None or self._driver_waiting
        moves = moves or self.presenter.fades
        moves = moves and self.ready  # until then the loader needs the interpreter more than a frame does
        paced = self.pace is None  # a script in a window that nobody sees need not wait for a screen
        return self.rhythm.wait_for_events(limit_frame_rate=paced, animating=moves, ready=self.ready)

    def needs_frame(self) -> bool:
        """Return True if the window may have changed without an event."""
        moves = (
            self._driver_waiting
            or self.files.dialog is not None
            or self.gliding
            or self.plays
            or self.state.map_task.transition is not None
            or self.state.status.asks_to_leave
        )
        rests = not self.headless and self.renderer.tips.is_due(time.perf_counter())
        return not self.ready or moves or rests or self.rhythm.awake or self.presenter.is_due(self._read_clock())

    def frame(self, events: Sequence[pygame.event.Event], seconds: float | None = None) -> bool:
        """Handle `events` and draw the window if anything changed. Return True if it was drawn. `seconds`: time since
        the last frame, by the app's pace unless given."""
        began, store = time.perf_counter(), self.store
        if seconds is None:
            seconds = self._measure_elapsed(began) if self.pace is None else self.pace
        self.rhythm.frame_started_at = began
        self.clock = began if not self.headless else self.clock + (seconds if math.isfinite(seconds) else 0.0)
        if store.state.status.asks_to_leave and self.clock - self._asked_at > MAX_QUESTION_SECONDS:
            self.act(Report(message=store.state.status.message))
        self.events.handle_events(events, began)
        self.files.poll_opened()
        if self.loader.has_ended and store.state.status.loading:
            self.act(Loaded())
        waits = self._waits_for_answers
        if self.ready:
            self.background.watch_training(seconds, steady=waits)
            self.background.watch_fine_tuning(wait=waits)
            self._watch_downloads()
        if self.plays and math.isfinite(seconds):
            self.act(TimePassed(seconds))
        self._make_maps(began, wait=waits)
        self._ask(seconds, wait=waits)
        self.files.export(self._results)
        self.files.poll_saved()
        explains = self.classroom is None or not self.events.input.was_scripted
        at = Moment(self.clock, self.mouse, animated=began < self.rhythm.awake_until, explains=explains)
        whole = self.make_view()
        drawn = self.renderer.draw(self.surface, store.state, whole, at, dialog=self.files.dialog)
        self.presenter.show(self.clock)
        if drawn:
            self.rhythm.follow_drawn_frame()
            self._finish_frame(events, began)
        elif self.captures.is_due(self.clock):
            self.renderer.record(self.surface, store.state, at)
        return drawn

    def load_originals(self) -> None:
        """Load the original images of the displayed models if their data sets are on this machine."""
        if self.loader.engine is not None:
            models = dict.fromkeys(self.store.state.models)
            self.loader.engine.load_originals(models, wait=self.headless)
            if not self.headless:
                self.loader.engine.prepare_originals(models)

    def try_close(self) -> bool:
        """Return True if the window closes now. Show a message and keep it open while files are being written."""
        if not self.store.state.status.closing or self.files.can_close(self.clock):
            return self.store.state.status.closing
        self.frame([])
        return False

    # -- inside ---------------------------------------------------------------------------------------

    @property
    def _results(self) -> Results:
        return self.loader.engine.results if self.loader.engine else Results()

    @property
    def _waits_for_answers(self) -> bool:
        """Whether a frame waits for pictures and maps: scripts do, so that the same steps give the same pictures;
        a benchmark does not."""
        return self.headless and (self.player is None or self.player.wants_frame_now)

    def _ask(self, seconds: float, *, wait: bool) -> None:
        """Ask the engine, once it is loaded, for what the lab and the pad want to show, and advance the animated
        pictures; `wait`: wait for every answer."""
        engine = self.engine
        if engine is None or self.store.state.status.loading:
            return
        wanted = self._run_guarded(lambda: LABS[self.store.state.lab].make_queries(self.store.state))
        state = self.store.state
        pad = state.derive_at_rest("queries of the pad", drawing_pad.make_queries)
        engine.ask({**wanted, **pad, **lesson_marks.make_queries(state)})
        if wait:
            engine.finish()
        self.background.watch_attributes(engine.results)
        lab, state = LABS[self.store.state.lab], self.store.state
        aims = lab.make_animation_targets(state, engine.results) if state.preferences.animate_pictures else {}
        self.gliding = engine.animate(aims, seconds, even_if_slow=self.pace is not None)

    def make_view(self) -> View:
        lab_view, widgets = self.make_lab_view(), self.widgets
        whole = view.add_overlays(lab_view, self.store.state, self._results, widgets.omitted, widgets.control_rects)
        return (*whole, *self.presenter.make_items(self.clock))

    def make_lab_view(self) -> View:
        return self._run_guarded(lambda: view.make_lab_view(self.store.state, self._results))

    @property
    def unmet_claim(self) -> str:
        return self.classroom.unmet_claim if self.classroom is not None else ""

    def find_unmet_claims(self) -> list[InputError]:
        return self.classroom.find_failures(self) if self.classroom is not None else []

    def find_missing_target(self) -> str:
        return lesson_marks.find_missing(self.store.state, self._results, self.widgets.control_rects)

    def _watch_downloads(self) -> None:
        """Offer the data sets that are missing, and show the originals of those that have come."""
        if self.loader.engine is None:
            return
        for name in self.background.watch_downloads(self.loader.engine.take_dataset_news()):
            self.loader.engine.look_again(name)
            self.load_originals()

    def _make_maps(self, now: float, *, wait: bool) -> None:
        if self.ready and self.background.make_maps(now, wait=wait) and self.loader.engine is not None:
            self.loader.engine.forget()

    def _finish_frame(self, events: Sequence[pygame.event.Event], began: float) -> None:
        if not self.store.state.status.loading and self.ready_at is None:
            self.ready_at = time.time()
            self.load_originals()
            self._make_maps(began, wait=self._waits_for_answers)
            if not self.headless:
                self.library.open_ahead(self.loader.closed.is_set)
        if self.player is not None:
            self.player.on_frame_drawn(self, events, time.perf_counter() - began)

    def _run_guarded(self, work: Callable[[], T]) -> T:
        """Return `work()`. If it raises after a session was opened, reset the lab's state and try again."""
        try:
            return work()
        except Exception:
            if not self.files.restored:
                raise
            self.act(LabFailed())
            return work()

    def _run_effect(self, effect: Effect) -> None:
        if effect is Effect.RESET_PAGE:
            self.lessons.run_effect(effect, self)
            return
        if effect is Effect.TAKE_SCREENSHOT:  # of the window without the line that the key has just ended
            self._ask(0.0, wait=self._waits_for_answers)  # what is shown may just have changed
            at = Moment(self.clock, self.mouse, animated=False)
            self.renderer.draw(self.surface, self.state, self.make_view(), at, dialog=self.files.dialog)
        self.files.run_effect(effect, self.surface, self.clock)
        self.renderer.invalidate()  # the REC badge may have come or gone

    def _on_change(self, before: State, state: State) -> None:
        if state.status.asks_to_leave and not before.status.asks_to_leave:
            self._asked_at = self.clock
        if self._fills_screen(state) != self._fills_screen(before):
            self._fit_screen(fills=self._fills_screen(state))
        if state.preferences.language != before.preferences.language:
            texts.use(languages.read(state.preferences.language))
            self.store.forget_derived()  # it may have been said in the other one
            self.renderer.forget()
        self.presenter.follow(before, state)
        if state.models != before.models:
            self.load_originals()

    @property
    def _driver_waiting(self) -> bool:
        """Whether the driver or the lesson wants a frame at once."""
        hurried = self.player is not None and self.player.wants_frame_now
        return hurried or self.lessons.wants_frame_now

    def _measure_elapsed(self, now: float) -> float:
        return self.rhythm.compute_elapsed(now, animating=self.gliding or self.plays)

    def _fills_screen(self, state: State) -> bool:
        """Return whether the window fills its screen: the user's choice, or for a presentation."""
        return state.preferences.fullscreen or (state.presentation.on and not self.headless)

    def _fit_screen(self, *, fills: bool) -> None:
        """Let the window fill its screen, or give it back its size."""
        if fills:
            self._windowed_size = self.state.window_size
            self.surface = window.set_mode(self._windowed_size, fullscreen=True)
        else:
            with self.presenter.put_away():  # no window survives that
                self.surface = window.leave_fullscreen(self._windowed_size)
        self._take_over_surface()

    def _move_to_screen(self, number: int) -> None:
        """Move the window to another screen, which it fills if it fills this one."""
        moved = window.move_to_screen(number, fills=self._fills_screen(self.state))
        if moved is not None:
            self.surface = moved
            self._take_over_surface()

    def _take_over_surface(self) -> None:
        self.renderer.invalidate(whole=True)
        self.act(Resize(self.surface.get_size()))

    def _read_clock(self) -> float:
        return self.clock if self.headless else time.perf_counter()

    def _list_models(self) -> tuple[str, ...]:
        return (*self.state.models, *self.state.displayed_models)


def _wake() -> None:
    # from another thread: the window may be closing, and a full queue needs no waking
    with contextlib.suppress(pygame.error):
        if pygame.display.get_init():
            pygame.event.post(pygame.event.Event(WAKE))
