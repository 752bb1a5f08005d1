"""The dots of a map as a surface, drawn anew only when what it shows has changed."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import pygame

from latent_explorer.checkpoint import Checkpoint
from latent_explorer.labs.dots import Dots
from latent_explorer.labs.view import Map
from latent_explorer.ui.lettering import Lettering
from latent_explorer.ui.theme import Colour, Theme

KEPT = 6
LARGEST = 7.0  # radius of a dot in design pixels, however near one zooms
CROWD = 20_000  # more dots than this are drawn as small squares, which numpy writes far faster


@dataclass(frozen=True)
class _Key:
    model: int
    which: str
    size: tuple[int, int]
    camera: object
    hidden: frozenset[int]
    names: bool
    theme: str
    unit: float


class Scatter:
    def __init__(self) -> None:
        self._layers: OrderedDict[_Key, pygame.Surface] = OrderedDict()

    def layer(self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering) -> pygame.Surface:
        """The map's dots on an opaque surface of the item's size."""
        size = (item.rect.width, item.rect.height)
        key = _Key(id(checkpoint), item.which, size, item.camera, item.hidden, item.names, theme.name, lettering.unit)
        if key not in self._layers:
            self._layers[key] = _draw(item, checkpoint, theme, lettering)
            if len(self._layers) > KEPT:
                self._layers.popitem(last=False)
        self._layers.move_to_end(key)
        return self._layers[key]


def radius(dots: int, zoom: float, unit: float) -> float:
    """Of a dot in screen pixels: smaller where there are many, growing slowly as one zooms in."""
    base = 3.0 * (2000 / max(dots, 2000)) ** 0.25
    return max(0.5, unit * min(LARGEST, base * zoom**0.4))


def _draw(item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering) -> pygame.Surface:
    surface = pygame.Surface((item.rect.width, item.rect.height))
    surface.fill(theme["map"])
    dots = Dots.of(checkpoint, item.which)
    numbers = dots.shown(item.hidden)
    xy = dots.atlas.xy[numbers]
    scale = item.camera.pixels(item.rect)
    px = (xy - np.asarray(item.camera.centre, np.float32)) * np.asarray([scale, -scale], np.float32)
    px += np.asarray([item.rect.width / 2, item.rect.height / 2], np.float32)
    size = radius(len(dots.atlas.xy), item.camera.zoom, lettering.unit)
    inside = np.flatnonzero(
        (px > -size).all(axis=1) & (px[:, 0] < item.rect.width + size) & (px[:, 1] < item.rect.height + size)
    )
    px, labels = px[inside], dots.atlas.labels[numbers[inside]]
    classes = range(-1, len(checkpoint.class_names))
    colours = {k: theme.class_colour(k) for k in classes}
    if len(px) > CROWD:
        _squares(surface, px, labels, colours, size)
    else:
        _discs(surface, px, labels, colours, size)
    if item.names:
        _names(surface, item, checkpoint, dots, theme, lettering)
    return surface


def _discs(
    surface: pygame.Surface, px: np.ndarray, labels: np.ndarray, colours: dict[int, Colour], size: float  # type: ignore[type-arg]
) -> None:
    sprites = {k: _sprite(colour, size) for k, colour in colours.items()}
    half = next(iter(sprites.values())).get_width() / 2
    corners = np.round(px - half).astype(int).tolist()
    surface.fblits(list(zip([sprites[k] for k in labels.tolist()], corners, strict=True)))


def _sprite(colour: Colour, size: float) -> pygame.Surface:
    """A disc with soft edges, its coverage taken from four samples a pixel and axis."""
    side = int(np.ceil(size)) * 2 + 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    covered = (np.hypot(at[:, None], at[None, :]) <= size).reshape(side, 4, side, 4).mean(axis=(1, 3))
    sprite = pygame.Surface((side, side), pygame.SRCALPHA)
    sprite.fill((*colour, 0))
    pygame.surfarray.pixels_alpha(sprite)[:] = np.round(covered * 225).astype(np.uint8)
    return sprite


def _squares(
    surface: pygame.Surface, px: np.ndarray, labels: np.ndarray, colours: dict[int, Colour], size: float  # type: ignore[type-arg]
) -> None:
    table = np.array([surface.map_rgb(colours[k]) for k in sorted(colours)], np.uint32)
    values = table[labels + 1]
    side = max(1, round(size * 1.6))
    pixels = pygame.surfarray.pixels2d(surface)
    width, height = pixels.shape
    corner = np.round(px - side / 2).astype(np.int32)
    for dx in range(side):
        for dy in range(side):
            x, y = corner[:, 0] + dx, corner[:, 1] + dy
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            pixels[x[inside], y[inside]] = values[inside]


def _names(
    surface: pygame.Surface, item: Map, checkpoint: Checkpoint, dots: Dots, theme: Theme, lettering: Lettering
) -> None:
    """Each shown class's name at its middle, with a halo that keeps it readable on the dots."""
    for k, xy in dots.middles().items():
        if k < 0 or k in item.hidden:
            continue
        x, y = item.camera.to_px(xy, item.rect)
        centre = (x - item.rect.x, y - item.rect.y)
        text, halo = (
            lettering.line(checkpoint.class_names[k], "title", theme[role], bold=True) for role in ("text", "map")
        )
        corner = text.get_rect(center=centre)
        reach = max(1, round(2 * lettering.unit))
        for dx in (-reach, 0, reach):
            for dy in (-reach, 0, reach):
                surface.blit(halo, corner.move(dx, dy))
        surface.blit(text, corner)
