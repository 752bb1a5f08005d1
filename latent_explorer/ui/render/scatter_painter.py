"""Draws the dots of a map; the surface is cached until the map's appearance changes."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.explain_query import LinksValue
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import Heat, Map, Mosaics, Paint
from latent_explorer.scene.map_panel import are_far
from latent_explorer.ui.render import colormap, line_raster
from latent_explorer.ui.render.heatmap_painter import Underlay
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Colour, Theme, mix

KEPT = 6
LARGEST = 7.0  # radius of a dot in design pixels at any zoom
PEPPER = 0.5
"""Radius of the dots on a heat map, as a share of the usual radius."""
PALE, STRONG = 0.5, 0.6  # opacity of links between dots that are neighbours on the map, and of those torn apart
STEPS = 64
"""Number of colours of dots coloured by a value; more cannot be distinguished on something as small as a dot."""
Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class _Key:
    checkpoint: int
    model: str
    which: str
    size: tuple[int, int]
    camera: object
    hidden: frozenset[int]
    names: bool
    theme: str
    unit: float
    layer: object
    links: object
    paint: object


class Scatter:
    def __init__(self) -> None:
        self._layers: OrderedDict[_Key, pygame.Surface] = OrderedDict()
        self._underlay = Underlay()

    def layer(
        self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering, origin: Checkpoint | None = None
    ) -> pygame.Surface:
        """Return the map's dots on an opaque surface of the item's size. `origin` is the model of the map that a
        transition starts from, if it is another one."""
        if item.before:  # no two frames of a transition are equal
            before = Dots.of(origin or checkpoint, item.before)
            return _draw(item, checkpoint, before, theme, lettering, self._underlay)
        size = (item.rect.width, item.rect.height)
        looks = (item.camera, item.hidden, item.names, theme.name, lettering.unit, item.layer, item.links, item.paint)
        key = _Key(id(checkpoint), item.model, item.which, size, *looks)
        if key not in self._layers:
            self._layers[key] = _draw(item, checkpoint, None, theme, lettering, self._underlay)
            if len(self._layers) > KEPT:
                self._layers.popitem(last=False)
        self._layers.move_to_end(key)
        return self._layers[key]


def radius(dots: int, zoom: float, unit: float) -> float:
    """Return the radius of a dot in screen pixels: smaller if there are many, growing slowly with the zoom."""
    base: float = 3.0 * (2000 / max(dots, 2000)) ** 0.25
    return float(max(0.5, unit * min(LARGEST, base * zoom**0.4)))


def _draw(
    item: Map, checkpoint: Checkpoint, before: Dots | None, theme: Theme, lettering: Lettering, underlay: Underlay
) -> pygame.Surface:
    dots = Dots.of(checkpoint, item.which)
    if item.layer is None:
        surface = _dots(item, checkpoint, dots, before, theme, lettering)
    else:
        surface = _layered(item, checkpoint, dots, theme, lettering, underlay)
    if item.links is not None:
        _links(surface, item, item.links, checkpoint, theme)
    if item.names:
        _names(surface, item, checkpoint, dots, before, theme, lettering)
    return surface


def _layered(
    item: Map, checkpoint: Checkpoint, dots: Dots, theme: Theme, lettering: Lettering, underlay: Underlay
) -> pygame.Surface:
    """Draw the layer, and on a heat map the dots: small, of one colour and half transparent, so that they show where
    the data lies without hiding the layer."""
    coverage = _coverage(PEPPER * radius(len(dots.atlas.xy), item.camera.zoom, lettering.unit))
    sheet, surface = _sheet((item.rect.width, item.rect.height), len(coverage) // 2, theme["map"])
    underlay.paint(surface, item, theme, len(checkpoint.class_names))
    if isinstance(item.layer, Heat):
        x, y, _ = dots.columns(item.hidden)
        across, down, _ = _on_screen(item, x, y, len(coverage) / 2)
        pixels, start, pitch = _written(sheet, across, down, len(coverage) // 2)
        below = pixels.copy()
        # the rim first, so that it never cuts into a neighbour; white is visible on all colours but the last
        for (y0, x0), share in sorted(np.ndenumerate(coverage), key=lambda one: one[1]):
            if share > 0:
                at = start + (y0 * pitch + x0)
                old = below[at]
                pixels[at] = (
                    ((old >> 1) & 0x7F7F7F) + 0x7F7F7F if share > 0.6 else old - ((old >> 2) & 0x3F3F3F) + 0x3F3F3F
                )
        del pixels
    return surface


def _on_screen(item: Map, x: Pixels, y: Pixels, margin: float) -> tuple[Pixels, Pixels, NDArray[np.bool_]]:
    """Return the pixels (from the map's upper left corner) of the dots inside the map, and the mask of those dots."""
    width, height, scale = item.rect.width, item.rect.height, item.camera.pixels(item.rect)
    across = (x - np.float32(item.camera.centre[0])) * np.float32(scale) + np.float32(width / 2)
    down = (np.float32(item.camera.centre[1]) - y) * np.float32(scale) + np.float32(height / 2)
    inside = (across > -margin) & (across < width + margin) & (down > -margin) & (down < height + margin)
    return across[inside], down[inside], inside


def _dots(
    item: Map, checkpoint: Checkpoint, dots: Dots, before: Dots | None, theme: Theme, lettering: Lettering
) -> pygame.Surface:
    x, y, labels = dots.columns(item.hidden)
    if before is not None:
        old_x, old_y, _ = before.columns(item.hidden)
        way = np.float32(item.way)
        x, y = old_x + (x - old_x) * way, old_y + (y - old_y) * way
    size = radius(len(dots.atlas.xy), item.camera.zoom, lettering.unit)
    across, down, inside = _on_screen(item, x, y, size)
    whole = (item.rect.width, item.rect.height)
    if item.paint is None:
        kinds, colours = labels + 1, [theme.class_colour(k) for k in range(-1, len(checkpoint.class_names))]
    else:
        kinds, colours = _painted(item.paint, dots.shown(item.hidden), theme)
    return discs(whole, across, down, kinds[inside], colours, size, theme["map"])


def _painted(paint: Paint, shown: NDArray[np.bool_], theme: Theme) -> tuple[NDArray[np.int64], list[Colour]]:
    """Return each visible dot's colour index and the colours; the first is for dots without a value."""
    if paint.values is None:
        assert paint.colours is not None, "a paint without colours and values"
        return paint.colours[shown].astype(np.int64) + 1, [theme["muted"], *(theme[role] for role in paint.palette)]
    values = paint.values[shown].astype(np.float32)
    share = np.clip((values - paint.low) / max(paint.high - paint.low, 1e-12), 0, 1)
    kinds = np.where(np.isfinite(values), np.rint(np.nan_to_num(share) * (STEPS - 1)) + 1, 0).astype(np.int64)
    table = colormap.colours(np.arange(STEPS, dtype=np.float32), 0, STEPS - 1)
    return kinds, [theme["muted"], *((round(r), round(g), round(b)) for r, g, b in table.tolist())]


def _links(surface: pygame.Surface, item: Map, value: LinksValue, checkpoint: Checkpoint, theme: Theme) -> None:
    """Draw a link from each visible dot to its nearest neighbour in latent space; emphasised if far on the map."""
    atlas = checkpoint.maps[item.which]
    shown = np.flatnonzero(~np.isin(atlas.labels, list(item.hidden)))
    start, end = atlas.xy[shown], atlas.xy[value.nearest[shown]]
    torn = are_far(np.hypot(*(end - start).T), atlas.gap)
    scale, (x, y) = item.camera.pixels(item.rect), item.camera.centre
    middle = np.array([item.rect.width / 2, item.rect.height / 2])
    start, end = (((xy - (x, y)) * (scale, -scale) + middle) for xy in (start, end))
    line_raster.draw(surface, start[~torn], end[~torn], theme["muted"], PALE)
    line_raster.draw(surface, start[torn], end[torn], theme["warn"], STRONG)


def discs(
    size: tuple[int, int],
    across: Pixels,
    down: Pixels,
    kinds: NDArray[np.int64],
    colours: list[Colour],
    radius: float,
    background: Colour,
) -> pygame.Surface:
    """Return a surface with an antialiased disc of colour `colours[kind]` at each of N positions (pixels).

    Each pixel of the disc is written for all dots at once: a few dozen numpy calls instead of a blit per dot.
    The rim is mixed with the background and written first, so that it never cuts into a neighbour.
    """
    coverage = _coverage(radius)
    sheet, surface = _sheet(size, len(coverage) // 2, background)
    pixels, start, pitch = _written(sheet, across, down, len(coverage) // 2)
    spots = sorted((c, x, y) for (y, x), c in np.ndenumerate(coverage) if c > 0)
    values: NDArray[np.uint32] = np.empty(0, np.uint32)
    before = -1.0
    for share, x, y in spots:
        if share != before:
            table = np.array([sheet.map_rgb(mix(background, c, share)) for c in colours], np.uint32)
            values, before = table[kinds], share
        pixels[start + (y * pitch + x)] = values
    del pixels
    return surface


def _sheet(size: tuple[int, int], half: int, background: Colour) -> tuple[pygame.Surface, pygame.Surface]:
    """Return a surface with a margin as wide as a dot, so that no write needs a bounds check, and its inside."""
    sheet = pygame.Surface((size[0] + 4 * half + 2, size[1] + 4 * half + 2), 0, 32)
    sheet.fill(background)
    return sheet, sheet.subsurface((2 * half, 2 * half, *size))


def _written(
    sheet: pygame.Surface, across: Pixels, down: Pixels, half: int
) -> tuple[NDArray[np.uint32], NDArray[np.intp], int]:
    """Return the pixels of a sheet, the index of the first pixel of every dot's square, and the pixels per row."""
    pitch = sheet.get_pitch() // 4
    pixels = np.frombuffer(memoryview(cast(Any, sheet.get_buffer())), np.uint32)
    return pixels, np.floor(down).astype(np.intp) * pitch + np.floor(across).astype(np.intp) + half * (pitch + 1), pitch


def _coverage(radius: float) -> NDArray[np.float64]:
    """Return the share of each pixel that a centred disc covers, from four samples per pixel and axis."""
    side = int(np.ceil(radius)) * 2 + 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    covered = np.hypot(at[:, None], at[None, :]) <= radius
    shares: NDArray[np.float64] = covered.reshape(side, 4, side, 4).mean(axis=(1, 3))
    return shares


def _names(
    surface: pygame.Surface, item: Map, checkpoint: Checkpoint, dots: Dots, before: Dots | None, theme: Theme,
    lettering: Lettering,
) -> None:  # fmt: skip
    """Draw the name of each visible class at its middle dot, with a halo that keeps it readable on the dots."""
    for k, dot in dots.middles.items():
        if k < 0 or k in item.hidden:
            continue
        at = dots.atlas.xy[dot]
        if before is not None:
            old = before.atlas.xy[dot]
            at = old + (at - old) * np.float32(item.way)
        x, y = item.camera.to_px(tuple(at.tolist()), item.rect)
        centre = (x - item.rect.x, y - item.rect.y)
        text, halo = (
            lettering.line(checkpoint.class_names[k], "title", theme[role], bold=True) for role in ("text", "map")
        )
        corner = text.get_rect(center=centre)
        if isinstance(item.layer, Mosaics):  # a plate sets the name apart from pictures of digits
            plate = corner.inflate(round(14 * lettering.unit), round(2 * lettering.unit))
            pygame.draw.rect(surface, theme["panel"], plate, border_radius=plate.height // 2)
            pygame.draw.rect(surface, theme.class_colour(k), plate, 2, border_radius=plate.height // 2)
            surface.blit(text, corner)
            continue
        reach = max(1, round(2 * lettering.unit))
        for dx in (-reach, 0, reach):
            for dy in (-reach, 0, reach):
                surface.blit(halo, corner.move(dx, dy))
        surface.blit(text, corner)
