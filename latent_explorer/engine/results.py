"""Answers by slot, as the labs read them. No torch here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from latent_explorer.engine.queries.base import TransitionFrameValue

V = TypeVar("V")


@dataclass(frozen=True)
class Failure:
    """The error message of a query that failed, to be shown in the window."""

    message: str


class Results:
    """The newest answers by slot. A slot keeps its last good value until a better one arrives."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._failures: dict[str, Failure] = {}
        self._transitions: Mapping[str, TransitionFrameValue] = {}

    def get_value(self, slot: str, kind: type[V]) -> V | None:
        """Return the last good value of `slot` if it is an instance of `kind`, else None."""
        value = self._values.get(slot)
        return value if isinstance(value, kind) else None

    def get_current(self, slot: str, kind: type[V]) -> V | None:
        """Return the value of `slot` as `get_value` does, but None if the slot's newest query failed: the last good
        value then belongs to another query."""
        return None if slot in self._failures else self.get_value(slot, kind)

    def get_failure(self, slot: str) -> Failure | None:
        """Return the failure of the newest query of `slot`, or None."""
        return self._failures.get(slot)

    def get_last_error(self) -> str:
        """Return the message of the newest failure; empty if no slot has failed."""
        return next((failure.message for failure in reversed(self._failures.values())), "")

    def get_transition(self, place: str) -> TransitionFrameValue | None:
        """Return the transition frame of the picture at `place`; None if its animation has ended."""
        return self._transitions.get(place)

    def show_transitions(self, transitions: Mapping[str, TransitionFrameValue]) -> None:
        """Replace all transition frames, by place."""
        self._transitions = transitions

    def put(self, slot: str, answer: object) -> None:
        """Store an answer; a failure leaves the last good value in place."""
        if isinstance(answer, Failure):
            self._failures[slot] = answer
        else:
            self._values[slot] = answer
            self._failures.pop(slot, None)

    def drop(self, slot: str) -> None:
        """Forget the value and the failure of `slot`."""
        self._values.pop(slot, None)
        self._failures.pop(slot, None)
