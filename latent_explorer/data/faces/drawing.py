"""Draws faces from their factors, layer by layer, from the background to the glasses."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer.data.faces import colours, features, hair
from latent_explorer.data.faces.canvas import (
    Canvas,
    Points,
    measure_box,
    measure_circle,
    measure_ellipse,
    measure_stroke,
)
from latent_explorer.data.faces.factors import HAIR_STYLES
from latent_explorer.data.faces.head import SIDES, Head

Paint = Callable[[Canvas, Head], None]
HAIR_BEHIND: dict[str, Paint] = {
    "bald": hair.paint_wreath_behind,
    "short": hair.paint_short_behind,
    "long": hair.paint_long_behind,
    "curly": hair.paint_curls_behind,
}
HAIR_IN_FRONT: dict[str, Paint] = {
    "bald": hair.paint_wreath_in_front,
    "short": hair.paint_short_in_front,
    "long": hair.paint_long_in_front,
    "curly": hair.paint_curls_in_front,
}


def draw_block(factors: Mapping[str, NDArray[Any]], size: int) -> Tensor:
    """Draw faces at once, (N, 3, size, size) uint8."""
    head = Head.make(factors)
    canvas = Canvas.make(len(head.skin), size)
    _paint_background(canvas, head)
    _paint_hair(canvas, head, HAIR_BEHIND)
    _paint_body(canvas.crop(-1, 0.2, 1, 1), head)
    _paint_head(canvas.crop(-0.75, -0.8, 0.75, 0.75), head)
    face = canvas.crop(-0.65, -0.5, 0.65, 0.75)
    features.paint_nose(face, head)
    _paint_some(face, head, head["beard"] > 0, features.paint_beard)
    features.paint_ears(face, head)
    features.paint_mouth(face, head)
    upper_face = canvas.crop(-0.65, -0.66, 0.65, 0.3)
    features.paint_eyes(upper_face, head)
    features.paint_brows(upper_face, head)
    _paint_hair(canvas, head, HAIR_IN_FRONT)
    _paint_some(canvas.crop(-0.75, -1, 0.75, 0.2), head, head["hat"] > 0, hair.paint_hat)
    _paint_some(canvas.crop(-0.7, -0.5, 0.7, 0.4), head, head["glasses"] > 0, features.paint_glasses)
    return canvas.to_bytes()


def _paint_some(canvas: Canvas, head: Head, chosen: Tensor, paint: Paint) -> None:
    """Paint what only the `chosen` (N, 1, 1) have."""
    rows = chosen.flatten().nonzero().flatten()
    if len(rows):
        part = replace(canvas, pixels=canvas.pixels[rows])
        paint(part, head.select(rows))
        canvas.pixels[rows] = part.pixels


def _paint_hair(canvas: Canvas, head: Head, styles: Mapping[str, Paint]) -> None:
    for style, paint in styles.items():
        _paint_some(canvas, head, head["hair"] == HAIR_STYLES.index(style), paint)


def _paint_background(canvas: Canvas, head: Head) -> None:
    """Paint the hue, brighter behind the head."""
    glow = (1 - (canvas.x.square() + (canvas.y + 0.2).square()).sqrt() / 1.6).clamp(0, 1)
    canvas.pixels[:] = head.background[:, :, None, None]
    canvas.fill(colours.lighten(head.background, 0.55), glow)


def _paint_body(canvas: Canvas, head: Head) -> None:
    """Paint neck and shirt; the chin throws a shadow on the neck."""

    def place(x: float, y: float) -> Points:
        return Points(head.aside * 0.02 + x, torch.tensor(y))

    collar = measure_ellipse(canvas, place(0, 0.60), 0.24, 0.125)
    canvas.fill(colours.darken(head.shirt, 0.5), canvas.cover(collar))
    canvas.fill(colours.darken(head.skin, 0.22), canvas.cover(measure_box(canvas, place(0, 0.62), 0.17, 0.4, 0.05)))
    shirt = torch.maximum(measure_ellipse(canvas, place(0, 1.04), 0.86, 0.50), -collar)
    canvas.fill(head.shirt, canvas.cover(shirt))
    dark = colours.darken(head.shirt, 0.28)
    rim = torch.maximum(torch.maximum(shirt, collar.abs() - 0.022), 0.56 - canvas.y)
    canvas.fill(dark, canvas.cover(rim))
    for side in (-1, 1):
        sleeve = measure_stroke(canvas, place(side * 0.55, 0.78), place(side * 0.50, 0.9), 0.008)
        canvas.fill(dark, canvas.cover(sleeve))


def _paint_head(canvas: Canvas, head: Head) -> None:
    """Paint the head and the ears behind it."""
    shade = colours.darken(head.skin, 0.14)
    for side in SIDES:
        ear = measure_ellipse(canvas, features.place_ear(head, side), 0.075, 0.125)
        canvas.fill(shade, canvas.cover(ear))
    outline = canvas.cover(head.measure_outline(canvas))
    canvas.fill(head.skin, outline)
    chin = head.place(0, 0.16, 0.06)
    away = (head.measure_across(canvas, chin) - head.aside * 0.6).square() * 0.35
    canvas.fill(shade, outline * away.clamp(0, 1))
    _colour_cheeks(canvas, head, outline)
    _shade_forehead(canvas, head, outline)


def _colour_cheeks(canvas: Canvas, head: Head, outline: Tensor) -> None:
    """Paint what a smile does to the cheeks."""
    blush = torch.lerp(head.skin, torch.tensor([0.92, 0.32, 0.34]).expand_as(head.skin), 0.62)
    for side in SIDES:
        cheek = measure_circle(canvas, head.place(side * 0.54, 0.16, 0.32), 0.12)
        canvas.fill(blush, canvas.cover(cheek, 0.18) * outline * (0.5 + 0.5 * head["smile"]))


def _shade_forehead(canvas: Canvas, head: Head, outline: Tensor) -> None:
    """Paint the shadow that frowning brows throw between them, and the light where their inner ends are up."""
    tilt, between = head["brow_tilt"], measure_ellipse(canvas, head.place(0, -0.20, 0.40), 0.26, 0.11)
    share = canvas.cover(between, 0.16) * outline
    canvas.fill(colours.darken(head.skin, 0.58), share * (-tilt).clamp(min=0))
    canvas.fill(colours.lighten(head.skin, 0.5), share * tilt.clamp(min=0))
