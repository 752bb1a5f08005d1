"""Where a cost bends away from its limits: grows steeper than in proportion to the work, or beyond what is allowed."""

import math
from collections.abc import Sequence
from itertools import pairwise

STEEP = 1.2
"""Slope in logarithms above which a cost is said to bend: 0 is constant, 1 in proportion to the work."""


def find_slopes(values: Sequence[float], costs: Sequence[float], power: int = 1) -> list[float]:
    """Return the slopes of the logarithms of `costs` over those of the work between neighbours; the work is `values`
    to the `power`."""
    return [
        math.log(later / former) / (power * math.log(more / less))
        for (less, more), (former, later) in zip(pairwise(values), pairwise(costs), strict=True)
    ]


def describe(values: Sequence[int], costs: Sequence[float], power: int = 1, limit: float = math.inf) -> str:
    """Say where the costs are steeper than in proportion to the work, and from where on they are above the limit."""
    slopes = find_slopes(values, costs, power)
    steep = [
        f"bends from {less:,} to {more:,} (slope {slope:.1f})"
        for (less, more), slope in zip(pairwise(values), slopes, strict=True)
        if slope > STEEP
    ]
    above = [f"above {limit:g} from {value:,}" for value, cost in zip(values, costs, strict=True) if cost > limit]
    return "; ".join([*(steep or [f"no bend, steepest slope {max(slopes):.1f}"]), *above[:1]])
