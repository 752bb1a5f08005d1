"""Base class of the queries of all labs. A query is a hashable value that computes its answer and states its type.

No torch here: a query imports it inside `answer`, which runs where torch is loaded already.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from latent_explorer.engine.map_layers.map_layer_query import LayerQuery
from latent_explorer.engine.query_context import QueryContext

V = TypeVar("V", covariant=True)


@dataclass(frozen=True)
class Query(ABC, Generic[V]):
    """A question to a model together with its computation. Hashable: the same query is never computed twice."""

    slow: ClassVar[bool] = False
    """Run on the slow worker thread, so that picture queries never wait for it."""
    in_frame: ClassVar[bool] = True
    """Answer within the frame if that is fast. False for queries that come several at once or vary much in
    duration."""
    budget_factor: ClassVar[float] = 1.0
    """Factor on the time budget within the frame; above 1 for pictures that follow the hand while it draws."""

    min_interval: ClassVar[float] = 0.0
    """Minimum seconds between two background answers of the same slot, to leave the time to the pictures."""

    model: str

    def has_same_subject(self, other: "Query[object]") -> bool:
        """Return True if the old answer may stay on screen while `other` is computed (same model, only the mouse
        moved)."""
        return (type(self), self.model) == (type(other), other.model)

    @property
    def cost_key(self) -> tuple[object, ...]:
        """Key of the measured durations; equal for queries that take about equally long (same class, same model)."""
        return type(self), self.model

    @abstractmethod
    def answer(self, context: QueryContext) -> V:
        """Compute the answer. Raises whatever goes wrong; the scheduler turns it into a `Failure`."""


@dataclass(frozen=True)
class MapQuery(Query[V]):
    """A question about a place or a picture on a map: its answer may stay on screen as long as the map does."""

    map_name: str

    def has_same_subject(self, other: "Query[object]") -> bool:
        return isinstance(other, type(self)) and (self.model, self.map_name) == (other.model, other.map_name)


AnyQuery = Query[object] | LayerQuery
"""Anything that a lab can ask for in a slot; map layers are made in the background, see `map_layer_query`."""
