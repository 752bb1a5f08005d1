"""Limits of values: notes on type hints (`Annotated[float, Within(0, 1)]`) which `config.schema` checks."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any

MAX_ENTRIES = 200_000


@dataclass(frozen=True)
class Within:
    """The range of a number from `low` to `high`, both included unless they are named in `without`."""

    low: float
    high: float = math.inf
    without: tuple[float, ...] = ()

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high and value not in self.without

    def clamp(self, value: float) -> float:
        """Return the nearest value within the range."""
        return min(max(value, self.low), self.high)

    def __str__(self) -> str:
        if math.isinf(self.high):
            return f"of {self.low:,.12g} or more"
        first, last = "above" if self.low in self.without else "from", "below" if self.high in self.without else "to"
        return f"{first} {self.low:,.12g} {last} {self.high:,.12g}"


@dataclass(frozen=True)
class Length:
    """The allowed number of characters or entries, both ends included."""

    low: int
    high: int = MAX_ENTRIES

    def __contains__(self, value: Collection[Any]) -> bool:
        return self.low <= len(value) <= self.high

    def __str__(self) -> str:
        first = f"{self.low:,} to" if self.low else "up to"
        return f"{self.low:,}" if self.low == self.high else f"{first} {self.high:,}"


class DescribedLimit:
    """A limit whose `text` says what is allowed, also in the errors of the entries within the value."""

    text: str


@dataclass(frozen=True)
class Rule(DescribedLimit):
    """A condition beyond the type, and in words what it allows."""

    text: str
    condition: Callable[[Any], bool] = lambda value: True

    def __contains__(self, value: Any) -> bool:
        return self.condition(value)


def one_of(*values: Any) -> Rule:
    """Return the limit that allows only `values`."""
    return Rule("one of " + ", ".join(map(str, values)), values.__contains__)


@dataclass(frozen=True)
class Converted:
    """A conversion of what arrived, before it is checked."""

    convert: Callable[[Any], Any]


NUMBER_AS_TEXT = Converted(lambda data: str(data) if type(data) is int and abs(data) < 2**53 else data)
"""For a text that may be written as an integer, since YAML reads the class name of a digit as a number."""
Natural = Annotated[int, Within(0)]
"""A count, a seed, or an index."""
