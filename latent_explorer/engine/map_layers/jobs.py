"""Jobs that compute the layers under the dots: heat maps and tiles of pictures.

Every job is a generator that works in small chunks: it yields None after a chunk and a value whenever there is
something better to show. Its results stay in the store when it is abandoned, and a later job continues from them.
"""

from collections.abc import Generator, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.map_layers import map_grid, quantities, visible_dots
from latent_explorer.engine.map_layers.chunk_size import ChunkSize
from latent_explorer.engine.map_layers.map_grid import NODES_PER_SIDE, STRIDES, Grid
from latent_explorer.engine.map_layers.map_layer_query import (
    HeatMap,
    HeatMapValue,
    LayerQuery,
    LayerValue,
    Mosaic,
)
from latent_explorer.engine.map_layers.tile_store import TileStore, make_mosaic

MAX_CACHED = 64  # cached grids of 0.3 MB each
TREE_BATCH = 512  # positions whose nearest dot is looked up at once: about a millisecond
COLOUR_QUANTILES = (0.02, 0.98)
"""Quantiles of its values that bound the colour scale of a heat map, so that outliers do not flatten the rest."""
BLUR_SIGMA = 1.5
"""Sigma of the Gaussian that smooths a heat map, in nodes of the finest grid: at every dot the inverse field passes
through that sample's latent, and this speckle would hide where the map as a whole is far from the data."""
AVERAGED_KINDS = ("stretch",)
"""Kinds that are averages over several dots already, and are not smoothed."""

LayerJob = Iterator[LayerValue | None]


class GridQuantity:
    """One quantity on one map, as far as it is computed: NaN at nodes not computed yet, and far from every dot."""

    def __init__(self, checkpoint: Checkpoint, map_name: str, reach: float) -> None:
        self.grid = Grid.from_dots(checkpoint.maps[map_name].xy, reach)
        self.values: Floats = np.full(NODES_PER_SIDE * NODES_PER_SIDE, np.nan, np.float32)
        self.classes = np.zeros(NODES_PER_SIDE * NODES_PER_SIDE, np.intp)
        self.done_strides = 0
        """Number of finished `STRIDES`."""
        self.remaining_nodes: NDArray[np.intp] | None = None
        """Nodes of the current stride that are still to be computed; None before it is begun."""


class LayerStore:
    """Cache of the jobs' results, by model and map."""

    def __init__(self) -> None:
        self.tiles = TileStore()
        self.chunk_sizes: dict[tuple[str, str], ChunkSize] = {}
        self.grids: LeastRecentlyUsed[tuple[Any, ...], Any] = LeastRecentlyUsed(MAX_CACHED)

    def get_chunk_size(self, model: str, kind: str) -> ChunkSize:
        """Return the chunk size that fits one kind of layer of a model."""
        return self.chunk_sizes.setdefault((model, kind), ChunkSize())


def make_job(query: LayerQuery, checkpoints: Mapping[str, Checkpoint], store: LayerStore) -> LayerJob:
    """Return the generator that answers `query` chunk by chunk."""
    checkpoint = checkpoints[query.model]
    match query:
        case HeatMap():
            return make_heat_map(query, checkpoint, store)
        case Mosaic():
            return make_mosaic(query, checkpoint, store.tiles, store.get_chunk_size(query.model, "mosaic"))


def make_heat_map(query: HeatMap, checkpoint: Checkpoint, store: LayerStore) -> LayerJob:
    """Compute a heat map, from 21 nodes a side to 161."""
    away = yield from _compute_distances(query, checkpoint, store, frozenset())
    cover = away
    if query.hidden:
        cover = yield from _compute_distances(query, checkpoint, store, query.hidden)
    cover = map_grid.compute_cover(cover, query.reach)
    quantity = _get_quantity(query, checkpoint, store)
    if quantity.done_strides:  # show the cached strides first
        yield _make_value(query.kind, quantity, cover)
    for number in range(quantity.done_strides, len(STRIDES)):
        yield from _compute_stride(quantity, number, away <= query.reach, query, checkpoint, store)
        yield _make_value(query.kind, quantity, cover)


# -- inside ---------------------------------------------------------------------------------------------


def _get_quantity(query: HeatMap, checkpoint: Checkpoint, store: LayerStore) -> GridQuantity:
    key = ("quantity", query.model, query.map_name, query.reach, query.kind)
    quantity: GridQuantity = store.grids.get_or_make(key, lambda: GridQuantity(checkpoint, query.map_name, query.reach))
    return quantity


def _compute_stride(
    quantity: GridQuantity, number: int, near: NDArray[np.bool_], query: HeatMap, checkpoint: Checkpoint,
    store: LayerStore,
) -> Iterator[None]:  # fmt: skip
    """Compute `quantity` up to stride `number`, continuing from its last chunk."""
    pace = store.get_chunk_size(query.model, query.kind)
    while quantity.done_strides <= number:  # another job may compute the same quantity
        if quantity.remaining_nodes is None:
            fresh = map_grid.list_nodes(STRIDES[quantity.done_strides])
            quantity.remaining_nodes = fresh[near[fresh]]
        chunk, quantity.remaining_nodes = np.split(quantity.remaining_nodes, [pace.batch_size])
        if len(chunk):
            xy = quantity.grid.to_xy(chunk)
            with pace.time_chunk(len(chunk)):
                values, classes = quantities.QUANTITIES[query.kind](checkpoint, query.map_name, xy)
            quantity.values[chunk] = values
            if classes is not None:
                quantity.classes[chunk] = classes
        if not len(quantity.remaining_nodes):
            quantity.done_strides, quantity.remaining_nodes = quantity.done_strides + 1, None
        yield None


def _compute_distances(
    query: HeatMap, checkpoint: Checkpoint, store: LayerStore, hidden: frozenset[int]
) -> Generator[None, None, Floats]:
    """Compute the distance from every node, (NODES_PER_SIDE * NODES_PER_SIDE,), to the nearest dot whose class is not
    hidden; infinite if all are hidden."""
    atlas = checkpoint.maps[query.map_name]
    key = ("distances", query.model, query.map_name, query.reach, hidden)
    away: Floats = store.grids.get_or_make(key, lambda: np.full(NODES_PER_SIDE * NODES_PER_SIDE, np.nan, np.float32))
    if np.isnan(away).any():
        nodes = Grid.from_dots(atlas.xy, query.reach).to_xy(np.arange(NODES_PER_SIDE * NODES_PER_SIDE))
        tree = visible_dots.get_tree(atlas, hidden)
        for start in range(0, len(nodes), TREE_BATCH):
            part = slice(start, start + TREE_BATCH)
            away[part] = np.inf if tree is None else tree.query(nodes[part])[0]
            yield None
    return away


def _make_value(kind: str, quantity: GridQuantity, cover: Floats) -> HeatMapValue:
    stride = STRIDES[quantity.done_strides - 1]
    values = quantity.values.reshape(NODES_PER_SIDE, NODES_PER_SIDE)[::stride, ::stride]
    classes = None
    if kind == "class":
        named = quantity.classes.reshape(NODES_PER_SIDE, NODES_PER_SIDE)[::stride, ::stride]
        named = np.where(np.isnan(values), np.nan, named)
        classes = map_grid.fill_missing(named.astype(np.float32)).astype(np.intp)
    elif kind not in AVERAGED_KINDS:
        values = map_grid.smooth(values, BLUR_SIGMA / stride)
    finite = values[np.isfinite(values)]
    low, high = (float(one) for one in np.quantile(finite, COLOUR_QUANTILES)) if len(finite) else (0.0, 1.0)
    return HeatMapValue(
        kind, quantity.grid, values=map_grid.fill_missing(values.copy()), classes=classes,
        cover=cover.reshape(NODES_PER_SIDE, NODES_PER_SIDE), low=low, high=high,
        final=quantity.done_strides == len(STRIDES),
    )  # fmt: skip
