"""What can be painted under the dots of a map, as requests and values. No torch here, as in `requests`.

Unlike other requests these are answered several times, each time better: `engine.background` works on them in pieces.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.map_grid import Grid
from latent_explorer.engine.map_tiles import Key, Span

HEAT_KINDS = ("distance", "cycle", "stretch", "prior", "class")
PROBE = 10
"""Neighbours that the class decision asks."""


@dataclass(frozen=True)
class HeatMap:
    """A quantity of `HEAT_KINDS` over a map, within `reach` map units of a dot whose class is not hidden."""

    model: str
    which: str
    kind: str
    reach: float
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Survey:
    """Two numbers on the part of a map within `reach` of a dot."""

    model: str
    which: str
    reach: float


@dataclass(frozen=True)
class Mosaic:
    """Decoded pictures in place of the dots: the tiles of a span."""

    model: str
    which: str
    span: Span
    reach: float
    hidden: frozenset[int] = frozenset()


LayerRequest = HeatMap | Survey | Mosaic


def same_layer(first: LayerRequest, second: LayerRequest) -> bool:
    """Whether what is there for one may stay until the other's own comes."""
    if isinstance(first, HeatMap) and isinstance(second, HeatMap) and first.kind != second.kind:
        return False
    return (type(first), first.model, first.which) == (type(second), second.model, second.which)


@dataclass(frozen=True, eq=False)
class HeatValue:
    """A heat map as far as it has come."""

    kind: str
    grid: Grid
    values: NDArray[np.float32]
    """(n, n), rows upwards: the quantity at every so-many-th node."""
    classes: NDArray[np.intp] | None
    """(n, n): the class decided for; only of kind "class"."""
    cover: NDArray[np.float32]
    """(SIDE, SIDE): how much of the layer is painted there, 0 far from every dot."""
    low: float
    high: float
    """Where all but a few of the values lie."""
    final: bool


@dataclass(frozen=True)
class SurveyValue:
    off: float
    """Share of the map's area whose codes lie off the data."""
    cycle: float
    """Mean cycle error in sample gaps."""


@dataclass(frozen=True, eq=False)
class Tile:
    """The pictures of a tile; None where it is all empty map."""

    pictures: NDArray[np.uint8] | None
    """(CELLS * h, CELLS * w) or (..., 3), the topmost row of cells first, as on the screen."""
    cover: NDArray[np.float32]
    """(CELLS, CELLS), likewise: how much of each picture is painted."""


@dataclass(frozen=True, eq=False)
class MosaicValue:
    span: Span
    tiles: Mapping[Key, Tile]
    """Those of the span that are there, and those that can stand in for the others."""
    final: bool


LayerValue = HeatValue | SurveyValue | MosaicValue
