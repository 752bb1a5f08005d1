"""Queries and values of the layers painted under the dots of a map. No torch here, as in `query`.

Unlike other queries these are answered several times, each time better: `incremental_worker` works on them in pieces.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.map_layers.map_grid import Grid
from latent_explorer.engine.map_layers.map_tiles import TileKey, TileSpan

HEAT_KINDS = ("distance", "cycle", "stretch", "prior", "class")
CLASS_NEIGHBOURS = 10
"""Number of nearest neighbours that vote in the class decision."""


@dataclass(frozen=True)
class HeatMap:
    """A quantity of `HEAT_KINDS` over a map, within `reach` map units of a dot whose class is not hidden."""

    model: str
    map_name: str
    kind: str
    reach: float
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Mosaic:
    """Decoded pictures instead of dots: the tiles of a span."""

    model: str
    map_name: str
    span: TileSpan
    reach: float
    hidden: frozenset[int] = frozenset()


LayerQuery = HeatMap | Mosaic


def is_same_layer(first: LayerQuery, second: LayerQuery) -> bool:
    """Return True if the value for `first` may stay on screen while `second` is computed."""
    if isinstance(first, HeatMap) and isinstance(second, HeatMap) and first.kind != second.kind:
        return False
    return (type(first), first.model, first.map_name) == (type(second), second.model, second.map_name)


@dataclass(frozen=True, eq=False)
class HeatMapValue:
    """A heat map, possibly still coarse."""

    kind: str
    grid: Grid
    values: NDArray[np.float32]
    """(n, n), rows upwards: the quantity at the nodes of the current stride."""
    classes: NDArray[np.intp] | None
    """(n, n): majority class at each node; only for kind "class"."""
    cover: NDArray[np.float32]
    """(NODES_PER_SIDE, NODES_PER_SIDE): opacity of the layer, 0 far from every dot."""
    low: float
    high: float
    """Bounds of the colour scale: all but a few of the values lie between `low` and `high`."""
    final: bool


@dataclass(frozen=True, eq=False)
class Tile:
    """The pictures of a tile; None if no dot is near."""

    pictures: NDArray[np.uint8] | None
    """(rows * h, columns * w) or (..., 3), the topmost row of cells first, as on the screen."""
    cover: NDArray[np.float32]
    """(rows, columns) of `map_tiles.count_cells`, topmost row first: opacity of each picture."""


@dataclass(frozen=True, eq=False)
class MosaicValue:
    span: TileSpan
    tiles: Mapping[TileKey, Tile]
    """Available tiles of the span, and coarser or finer tiles that can replace missing ones."""
    final: bool


LayerValue = HeatMapValue | MosaicValue
