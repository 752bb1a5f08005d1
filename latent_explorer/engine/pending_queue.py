"""Queue of the queries that wait for a background answer."""

import math
import time
from dataclasses import dataclass

from latent_explorer.atlas import DEFAULT_INVERSE
from latent_explorer.engine.queries.base import Point
from latent_explorer.engine.query import Query

PAUSE_BETWEEN = 0.015  # seconds between two answers to queries with a minimum interval: a frame
MAX_WAIT = 0.3  # seconds for which queries with a minimum interval let all others go first


@dataclass(frozen=True)
class PendingQuery:
    """The pending query of a slot; of two answers the one with the larger stamp is newer."""

    slot: str
    query: Query[object]
    stamp: int
    first_stamp: int
    """The stamp at which the slot began to wait."""
    waiting_since: float
    """The time at which the slot began to wait (time.monotonic)."""


class PendingQueue:
    """The newest query of each slot. The one that has waited longest comes first; those with a minimum interval come
    after all others, for `MAX_WAIT` seconds at most.

    Not locked: the engine's lock is held around every call.
    """

    def __init__(self) -> None:
        self._pending: dict[str, PendingQuery] = {}
        self._next_times: dict[str, float] = {}
        """The earliest time of the next answer, by slot (time.monotonic)."""
        self._pause_end = -math.inf

    def __len__(self) -> int:
        return len(self._pending)

    def put(self, slot: str, query: Query[object], stamp: int) -> None:
        """Queue `query`. A slot that already waits keeps its turn, however often its query is replaced."""
        before = self._pending.get(slot)
        since, began = (stamp, time.monotonic()) if before is None else (before.first_stamp, before.waiting_since)
        self._pending[slot] = PendingQuery(slot, query, stamp, since, began)

    def drop(self, slot: str, *, before: float = math.inf) -> None:
        """Remove the pending query of `slot`; with `before`, only if its stamp is older."""
        if slot in self._pending and self._pending[slot].stamp < before:
            del self._pending[slot]

    def reset_interval(self, slot: str) -> None:
        """Forget the minimum interval of `slot`, as its subject has changed and was not answered yet."""
        self._next_times.pop(slot, None)

    def find_next(self, *, slow: bool, ignore_intervals: bool = False) -> PendingQuery | None:
        """Return the next pending query among the `slow` ones or the others, None if none is ready; with
        `ignore_intervals` all are ready."""
        now = math.inf if ignore_intervals else time.monotonic()
        ready = [one for one in self._select(slow) if self._get_ready_time(one) <= now]

        def get_turn(one: PendingQuery) -> tuple[bool, int]:
            return one.query.min_interval > 0 and now < one.waiting_since + MAX_WAIT, one.first_stamp

        return min(ready, key=get_turn, default=None)

    def compute_wait(self, *, slow: bool) -> float | None:
        """Return the seconds until the next pending query is ready; None if none is pending."""
        ends = [self._get_ready_time(one) for one in self._select(slow)]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def start_interval(self, pending: PendingQuery) -> None:
        """Begin the minimum interval of a slot whose query was answered."""
        if pending.query.min_interval:
            now = time.monotonic()
            self._next_times[pending.slot], self._pause_end = now + pending.query.min_interval, now + PAUSE_BETWEEN

    # -- inside ---------------------------------------------------------------------------------------

    def _select(self, slow: bool) -> list[PendingQuery]:
        return [one for one in self._pending.values() if is_slow(one.query) == slow]

    def _get_ready_time(self, pending: PendingQuery) -> float:
        if not pending.query.min_interval:
            return -math.inf
        return max(self._next_times.get(pending.slot, -math.inf), self._pause_end)


def is_slow(query: Query[object]) -> bool:
    """Return True if `query` runs on the slow worker thread."""
    return query.slow or (isinstance(query, Point) and query.method != DEFAULT_INVERSE)
