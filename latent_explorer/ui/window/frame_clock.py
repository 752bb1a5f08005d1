"""Frame timing: when the window polls for events and how long it sleeps while idle. It knows no lab and no state."""

import time

import pygame

FRAME = 1 / 80  # seconds between two frames at least: a 60 Hz screen never waits for a frame
AWAKE = 1.5  # seconds after an event in which widgets may still move (a tooltip that waits, a menu that opens)
SLEEP = 0.5  # seconds to wait for an event at most
NAP = 1 / 60  # seconds between two polls for events after a while without any


class Rhythm:
    """Times of frames and events, in seconds of `time.perf_counter`."""

    def __init__(self) -> None:
        self.awake_until = 0.0
        """Time until which widgets may move without an event."""
        self.began = 0.0
        """Start of the last frame."""
        self.drawn_at = 0.0
        """Time of the last drawing."""
        self.stirred_at = 0.0
        """Time of the last event."""

    @property
    def awake(self) -> bool:
        return time.perf_counter() < self.awake_until

    def events(self, *, paced: bool, moves: bool, ready: bool) -> list[pygame.event.Event]:
        """Return the events since the last call, waiting for one unless `animating`. `limit_frame_rate`: sleep until
        the next frame is due; `ready`: allow slow polling, since the window has finished loading."""
        pause = self.drawn_at + FRAME - time.perf_counter()
        if pause > 0 and paced:
            time.sleep(pause)
        events = pygame.event.get()
        if not (events or moves):
            events = self._wait(ready)
        if events:
            self.stirred_at = time.perf_counter()
        return events

    def _wait(self, ready: bool) -> list[pygame.event.Event]:
        now = time.perf_counter()
        if ready and now > max(self.stirred_at + AWAKE, self.awake_until):
            # pygame's own wait polls every millisecond, at 2 to 3% of a core; after a while without events the first
            # one may wait for a frame
            time.sleep(NAP)
            return pygame.event.get()
        first = pygame.event.wait(round((FRAME if now < self.awake_until else SLEEP) * 1000))
        return [] if first.type == pygame.NOEVENT else [first, *pygame.event.get()]

    def passed(self, now: float, *, moves: bool) -> float:
        """Return the seconds since the last frame, limited to one frame interval unless `animating`."""
        passed = now - self.began
        return passed if moves else min(passed, FRAME)
