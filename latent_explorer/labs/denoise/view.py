"""View of the Denoise lab: four pictures with their quality, arrows on two maps, and a chart."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from latent_explorer.engine.query_context import is_looking
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.denoise.layout import COLUMN_NAMES
from latent_explorer.labs.denoise.queries import NOISE_LEVELS, DenoisingValue, NoiseCurveValue, PictureQuality
from latent_explorer.samples import SampleKind
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.events import Px
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

NOISE_PHRASES = {
    "gaussian": mark("Gaussian noise"), "salt_and_pepper": mark("salt and pepper"),
    "masking": mark("pixels set to black"),
}  # fmt: skip
MASKED_PHRASES = {
    "point": mark("points set to the lowest value"), "column": mark("columns set to the lowest value"),
    "letter": mark("letters set to the lowest value"),
}  # fmt: skip
"""What masking does, by what a value is called where it is no pixel."""
DECIBELS = {
    "": mark("{decibels:.1f} dB"), "about": mark("about {decibels:.1f} dB"),
    "at most": mark("at most {decibels:.1f} dB"),
}  # fmt: skip
"""A PSNR by its qualifier."""
AXIS_LABELS = {
    "": mark("PSNR in dB"), "about": mark("PSNR in dB, corrected"), "at most": mark("PSNR in dB, at most"),
}  # fmt: skip
"""The label of an axis of PSNR by its qualifier."""
COLUMN_COLOURS = ("good", "warn", "second", "accent")
"""Colours of the clean picture, the noisy one, and the two models."""
CHART_LOW, CHART_HIGH = 0.0, 40.0
"""Ends of the PSNR axis in decibels: no shipped model reaches more, even without noise."""
NO_VALUES = np.zeros(0)


def describe_noise(noise: str, kind: SampleKind) -> str:
    """Return a kind of noise in words; what is black in a picture is the lowest value of others."""
    masked = noise == "masking" and not kind.has_pixels
    return tr(MASKED_PHRASES[kind.words.value] if masked else NOISE_PHRASES[noise])


def _get_values(frame: Frame[Any]) -> tuple[DenoisingValue | None, DenoisingValue | None]:
    """Return what each model makes of the noisy picture."""
    first, second = (frame.results.get_current(f"cleaning {slot}", DenoisingValue) for slot in range(2))
    return first, second


# -- the pictures ---------------------------------------------------------------------------------------


def make_picture_items(frame: Frame[Any], clean_title: str) -> list[Item]:
    """Return four columns: the clean picture, the noisy one, and what each model makes of it."""
    values = _get_values(frame)
    first = values[0] or values[1]
    columns: list[tuple[str, Picture | None, PictureQuality | None, str]] = [
        (clean_title, first.clean if first else None, None, ""),
        (tr("Noisy"), first.noisy if first else None, first.noisy_quality if first else None, ""),
    ]
    for name, one in zip(frame.state.models, values, strict=False):
        columns.append((name, one.restored, one.restored_quality, one.qualifier) if one else (name, None, None, ""))
    qualities = [quality for _, _, quality, _ in columns if quality is not None]
    best = None
    if first is not None and not first.is_unspoilt and _have_same_task(values):
        best = PictureQuality(max(one.psnr for one in qualities), max(one.ssim or 0 for one in qualities))
    note = first.note if first else ""
    items: list[Item] = []
    for column, (title, picture, quality, qualifier) in enumerate(columns):
        items += _make_column_items(frame, column, title, picture, stands_in=column == 0 and bool(note))
        rect = frame.get_part(f"{COLUMN_NAMES[column]} figures")
        if rect is not None and column == 1 and first is not None and first.is_unspoilt:
            items.append(make_caption(rect, tr("Strength 0: the clean picture"), short=tr("No noise")))
        elif rect is not None and quality is not None:
            items += _make_quality_items(rect, quality, best, qualifier)
        elif rect is not None and column == 0 and note:
            text = tr("No original here: its reconstruction stands in")
            if is_looking(note):
                text = tr("No original yet: its reconstruction stands in")
            items.append(make_caption(rect, text, short=tr("No original: reconstruction")))
    return items


def _have_same_task(values: tuple[DenoisingValue | None, DenoisingValue | None]) -> bool:
    """Return whether no model shows what it made of an earlier picture: one answers after the other."""
    first, second = values
    return first is None or second is None or np.array_equal(first.noisy, second.noisy)


def _make_column_items(
    frame: Frame[Any], column: int, title: str, picture: Picture | None, *, stands_in: bool
) -> list[Item]:
    name, colour = COLUMN_NAMES[column], COLUMN_COLOURS[column]
    rect, head = frame.layout.parts[name], frame.get_part(f"{name} title")
    items: list[Item] = []
    if head is not None:  # the letter that stands on the map, before the title: on the picture it would cover some
        size = min(round(10 * frame.state.marker_scale), head.height // 2)
        badge, words = head.split_left(2 * size, round(8 * frame.ui_scale))
        items.append(Marker(badge.centre, head, colour, size, "CNRR"[column], filled=True))
        items.append(Text(words, title, "title", colour, bold=True, shorten_middle=column > 1))
    if picture is None:
        return items + frame.wait_for(rect, f"cleaning {max(0, column - 2)}")
    return [*items, Image(rect, picture, colour, reveals_answer=column > 1 or stands_in)]


def _make_quality_items(rect: Rect, quality: PictureQuality, best: PictureQuality | None, qualifier: str) -> list[Item]:
    """Return the PSNR in large type and the SSIM beside it; each is marked if it equals the `best` of all, if any. If a
    reconstruction replaces the original, a `qualifier` precedes the PSNR, and the SSIM, which cannot be corrected, is
    an upper bound."""
    left, right = rect.split_left(round(rect.width * (0.6 if qualifier else 0.55)))
    psnr = full = tr(DECIBELS[qualifier], decibels=quality.psnr)
    colour = "text"
    if best and quality.psnr >= best.psnr - 1e-9:
        full, colour = tr("{decibels}, best", decibels=psnr), "good"
    first = Text(left, full, "body" if qualifier else "title", colour, bold=True, short=psnr, reveals_answer=True)
    if quality.ssim is None:
        return [first]
    ssim = f"SSIM {'≤ ' if qualifier else ''}{format_number(quality.ssim, '.2f')}"
    alike = best is not None and best.ssim is not None and quality.ssim >= best.ssim - 1e-9
    second = Text(right, ssim, "body", "good" if alike else "muted", "right", bold=alike, fallback_sizes=("small",))
    return [first, replace(second, reveals_answer=True)]


# -- the maps -------------------------------------------------------------------------------------------


def make_arrow_items(frame: Frame[Any], slot: int, rect: Rect) -> list[Item]:
    """Return the arrow from the noisy latent to the clean one, and the marker of the restored one."""
    values, state = _get_values(frame), frame.state
    one, other = values[slot], values[1 - slot]
    if one is None:
        return []
    items: list[Item] = []
    above = frame.get_part(f"arrow {slot}")
    if above is not None:
        shorter = other is not None and one.noise_shift < other.noise_shift - 0.005
        text = tr("noise moves its code {gaps:.2f} gaps", gaps=one.noise_shift)
        short = tr("moved {gaps:.2f} gaps", gaps=one.noise_shift)
        if one.is_unspoilt:
            text, short = tr("no noise: its code stays"), tr("no noise")
        items.append(Text(above, text, "body", "good" if shorter else "text", bold=shorter, short=short))
    if state.map_task.transition is not None:
        return items
    camera, size, colour = state.get_camera(slot), round(10 * state.marker_scale), COLUMN_COLOURS[2 + slot]
    clean, noisy, restored = (camera.to_px(xy, rect) for xy in one.xy)
    thin, thick = state.scale_line(2), state.scale_line(3)
    items.append(Line((noisy, restored), rect, colour, thin, dashed=True, reveals_answer=True))
    end = _stop_before(noisy, clean, size + 3)
    if end is not None:
        items.append(Line((noisy, end), rect, "text", thick, arrow=True))
    items.append(Marker(restored, rect, colour, size, "R", filled=True, reveals_answer=True))
    if not one.is_unspoilt:  # else it would push the clean one aside, which is the same
        items.append(Marker(noisy, rect, "warn", size, "N", filled=True))
    items.append(Marker(clean, rect, "good", size, "C", filled=True))
    return items


def _stop_before(start: Px, end: Px, distance: float) -> Px | None:
    """Return the position `distance` pixels before `end`; None if that is before `start`."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    if length <= 2 * distance:
        return None
    share = 1 - distance / length
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


# -- the curve ------------------------------------------------------------------------------------------


def make_empty_chart(rect: Rect, state: State) -> Chart:
    """Return the chart before its curves are computed, with the final axes and names."""
    names = (tr("noisy"), *dict.fromkeys(state.models[:2]))
    series = tuple(Series(NO_VALUES, NO_VALUES, label=name) for name in names)
    along = Axis(tr("strength of the noise"), 0.0, NOISE_LEVELS[-1])
    up = Axis(tr(AXIS_LABELS[""]), CHART_LOW, CHART_HIGH)
    return Chart(rect, series, along, up, ui_scale=state.ui_scale)


def make_chart_items(frame: Frame[Any], noise: str, level: float) -> list[Item]:
    """Return PSNR over the strength of the noise, for the noisy pictures and those of each model."""
    rect, models = frame.layout.parts["chart"], frame.state.models
    curves = [frame.results.get_value(f"curve {slot}", NoiseCurveValue) for slot in range(2)]
    whole = curves[0] or curves[1]
    if rect.shorter_side < 40:
        return []
    if whole is None:
        return frame.wait_for(rect, "curve 0", tr("Measuring other strengths."))
    series, spots = [Series(whole.levels, whole.noisy_psnr, "warn", label=tr("noisy"))], []
    for slot, (curve, one) in enumerate(zip(curves, _get_values(frame), strict=True)):
        colour = COLUMN_COLOURS[2 + slot]
        if curve is not None and (slot == 0 or models[0] != models[1]):
            series.append(Series(curve.levels, curve.restored_psnr, colour, label=models[slot], width=3))
        if one is not None:
            spots.append(Spot(level, one.restored_quality.psnr, colour, reveals_answer=True))
    words, count = describe_noise(noise, frame.checkpoint.sample_kind), whole.sample_count
    if whole.note:
        title = tr_count(
            "{count} reconstruction with {noise}; dots: this one",
            "Mean of {count} reconstructions with {noise}; dots: this one",
            count, noise=words,
        )  # fmt: skip
    else:
        title = tr_count(
            "{count} sample with {noise}; dots: this one",
            "Mean of {count} samples with {noise}; dots: this one",
            count, noise=words,
        )  # fmt: skip
    chart = make_empty_chart(rect, frame.state)
    up = replace(chart.y, label=tr(AXIS_LABELS[whole.qualifier]))
    cursors = (Cursor(level, "text"),)
    return [Panel(rect), replace(chart, y=up, series=tuple(series), title=title, cursors=cursors, spots=tuple(spots))]
