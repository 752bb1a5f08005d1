"""What waits to be answered in the background, and whose turn it is."""

import math
import time
from dataclasses import dataclass

from latent_explorer.atlas import OWN
from latent_explorer.engine.base_queries import Point
from latent_explorer.engine.query import Query

BREATH = 0.015  # seconds after the answer to a request that rests in which no other such one is begun: a frame
LAST = 0.3  # seconds for which a request that rests lets all others go first: it may not wait for ever


@dataclass(frozen=True)
class Turn:
    """A slot's request; the stamp tells which of two answers is newer."""

    slot: str
    request: Query[object]
    stamp: int
    since: int
    """The stamp with which the slot began to wait."""
    began: float
    """When that was (time.monotonic)."""


class Waiting:
    """One request a slot, its newest. The one that has waited longest comes first; those that rest come last, but not
    for ever.

    Not locked: the engine's lock is held around every call.
    """

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._rests: dict[str, float] = {}
        """When a slot may be answered again (time.monotonic)."""
        self._breath = -math.inf

    def __len__(self) -> int:
        return len(self._turns)

    def put(self, slot: str, request: Query[object], stamp: int) -> None:
        """A slot that has waited already keeps its turn, however often it is asked anew."""
        before = self._turns.get(slot)
        since, began = (stamp, time.monotonic()) if before is None else (before.since, before.began)
        self._turns[slot] = Turn(slot, request, stamp, since, began)

    def drop(self, slot: str, *, before: float = math.inf) -> None:
        """What a slot waits for; with `before` only what is older than that stamp."""
        if slot in self._turns and self._turns[slot].stamp < before:
            del self._turns[slot]

    def renew(self, slot: str) -> None:
        """What the slot asks for is something else now, which has not been answered yet."""
        self._rests.pop(slot, None)

    def first(self, *, errands: bool, hurried: bool = False) -> Turn | None:
        """Whose turn it is among the errands or the others; nobody rests where somebody is `hurried`."""
        now = math.inf if hurried else time.monotonic()
        ready = [one for one in self._of(errands) if self._until(one) <= now]
        return min(ready, key=lambda one: (one.request.rest > 0 and now < one.began + LAST, one.since), default=None)

    def pause(self, *, errands: bool) -> float | None:
        """Seconds until it is somebody's turn; None where nobody waits."""
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
    """Whether it has the thread of what may take longer than a picture may wait."""
    return request.errand or (isinstance(request, Point) and request.method != OWN)
