"""Jobs that compute the layers under the dots: heat maps, the survey of a map, the tiles of pictures.

Every job is a generator that works in small chunks: it yields None after a chunk and a value whenever there is
something better to show. Its results stay in the store when it is abandoned, and a later job continues from them.
"""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import map_grid
from latent_explorer.engine.chunk_size import Pace
from latent_explorer.engine.map_grid import SIDE, STRIDES, Grid
from latent_explorer.engine.map_layer_query import (
    HeatMap,
    HeatValue,
    LayerRequest,
    LayerValue,
    Mosaic,
    Survey,
    SurveyValue,
)
from latent_explorer.engine.map_layers import quantities, visible_dots
from latent_explorer.engine.map_layers.tile_store import TileStore, mosaic

KEPT = 64  # cached grids of 0.3 MB each
TREE_BATCH = 512  # positions whose nearest dot is looked up at once: about a millisecond
ORDINARY = (0.02, 0.98)
"""Quantiles of its values that bound the colour scale of a heat map, so that outliers do not flatten the rest."""
BLUR = 1.5
"""Sigma of the Gaussian that smooths a heat map, in nodes of the finest grid: at every dot the inverse field passes
through that sample's latent, and this speckle would hide where the map as a whole is far from the data."""
SURVEYED = 2
"""The stride at which a survey is computed: 81 nodes a side, with an uncertainty of one percent of the area."""

Job = Iterator[LayerValue | None]


class Field:
    """One quantity on one map, as far as it is computed: NaN at nodes not computed yet, and far from every dot."""

    def __init__(self, checkpoint: Checkpoint, which: str, reach: float) -> None:
        self.grid = Grid.around(checkpoint.maps[which].xy, reach)
        self.values: Floats = np.full(SIDE * SIDE, np.nan, np.float32)
        self.classes = np.zeros(SIDE * SIDE, np.intp)
        self.done = 0
        """Number of finished `STRIDES`."""
        self.left: NDArray[np.intp] | None = None
        """Nodes of the current stride that are still to be computed; None before it is begun."""


class Store:
    """Cache of the jobs' results, by model and map; the least recently used entry is dropped when it is full."""

    def __init__(self) -> None:
        self.tiles = TileStore()
        self.pace: dict[tuple[str, str], Pace] = {}
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def kept(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def pace_of(self, model: str, kind: str) -> Pace:
        return self.pace.setdefault((model, kind), Pace())


def job(request: LayerRequest, checkpoints: Mapping[str, Checkpoint], store: Store) -> Job:
    """Return the generator that answers `query` chunk by chunk."""
    checkpoint = checkpoints[request.model]
    match request:
        case HeatMap():
            return heat(request, checkpoint, store)
        case Survey():
            return survey(request, checkpoint, store)
        case Mosaic():
            return mosaic(request, checkpoint, store.tiles, store.pace_of(request.model, "mosaic"))


def heat(request: HeatMap, checkpoint: Checkpoint, store: Store) -> Job:
    """Compute a heat map, from 21 nodes a side to 161."""
    away = yield from _distances(request, checkpoint, store, frozenset())
    cover = away
    if request.hidden:
        cover = yield from _distances(request, checkpoint, store, request.hidden)
    cover = map_grid.cover(cover, request.reach)
    field = _field(request, request.kind, checkpoint, store)
    if field.done:  # show the cached strides first
        yield _value(request.kind, field, cover)
    for number in range(field.done, len(STRIDES)):
        yield from _work(field, number, away <= request.reach, request.kind, request, checkpoint, store)
        yield _value(request.kind, field, cover)


def survey(request: Survey, checkpoint: Checkpoint, store: Store) -> Job:
    """Compute the survey of a map over the nodes of its area, the positions within `query.reach` of a dot."""
    away = yield from _distances(request, checkpoint, store, frozenset())
    near = away <= request.reach
    found = {}
    for kind in ("distance", "cycle"):
        field = _field(request, kind, checkpoint, store)
        for number in range(field.done, STRIDES.index(SURVEYED) + 1):
            yield from _work(field, number, near, kind, request, checkpoint, store)
        values = field.values.reshape(SIDE, SIDE)[::SURVEYED, ::SURVEYED]
        found[kind] = values[np.isfinite(values)]
    if all(len(values) for values in found.values()):
        # a latent within the edge is as near to the data as the samples are to each other
        off = found["distance"] > checkpoint.neighbours.edge
        yield SurveyValue(float(off.mean()), float(found["cycle"].mean()))


# -- inside ---------------------------------------------------------------------------------------------


def _field(request: HeatMap | Survey, kind: str, checkpoint: Checkpoint, store: Store) -> Field:
    key = ("field", request.model, request.which, request.reach, kind)
    field: Field = store.kept(key, lambda: Field(checkpoint, request.which, request.reach))
    return field


def _work(
    field: Field, number: int, near: NDArray[np.bool_], kind: str, request: HeatMap | Survey,
    checkpoint: Checkpoint, store: Store,
) -> Iterator[None]:  # fmt: skip
    """Compute `quantity` up to stride `number`, continuing from its last chunk."""
    pace = store.pace_of(request.model, kind)
    while field.done <= number:  # another job may compute the same quantity
        if field.left is None:
            fresh = map_grid.nodes(STRIDES[field.done])
            field.left = fresh[near[fresh]]
        some, field.left = field.left[: pace.batch], field.left[pace.batch :]
        if len(some):
            with pace.timed(len(some)):
                values, classes = quantities.MEASURES[kind](checkpoint, request.which, field.grid.xy(some))
            field.values[some] = values
            if classes is not None:
                field.classes[some] = classes
        if not len(field.left):
            field.done, field.left = field.done + 1, None
        yield None


def _distances(
    request: HeatMap | Survey, checkpoint: Checkpoint, store: Store, hidden: frozenset[int]
) -> Generator[None, None, Floats]:
    """Compute the distance from every node, (NODES_PER_SIDE * NODES_PER_SIDE,), to the nearest dot whose class is not
    hidden; infinite if all are hidden."""
    atlas = checkpoint.maps[request.which]
    key = ("distances", request.model, request.which, request.reach, hidden)

    def fresh() -> Floats:
        return np.full(SIDE * SIDE, np.nan, np.float32)

    away: Floats = store.kept(key, fresh)
    if np.isnan(away).any():
        nodes = Grid.around(atlas.xy, request.reach).xy(np.arange(SIDE * SIDE))
        tree = visible_dots.tree(atlas, hidden)
        for start in range(0, len(nodes), TREE_BATCH):
            part = slice(start, start + TREE_BATCH)
            away[part] = np.inf if tree is None else tree.query(nodes[part])[0]
            yield None
    return away


def _value(kind: str, field: Field, cover: Floats) -> HeatValue:
    stride = STRIDES[field.done - 1]
    values = field.values.reshape(SIDE, SIDE)[::stride, ::stride]
    classes = None
    if kind == "class":
        named = np.where(np.isnan(values), np.nan, field.classes.reshape(SIDE, SIDE)[::stride, ::stride])
        classes = map_grid.filled(named.astype(np.float32)).astype(np.intp)
    if kind != "class":
        values = map_grid.smoothed(values, BLUR / stride)
    known = values[np.isfinite(values)]
    low, high = (float(one) for one in np.quantile(known, ORDINARY)) if len(known) else (0.0, 1.0)
    return HeatValue(
        kind=kind,
        grid=field.grid,
        values=map_grid.filled(values.copy()),
        classes=classes,
        cover=cover.reshape(SIDE, SIDE),
        low=low,
        high=high,
        final=field.done == len(STRIDES),
    )
