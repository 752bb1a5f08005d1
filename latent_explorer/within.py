"""The values that a number may have, said beside its type: `seed: Annotated[int, Within(0)]`.

It is a note that changes nothing by itself; who reads the number from a file asks it.
"""

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Within:
    """From `low` to `high`, both included."""

    low: float
    high: float = math.inf

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def held(self, value: float) -> float:
        """The value of the range that is nearest to it."""
        return min(max(value, self.low), self.high)

    def __str__(self) -> str:
        return f"{self.low:g} or more" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


Natural = Annotated[int, Within(0)]
"""A count, a seed, or a place in a row."""
