"""The rate-distortion curves of models and codecs, as a chart."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.labs.compress.queries import BITS, CodecsValue, RatesValue, bytes_of
from latent_explorer.scene.chart import Axis, Chart, Series, Spot
from latent_explorer.scene.items import Item
from latent_explorer.scene.rect import Rect

COLOURS = {"JPEG": "second", "WebP": "third", "PNG": "good"}
DECIBELS = 5, 50
"""Ends of the axis: the worst codec lies above 6 dB; what is better than 50 dB is as good as exact."""


@dataclass(frozen=True)
class Shown:
    """What of the curves stands out."""

    bits: int
    tried: frozenset[int]
    measure: str
    unit: float


def empty(rect: Rect, checkpoint: Checkpoint, measure: str, unit: float) -> Chart:
    """The axes; where a value lies does not depend on what is drawn, so a click can be read without it."""
    most = float(np.prod(checkpoint.image_shape))
    x = Axis("bytes a picture", 0.5 if most < 400 else 1.0, most, log=True)
    y = Axis("PSNR in dB", *DECIBELS) if measure == "psnr" else Axis("SSIM", 0, 1)
    return Chart(rect, (), x, y, "Quality", unit=unit)


def bits_at(rect: Rect, checkpoint: Checkpoint, at: tuple[float, float], unit: float) -> int:
    """Which bits come nearest to the size under the mouse."""
    size = empty(rect, checkpoint, "psnr", unit).value_of(at)[0]
    off = np.abs(np.log(np.maximum(bytes_of(checkpoint), 1e-9) / size))
    return BITS[int(off.argmin())]


def items(
    rect: Rect | None, checkpoint: Checkpoint, rates: tuple[RatesValue, ...], codecs: CodecsValue | None, shown: Shown
) -> list[Item]:
    """The chosen model's curve grows with the bits that were tried; the others' and the codecs' are there at once."""
    if rect is None:
        return []
    axes = empty(rect, checkpoint, shown.measure, shown.unit)
    series: list[Series] = []
    spots: list[Spot] = []
    for curve in codecs.curves if codecs is not None else ():
        series.append(
            Series(curve.bytes, getattr(curve, shown.measure), COLOURS[curve.name], label=curve.name, width=2)
        )
    for one in rates:
        chosen = one.model == checkpoint.name
        values = getattr(one.curve, shown.measure)
        series.append(Series(one.curve.bytes, values, "muted", width=1))
        name = "codebook" if len(one.bits) == 1 else f"{one.latent_dim}"
        if not chosen:
            spots.append(Spot(float(one.curve.bytes[-1]), float(values[-1]), "muted", name, 3))
            continue
        if len(one.bits) > 1:
            size, value = _tried(one, shown.measure, shown.tried)
            series += [Series(size, value, "accent", width=3), Series(size, value, "accent", "dots", width=3)]
        place = one.at(shown.bits)
        label = "code" if len(one.bits) == 1 else f"{shown.bits} bits"
        spots.append(Spot(float(one.curve.bytes[place]), float(values[place]), "accent", label, 7))
    y = axes.y
    if shown.measure == "ssim" and any(one.note for one in rates):
        y = replace(y, label="SSIM (of codes: at most)")
    return [Chart(rect, tuple(series), axes.x, y, axes.title, spots=tuple(spots), unit=shown.unit)]


@lru_cache(maxsize=64)
def _tried(
    value: RatesValue, measure: str, tried: frozenset[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """The points of the curve that were seen."""
    places = [value.bits.index(bits) for bits in sorted(tried) if bits in value.bits]
    return value.curve.bytes[places], getattr(value.curve, measure)[places]
