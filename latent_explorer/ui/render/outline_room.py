"""Moves the sides of outlines so that none runs through letters: a side goes round a text beside it, or stays within
what it marks. It does not know what is marked."""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from latent_explorer.scene.items import Highlight, Line, Text, View
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.highlight_painter import CASING, LINE
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.text_layout import measure_letters

OUTWARDS, INWARDS = 30, 14
"""Design pixels by which a side is moved at most."""
SIDES = ("top", "bottom", "left", "right")


def clear_letters(view: View, lettering: Lettering) -> View:
    """Return the view with the outlines moved where they would run through the letters of a text."""
    if not any([isinstance(one, Highlight) and not one.is_ring for one in view]):
        return view
    texts = [one for one in view if isinstance(one, Text) and one.text and one.rect.shorter_side > 0]
    frames = [edge for one in view if isinstance(one, Line) for edge in _list_edges(one)]
    return tuple([
        _clear(one, texts, frames, lettering) if isinstance(one, Highlight) and not one.is_ring else one for one in view
    ])  # fmt: skip


def make_band(box: pygame.Rect, side: str, ui_scale: float) -> pygame.Rect:
    """Return what the line along one side of an outline around `box` covers, with its rims."""
    width = round((LINE + 2 * CASING) * ui_scale) + 1
    outer = box.inflate(2 * width, 2 * width)
    match side:
        case "top":
            return pygame.Rect(outer.left, outer.top, outer.width, width)
        case "bottom":
            return pygame.Rect(outer.left, box.bottom, outer.width, width)
        case "left":
            return pygame.Rect(outer.left, outer.top, width, outer.height)
        case _:
            return pygame.Rect(box.right, outer.top, width, outer.height)


# -- inside ---------------------------------------------------------------------------------------------


def _list_edges(item: Line) -> list[pygame.Rect]:
    """Return the upper and the lower edge of a frame; none of another line."""
    if len(item.points) != 5 or item.points[0] != item.points[-1]:
        return []
    xs, ys = zip(*item.points, strict=True)
    left, wide, thick = round(min(xs)), round(max(xs) - min(xs)), item.width
    return [pygame.Rect(left, round(y) - thick // 2, wide, thick) for y in (min(ys), max(ys))]


def _clear(item: Highlight, texts: Sequence[Text], frames: Sequence[pygame.Rect], lettering: Lettering) -> Highlight:
    """Return the outline with each side where it cuts no letters and no frame; without such a place it stays."""
    u, box = lettering.ui_scale, to_box(item.rect)
    reach = box.inflate(4 * OUTWARDS * u, 4 * OUTWARDS * u)
    letters = [measure_letters(one, lettering) for one in texts if reach.colliderect(to_box(one.rect))]
    letters = [
        *(one for one in letters if one.width and one.height),
        *(one for one in frames if reach.colliderect(one)),
    ]
    moves = sorted(range(-round(INWARDS * u), round(OUTWARDS * u) + 1), key=abs)
    for side in SIDES:
        moved = [_move(box, side, by) for by in moves]
        free = [one for one in moved if _is_free(one, side, letters, u)]
        box = free[0] if free else box
    return replace(item, rect=Rect(box.x, box.y, box.width, box.height))


def _is_free(box: pygame.Rect, side: str, letters: Sequence[pygame.Rect], ui_scale: float) -> bool:
    return box.width > 0 and box.height > 0 and make_band(box, side, ui_scale).collidelist(letters) < 0


def _move(box: pygame.Rect, side: str, by: int) -> pygame.Rect:
    """Return the box with one side `by` pixels farther out."""
    match side:
        case "top":
            return pygame.Rect(box.x, box.y - by, box.width, box.height + by)
        case "bottom":
            return pygame.Rect(box.x, box.y, box.width, box.height + by)
        case "left":
            return pygame.Rect(box.x - by, box.y, box.width + by, box.height)
        case _:
            return pygame.Rect(box.x, box.y, box.width + by, box.height)
