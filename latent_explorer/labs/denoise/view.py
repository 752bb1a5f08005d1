"""View of the Denoise lab: four pictures with their quality, arrows on two maps, and a chart."""

import math
from dataclasses import dataclass, replace

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.denoise.layout import COLUMN_NAMES
from latent_explorer.labs.denoise.queries import NOISE_LEVELS, DenoisingValue, NoiseCurveValue, PictureQuality
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Image, Item, Line, Marker, Panel, Text, View
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

COLUMN_COLOURS = ("good", "warn", "second", "accent")
"""Colours of the clean picture, the noisy one, and the two models."""
CHART_LOW, CHART_HIGH = 0.0, 40.0
"""Ends of the PSNR axis in decibels: no shipped model reaches more, even without noise."""
NO_VALUES = np.zeros(0)


@dataclass(frozen=True)
class DenoiseViewModel:
    """View model of the Denoise lab."""

    layout: Layout
    hint: str
    sample_name: str
    """Class name of the sample."""
    noise_phrase: str
    noise_level: float
    denoisings: tuple[DenoisingValue | None, DenoisingValue | None]
    """By slot."""
    curves: tuple[NoiseCurveValue | None, NoiseCurveValue | None]


def make_view(view_model: DenoiseViewModel, state: State, results: Results) -> View:
    layout = view_model.layout
    found = map_panel.shared_items(state, layout.hint, layout.legend, view_model.hint, 2)
    found += map_layers.make_legend_items(state, layout, results, 2)
    found += _make_picture_items(view_model, state, results)
    for slot, rect in enumerate(layout.maps):
        found += map_layers.make_map_items(state, slot, rect, results, 2)
        found += _make_arrow_items(view_model, slot, rect, state)
    found += _make_chart_items(view_model, state, results)
    return tuple(found)


# -- the pictures ---------------------------------------------------------------------------------------


def _make_picture_items(view_model: DenoiseViewModel, state: State, results: Results) -> list[Item]:
    first = view_model.denoisings[0] or view_model.denoisings[1]
    shown: list[tuple[str, Picture | None, PictureQuality | None, str]] = [
        (f"Clean ({view_model.sample_name})", None if first is None else first.clean, None, ""),
        ("Noisy", None if first is None else first.noisy, None if first is None else first.noisy_quality, ""),
    ]
    for slot, one in enumerate(view_model.denoisings):
        name = state.models[slot]
        shown.append(
            (name, None, None, "") if one is None else (name, one.restored, one.restored_quality, one.qualifier)
        )
    best = max((likeness.psnr for _, _, likeness, _ in shown if likeness is not None), default=math.inf)
    found: list[Item] = []
    for place, (title, picture, likeness, word) in enumerate(shown):
        found += _make_column_items(view_model, place, title, picture, state, results)
        rect = view_model.layout.parts.get(f"{COLUMN_NAMES[place]} figures")
        if rect is not None and likeness is not None:
            found += _make_quality_items(rect, likeness, likeness.psnr >= best - 1e-9, word)
        elif rect is not None and place == 0 and first is not None and first.note:
            said = "No original here: its reconstruction stands in"
            found.append(map_panel.make_caption(rect, said, short="No original: reconstruction"))
    return found


def _make_column_items(
    view_model: DenoiseViewModel, column: int, title: str, picture: Picture | None, state: State, results: Results
) -> list[Item]:
    parts, name, colour = view_model.layout.parts, COLUMN_NAMES[column], COLUMN_COLOURS[column]
    found: list[Item] = []
    if f"{name} title" in parts:
        rect = parts[f"{name} title"]
        found.append(Text(rect, title, "title", colour, bold=True, shorten_middle=column > 1))
    if picture is None:
        failure = results.get_failure(f"cleaning {max(0, column - 2)}")
        said = failure.message if failure else state.status.loading
        return [*found, Panel(parts[name]), Text(parts[name].inset(6), said, "small", "muted", "centre", wrap=True)]
    stands_in = column == 0 and "stands in" in _get_note(view_model)
    found.append(Image(parts[name], picture, colour, reveals_answer=column > 1 or stands_in))
    size = round(10 * state.marker_scale)
    corner = (parts[name].x + size + 4, parts[name].y + size + 4)
    if parts[name].shorter_side > 6 * size:
        found.append(Marker(corner, parts[name], colour, size, "CNRR"[column], filled=True))
    return found


def _get_note(view_model: DenoiseViewModel) -> str:
    first = view_model.denoisings[0] or view_model.denoisings[1]
    return first.note if first is not None else ""


def _make_quality_items(rect: Rect, quality: PictureQuality, is_best: bool, qualifier: str) -> list[Item]:
    """Return the PSNR in large type and the SSIM beside it; the best of all is marked. If a reconstruction replaces the
    original, a `qualifier` precedes the PSNR, and the SSIM, which cannot be corrected, is an upper bound."""
    left, right = rect.split_left(round(rect.width * (0.6 if qualifier else 0.55)))
    said, alike = f"{qualifier} {quality.psnr:.1f} dB".lstrip(), f"SSIM {'≤ ' if qualifier else ''}{quality.ssim:.2f}"
    full, colour = (f"{said}, best", "good") if is_best else (said, "text")
    return [
        Text(left, full, "body" if qualifier else "title", colour, bold=True, short=said, reveals_answer=True),
        Text(
            right,
            alike,
            "body",
            "good" if is_best else "muted",
            "right",
            bold=is_best,
            fallback_sizes=("small",),
            reveals_answer=True,
        ),
    ]


# -- the maps -------------------------------------------------------------------------------------------


def _make_arrow_items(view_model: DenoiseViewModel, slot: int, rect: Rect, state: State) -> list[Item]:
    """Return the arrow from the noisy latent to the clean one, and the marker of the restored one."""
    one = view_model.denoisings[slot]
    if one is None:
        return []
    found: list[Item] = []
    above = view_model.layout.parts.get(f"arrow {slot}")
    if above is not None:
        other = view_model.denoisings[1 - slot]
        shorter = other is not None and one.noise_shift < other.noise_shift - 0.005
        said = f"noise moves its code {one.noise_shift:.2f} gaps"
        colour = "good" if shorter else "text"
        found.append(Text(above, said, "body", colour, bold=shorter, short=f"moved {one.noise_shift:.2f} gaps"))
    if state.map_task.transition is not None:
        return found
    camera, size = state.get_camera(slot), round(10 * state.marker_scale)
    clean, noisy, restored = (camera.to_px(xy, rect) for xy in one.xy)
    found.append(Line((noisy, restored), rect, COLUMN_COLOURS[2 + slot], 2, dashed=True, reveals_answer=True))
    end = _stop_before(noisy, clean, size + 3)
    if end is not None:
        found.append(Line((noisy, end), rect, "text", 3, arrow=True))
    found.append(Marker(restored, rect, COLUMN_COLOURS[2 + slot], size, "R", filled=True, reveals_answer=True))
    found.append(Marker(noisy, rect, "warn", size, "N", filled=True))
    found.append(Marker(clean, rect, "good", size, "C", filled=True))
    return found


def _stop_before(start: Px, end: Px, distance: float) -> Px | None:
    """Return the position `distance` pixels before `end`; None if that is before `start`."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    if length <= 2 * distance:
        return None
    share = 1 - distance / length
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


# -- the curve ------------------------------------------------------------------------------------------


def make_empty_chart(rect: Rect, ui_scale: float, models: tuple[str, ...]) -> Chart:
    """Return the chart before its curves are computed, with the final axes and names."""
    names = ("noisy", *dict.fromkeys(models[:2]))
    series = tuple(Series(NO_VALUES, NO_VALUES, label=name) for name in names)
    along, up = Axis("strength of the noise", 0.0, NOISE_LEVELS[-1]), Axis("PSNR in dB", CHART_LOW, CHART_HIGH)
    return Chart(rect, series, along, up, ui_scale=ui_scale)


def _make_chart_items(view_model: DenoiseViewModel, state: State, results: Results) -> list[Item]:
    rect = view_model.layout.parts["chart"]
    first, second = view_model.curves
    whole = first or second
    if rect.shorter_side < 40:
        return []
    if whole is None:
        failure = results.get_failure("curve 0")
        said = failure.message if failure else "Measuring other strengths."
        return [Panel(rect), Text(rect.inset(8), said, "small", "muted", "centre", wrap=True)]
    series = [Series(whole.levels, whole.noisy_psnr, "warn", label="noisy")]
    spots = []
    for slot, curve in enumerate(view_model.curves):
        one, colour = view_model.denoisings[slot], COLUMN_COLOURS[2 + slot]
        if curve is not None and (slot == 0 or state.models[0] != state.models[1]):
            series.append(Series(curve.levels, curve.restored_psnr, colour, label=state.models[slot], width=3))
        if one is not None:
            spots.append(Spot(view_model.noise_level, one.restored_quality.psnr, colour, reveals_answer=True))
    title = f"{whole.sample_count} {'reconstructions' if whole.note else 'samples'} with {view_model.noise_phrase}"
    chart = make_empty_chart(rect, state.ui_scale, state.models)
    up = replace(
        chart.y, label=chart.y.label + {"": "", "about": ", corrected"}.get(whole.qualifier, f", {whole.qualifier}")
    )
    return [
        Panel(rect),
        replace(
            chart,
            y=up,
            series=tuple(series),
            title=title,
            cursors=(Cursor(view_model.noise_level, "text"),),
            spots=tuple(spots),
        ),
    ]
