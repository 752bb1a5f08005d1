"""What a lab can ask for. A query is a hashable value that carries its own answer and the answer's type.

No torch here: a query imports it inside `answer`, which runs where torch is loaded already.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from latent_explorer.engine.map_layer_query import LayerRequest
from latent_explorer.engine.query_context import QueryContext

V = TypeVar("V", covariant=True)


@dataclass(frozen=True)
class Query(ABC, Generic[V]):
    """A question to a model, and how it is answered. Hashable: the same query is never answered twice."""

    errand: ClassVar[bool] = False
    """Whether it may take longer than a picture may wait: it is answered in a thread of its own."""
    in_frame: ClassVar[bool] = True
    """Whether it is answered in the frame where that is fast; not where several are asked at once, or where the next
    one may take long."""
    patience: ClassVar[float] = 1.0
    """How many times as long as others it may take in the frame: what a hand draws cannot wait for the next one."""

    rest: ClassVar[float] = 0.0
    """Seconds from one answer in the background to the next in the same slot: what nobody reads while it runs leaves
    the time to the pictures."""

    model: str

    def alike(self, other: "Query[object]") -> bool:
        """Whether an answer to this one may stand for the other until that one's own comes: a mouse that has moved on,
        but no other model."""
        return (type(self), self.model) == (type(other), other.model)

    @property
    def costs(self) -> tuple[object, ...]:
        """Equal for requests that take about equally long: the same kind, of one model."""
        return type(self), self.model

    @abstractmethod
    def answer(self, context: QueryContext) -> V:
        """Compute the answer. Raises whatever goes wrong; the scheduler turns it into a `Failure`."""


Wanted = Query[object] | LayerRequest
"""What a lab can ask for in a slot; map layers are made in the background, see `map_layer_query`."""
