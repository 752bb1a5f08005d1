"""Range annotation for numbers: `seed: Annotated[int, Within(0)]`.

The annotation has no effect by itself; code that reads the number from a file checks it.
"""

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Within:
    """The range from `low` to `high`, both included."""

    low: float
    high: float = math.inf

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def clamp(self, value: float) -> float:
        """Return the nearest value within the range."""
        return min(max(value, self.low), self.high)

    def __str__(self) -> str:
        return f"{self.low:g} or more" if math.isinf(self.high) else f"{self.low:g} to {self.high:g}"


Natural = Annotated[int, Within(0)]
"""A count, a seed, or an index."""
