"""Frame timing: when the window polls for events and how long it sleeps while idle. It knows no lab and no state."""

import gc
import time

import pygame

from latent_explorer.ui.window import free_memory

MIN_FRAME_INTERVAL = 1 / 100
"""Seconds from the start of a frame to that of the next one at least: an event that has just missed a frame waits for
less than a 60 Hz screen takes to show one."""
MIN_PAUSE = 0.001
"""Seconds between two frames at least, in which threads in the background have the interpreter."""
AWAKE_SECONDS = 1.5  # seconds after an event in which widgets may still move (a tooltip that waits, a menu that opens)
MAX_EVENT_WAIT = 0.5  # seconds to wait for an event at most
MAX_YOUNG, MAX_MIDDLE = 250, 5
"""New objects, and collections of such, from which the garbage collector works in a pause: it would do so at 700 and 10
by itself, and mostly in the middle of a frame."""
IDLE_POLL_INTERVAL = 1 / 60  # seconds between two polls for events after a while without any


class FrameClock:
    """Times of frames and events, in seconds of `time.perf_counter`."""

    def __init__(self) -> None:
        self.awake_until = 0.0
        """Time until which widgets may move without an event."""
        self.frame_started_at = 0.0
        """Start of the last frame."""
        self.next_frame_at = 0.0
        """Time until which the next frame may not start, for its rate."""
        self.last_event_at = 0.0
        """Time of the last event."""
        self._rests = False
        """Whether it polls slowly, since nothing has happened for a while."""

    @property
    def awake(self) -> bool:
        return time.perf_counter() < self.awake_until

    def follow_drawn_frame(self) -> None:
        """Note that the frame which has started was drawn and ends now."""
        self.next_frame_at = max(self.frame_started_at + MIN_FRAME_INTERVAL, time.perf_counter() + MIN_PAUSE)

    def wait_for_events(self, *, limit_frame_rate: bool, animating: bool, ready: bool) -> list[pygame.event.Event]:
        """Return the events since the last call, waiting for one unless `animating`. `limit_frame_rate`: sleep until
        the next frame is due; `ready`: allow slow polling, since the window has finished loading."""
        if limit_frame_rate and self.next_frame_at > time.perf_counter():
            _collect_garbage()
            time.sleep(max(0.0, self.next_frame_at - time.perf_counter()))
        events = pygame.event.get()
        if not (events or animating):
            events = self._wait(ready)
        if events:
            self.last_event_at, self._rests = time.perf_counter(), False
        return events

    def _wait(self, ready: bool) -> list[pygame.event.Event]:
        now = time.perf_counter()
        if ready and now > max(self.last_event_at + AWAKE_SECONDS, self.awake_until):
            if not self._rests:
                self._rests = True
                gc.collect()
                free_memory.give_back()
            # pygame's own wait polls every millisecond, at 2 to 3% of a core; after a while without events the first
            # one may wait for a frame
            time.sleep(IDLE_POLL_INTERVAL)
            return pygame.event.get()
        first = pygame.event.wait(round((MIN_FRAME_INTERVAL if now < self.awake_until else MAX_EVENT_WAIT) * 1000))
        return [] if first.type == pygame.NOEVENT else [first, *pygame.event.get()]

    def compute_elapsed(self, now: float, *, animating: bool) -> float:
        """Return the seconds since the last frame, limited to one frame interval unless `animating`."""
        passed = now - self.frame_started_at
        return passed if animating else min(passed, MIN_FRAME_INTERVAL)


def _collect_garbage() -> None:
    """Collect young garbage, a fraction of a millisecond, in a pause."""
    young, middle, _ = gc.get_count()
    if young > MAX_YOUNG:
        gc.collect(1 if middle > MAX_MIDDLE else 0)
