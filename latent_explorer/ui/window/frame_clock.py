"""When the window looks for events, and how long it sleeps where nothing happens. It knows no lab and no state."""

import time

import pygame

FRAME = 1 / 80  # the least time from one frame to the next: at 60 Hz screens a frame is never waited for
AWAKE = 1.5  # seconds after an event in which widgets may still move (a tooltip that waits, a menu that opens)
SLEEP = 0.5  # the longest wait for an event
NAP = 1 / 60  # from one look for events to the next, when there has been none for a while


class Rhythm:
    """All times are those of `time.perf_counter`."""

    def __init__(self) -> None:
        self.awake_until = 0.0
        """Until when widgets may move without an event."""
        self.began = 0.0
        """When the last frame began."""
        self.drawn_at = 0.0
        """When something was last drawn."""
        self.stirred_at = 0.0
        """When the last event came."""

    @property
    def awake(self) -> bool:
        return time.perf_counter() < self.awake_until

    def events(self, *, paced: bool, moves: bool, ready: bool) -> list[pygame.event.Event]:
        """What happened; waits for it, but not while something `moves`. `paced`: a frame is never drawn too early;
        `ready`: it may nap, since nothing is on its way any more."""
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
            # pygame's own wait looks for events every millisecond, at 2 to 3% of a core; nobody has touched anything
            # for a while, and the first movement may wait for a frame
            time.sleep(NAP)
            return pygame.event.get()
        first = pygame.event.wait(round((FRAME if now < self.awake_until else SLEEP) * 1000))
        return [] if first.type == pygame.NOEVENT else [first, *pygame.event.get()]

    def passed(self, now: float, *, moves: bool) -> float:
        """Seconds since the last frame; of a pause in which nothing moved only the last one, in which an event came."""
        passed = now - self.began
        return passed if moves else min(passed, FRAME)
