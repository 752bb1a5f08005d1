"""Draws the numbers of a code as bars, and the gauge of one share."""

import math
from itertools import pairwise

import numpy as np
import pygame

from latent_explorer.scene import items
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.theme import Theme

GAP = 0.25
"""Share of a row that lies between bars below each other."""


def paint(surface: pygame.Surface, item: items.Bars, theme: Theme) -> None:
    """Draw bars side by side, or below each other: then positive values run to the right."""
    values, rect = item.values[item.first : item.stop], item.rect
    first, last, floor, depth = rect.x, rect.right, rect.y, rect.height
    if item.across:
        first, last, floor, depth = rect.y, rect.bottom, rect.x, rect.width
    if depth < 8 or len(values) == 0:
        return

    middle = floor + depth // 2
    edges = np.linspace(first, last, len(values) + 1)
    width = edges[1] - edges[0]
    gap = max(1, round(GAP * width)) if item.across and width > 3 else 1 if width > 3 else 0
    before = gap // 2 if item.across else 0  # a bar lies in the middle of its row, as the row's texts do
    places = [(round(left) + before, max(1, round(right) - round(left) - gap)) for left, right in pairwise(edges)]
    bars: list[tuple[str, int, int, int, int]] = []  # colour; start and length along the row, then across it
    if item.highlighted is not None and 0 <= item.highlighted - item.first < len(values):
        start, length = places[item.highlighted - item.first]
        bars.append(("line", start - 1, length + 2, floor, depth))
    bars.append(("muted", first, last - first, middle, 1))
    for number, (value, (start, length)) in enumerate(zip(values.tolist(), places, strict=True), item.first):
        reach = max(1, round(min(1.0, abs(value) / (item.bar_scale or 1.0)) * depth / 2))
        colour = "second" if number in item.edited else "text" if value > 0 else "muted"
        colour = "accent" if number == item.highlighted else colour
        low = middle if (value > 0) == item.across else middle - reach
        bars.append((colour, start, length, low, reach))
    for colour, start, length, low, reach in bars:
        box = (low, start, reach, length) if item.across else (start, low, length, reach)
        pygame.draw.rect(surface, theme[colour], box)


def paint_gauge(surface: pygame.Surface, item: items.Gauge, theme: Theme) -> None:
    box, radius = to_box(item.rect), item.rect.height // 2
    pygame.draw.rect(surface, theme["line"], box, border_radius=radius)
    share = item.share if math.isfinite(item.share) else 0.0
    box.width = max(box.height, round(box.width * min(share, 1.0)))
    pygame.draw.rect(surface, theme[item.colour], box, border_radius=radius)
