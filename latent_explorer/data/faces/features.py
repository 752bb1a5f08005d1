"""What a face shows: nose, mouth, eyes, brows, and what may cover them, beard and glasses."""

import torch
from torch import Tensor

from latent_explorer.data.faces import colours
from latent_explorer.data.faces.canvas import (
    Canvas,
    Points,
    join_smoothly,
    measure_box,
    measure_circle,
    measure_ellipse,
    measure_stroke,
)
from latent_explorer.data.faces.head import EYE_X, SIDES, Head

WHITE, NEARLY_BLACK, BROWN = (0.99, 0.99, 0.98), (0.05, 0.04, 0.05), (0.30, 0.20, 0.14)
LASHES, FRAME = (0.16, 0.09, 0.09), (0.12, 0.12, 0.16)
LIPS, THROAT, TONGUE, TEETH = (0.78, 0.22, 0.27), (0.30, 0.05, 0.09), (0.87, 0.42, 0.45), (0.98, 0.97, 0.94)
SMILE_ARCH = 0.135
"""How far a full smile lifts the ends of the mouth over its middle."""
MOUTH_Y, MOUTH_DEPTH = 0.31, 0.25
"""Of the middle of the mouth, below the centre of the head and before it."""
EYE_Y, EYE_DEPTH = -0.03, 0.33
BROW_DEPTH, GLASSES_DEPTH = 0.35, 0.37


def paint_nose(canvas: Canvas, head: Head) -> None:
    """Paint the bridge on the side turned away, the tip, and the line below it."""
    tip, root = head.place(0, 0.11, 0.47), head.place(0, -0.08, 0.38)
    start, end = Points(root.x + head.aside * 0.05, root.y), Points(tip.x + head.aside * 0.04, tip.y)
    bridge = canvas.cover(measure_stroke(canvas, start, end, 0.012), 0.03)
    canvas.fill(colours.darken(head.skin, 0.26), bridge * (head.aside.abs() * 2.2).clamp(0, 0.9))
    canvas.fill(colours.lighten(head.skin, 0.22), canvas.cover(measure_circle(canvas, tip, 0.035), 0.06) * 0.7)
    below = Points(tip.x, tip.y + 0.005)
    line = torch.maximum(measure_circle(canvas, below, 0.062).abs() - 0.013, below.y + 0.022 - canvas.y)
    canvas.fill(colours.darken(head.skin, 0.42), canvas.cover(line))


def place_ear(head: Head, side: int) -> Points:
    """Return the middle of an ear, on the left (-1) or on the right (1) of the picture."""
    return head.place(side, 0.02, -0.05)


def paint_ears(canvas: Canvas, head: Head) -> None:
    """Paint the ear that is turned to the reader before the head."""
    for side in SIDES:
        near, place = (-side * head.aside * 5).clamp(0, 1), place_ear(head, side)
        before = Points(place.x + side * 0.02, place.y)
        ear = canvas.cover(measure_ellipse(canvas, before, 0.06, 0.115))
        canvas.fill(colours.darken(head.skin, 0.14), ear * near)
        inner = canvas.cover(measure_ellipse(canvas, before, 0.03, 0.07), 0.03)
        canvas.fill(colours.darken(head.skin, 0.3), inner * near)


def paint_mouth(canvas: Canvas, head: Head) -> None:
    """Paint the lips, and between them, where the mouth is open, teeth and tongue."""
    place = head.place(0, MOUTH_Y, MOUTH_DEPTH)
    smile, opening = head["smile"], head["mouth_opening"]
    half = (0.20 + 0.025 * smile) * head.narrow(0, MOUTH_DEPTH)
    part = ((canvas.x - place.x) / half).clamp(-1.15, 1.15)
    arch = 1 - part.square()
    middle = place.y + smile * SMILE_ARCH * (arch - 0.55)
    upper, lower = middle - 0.05 * opening * arch, middle + 0.18 * opening * arch
    slope = (1 + (2 * SMILE_ARCH * smile * part / half).square()).sqrt()
    between = torch.maximum(upper - canvas.y, canvas.y - lower) / slope
    beside = (canvas.x - place.x).abs() - half
    inside = torch.maximum(_intersect_roundly(between, beside), head.measure_outline(canvas) + 0.05)
    lips = torch.lerp(head.skin, _repeat(LIPS, head), 0.62)
    canvas.fill(colours.darken(lips, 0.1), canvas.cover(inside - 0.032 - 0.022 * arch.clamp(min=0)))
    canvas.fill(_repeat(THROAT, head), canvas.cover(inside - 0.004))
    tongue = measure_ellipse(canvas, Points(place.x, place.y + 0.02 + 0.185 * opening), half * 0.6, 0.075)
    canvas.fill(_repeat(TONGUE, head), canvas.cover(torch.maximum(tongue, inside + 0.006)))
    teeth = torch.maximum(inside + 0.004, canvas.y - upper - 0.065 * opening.sqrt())
    canvas.fill(_repeat(TEETH, head), canvas.cover(teeth))


def paint_eyes(canvas: Canvas, head: Head) -> None:
    """Paint the eyes, which look where the head turns, and their lashes, a thick line above and a thin one below."""
    size, edge = head["eye_size"], head.measure_outline(canvas) + 0.02
    for side in SIDES:
        centre = head.place(side * EYE_X, EYE_Y, EYE_DEPTH)
        eye = measure_ellipse(canvas, centre, 0.116 * size * head.narrow(side * EYE_X, EYE_DEPTH), 0.105 * size)
        eye = torch.maximum(eye, edge)
        canvas.fill(_repeat(WHITE, head), canvas.cover(eye))
        seen = Points(centre.x + 0.045 * head.aside, centre.y + 0.055 * head["nod"].sin())
        for colour, radius in ((BROWN, 0.079), (NEARLY_BLACK, 0.045)):
            disc = torch.maximum(measure_circle(canvas, seen, radius * size), eye)
            canvas.fill(_repeat(colour, head), canvas.cover(disc))
        glint = Points(seen.x + 0.024 * size, seen.y - 0.028 * size)
        shining = torch.maximum(measure_circle(canvas, glint, 0.021 * size), edge)
        canvas.fill(_repeat(WHITE, head), canvas.cover(shining))
        rim, above = eye.abs(), canvas.y - centre.y + 0.012
        lid = torch.minimum(torch.maximum(rim - 0.026 * size, above), rim - 0.012 * size)
        canvas.fill(_repeat(LASHES, head), canvas.cover(lid))


def paint_brows(canvas: Canvas, head: Head) -> None:
    """Paint the brows; their outer ends are down at a tilt of 1, and up at -1. They are the darker, the darker the skin
    is, so that they stand out from any."""
    colour = torch.lerp(head.hair, _repeat(NEARLY_BLACK, head), 0.5 + 0.4 * head["skin_tone"][:, :, 0])
    tilt, edge = head["brow_tilt"] * 0.10, head.measure_outline(canvas)
    for side in SIDES:
        centre = head.place(side * EYE_X, -0.31, BROW_DEPTH)
        wide = 0.135 * head.narrow(side * EYE_X, BROW_DEPTH)
        outwards = (canvas.x - centre.x) * side / wide
        middle = centre.y - 0.02 + tilt * outwards.clamp(-1.2, 1.2) + 0.022 * outwards.square()
        slope = (1 + ((tilt + 0.044 * outwards) / wide).square()).sqrt()
        thickness = 0.060 - 0.014 * outwards.clamp(-1, 1)
        brow = torch.maximum((canvas.y - middle).abs() / slope - thickness, (outwards.abs() - 1) * wide)
        canvas.fill(colour, canvas.cover(torch.maximum(brow, edge)))


def paint_beard(canvas: Canvas, head: Head) -> None:
    """Paint a full beard, from ear to ear and below the nose."""
    mouth = head.place(0, MOUTH_Y, MOUTH_DEPTH)
    aside = head.measure_across(canvas, mouth).abs()
    edge = mouth.y - 0.085 + 0.5 * (aside - 0.36).clamp(0, 0.10) - 0.75 * (aside - 0.42).clamp(0, 0.5)
    chin = measure_ellipse(canvas, head.place(0, 0.42, 0.22), 0.2, 0.17)
    grown = join_smoothly(head.measure_outline(canvas) - 0.02, chin, 0.06)
    beard = torch.maximum(torch.maximum(grown, edge - canvas.y), (aside - 1.3) * head.width)
    share = canvas.cover(beard, 0.03)
    canvas.fill(head.hair, share)
    below_lip = measure_ellipse(canvas, Points(mouth.x, mouth.y + 0.02), 0.20, 0.075)
    canvas.fill(colours.darken(head.hair, 0.2), share * canvas.cover(below_lip, 0.08) * 0.6)


def paint_glasses(canvas: Canvas, head: Head) -> None:
    """Paint the frame, its temples, and a bridge over the nose."""
    frame, inner_ends = _repeat(FRAME, head), []
    for side in SIDES:
        centre = head.place(side * EYE_X, EYE_Y, GLASSES_DEPTH)
        wide = 0.172 * head.narrow(side * EYE_X, GLASSES_DEPTH)
        lens = measure_box(canvas, centre, wide, 0.156, 0.11)
        canvas.fill(_repeat(WHITE, head), canvas.cover(lens) * 0.16)
        canvas.fill(frame, canvas.cover(lens.abs() - 0.018))
        hinge = Points(centre.x + side * wide, centre.y - 0.03)
        canvas.fill(frame, canvas.cover(measure_stroke(canvas, hinge, head.place(side, -0.06, -0.02), 0.014)))
        inner_ends.append(Points(centre.x - side * wide, centre.y - 0.02))
    canvas.fill(frame, canvas.cover(measure_stroke(canvas, inner_ends[0], inner_ends[1], 0.016)))


def _intersect_roundly(one: Tensor, other: Tensor) -> Tensor:
    """Return the distance of what lies inside both shapes; what is drawn around it has round corners."""
    return torch.hypot(one.clamp(min=0), other.clamp(min=0)) + torch.maximum(one, other).clamp(max=0)


def _repeat(colour: tuple[float, float, float], head: Head) -> Tensor:
    return torch.tensor([colour]).expand_as(head.skin)
