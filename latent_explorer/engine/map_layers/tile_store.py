"""Tiles of decoded pictures, decoded on demand and cached up to a memory limit."""

from collections import OrderedDict
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import map_grid, map_tiles
from latent_explorer.engine.chunk_size import Pace
from latent_explorer.engine.decode import pictures as decoded
from latent_explorer.engine.map_layer_query import Mosaic, MosaicValue, Tile
from latent_explorer.engine.map_layers import visible_dots
from latent_explorer.engine.map_tiles import CELLS, Key

ROOM = 64 * 1024 * 1024  # bytes of cached pictures
LARGEST = 48  # pixels a side of a cached picture: a cell on the screen is no larger
GAPS = 24  # the dark rim around a picture is its side divided by this
FIRST = 2
"""If nothing can replace a missing tile, the tile this many levels coarser is decoded first: it covers 16 tiles."""


class TileStore:
    """Cache of tiles by model, map, hidden classes, reach and key; drops the least recently used ones when full."""

    def __init__(self, room: int = ROOM) -> None:
        self.used = 0
        self._room = room
        self._pictures: OrderedDict[tuple[Any, ...], NDArray[np.uint8]] = OrderedDict()
        self._tiles: OrderedDict[tuple[Any, ...], Tile] = OrderedDict()

    def tile(self, request: Mosaic, key: Key) -> Tile | None:
        known = (request.model, request.which, request.hidden, request.reach, key)
        if known in self._tiles:
            self._tiles.move_to_end(known)
        return self._tiles.get(known)

    def pictures(self, request: Mosaic, key: Key) -> NDArray[np.uint8] | None:
        """Return the pictures of a tile, whichever classes are hidden; None if they are not cached."""
        return self._pictures.get((request.model, request.which, key))

    def keep(self, request: Mosaic, key: Key, tile: Tile) -> None:
        known = (request.model, request.which, request.hidden, request.reach, key)
        if known in self._tiles:
            self.used -= _bytes(self._tiles[known])
        self._tiles[known] = tile
        if tile.pictures is not None and (request.model, request.which, key) not in self._pictures:
            self._pictures[request.model, request.which, key] = tile.pictures
        self.used += _bytes(tile)
        while self.used > self._room and len(self._tiles) > 1:
            (model, which, _, _, old), gone = self._tiles.popitem(last=False)
            if not any((one[0], one[1], one[4]) == (model, which, old) for one in self._tiles):
                self._pictures.pop((model, which, old), None)
            self.used -= _bytes(gone)


def mosaic(request: Mosaic, checkpoint: Checkpoint, store: TileStore, pace: Pace) -> Iterator[MosaicValue | None]:
    """Compute the tiles of a span from its middle outwards; first yield the cached tiles and their replacements."""
    wanted = request.span.outwards()
    missing = [key for key in wanted if store.tile(request, key) is None]
    yield _value(request, store, final=not missing)
    if not missing:
        return
    bare = {key.above(FIRST) for key in missing if not any(store.tile(request, one) for one in map_tiles.useful(key))}
    first = sorted(key for key in bare if key.level >= 0)
    tree = visible_dots.tree(checkpoint.maps[request.which], request.hidden)
    for number, key in enumerate([*first, *missing]):
        tile = yield from _tile(request, key, checkpoint, store, pace, tree)
        store.keep(request, key, tile)
        if tile.pictures is not None or number == len(first) + len(missing) - 1:
            yield _value(request, store, final=number == len(first) + len(missing) - 1)


def centres(key: Key) -> Floats:
    """Return the map positions (CELLS_PER_SIDE**2, 2) of a tile's cell centres, topmost row first, as on the screen."""
    side = map_tiles.cell_side(key.level)
    x = (key.column * CELLS + np.arange(CELLS) + 0.5) * side
    y = (key.row * CELLS + np.arange(CELLS)[::-1] + 0.5) * side
    across, up = np.meshgrid(x, y)
    return np.stack([across, up], axis=-1).reshape(-1, 2).astype(np.float32)


# -- inside ---------------------------------------------------------------------------------------------


def _tile(
    request: Mosaic, key: Key, checkpoint: Checkpoint, store: TileStore, pace: Pace, tree: Any
) -> Generator[None, None, Tile]:
    xy = centres(key)
    away = np.full(len(xy), np.inf) if tree is None else tree.query(xy)[0]
    # a cell with a dot in it is painted however large it is
    cover = map_grid.cover(np.maximum(0.0, away - map_tiles.cell_side(key.level) / 2), request.reach)
    pictures = None
    if cover.any():
        pictures = store.pictures(request, key)
        if pictures is None:
            pictures = yield from _decoded(request, key, xy, checkpoint, pace)
    return Tile(pictures, cover.reshape(CELLS, CELLS))


def _decoded(
    request: Mosaic, key: Key, xy: Floats, checkpoint: Checkpoint, pace: Pace
) -> Generator[None, None, NDArray[np.uint8]]:
    """Decode all 64 pictures of a tile into one array, regardless of hidden classes, so that hiding decodes nothing."""
    atlas, found = checkpoint.maps[request.which], list[NDArray[np.uint8]]()
    # one row per class, and an all-zero row for the label -1
    none_or_one = np.eye(
        len(checkpoint.class_names) + 1, len(checkpoint.class_names), dtype=np.float32
    )  # label -1: none
    while len(found) < len(xy):
        some = xy[len(found) : len(found) + pace.batch]
        with pace.timed(len(some)):
            z = atlas.inverse_transform(some, map_tiles.resolution(key.level))
            _, dots = atlas.nearest(some)
            found += decoded(checkpoint, z, none_or_one[checkpoint.labels[dots]])
        yield None
    return sheet([smaller(picture) for picture in found])


def sheet(pictures: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Arrange CELLS_PER_SIDE**2 pictures of one shape in a square, row by row, with a dark gap between them, so that
    pictures that fill their frames do not merge."""
    gap = max(1, pictures[0].shape[0] // GAPS)
    pictures = [np.pad(one, [(gap, gap), (gap, gap), (0, 0)][: one.ndim]) for one in pictures]
    rows = [np.concatenate(pictures[i : i + CELLS], axis=1) for i in range(0, len(pictures), CELLS)]
    return np.ascontiguousarray(np.concatenate(rows, axis=0))


def smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shrink a picture to at most about `MAX_PICTURE_SIDE` pixels a side, by averaging blocks."""
    by = -(-max(picture.shape[:2]) // LARGEST)
    if by <= 1:
        return picture
    height, width = (side // by for side in picture.shape[:2])
    blocks = picture[: height * by, : width * by].reshape(height, by, width, by, -1)
    found: NDArray[np.uint8] = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    return found[:, :, 0] if picture.ndim == 2 else found


def _value(request: Mosaic, store: TileStore, *, final: bool) -> MosaicValue:
    there = {}
    for wanted in request.span.outwards():
        own = store.tile(request, wanted)
        for key in (wanted,) if own is not None else map_tiles.useful(wanted):
            tile = store.tile(request, key)
            if tile is not None:
                there[key] = tile
    return MosaicValue(request.span, there, final)


def _bytes(tile: Tile) -> int:
    return 256 + (0 if tile.pictures is None else tile.pictures.nbytes)
