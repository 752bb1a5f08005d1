"""A canvas for many pictures at once, and signed distances of the shapes drawn on it.

The middle of a head is near (0, 0), x runs to the right and y downwards, and a picture is `SIDE` wide. A distance is
negative inside its shape; an edge covers a pixel in the measure in which it crosses it, so that a picture depends on
its size in nothing but sharpness, and a last digit that another processor rounds otherwise moves a level by at most 1.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor

SIDE, LEFT, TOP = 1.7, -0.85, -0.94


class Points(NamedTuple):
    """A place of each picture, each coordinate (N, 1, 1)."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Canvas:
    """N pictures, or the same part of each of them."""

    x: Tensor
    """(1, 1, W)"""
    y: Tensor
    """(1, H, 1)"""
    pixels: Tensor
    """(N, 3, H, W), 0 to 1; painting changes it."""
    pixel: float
    """Width of a pixel."""

    @classmethod
    def make(cls, count: int, size: int) -> "Canvas":
        """Make a canvas of `count` black pictures of `size` pixels."""
        pixel = SIDE / size
        line = (torch.arange(size, dtype=torch.float32) + 0.5) * pixel
        return cls(LEFT + line[None, None, :], TOP + line[None, :, None], torch.zeros(count, 3, size, size), pixel)

    def crop(self, left: float, top: float, right: float, bottom: float) -> "Canvas":
        """Return a part of a whole canvas, to paint into: what is small is painted there in less time."""
        across, down = self._find_range(left - LEFT, right - LEFT), self._find_range(top - TOP, bottom - TOP)
        return replace(self, x=self.x[:, :, across], y=self.y[:, down], pixels=self.pixels[:, :, down, across])

    def _find_range(self, start: float, end: float) -> slice:
        return slice(max(0, math.floor(start / self.pixel)), max(0, math.ceil(end / self.pixel)))

    def cover(self, distance: Tensor, softness: float = 0.0) -> Tensor:
        """Return the share of each pixel that lies inside a shape, (N, H, W); an edge is a pixel wide, or softer."""
        return (0.5 - distance / max(self.pixel, softness)).clamp_(0, 1)

    def fill(self, colours: Tensor, share: Tensor) -> None:
        """Paint colours (N, 3) over a share (N, H, W) of the pixels."""
        self.pixels.lerp_(colours[:, :, None, None], share[:, None])

    def to_bytes(self) -> Tensor:
        """Return the pictures as (N, 3, H, W) uint8."""
        return (self.pixels * 255).round_().clamp_(0, 255).to(torch.uint8)


def measure_ellipse(canvas: Canvas, centre: Points, half_width: Tensor | float, half_height: Tensor | float) -> Tensor:
    """Return the distance of an ellipse, exact to first order at its edge."""
    x, y = canvas.x - centre.x, canvas.y - centre.y
    u, v = x / half_width, y / half_height
    level = (u * u + v * v).sqrt()
    slope = ((u / half_width).square() + (v / half_height).square()).sqrt().clamp(min=1e-4)
    return level * (level - 1) / slope


def measure_circle(canvas: Canvas, centre: Points, radius: Tensor | float) -> Tensor:
    """Return the distance of a circle."""
    return ((canvas.x - centre.x).square() + (canvas.y - centre.y).square()).sqrt() - radius


def measure_box(
    canvas: Canvas, centre: Points, half_width: Tensor | float, half_height: Tensor | float, corner: Tensor | float
) -> Tensor:
    """Return the distance of a box with round corners."""
    x = (canvas.x - centre.x).abs() - half_width + corner
    y = (canvas.y - centre.y).abs() - half_height + corner
    outside = (x.clamp(min=0).square() + y.clamp(min=0).square()).sqrt()
    return outside + torch.maximum(x, y).clamp(max=0) - corner


def measure_stroke(canvas: Canvas, start: Points, end: Points, radius: Tensor | float) -> Tensor:
    """Return the distance of a straight stroke with round ends."""
    x, y = canvas.x - start.x, canvas.y - start.y
    along_x, along_y = end.x - start.x, end.y - start.y
    part = ((x * along_x + y * along_y) / (along_x.square() + along_y.square()).clamp(min=1e-6)).clamp(0, 1)
    return ((x - part * along_x).square() + (y - part * along_y).square()).sqrt() - radius


def join(*distances: Tensor) -> Tensor:
    """Return the distance of the union of shapes."""
    result = distances[0]
    for distance in distances[1:]:
        result = torch.minimum(result, distance)
    return result


def join_smoothly(one: Tensor, other: Tensor, radius: float) -> Tensor:
    """Return the distance of the union of two shapes, whose inner corner is rounded (Quilez, smooth minimum)."""
    share = (0.5 + 0.5 * (other - one) / radius).clamp(0, 1)
    return torch.lerp(other, one, share) - radius * share * (1 - share)
