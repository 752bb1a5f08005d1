"""What Denoise shows: four pictures with their likeness to the clean one, arrows on two maps, and a curve."""

import math
from dataclasses import dataclass, replace

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.denoise.layout import COLUMNS
from latent_explorer.labs.denoise.queries import LEVELS, CleaningValue, CurveValue, Likeness
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Image, Item, Line, Marker, Panel, Text, View
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

COLOURS = ("good", "warn", "second", "accent")
"""Of the clean picture, the noisy one, and the two models."""
FLOOR, CEILING = 0.0, 40.0
"""Decibels at the ends of the chart: of the shipped models none reaches more, without noise either."""
NONE = np.zeros(0)


@dataclass(frozen=True)
class Seen:
    """What is to be shown."""

    layout: Layout
    hint: str
    name: str
    """Of the sample: its class."""
    noise: str
    level: float
    cleanings: tuple[CleaningValue | None, CleaningValue | None]
    """By slot."""
    curves: tuple[CurveValue | None, CurveValue | None]


def items(seen: Seen, state: State, results: Results, world: World) -> View:
    layout = seen.layout
    found = map_panel.common(state, layout.hint, layout.legend, seen.hint, world, 2)
    found += map_layers.legend_items(state, layout, results, world, 2)
    found += _pictures(seen, state, results)
    for slot, rect in enumerate(layout.maps):
        found += map_layers.map_items(state, slot, rect, results, world, 2)
        found += _arrow(seen, slot, rect, state, world)
    found += _chart(seen, state, results)
    return tuple(found)


# -- the pictures ---------------------------------------------------------------------------------------


def _pictures(seen: Seen, state: State, results: Results) -> list[Item]:
    first = seen.cleanings[0] or seen.cleanings[1]
    shown: list[tuple[str, Picture | None, Likeness | None, str]] = [
        (f"Clean ({seen.name})", None if first is None else first.clean, None, ""),
        ("Noisy", None if first is None else first.noisy, None if first is None else first.before, ""),
    ]
    for slot, one in enumerate(seen.cleanings):
        name = state.models[slot]
        shown.append((name, None, None, "") if one is None else (name, one.cleaned, one.after, one.word))
    best = max((likeness.psnr for _, _, likeness, _ in shown if likeness is not None), default=math.inf)
    found: list[Item] = []
    for place, (title, picture, likeness, word) in enumerate(shown):
        found += _column(seen, place, title, picture, state, results)
        rect = seen.layout.parts.get(f"{COLUMNS[place]} figures")
        if rect is not None and likeness is not None:
            found += _figures(rect, likeness, likeness.psnr >= best - 1e-9, word)
        elif rect is not None and place == 0 and first is not None and first.note:
            said = "No original here: its reconstruction stands in"
            found.append(map_panel.caption(rect, said, short="No original: reconstruction"))
    return found


def _column(seen: Seen, place: int, title: str, picture: Picture | None, state: State, results: Results) -> list[Item]:
    parts, name, colour = seen.layout.parts, COLUMNS[place], COLOURS[place]
    found: list[Item] = []
    if f"{name} title" in parts:
        rect = parts[f"{name} title"]
        found.append(Text(rect, title, "title", colour, bold=True, middle=place > 1))
    if picture is None:
        failure = results.failure(f"cleaning {max(0, place - 2)}")
        said = failure.message if failure else state.loading
        return [*found, Panel(parts[name]), Text(parts[name].inset(6), said, "small", "muted", "centre", wrap=True)]
    stands_in = place == 0 and "stands in" in _note(seen)
    found.append(Image(parts[name], picture, colour, state.smooth, secret=place > 1 or stands_in))
    size = round(10 * state.mark)
    corner = (parts[name].x + size + 4, parts[name].y + size + 4)
    if parts[name].side > 6 * size:
        found.append(Marker(corner, parts[name], colour, size, "CNRR"[place], filled=True))
    return found


def _note(seen: Seen) -> str:
    first = seen.cleanings[0] or seen.cleanings[1]
    return first.note if first is not None else ""


def _figures(rect: Rect, likeness: Likeness, best: bool, word: str) -> list[Item]:
    """PSNR large, SSIM beside it; the best of all is marked. Where a reconstruction stands in for the original there is
    a `word` before the PSNR, and the SSIM, which nothing can be added to, is the most that it can be."""
    left, right = rect.left(round(rect.width * (0.6 if word else 0.55)))
    said, alike = f"{word} {likeness.psnr:.1f} dB".lstrip(), f"SSIM {'≤ ' if word else ''}{likeness.ssim:.2f}"
    full, colour = (f"{said}, best", "good") if best else (said, "text")
    return [
        Text(left, full, "body" if word else "title", colour, bold=True, short=said, secret=True),
        Text(right, alike, "body", "good" if best else "muted", "right", bold=best, smaller=("small",), secret=True),
    ]


# -- the maps -------------------------------------------------------------------------------------------


def _arrow(seen: Seen, slot: int, rect: Rect, state: State, world: World) -> list[Item]:
    """From the noisy picture's code to the clean one's, and where the code of the restored picture lies."""
    one = seen.cleanings[slot]
    if one is None:
        return []
    found: list[Item] = []
    above = seen.layout.parts.get(f"arrow {slot}")
    if above is not None:
        other = seen.cleanings[1 - slot]
        shorter = other is not None and one.moved < other.moved - 0.005
        said = f"noise moves its code {one.moved:.2f} gaps"
        colour = "good" if shorter else "text"
        found.append(Text(above, said, "body", colour, bold=shorter, short=f"moved {one.moved:.2f} gaps"))
    if state.moving is not None:
        return found
    camera, size = state.camera(slot, world), round(10 * state.mark)
    clean, noisy, restored = (camera.to_px(xy, rect) for xy in one.xy)
    found.append(Line((noisy, restored), rect, COLOURS[2 + slot], 2, dashed=True, secret=True))
    end = _towards(noisy, clean, size + 3)
    if end is not None:
        found.append(Line((noisy, end), rect, "text", 3, arrow=True))
    found.append(Marker(restored, rect, COLOURS[2 + slot], size, "R", filled=True, secret=True))
    found.append(Marker(noisy, rect, "warn", size, "N", filled=True))
    found.append(Marker(clean, rect, "good", size, "C", filled=True))
    return found


def _towards(start: Px, end: Px, short: float) -> Px | None:
    """A place `short` pixels before the end; None where that would be before the start."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    if length <= 2 * short:
        return None
    share = 1 - short / length
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


# -- the curve ------------------------------------------------------------------------------------------


def empty_chart(rect: Rect, unit: float, models: tuple[str, ...]) -> Chart:
    """The chart before its curves are there: axes and names stand where they will stand."""
    names = ("noisy", *dict.fromkeys(models[:2]))
    series = tuple(Series(NONE, NONE, label=name) for name in names)
    along, up = Axis("strength of the noise", 0.0, LEVELS[-1]), Axis("PSNR in dB", FLOOR, CEILING)
    return Chart(rect, series, along, up, unit=unit)


def _chart(seen: Seen, state: State, results: Results) -> list[Item]:
    rect = seen.layout.parts["chart"]
    first, second = seen.curves
    whole = first or second
    if rect.side < 40:
        return []
    if whole is None:
        failure = results.failure("curve 0")
        said = failure.message if failure else "Measuring other strengths."
        return [Panel(rect), Text(rect.inset(8), said, "small", "muted", "centre", wrap=True)]
    series = [Series(whole.levels, whole.before, "warn", label="noisy")]
    spots = []
    for slot, curve in enumerate(seen.curves):
        one, colour = seen.cleanings[slot], COLOURS[2 + slot]
        if curve is not None and (slot == 0 or state.models[0] != state.models[1]):
            series.append(Series(curve.levels, curve.after, colour, label=state.models[slot], width=3))
        if one is not None:
            spots.append(Spot(seen.level, one.after.psnr, colour, secret=True))
    title = f"{whole.count} {'reconstructions' if whole.note else 'samples'} with {seen.noise}"
    chart = empty_chart(rect, state.unit, state.models)
    up = replace(chart.y, label=chart.y.label + {"": "", "about": ", corrected"}.get(whole.word, f", {whole.word}"))
    return [
        Panel(rect),
        replace(
            chart, y=up, series=tuple(series), title=title, cursors=(Cursor(seen.level, "text"),), spots=tuple(spots)
        ),
    ]
