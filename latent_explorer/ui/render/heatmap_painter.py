"""Draws the layer under the dots of a map: heat maps and mosaics of decoded pictures, scaled to the view."""

import math
from typing import Any, Literal

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.engine.map_layers import map_tiles
from latent_explorer.engine.map_layers.map_layer_query import HeatMapValue, Tile
from latent_explorer.scene.items import ColourBar, HeatLayer, Map, MosaicLayer
from latent_explorer.ui.render import colormap
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.outline import draw_outline
from latent_explorer.ui.render.theme import Theme, mix

SAMPLE_STEP = 4
"""Screen pixels between two samples of a heat map; between them it is interpolated."""
MAX_CACHED_TILES = 96
"""Number of tiles cached at their size on the screen."""
HATCH_PITCH, HATCH_OPACITY = 8, 0.45
"""Design pixels between two lines of the hatching where there is no data, and their opacity."""
Shares = NDArray[np.floating[Any]]
"""Positions along one axis of a grid, in shares of it."""


class MapLayerPainter:
    def __init__(self) -> None:
        self._tiles: LeastRecentlyUsed[tuple[Any, ...], tuple[Tile, pygame.Surface]]
        self._tiles = LeastRecentlyUsed(MAX_CACHED_TILES)

    def paint(self, surface: pygame.Surface, item: Map, theme: Theme, class_count: int, ui_scale: float) -> None:
        """Paint the layer of a map over the whole of `surface`, which has the size of the map: hatching, and the layer
        over it where it is near the data."""
        paint_hatching(surface, surface.get_rect(), theme, ui_scale)
        if isinstance(item.layer, HeatLayer):
            self._draw_heat_map(surface, item, item.layer, theme, class_count)
        elif isinstance(item.layer, MosaicLayer):
            self._draw_mosaic(surface, item, item.layer)

    def _draw_heat_map(
        self, surface: pygame.Surface, item: Map, layer: HeatLayer, theme: Theme, class_count: int
    ) -> None:
        width, height = (-(-side // SAMPLE_STEP) for side in surface.get_size())
        across, down = ((np.arange(count, dtype=np.float64) + 0.5) * SAMPLE_STEP for count in (width, height))
        scale, grid = item.camera.compute_scale(item.rect), layer.value.grid
        # in shares of the grid: the arrays of values differ in their number of nodes
        columns = (item.camera.centre[0] + (across - item.rect.width / 2) / scale - grid.left) / grid.span
        rows = (item.camera.centre[1] - (down - item.rect.height / 2) / scale - grid.bottom) / grid.span
        cover = _interpolate(layer.value.cover, rows, columns)
        cover *= ((rows >= 0) & (rows <= 1))[:, None] & (columns >= 0) & (columns <= 1)
        colours = _compute_colours(layer, rows, columns, theme, class_count)
        opaque = np.concatenate([colours, 255 * cover[:, :, None]], axis=2)
        picture = _to_surface(np.rint(opaque).astype(np.uint8))
        full = pygame.transform.smoothscale(picture, (width * SAMPLE_STEP, height * SAMPLE_STEP))
        surface.blit(full, (0, 0))

    def _draw_mosaic(self, surface: pygame.Surface, item: Map, layer: MosaicLayer) -> None:
        for wanted in layer.value.span.list_outwards():
            for part in map_tiles.list_parts(wanted, layer.value.tiles):
                tile = layer.value.tiles[part.key]
                if tile.pictures is None:
                    continue
                left, bottom = wanted.corner
                x, y, share = part.target
                left, bottom, side = left + x * wanted.side, bottom + y * wanted.side, share * wanted.side
                # both edges rounded: tiles meet without a seam
                edges = (
                    *item.camera.to_px((left, bottom + side), item.rect),
                    *item.camera.to_px((left + side, bottom), item.rect),
                )
                if all(map(math.isfinite, edges)):
                    x0, y0, x1, y1 = map(round, edges)
                    at = (x0 - item.rect.x, y0 - item.rect.y, x1 - item.rect.x, y1 - item.rect.y)
                    self._draw_tile(surface, tile, part.source, at, layer.smooth)

    def _draw_tile(
        self, surface: pygame.Surface, tile: Tile, source: tuple[float, float, float], at: tuple[int, int, int, int],
        smooth: bool,
    ) -> None:  # fmt: skip
        """Draw a square of a tile between the edges `at`: left, top, right, bottom. One that is larger than the view is
        never scaled as a whole."""
        x0, y0, x1, y1 = at
        left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, surface.get_width()), min(y1, surface.get_height())
        if left >= right or top >= bottom:
            return
        if x1 - x0 <= surface.get_width() and y1 - y0 <= surface.get_height():
            surface.blit(self._scale_tile(tile, source, (x1 - x0, y1 - y0), smooth), (x0, y0))
            return
        columns, rows = (np.arange(left, right) - x0) / (x1 - x0), (np.arange(top, bottom) - y0) / (y1 - y0)
        colours = _crop_tile(tile, source)
        if smooth:
            each = range(colours.shape[2])
            channels = [_interpolate(colours[:, :, k].astype(np.float32), rows, columns) for k in each]
            visible = np.rint(np.stack(channels, axis=2)).astype(np.uint8)
        else:
            row, column = ((at * n).astype(np.intp) for at, n in zip((rows, columns), colours.shape[:2], strict=True))
            visible = colours[row[:, None], column]
        surface.blit(_to_surface(visible), (left, top))

    def _scale_tile(
        self, tile: Tile, source: tuple[float, float, float], size: tuple[int, int], smooth: bool
    ) -> pygame.Surface:
        key = (id(tile), source, size, smooth)
        cached = self._tiles.get(key)
        if cached is None:  # holding the tile keeps its id from being used again
            scale = pygame.transform.smoothscale if smooth else pygame.transform.scale
            cached = self._tiles.put(key, (tile, scale(_to_surface(_crop_tile(tile, source)), size)))
        return cached[1]


def _compute_colours(
    layer: HeatLayer, rows: Shares, columns: Shares, theme: Theme, class_count: int
) -> NDArray[np.float32]:
    """Return the colours (H, W, 3) at `rows` (H,) and `columns` (W,)."""
    values = layer.value.values
    interpolated = _interpolate(values, rows, columns)
    if layer.value.classes is None:
        return colormap.to_colours(interpolated, layer.low, layer.high)
    table = np.array([theme.get_class_colour(k) for k in range(class_count)], np.float32)
    own = table[_find_nearest_classes(layer.value, rows, columns)]
    share = np.clip((interpolated - layer.low) / (layer.high - layer.low), 0.0, 1.0)[:, :, None]
    background = np.array(theme["map"], np.float32)
    share = colormap.MIN_CLASS_SHARE + (1 - colormap.MIN_CLASS_SHARE) * share
    coloured: NDArray[np.float32] = background + (own - background) * share
    return coloured


def _interpolate(values: NDArray[np.float32], rows: Shares, columns: Shares) -> NDArray[np.float32]:
    """Return `values` (n, n) interpolated bilinearly at `rows` (H,) and `columns` (W,): (H, W), clamped at the edge."""
    for at in (rows, columns):  # one direction after the other is faster than four nodes per position
        place = np.clip(at, 0, 1) * (values.shape[0] - 1)
        first = np.minimum(place.astype(np.intp), values.shape[0] - 2)
        share = (place - first).astype(np.float32)[:, None]
        values = (values[first] * (1 - share) + values[first + 1] * share).T
    return values


def _find_nearest_classes(value: HeatMapValue, rows: Shares, columns: Shares) -> NDArray[np.intp]:
    assert value.classes is not None
    last = len(value.classes) - 1
    row, column = (np.rint(np.clip(share, 0, 1) * last).astype(np.intp) for share in (rows, columns))
    return value.classes[row[:, None], column]


def _crop_tile(tile: Tile, source: tuple[float, float, float]) -> NDArray[np.uint8]:
    """Return a square of a tile as colours (h, w, 3); with their opacity, (h, w, 4), if it is not all covered."""
    assert tile.pictures is not None
    height, width = tile.pictures.shape[:2]
    x, y, share = source  # from the lower left corner; the picture's rows count downwards
    top = round((1 - y - share) * height)
    rows = slice(top, max(top + 1, round((1 - y) * height)))
    columns = slice(round(x * width), max(round(x * width) + 1, round((x + share) * width)))
    part = tile.pictures[rows, columns]
    colours = np.repeat(part[:, :, None], 3, axis=2) if part.ndim == 2 else part
    if tile.cover.min() >= 1.0:
        return colours
    down, across = tile.cover.shape
    cover = np.repeat(np.repeat(tile.cover, height // down, axis=0), width // across, axis=1)[rows, columns, None]
    return np.concatenate([colours, np.rint(255 * cover).astype(np.uint8)], axis=2)


def _to_surface(colours: NDArray[np.uint8]) -> pygame.Surface:
    """Return `colours`, (H, W, 3) or with their opacity (H, W, 4), as a surface."""
    height, width, channels = colours.shape
    form: Literal["RGB", "RGBA"] = "RGB" if channels == 3 else "RGBA"
    image = pygame.image.frombytes(np.ascontiguousarray(colours).tobytes(), (width, height), form)
    if pygame.display.get_surface() is None:
        return image
    return image.convert(32) if channels == 3 else image.convert_alpha()


def paint_hatching(surface: pygame.Surface, box: pygame.Rect, theme: Theme, ui_scale: float) -> None:
    """Fill `box` with what stands for no data: grey lines across, which are in no colour scale."""
    before = surface.get_clip()
    surface.set_clip(box.clip(before))
    surface.fill(theme["panel"], box)
    pitch, width = max(4, round(HATCH_PITCH * ui_scale)), max(1, round(1.5 * ui_scale))
    colour = mix(theme["panel"], theme["muted"], HATCH_OPACITY)
    for x in range(box.left - box.height, box.right, pitch):
        pygame.draw.line(surface, colour, (x, box.bottom), (x + box.height, box.top), width)
    surface.set_clip(before)


def paint_colour_bar(surface: pygame.Surface, item: ColourBar, theme: Theme) -> None:
    """Draw the colour bar of a legend, from left to right."""
    rect, colours = item.rect, item.colours
    if rect.width < 2 or rect.height < 1:
        return
    share = np.linspace(0, 1, rect.width)
    if colours == "values":
        row = colormap.to_colours(share.astype(np.float32), 0.0, 1.0)
    else:
        shares = colormap.MIN_CLASS_SHARE + (1 - colormap.MIN_CLASS_SHARE) * share
        row = np.array([mix(theme["map"], theme["text"], one) for one in shares], np.float32)
    if item.selected is not None:
        outside = (share < item.selected[0]) | (share > item.selected[1])
        row = np.where(outside[:, None], np.array(theme["line"], np.float32), row)
    pixels = np.repeat(np.rint(row).astype(np.uint8)[None], rect.height, axis=0)
    surface.blit(_to_surface(pixels), (rect.x, rect.y))
    draw_outline(surface, theme["line"], to_box(rect), 1)
