"""Adaptive chunk sizes, so that a chunk of background work takes a few milliseconds at most."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK_SECONDS = 0.0015  # seconds a chunk: the longest wait of the mouse on a machine with one core
MIN_BATCH, MAX_BATCH = 4, 256


class ChunkSize:
    """A batch size that adapts to the durations of the last chunks."""

    def __init__(self, batch_size: int = 16, chunk_seconds: float = CHUNK_SECONDS) -> None:
        self.batch_size = batch_size
        self._chunk_seconds = chunk_seconds

    @contextmanager
    def time_chunk(self, count: int) -> Iterator[None]:
        """Time the `with` block, which processes `count` items, and adapt the batch size."""
        began = time.perf_counter()
        yield
        self.record(count, time.perf_counter() - began)

    def record(self, count: int, seconds: float) -> None:
        """Adapt the batch size to a chunk of `count` items that took `seconds`."""
        fitting = count * self._chunk_seconds / max(seconds, 1e-6)
        # at most doubled at once: the first chunk may have been fast by chance
        self.batch_size = round(min(max(fitting, MIN_BATCH), 2 * self.batch_size, MAX_BATCH))
