"""A turned and nodding head: the factors of many faces as tensors, their colours, and where the parts of a head lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer.data.faces import colours
from latent_explorer.data.faces.canvas import Canvas, Points, join_smoothly, measure_ellipse

HALF_WIDTH, HALF_HEIGHT = 0.43, 0.56
CENTRE_Y = -0.04
SIDES = (-1, 1)
EYE_X = 0.45
"""Of an eye from the middle of the face, in half widths of the head."""


@dataclass(frozen=True)
class Head:
    """N heads."""

    factors: Mapping[str, Tensor]
    """(N, 1, 1) each; angles in radians."""
    skin: Tensor
    """Colours (N, 3), like the next."""
    hair: Tensor
    shirt: Tensor
    background: Tensor

    @classmethod
    def make(cls, factors: Mapping[str, NDArray[Any]]) -> "Head":
        """Make the heads of factors (N,)."""
        flat = {name: torch.from_numpy(np.asarray(values, np.float32)) for name, values in factors.items()}
        shaped = {name: value[:, None, None] for name, value in flat.items()}
        angles = {name: torch.deg2rad(shaped[name]) for name in ("head_turn", "nod")}
        return cls(
            {**shaped, **angles},
            colours.mix_ramp(colours.SKIN, flat["skin_tone"]),
            colours.mix_ramp(colours.HAIR, flat["hair_colour"]),
            colours.convert_oklch(0.66, 0.14, flat["shirt_hue"]),
            colours.convert_oklch(0.86, 0.065, flat["background_hue"]),
        )

    def select(self, rows: Tensor) -> "Head":
        """Return the heads of a mask or of indices."""
        factors = {name: value[rows] for name, value in self.factors.items()}
        return Head(factors, self.skin[rows], self.hair[rows], self.shirt[rows], self.background[rows])

    def __getitem__(self, factor: str) -> Tensor:
        return self.factors[factor]

    @cached_property
    def width(self) -> Tensor:
        """Half the width of the head."""
        return HALF_WIDTH * self["face_width"]

    @cached_property
    def aside(self) -> Tensor:
        """Sine of the angle by which the head is turned to the right."""
        return self["head_turn"].sin()

    def place(self, x: float, y: float, depth: float) -> Points:
        """Return where a point of the head lies in the picture, after it is turned and nods: `x` in half widths of the
        head, `y` down from its centre, `depth` towards the reader."""
        right = x * self.width
        ahead = depth * self["head_turn"].cos() - right * self.aside
        down = CENTRE_Y + y * self["nod"].cos() + ahead * self["nod"].sin()
        return Points(right * self["head_turn"].cos() + depth * self.aside, down)

    def narrow(self, x: float, depth: float) -> Tensor:
        """Return the factor by which a part at `x`, `depth` looks narrower, as it is turned away."""
        angle = torch.atan2(x * self.width, torch.tensor(depth)) + self["head_turn"]
        return angle.cos().clamp(min=0.35)

    def measure_across(self, canvas: Canvas, middle: Points) -> Tensor:
        """Return how far right of `middle` the pixels lie, in half widths of the head."""
        return (canvas.x - middle.x) / self.width

    def measure_skull(self, canvas: Canvas, growth: float) -> Tensor:
        """Return the distance of the upper head, `growth` larger than the skin."""
        back = self.place(0, -0.06, -0.10)
        return measure_ellipse(canvas, back, self.width * 0.97 + growth, HALF_HEIGHT * 0.88 + growth)

    def measure_outline(self, canvas: Canvas) -> Tensor:
        """Return the distance of the head's outline: skull, and a jaw that an open mouth brings down."""
        dropped, jaw = 0.035 * self["mouth_opening"], self.place(0, 0.16, 0.06)
        lower = Points(jaw.x, jaw.y + dropped)
        jaw_edge = measure_ellipse(canvas, lower, self.width * 0.80, HALF_HEIGHT * 0.72 + dropped)
        return join_smoothly(self.measure_skull(canvas, 0.0), jaw_edge, 0.12)
