"""The dots of a map as a surface, drawn anew only when what it shows has changed."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.checkpoint import Checkpoint
from latent_explorer.labs.dots import Dots
from latent_explorer.labs.view import Heat, Map, Mosaics
from latent_explorer.ui.lettering import Lettering
from latent_explorer.ui.theme import Colour, Theme, mix
from latent_explorer.ui.underlay import Underlay

KEPT = 6
LARGEST = 7.0  # radius of a dot in design pixels, however near one zooms
PEPPER, PEPPER_ALPHA = 0.5, 0.45
"""Of the dots on a heat map: their radius as a share of the ordinary one, and how much of the map they hide."""
Pixels = NDArray[np.float32]


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
    layer: object


class Scatter:
    def __init__(self) -> None:
        self._layers: OrderedDict[_Key, pygame.Surface] = OrderedDict()
        self._underlay = Underlay()

    def layer(self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering) -> pygame.Surface:
        """The map's dots on an opaque surface of the item's size."""
        size = (item.rect.width, item.rect.height)
        key = _Key(
            id(checkpoint),
            item.which,
            size,
            item.camera,
            item.hidden,
            item.names,
            theme.name,
            lettering.unit,
            item.layer,
        )
        if key not in self._layers:
            self._layers[key] = _draw(item, checkpoint, theme, lettering, self._underlay)
            if len(self._layers) > KEPT:
                self._layers.popitem(last=False)
        self._layers.move_to_end(key)
        return self._layers[key]


def radius(dots: int, zoom: float, unit: float) -> float:
    """Of a dot in screen pixels: smaller where there are many, growing slowly as one zooms in."""
    base: float = 3.0 * (2000 / max(dots, 2000)) ** 0.25
    return float(max(0.5, unit * min(LARGEST, base * zoom**0.4)))


def _draw(item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering, underlay: Underlay) -> pygame.Surface:
    dots = Dots.of(checkpoint, item.which)
    if item.layer is None:
        surface = _dots(item, checkpoint, dots, theme, lettering)
    else:
        surface = pygame.Surface((item.rect.width, item.rect.height), 0, 32)
        surface.fill(theme["map"])
        underlay.paint(surface, item, theme, len(checkpoint.class_names))
        if isinstance(item.layer, Heat):
            _pepper(surface, item, dots, theme, lettering)
    if item.names:
        _names(surface, item, checkpoint, dots, theme, lettering)
    return surface


def _pepper(surface: pygame.Surface, item: Map, dots: Dots, theme: Theme, lettering: Lettering) -> None:
    """Small dots of one colour, half seen through: where the data is, without hiding what lies below."""
    x, y, _ = dots.columns(item.hidden)
    scale = item.camera.pixels(item.rect)
    across = (x - np.float32(item.camera.centre[0])) * np.float32(scale) + np.float32(item.rect.width / 2)
    down = (np.float32(item.camera.centre[1]) - y) * np.float32(scale) + np.float32(item.rect.height / 2)
    size = PEPPER * radius(len(dots.atlas.xy), item.camera.zoom, lettering.unit)
    coverage = _coverage(size)
    half = len(coverage) // 2
    strength = np.zeros((item.rect.height + 2 * half + 2, item.rect.width + 2 * half + 2), np.float32)
    inside = (across >= -half) & (across < item.rect.width + half) & (down >= -half) & (down < item.rect.height + half)
    column, row = np.floor(across[inside]).astype(np.intp) + half, np.floor(down[inside]).astype(np.intp) + half
    for (dy, dx), share in np.ndenumerate(coverage):
        if share > 0:
            at = (row + dy - half, column + dx - half)
            strength[at] = np.maximum(strength[at], share)
    alpha = np.rint(255 * PEPPER_ALPHA * strength[half : half + item.rect.height, half : half + item.rect.width])
    sheet = pygame.Surface((item.rect.width, item.rect.height), pygame.SRCALPHA)
    sheet.fill((*theme["on layer"], 0))
    pygame.surfarray.pixels_alpha(sheet)[:] = alpha.astype(np.uint8).T
    surface.blit(sheet, (0, 0))


def _dots(item: Map, checkpoint: Checkpoint, dots: Dots, theme: Theme, lettering: Lettering) -> pygame.Surface:
    x, y, labels = dots.columns(item.hidden)
    width, height, scale = item.rect.width, item.rect.height, item.camera.pixels(item.rect)
    size = radius(len(dots.atlas.xy), item.camera.zoom, lettering.unit)
    across = (x - np.float32(item.camera.centre[0])) * np.float32(scale) + np.float32(width / 2)
    down = (np.float32(item.camera.centre[1]) - y) * np.float32(scale) + np.float32(height / 2)
    inside = (across > -size) & (across < width + size) & (down > -size) & (down < height + size)
    if not inside.all():
        across, down, labels = across[inside], down[inside], labels[inside]
    colours = [theme.class_colour(k) for k in range(-1, len(checkpoint.class_names))]
    return discs((width, height), across, down, labels + 1, colours, size, theme["map"])


def discs(
    size: tuple[int, int],
    across: Pixels,
    down: Pixels,
    kinds: NDArray[np.int64],
    colours: list[Colour],
    radius: float,
    background: Colour,
) -> pygame.Surface:
    """A surface with a disc of colour `colours[kind]` at each of N positions (pixels), soft at the rim.

    Written pixel of the disc by pixel of the disc, each for all dots at once: a few dozen numpy calls instead of
    a blit a dot. The rim is mixed with the background and written first, so that it never cuts into a neighbour.
    """
    coverage = _coverage(radius)
    half = len(coverage) // 2
    # a margin as wide as a dot, so that no write has to look where it lands
    sheet = pygame.Surface((size[0] + 4 * half + 2, size[1] + 4 * half + 2), 0, 32)
    sheet.fill(background)
    pitch = sheet.get_pitch() // 4
    pixels = np.frombuffer(memoryview(cast(Any, sheet.get_buffer())), np.uint32)
    start = np.floor(down).astype(np.intp) * pitch + np.floor(across).astype(np.intp) + half * (pitch + 1)
    spots = sorted((c, x, y) for (y, x), c in np.ndenumerate(coverage) if c > 0)
    values: NDArray[np.uint32] = np.empty(0, np.uint32)
    before = -1.0
    for share, x, y in spots:
        if share != before:
            table = np.array([sheet.map_rgb(mix(background, c, share)) for c in colours], np.uint32)
            values, before = table[kinds], share
        pixels[start + (y * pitch + x)] = values
    del pixels
    return sheet.subsurface((2 * half, 2 * half, *size))


def _coverage(radius: float) -> NDArray[np.float64]:
    """How much of each pixel a disc covers, from four samples a pixel and axis; the disc is in the middle."""
    side = int(np.ceil(radius)) * 2 + 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    covered = np.hypot(at[:, None], at[None, :]) <= radius
    shares: NDArray[np.float64] = covered.reshape(side, 4, side, 4).mean(axis=(1, 3))
    return shares


def _names(
    surface: pygame.Surface, item: Map, checkpoint: Checkpoint, dots: Dots, theme: Theme, lettering: Lettering
) -> None:
    """Each shown class's name at its middle, with a halo that keeps it readable on the dots."""
    for k, dot in dots.middles.items():
        if k < 0 or k in item.hidden:
            continue
        x, y = item.camera.to_px(tuple(dots.atlas.xy[dot].tolist()), item.rect)
        centre = (x - item.rect.x, y - item.rect.y)
        text, halo = (
            lettering.line(checkpoint.class_names[k], "title", theme[role], bold=True) for role in ("text", "map")
        )
        corner = text.get_rect(center=centre)
        if isinstance(item.layer, Mosaics):  # a digit's name among pictures of digits would be one of them
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
