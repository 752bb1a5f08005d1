"""Queue of the queries that wait for a background answer."""

import math
import time
from dataclasses import dataclass

from latent_explorer.atlas import OWN
from latent_explorer.engine.base_queries import Point
from latent_explorer.engine.query import Query

BREATH = 0.015  # seconds between two answers to queries with a minimum interval: a frame
LAST = 0.3  # seconds for which queries with a minimum interval let all others go first


@dataclass(frozen=True)
class Turn:
    """The pending query of a slot; of two answers the one with the larger stamp is newer."""

    slot: str
    request: Query[object]
    stamp: int
    since: int
    """The stamp at which the slot began to wait."""
    began: float
    """The time at which the slot began to wait (time.monotonic)."""


class Waiting:
    """The newest query of each slot. The one that has waited longest comes first; those with a minimum interval come
    after all others, for `MAX_WAIT` seconds at most.

    Not locked: the engine's lock is held around every call.
    """

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._rests: dict[str, float] = {}
        """The earliest time of the next answer, by slot (time.monotonic)."""
        self._breath = -math.inf

    def __len__(self) -> int:
        return len(self._turns)

    def put(self, slot: str, request: Query[object], stamp: int) -> None:
        """Queue `query`. A slot that already waits keeps its turn, however often its query is replaced."""
        before = self._turns.get(slot)
        since, began = (stamp, time.monotonic()) if before is None else (before.since, before.began)
        self._turns[slot] = Turn(slot, request, stamp, since, began)

    def drop(self, slot: str, *, before: float = math.inf) -> None:
        """Remove the pending query of `slot`; with `before`, only if its stamp is older."""
        if slot in self._turns and self._turns[slot].stamp < before:
            del self._turns[slot]

    def renew(self, slot: str) -> None:
        """Forget the minimum interval of `slot`, as its subject has changed and was not answered yet."""
        self._rests.pop(slot, None)

    def first(self, *, errands: bool, hurried: bool = False) -> Turn | None:
        """Return the next pending query among the `slow` ones or the others, None if none is ready; with
        `ignore_intervals` all are ready."""
        now = math.inf if hurried else time.monotonic()
        ready = [one for one in self._of(errands) if self._until(one) <= now]
        return min(ready, key=lambda one: (one.request.rest > 0 and now < one.began + LAST, one.since), default=None)

    def pause(self, *, errands: bool) -> float | None:
        """Return the seconds until the next pending query is ready; None if none is pending."""
        ends = [self._until(one) for one in self._of(errands)]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def answered(self, turn: Turn) -> None:
        if turn.request.rest:
            now = time.monotonic()
            self._rests[turn.slot], self._breath = now + turn.request.rest, now + BREATH

    # -- inside ---------------------------------------------------------------------------------------

    def _of(self, errands: bool) -> list[Turn]:
        return [one for one in self._turns.values() if is_errand(one.request) == errands]

    def _until(self, one: Turn) -> float:
        return max(self._rests.get(one.slot, -math.inf), self._breath) if one.request.rest else -math.inf


def is_errand(request: Query[object]) -> bool:
    """Return True if `query` runs on the slow worker thread."""
    return request.errand or (isinstance(request, Point) and request.method != OWN)
