"""Hair of four styles, behind the head and in front of it, and the hat."""

import math

import torch
from torch import Tensor

from latent_explorer.data.faces import colours
from latent_explorer.data.faces.canvas import (
    Canvas,
    Points,
    join,
    join_smoothly,
    measure_box,
    measure_circle,
    measure_ellipse,
)
from latent_explorer.data.faces.head import SIDES, Head

CURLS_BEHIND = (-38, -12, 14, 40, 66, 90, 114, 140, 166, 192, 218)
CURLS_IN_FRONT = (3, 24, 44, 67, 90, 113, 136, 156, 177)
"""Angles in degrees, from the right over the top."""
TUFT = ((0.93, -0.24, 0.10), (1.02, -0.08, 0.125), (0.93, 0.08, 0.10))
"""Of the wreath of a bald head: x, y and radius of its curls."""


def paint_wreath_behind(canvas: Canvas, head: Head) -> None:
    """Paint the tufts that a bald head keeps over its ears, so that the colour of its hair can be told."""
    tufts = join(*(_measure_tuft(canvas, head, side) for side in SIDES))
    canvas.fill(colours.darken(head.hair, 0.06), canvas.cover(tufts))


def paint_short_behind(canvas: Canvas, head: Head) -> None:
    """Paint a rim of hair around the skull."""
    _fill_behind(canvas, head, head.measure_skull(canvas, 0.065))


def paint_long_behind(canvas: Canvas, head: Head) -> None:
    """Paint the hair that falls behind the neck."""
    back = head.place(0, 0.1, -0.2)
    falling = measure_box(canvas, Points(back.x, torch.tensor(0.36)), head.width + 0.12, 0.48, 0.3)
    _fill_behind(canvas, head, join_smoothly(head.measure_skull(canvas, 0.09), falling, 0.1))


def paint_curls_behind(canvas: Canvas, head: Head) -> None:
    """Paint curls around the head."""
    curls = _measure_curls(canvas, head, CURLS_BEHIND, depth=-0.16, radius=0.17)
    _fill_behind(canvas, head, join(curls, head.measure_skull(canvas, 0.08)))


def paint_wreath_in_front(canvas: Canvas, head: Head) -> None:
    """Paint a shadow of shaved hair on the bald head, a light, and the wreath beside the face, more of it on the side
    that is turned to the reader."""
    front, outline = _place_hairline(head), head.measure_outline(canvas)
    temple = ((head.measure_across(canvas, front).abs() - 0.55) / 0.4).clamp(0, 1)
    shadow = torch.maximum(head.measure_skull(canvas, -0.025), canvas.y - front.y - 0.05 - 0.5 * temple)
    canvas.fill(head.hair, canvas.cover(shadow, 0.05) * 0.6)
    gleam = canvas.cover(measure_ellipse(canvas, head.place(-0.25, -0.43, 0.3), 0.12, 0.05), 0.1)
    canvas.fill(colours.lighten(head.skin, 0.4), gleam * canvas.cover(head.measure_skull(canvas, 0)) * 0.7)
    for side in SIDES:
        depth = (0.05 - 0.2 * side * head.aside).clamp(min=0)
        canvas.fill(head.hair, canvas.cover(torch.maximum(_measure_tuft(canvas, head, side), -depth - outline), 0.02))


def paint_short_in_front(canvas: Canvas, head: Head) -> None:
    """Paint the hair above a wavy hairline."""
    front = _place_hairline(head)
    part = head.measure_across(canvas, front)
    temple = ((part.abs() - 0.55) / 0.4).clamp(0, 1)
    edge = front.y + 0.04 + 0.02 * torch.sin(part * 8) + 0.05 * part + 0.48 * temple.square() * (3 - 2 * temple)
    _fill_in_front(canvas, head, torch.maximum(head.measure_skull(canvas, 0.065), canvas.y - edge))


def paint_long_in_front(canvas: Canvas, head: Head) -> None:
    """Paint the hair on both sides of a parting, and what falls before the shoulders."""
    parting, front, middle = head.place(-0.25, -0.44, 0.30), _place_hairline(head), head.place(0, 0, 0.1)
    part = head.measure_across(canvas, parting)
    edge = parting.y + torch.where(part > 0, 0.24, 0.60) * part.square()
    curtain = torch.maximum(head.measure_skull(canvas, 0.07), canvas.y - edge)
    falling = measure_box(canvas, Points(middle.x, torch.tensor(0.12)), head.width + 0.1, 0.56, 0.3)
    from_middle = (canvas.x - middle.x).abs()
    strands = torch.maximum(falling, head.width * 0.86 - from_middle + 0.25 * (canvas.y - 0.45).clamp(min=0))
    strands = torch.maximum(strands, front.y - canvas.y)
    _fill_in_front(canvas, head, join_smoothly(curtain, strands, 0.06))


def paint_curls_in_front(canvas: Canvas, head: Head) -> None:
    """Paint curls over the forehead, with light on them."""
    curls = _measure_curls(canvas, head, CURLS_IN_FRONT, depth=0.04, radius=0.125)
    share = canvas.cover(curls)
    canvas.fill(head.hair, share)
    canvas.fill(colours.lighten(head.hair, 0.16), share * canvas.cover(curls + 0.07, 0.08) * 0.8)


def paint_hat(canvas: Canvas, head: Head) -> None:
    """Paint a knitted cap in the colour of the shirt."""
    top, front = head.place(0, -0.67, -0.05), head.place(0, -0.43, 0.28)
    below = canvas.y - front.y - 0.03 * head.measure_across(canvas, front).square()
    canvas.fill(
        colours.lighten(head.shirt, 0.6), canvas.cover(measure_circle(canvas, Points(top.x, top.y - 0.05), 0.085))
    )
    cap = canvas.cover(torch.maximum(head.measure_skull(canvas, 0.085), below))
    canvas.fill(head.shirt, cap)
    ribs = 0.5 + 0.5 * torch.sin(head.measure_across(canvas, top) * 16)
    canvas.fill(colours.darken(head.shirt, 0.3), cap * ribs * 0.35)
    band = torch.maximum(head.measure_skull(canvas, 0.11), torch.maximum(below, -below - 0.10))
    canvas.fill(colours.lighten(head.shirt, 0.30), canvas.cover(band))


def _place_hairline(head: Head) -> Points:
    return head.place(0, -0.44, 0.33)


def _measure_curls(canvas: Canvas, head: Head, angles: tuple[int, ...], depth: float, radius: float) -> Tensor:
    """Return the distance of round curls on an arc over the head; a hat presses those on top."""
    curls = []
    for k, angle in enumerate(angles):
        x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        size = radius * (1.0 if k % 2 else 1.15)
        pressed = head["hat"] * size if y > 0.3 else 0.0
        curls.append(measure_circle(canvas, head.place(1.08 * x, -0.08 - 0.55 * y, depth), size - pressed))
    return join(*curls)


def _measure_tuft(canvas: Canvas, head: Head, side: int) -> Tensor:
    """Return the distance of the curls over an ear, on the left (-1) or on the right (1) of the picture."""
    return join(*(measure_circle(canvas, head.place(side * x, y, -0.10), radius) for x, y, radius in TUFT))


def _fill_behind(canvas: Canvas, head: Head, distance: Tensor) -> None:
    canvas.fill(colours.darken(head.hair, 0.22), canvas.cover(distance))


def _fill_in_front(canvas: Canvas, head: Head, distance: Tensor) -> None:
    """Paint hair with a band of light on it."""
    front, share = _place_hairline(head), canvas.cover(distance)
    canvas.fill(head.hair, share)
    height = canvas.y - front.y + 0.17 + 0.08 * head.measure_across(canvas, front).square()
    canvas.fill(colours.lighten(head.hair, 0.16), share * canvas.cover(height.abs() - 0.02, 0.09) * 0.7)
