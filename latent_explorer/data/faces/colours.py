"""Colours of the drawn faces: ramps of skin and hair, and hues of even lightness."""

import torch
from torch import Tensor

SKIN = ((255, 224, 200), (244, 200, 166), (222, 168, 127), (179, 120, 82), (128, 82, 56), (92, 58, 41))
HAIR = ((28, 24, 28), (78, 50, 38), (128, 80, 46), (172, 114, 62), (212, 160, 104), (240, 214, 164))
"""Stops (R, G, B) of a ramp, from 0 to 1; those of the hair grow lighter in even steps."""


def mix_ramp(stops: tuple[tuple[int, int, int], ...], where: Tensor) -> Tensor:
    """Return colours (N, 3) of a ramp at `where` (N,), 0 to 1."""
    table = torch.tensor(stops, dtype=torch.float32) / 255
    place = where.clamp(0, 1) * (len(stops) - 1)
    first = place.floor().clamp(max=len(stops) - 2).long()
    return torch.lerp(table[first], table[first + 1], (place - first)[:, None])


def convert_oklch(lightness: float, chroma: float, hue: Tensor) -> Tensor:
    """Return the sRGB colours (N, 3) of hues (N,) in degrees at one lightness and chroma, so that no hue stands out
    (Ottosson 2020, Oklab)."""
    angle = torch.deg2rad(hue)
    a, b = chroma * torch.cos(angle), chroma * torch.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = torch.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ],
        dim=1,
    ).clamp(0, 1)
    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp(min=1e-6) ** (1 / 2.4) - 0.055)


def darken(colours: Tensor, share: float) -> Tensor:
    """Return colours (N, 3) mixed with a share of a warm black."""
    return torch.lerp(colours, torch.tensor([0.16, 0.05, 0.07]).expand_as(colours), share)


def lighten(colours: Tensor, share: float) -> Tensor:
    """Return colours (N, 3) mixed with a share of white."""
    return torch.lerp(colours, torch.ones_like(colours), share)
