"""Distances are negative inside a shape, and edges cover pixels by halves."""

import pytest
import torch

from latent_explorer.data.faces.canvas import (
    LEFT,
    SIDE,
    TOP,
    Canvas,
    Points,
    join_smoothly,
    measure_box,
    measure_circle,
    measure_ellipse,
    measure_stroke,
)

CENTRE = Points(torch.tensor(0.05), torch.tensor(-0.1))


@pytest.mark.parametrize(
    ("measure", "area"),
    [
        (lambda canvas: measure_circle(canvas, CENTRE, 0.4), 0.16 * torch.pi),
        (lambda canvas: measure_ellipse(canvas, CENTRE, 0.5, 0.3), 0.15 * torch.pi),
        (lambda canvas: measure_box(canvas, CENTRE, 0.5, 0.3, 0.0), 0.6),
        (lambda canvas: measure_stroke(canvas, CENTRE, Points(CENTRE.x + 0.3, CENTRE.y), 0.2), 0.12 + 0.04 * torch.pi),
    ],
)
@pytest.mark.parametrize("size", [64, 256])
def test_a_shape_covers_its_area_at_every_size(measure, area, size):
    canvas = Canvas.make(1, size)
    covered = canvas.cover(measure(canvas)).sum() * (SIDE / size) ** 2
    assert float(covered) == pytest.approx(float(area), rel=0.01)


def test_two_shapes_joined_smoothly_cover_a_little_more():
    canvas = Canvas.make(1, 64)
    one, other = (measure_circle(canvas, Points(torch.tensor(x), torch.tensor(0.0)), 0.3) for x in (-0.25, 0.25))
    sharp, smooth = torch.minimum(one, other), join_smoothly(one, other, 0.2)
    assert bool((smooth <= sharp + 1e-6).all())
    assert float((sharp - smooth).max()) == pytest.approx(0.05, abs=0.01)


def test_what_is_painted_into_a_part_stands_in_the_whole():
    canvas = Canvas.make(2, 16)
    part = canvas.crop(0, TOP, 2, 0)
    part.fill(torch.ones(2, 3), torch.ones_like(part.cover(measure_circle(part, CENTRE, 0.1))))
    painted = canvas.pixels[0, 0]
    column, row = round(-LEFT / canvas.pixel), round(-TOP / canvas.pixel)
    assert float(painted[:row, column:].min()) == 1
    assert float(painted.sum()) == float((painted > 0).sum()) == row * (16 - column) + (painted[row] > 0).sum()
