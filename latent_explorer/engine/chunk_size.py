"""Adaptive chunk sizes, so that a chunk of background work takes a few milliseconds at most."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 0.0015  # seconds a chunk: the longest wait of the mouse on a machine with one core
SMALLEST, LARGEST = 4, 256


class Pace:
    """A batch size that adapts to the durations of the last chunks."""

    def __init__(self, batch: int = 16, piece: float = PIECE) -> None:
        self.batch = batch
        self._piece = piece

    @contextmanager
    def timed(self, count: int) -> Iterator[None]:
        """Time the `with` block, which processes `count` items, and adapt the batch size."""
        began = time.perf_counter()
        yield
        self.note(count, time.perf_counter() - began)

    def note(self, count: int, seconds: float) -> None:
        fitting = count * self._piece / max(seconds, 1e-6)
        # at most doubled at once: the first chunk may have been fast by chance
        self.batch = round(min(max(fitting, SMALLEST), 2 * self.batch, LARGEST))
