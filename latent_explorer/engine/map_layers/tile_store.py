"""Tiles of decoded pictures, decoded on demand and cached up to a memory limit."""

from collections.abc import Generator, Iterator
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.map_layers import map_grid, map_tiles, visible_dots
from latent_explorer.engine.map_layers.chunk_size import ChunkSize
from latent_explorer.engine.map_layers.map_layer_query import Mosaic, MosaicValue, Tile
from latent_explorer.engine.map_layers.map_tiles import TileKey

MAX_BYTES = 64 * 1024 * 1024  # bytes of cached pictures
MAX_PICTURE_SIDE = 48  # pixels a side of a cached picture: a cell on the screen is no larger
COARSE_FIRST_LEVELS = 2
"""If nothing can replace a missing tile, the tile this many levels coarser is decoded first: it covers 16 tiles."""


class TileStore:
    """Cache of tiles by model, map, hidden classes, reach and key; drops the least recently used ones when full."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._tiles: LeastRecentlyUsed[tuple[Any, ...], Tile] = LeastRecentlyUsed(max_bytes, _count_bytes)
        self._pictures: WeakValueDictionary[tuple[Any, ...], NDArray[np.uint8]] = WeakValueDictionary()
        """Those of the tiles, whichever classes are hidden; one goes with the last tile that shows it."""

    @property
    def used_bytes(self) -> int:
        return self._tiles.weight

    def get_tile(self, query: Mosaic, key: TileKey) -> Tile | None:
        """Return a cached tile, or None."""
        return self._tiles.get((query.model, query.map_name, query.hidden, query.reach, key))

    def get_pictures(self, query: Mosaic, key: TileKey) -> NDArray[np.uint8] | None:
        """Return the pictures of a tile, whichever classes are hidden; None if they are not cached."""
        return self._pictures.get((query.model, query.map_name, key))

    def put_tile(self, query: Mosaic, key: TileKey, tile: Tile) -> None:
        """Cache a tile."""
        self._tiles.put((query.model, query.map_name, query.hidden, query.reach, key), tile)
        if tile.pictures is not None:
            self._pictures.setdefault((query.model, query.map_name, key), tile.pictures)


def make_mosaic(
    query: Mosaic, checkpoint: Checkpoint, store: TileStore, chunk_size: ChunkSize
) -> Iterator[MosaicValue | None]:
    """Compute the tiles of a span from its middle outwards; first yield the cached tiles and their replacements."""
    wanted = query.span.list_outwards()
    missing = [key for key in wanted if store.get_tile(query, key) is None]
    yield _make_value(query, store, final=not missing)
    if not missing:
        return
    bare = [key for key in missing if not any(store.get_tile(query, one) for one in map_tiles.list_useful(key))]
    coarse = {key.get_coarser(COARSE_FIRST_LEVELS) for key in bare}
    first = sorted(key for key in coarse if key.level >= 0)
    tree = visible_dots.get_tree(checkpoint.maps[query.map_name], query.hidden)
    for number, key in enumerate([*first, *missing]):
        tile = yield from _make_tile(query, key, checkpoint, store, chunk_size, tree)
        store.put_tile(query, key, tile)
        if tile.pictures is not None or number == len(first) + len(missing) - 1:
            yield _make_value(query, store, final=number == len(first) + len(missing) - 1)


def compute_cell_centres(key: TileKey, rows: int, columns: int) -> Floats:
    """Return the map positions (rows * columns, 2) of a tile's cell centres, topmost row first, as on the screen."""
    x = (key.column + (np.arange(columns) + 0.5) / columns) * key.side
    y = (key.row + (np.arange(rows)[::-1] + 0.5) / rows) * key.side
    across, up = np.meshgrid(x, y)
    return np.stack([across, up], axis=-1).reshape(-1, 2).astype(np.float32)


# -- inside ---------------------------------------------------------------------------------------------


def _make_tile(
    query: Mosaic, key: TileKey, checkpoint: Checkpoint, store: TileStore, chunk_size: ChunkSize, tree: Any
) -> Generator[None, None, Tile]:
    rows, columns = map_tiles.count_cells(checkpoint.picture_aspect)
    xy = compute_cell_centres(key, rows, columns)
    away = np.full(len(xy), np.inf) if tree is None else tree.query(xy)[0]
    # a cell with a dot in it is painted however large it is
    cover = map_grid.compute_cover(np.maximum(0.0, away - map_tiles.compute_cell_side(key.level) / 2), query.reach)
    pictures = None
    if cover.any():
        pictures = store.get_pictures(query, key)
        if pictures is None:
            pictures = yield from _decode_tile(query, key, xy, checkpoint, chunk_size)
    return Tile(pictures, cover.reshape(rows, columns))


def _decode_tile(
    query: Mosaic, key: TileKey, xy: Floats, checkpoint: Checkpoint, chunk_size: ChunkSize
) -> Generator[None, None, NDArray[np.uint8]]:
    """Decode all pictures of a tile into one array, regardless of hidden classes, so that hiding decodes nothing."""
    atlas, pictures = checkpoint.maps[query.map_name], list[NDArray[np.uint8]]()
    # one row per class, and an all-zero row for the label -1
    classes = len(checkpoint.class_names)
    none_or_one = np.eye(classes + 1, classes, dtype=np.float32)
    while len(pictures) < len(xy):
        chunk = xy[len(pictures) : len(pictures) + chunk_size.batch_size]
        with chunk_size.time_chunk(len(chunk)):
            z = atlas.inverse_transform(chunk, map_tiles.compute_resolution(key.level))
            _, dots = atlas.find_nearest(chunk)
            pictures += decode_pictures(checkpoint, z, none_or_one[checkpoint.labels[dots]])
        yield None
    columns = map_tiles.count_cells(checkpoint.picture_aspect)[1]
    return arrange_sheet([shrink_picture(picture) for picture in pictures], columns)


def arrange_sheet(pictures: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    """Arrange pictures of one shape in equal cells of a square sheet, row by row, with a dark gap between them, so that
    pictures that fill their frames do not merge."""
    gap = max(1, int(max(pictures[0].shape[:2]) * map_tiles.RIM_SHARE))
    pictures = [pad_picture(one, len(pictures) / columns**2, gap) for one in pictures]
    rows = [np.concatenate(pictures[i : i + columns], axis=1) for i in range(0, len(pictures), columns)]
    return np.ascontiguousarray(np.concatenate(rows, axis=0))


def pad_picture(picture: NDArray[np.uint8], aspect: float = 1, gap: int = 0) -> NDArray[np.uint8]:
    """Return a picture in the middle of a frame of the proportions `aspect`, width by height, black around it, with at
    least `gap` pixels on each side."""
    height, width = (length + 2 * gap for length in picture.shape[:2])
    frame, pads = (max(height, round(width / aspect)), max(width, round(height * aspect))), []
    for length, whole in zip(picture.shape[:2], frame, strict=True):
        before = (whole - length) // 2
        pads.append((before, whole - length - before))
    return np.pad(picture, [*pads, (0, 0)][: picture.ndim])


def shrink_picture(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shrink a picture to at most about `MAX_PICTURE_SIDE` pixels a side, by averaging blocks."""
    by = -(-max(picture.shape[:2]) // MAX_PICTURE_SIDE)
    if by <= 1:
        return picture
    down, across = (min(by, side) for side in picture.shape[:2])
    height, width = picture.shape[0] // down, picture.shape[1] // across
    blocks = picture[: height * down, : width * across].reshape(height, down, width, across, -1)
    shrunk: NDArray[np.uint8] = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    return shrunk[:, :, 0] if picture.ndim == 2 else shrunk


def _make_value(query: Mosaic, store: TileStore, *, final: bool) -> MosaicValue:
    there = {}
    for wanted in query.span.list_outwards():
        own = store.get_tile(query, wanted)
        for key in (wanted,) if own is not None else map_tiles.list_useful(wanted):
            tile = store.get_tile(query, key)
            if tile is not None:
                there[key] = tile
    return MosaicValue(query.span, there, final)


def _count_bytes(tile: Tile) -> int:
    return 256 + (0 if tile.pictures is None else tile.pictures.nbytes)
