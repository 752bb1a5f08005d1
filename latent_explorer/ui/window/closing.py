"""Ends what computes behind a window that is closed."""

import math
import threading
import time
from collections.abc import Callable, Iterable

THREADS = (
    "loader", "torch", "decoder", "slow", "layers", "maps", "live", "originals", "opener", "download", "tuning"
)  # fmt: skip
"""Names of the threads that compute behind a window."""


def stop_services(closers: Iterable[Callable[[], None]], *, max_seconds: float) -> bool:
    """Call all `closers` at once and wait for them, at most `max_seconds`. Return False if a thread still computes."""
    stopping = [threading.Thread(target=close, name="stop", daemon=True) for close in closers]
    for thread in stopping:
        thread.start()
    until = time.monotonic() + max_seconds
    for thread in stopping:
        thread.join(max(0.0, until - time.monotonic()) if math.isfinite(until) else None)
    return {thread.name for thread in threading.enumerate()}.isdisjoint(THREADS)
