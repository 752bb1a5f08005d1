"""What has been answered so far, by slot. No torch here: labs read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from latent_explorer.engine.base_queries import BetweenValue

V = TypeVar("V")


@dataclass(frozen=True)
class Failure:
    """A request that could not be answered, as something the window can show."""

    message: str


class Results:
    """The newest answers by slot. A slot keeps its last good value until a better one arrives."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._failures: dict[str, Failure] = {}
        self._between: Mapping[str, BetweenValue] = {}

    def value(self, slot: str, kind: type[V]) -> V | None:
        """The last good value of `slot` if it is of `kind`, else None."""
        value = self._values.get(slot)
        return value if isinstance(value, kind) else None

    def current(self, slot: str, kind: type[V]) -> V | None:
        """The same, but None where the newest request of the slot has failed: what was asked for before it is then
        of something else."""
        return None if slot in self._failures else self.value(slot, kind)

    def failure(self, slot: str) -> Failure | None:
        return self._failures.get(slot)

    def trouble(self) -> str:
        """What went wrong last; empty when every slot is well."""
        return next((failure.message for failure in reversed(self._failures.values())), "")

    def between(self, place: str) -> BetweenValue | None:
        """What a place shows on its way to its value; None where it has arrived."""
        return self._between.get(place)

    def show_between(self, between: Mapping[str, BetweenValue]) -> None:
        """Replace all that is on its way, by place."""
        self._between = between

    def put(self, slot: str, answer: object) -> None:
        if isinstance(answer, Failure):
            self._failures[slot] = answer
        else:
            self._values[slot] = answer
            self._failures.pop(slot, None)

    def drop(self, slot: str) -> None:
        self._values.pop(slot, None)
        self._failures.pop(slot, None)
