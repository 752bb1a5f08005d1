"""Chart of the rate-distortion curves of models and codecs."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.labs.compress.queries import (
    BITS,
    CodecRateDistortionValue,
    RateDistortionValue,
    estimate_byte_counts,
)
from latent_explorer.scene.chart import Axis, Chart, Series, Spot
from latent_explorer.scene.items import Item
from latent_explorer.scene.rect import Rect

CODEC_COLOURS = {"JPEG": "second", "WebP": "third", "PNG": "good"}
PSNR_ENDS = 5, 50
"""Ends of the PSNR axis: the worst codec lies above 6 dB; above 50 dB a picture looks exact."""


@dataclass(frozen=True)
class RateDistortionViewModel:
    """Settings of the chart: current and tried bits, and the measure."""

    bits: int
    tried_bits: frozenset[int]
    measure: str
    ui_scale: float


def make_axes(rect: Rect, checkpoint: Checkpoint, measure: str, ui_scale: float) -> Chart:
    """Return the empty chart. Its axes do not depend on the drawn data, so a click can be read from it alone."""
    most = float(np.prod(checkpoint.image_shape))
    x = Axis("bytes a picture", 0.5 if most < 400 else 1.0, most, log=True)
    y = Axis("PSNR in dB", *PSNR_ENDS) if measure == "psnr" else Axis("SSIM", 0, 1)
    return Chart(rect, (), x, y, "Quality", ui_scale=ui_scale)


def find_bits_at(rect: Rect, checkpoint: Checkpoint, position: tuple[float, float], ui_scale: float) -> int:
    """Return the bits whose size is nearest to the one at `position`."""
    size = make_axes(rect, checkpoint, "psnr", ui_scale).find_values_at_share(position)[0]
    off = np.abs(np.log(np.maximum(estimate_byte_counts(checkpoint), 1e-9) / size))
    return BITS[int(off.argmin())]


def make_items(
    rect: Rect | None,
    checkpoint: Checkpoint,
    rates: tuple[RateDistortionValue, ...],
    codecs: CodecRateDistortionValue | None,
    view_model: RateDistortionViewModel,
) -> list[Item]:
    """Return the chart. The selected model's curve shows only the tried bits; all others are complete."""
    if rect is None:
        return []
    axes = make_axes(rect, checkpoint, view_model.measure, view_model.ui_scale)
    series: list[Series] = []
    spots: list[Spot] = []
    for curve in codecs.curves if codecs is not None else ():
        series.append(
            Series(
                curve.byte_counts,
                getattr(curve, view_model.measure),
                CODEC_COLOURS[curve.name],
                label=curve.name,
                width=2,
            )
        )
    for one in rates:
        chosen = one.model == checkpoint.name
        values = getattr(one.curve, view_model.measure)
        series.append(Series(one.curve.byte_counts, values, "muted", width=1))
        name = "codebook" if len(one.bits) == 1 else f"{one.latent_dim}"
        if not chosen:
            spots.append(Spot(float(one.curve.byte_counts[-1]), float(values[-1]), "muted", name, 3))
            continue
        if len(one.bits) > 1:
            size, value = _select_tried_points(one, view_model.measure, view_model.tried_bits)
            series += [Series(size, value, "accent", width=3), Series(size, value, "accent", "dots", width=3)]
        place = one.find_index(view_model.bits)
        label = "code" if len(one.bits) == 1 else f"{view_model.bits} bits"
        spots.append(Spot(float(one.curve.byte_counts[place]), float(values[place]), "accent", label, 7))
    y = axes.y
    if view_model.measure == "ssim" and any(one.note for one in rates):
        y = replace(y, label="SSIM (of codes: at most)")
    return [Chart(rect, tuple(series), axes.x, y, axes.title, spots=tuple(spots), ui_scale=view_model.ui_scale)]


@lru_cache(maxsize=64)
def _select_tried_points(
    value: RateDistortionValue, measure: str, tried_bits: frozenset[int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """Return the points of the curve at the `tried_bits`."""
    places = [value.bits.index(bits) for bits in sorted(tried_bits) if bits in value.bits]
    return value.curve.byte_counts[places], getattr(value.curve, measure)[places]
