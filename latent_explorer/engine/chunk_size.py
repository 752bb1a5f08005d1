"""How much to do at once, so that a piece of work in the background takes a few milliseconds at most."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 0.0015  # seconds: what the mouse may have to wait for on a machine with one core
SMALLEST, LARGEST = 4, 256


class Pace:
    """Batch sizes, learnt from what the last pieces took."""

    def __init__(self, batch: int = 16, piece: float = PIECE) -> None:
        self.batch = batch
        self._piece = piece

    @contextmanager
    def timed(self, count: int) -> Iterator[None]:
        """Around the work on `count` things."""
        began = time.perf_counter()
        yield
        self.note(count, time.perf_counter() - began)

    def note(self, count: int, seconds: float) -> None:
        fitting = count * self._piece / max(seconds, 1e-6)
        # at most twice as many at once: a first piece may have been lucky
        self.batch = round(min(max(fitting, SMALLEST), 2 * self.batch, LARGEST))
