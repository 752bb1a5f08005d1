"""View of the Arithmetic lab: the groups on the map, the equation in pictures, and the effect of its direction."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import layout as arithmetic_layout
from latent_explorer.labs.arithmetic.queries import (
    EquationValue,
    Group,
    MovedValue,
    SeparationValue,
    Spot,
    Start,
    WhereaboutsValue,
)
from latent_explorer.scene import map_layers, map_panel, realism
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Film, Image, Item, Light, Line, Marker, Paint, Panel, Text, View
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.user_image import OwnImage

COLOURS = ("accent", "second", "third")
"""Colours of A, B and C."""
RESULT = "text"
LINEAR = ("pca", "latent")
"""Linear maps: a straight line in latent space is straight on them."""
CHANCE = 0.6
"""AUC below which a direction is described as hardly better than a coin."""
LOW, HIGH = -1.5, 2.5
"""Range of the histogram along A − B, extended if the shifted latent lies beyond."""
FARTHEST = 20.0
"""Positions farther out are drawn at the end of the histogram, which would shrink the groups otherwise."""


@dataclass(frozen=True)
class Shown:
    groups: tuple[Group, Group, Group]
    start: Start
    amount: float
    fill: str


def view(
    state: State, shown: Shown, loop: tuple[Xy, ...], layout: Layout, hint: str, results: Results, world: World
) -> View:
    equation: EquationValue | None = results.value("equation", EquationValue)
    hint = map_layers.hint(state, world, 1, told(state, hint, world))
    items = map_panel.common(state, layout.hint, layout.legend, hint, world, 1)
    items += map_layers.legend_items(state, layout, results, world, 1)
    paint = None if equation is None else Paint(belonging(equation, len(world[state.models[0]].labels)), PALETTE)
    items += map_layers.map_items(state, 0, layout.maps[0], results, world, 1, paint=paint)
    items += _marks(state, shown, loop, layout.maps[0], results, world)
    items += _equation(state, shown, layout, equation, results, world)
    items += _direction(state, shown, layout, results, world)
    items += _strip(state, shown, layout, results, world)
    return tuple(items)


def told(state: State, hint: str, world: World) -> str:
    """Return the hint for the current model and map; on a linear map it says why the arrows are equal."""
    if world[state.models[0]].conditional:
        return "This model is told the class beside the code, so its code need not hold it: what can A − B change then?"
    if state.map_of(0, world) in LINEAR:
        return (
            "This map is straight: the arrow from B to A and the one from C to the result are the same. t-SNE bends it."
        )
    return hint


PALETTE = (*COLOURS, "line")


@lru_cache(maxsize=4)
def belonging(value: EquationValue, count: int) -> NDArray[np.int64]:
    """Return (M,): the group of each sample: 0 A, 1 B, 2 C, 3 none; a sample of several groups is of the last."""
    found = np.full(count, 3, np.int64)
    for k, dots in enumerate(value.dots):
        found[dots] = k
    return found


# -- the map ------------------------------------------------------------------------------------------


def _marks(state: State, shown: Shown, loop: tuple[Xy, ...], rect: Rect, results: Results, world: World) -> list[Item]:
    items: list[Item] = []
    camera = state.camera(0, world)
    equation: EquationValue | None = results.value("equation", EquationValue)
    for dot in equation.near if equation is not None else ():
        items.append(Marker(map_panel.dot_px(state, 0, dot, rect, world), rect, RESULT, round(6 * state.mark)))
    places: WhereaboutsValue | None = results.value("places", WhereaboutsValue)
    which = state.map_of(0, world)
    if places is not None and state.moving is None and places.asked.which == which:
        a, b, c, result = (camera.to_px(xy, rect) for xy in places.xy)
        size = round(11 * state.mark)
        items.append(Line((b, a), rect, "text", 2, arrow=True, dashed=True))
        items.append(Line((c, result), rect, "text", 3, arrow=True))
        for px, name, colour in zip((a, b, c), "ABC", COLOURS, strict=True):
            items.append(Marker(px, rect, colour, size, name, filled=True))
        items.append(Marker(result, rect, RESULT, size, "=", filled=True))
    if isinstance(shown.start, Dot):
        items.append(map_panel.ring(state, 0, shown.start.dot, rect, world, "good"))
    if state.hover is not None and not loop:
        items.append(map_panel.ring(state, 0, state.hover.dot, rect, world))
    if len(loop) > 1:
        colour = COLOURS["abc".index(shown.fill)] if shown.fill in "abc" else "text"
        way = tuple(camera.to_px(xy, rect) for xy in loop)
        items += [Line(way, rect, colour, 3), Line((way[-1], way[0]), rect, colour, 2, dashed=True)]
    return items


# -- the equation -------------------------------------------------------------------------------------


def _equation(
    state: State, shown: Shown, layout: Layout, value: EquationValue | None, results: Results, world: World
) -> list[Item]:
    parts, failure = layout.parts, results.failure("equation")
    items: list[Item] = [Panel(parts["equation"])]
    if value is None or failure is not None:
        said = failure.message if failure else state.loading or "The decoder is being loaded."
        return [*items, Text(parts["equation"].inset(8), said, "body", "muted", "centre", wrap=True)]
    verdict = realism.by_distance(value.gaps)
    frames = (*COLOURS, verdict.colour)
    for i, sign in enumerate(("−", "+", "=")):
        items.append(Text(parts[f"sign {i}"], sign, "large", "text", "centre", bold=True))
    for name, picture, colour in zip(("a", "b", "c", "result"), value.pictures, frames, strict=True):
        items.append(Image(parts[name], picture, colour, state.smooth, secret=name == "result"))
    summed = (value.equation.a, value.equation.b, value.equation.c)  # may lag behind the selected ones
    for name, group, dots, colour in zip("abc", summed, value.dots, COLOURS, strict=True):
        first, second = parts[f"{name} text"].rows(2, 0)
        what = f"class {group.label}" if group.label else "picked"
        bold = f"{name.upper()}: {what}"
        items.append(Text(first, bold, "body", colour, "centre", bold=True, short=name.upper()))
        many = "1 sample" if len(dots) == 1 else f"{len(dots)} samples"
        items.append(map_panel.caption(second, many, align="centre", short=f"{len(dots)}"))
    first, second = parts["result text"].rows(2, 0)
    items.append(Text(first, "A − B + C", "body", "text", "centre", bold=True))
    nearest = map_panel.class_name(state, 0, value.near[0], world) if map_panel.has_classes(state, 0, world) else ""
    if nearest and not state.covered:
        items.append(map_panel.caption(second, f"nearest: {nearest}", align="centre", short=nearest))
    if "verdict" in parts:
        words, numbers = parts["verdict"].left(round(parts["verdict"].width * 0.4), 6)
        items += realism.items(words, verdict, "title")
        said = f"{value.gaps:.1f} sample gaps from the nearest sample"
        items.append(Text(numbers, said, "body", "muted", "right", short=f"{value.gaps:.1f} gaps away"))
    if "near" in parts:
        said = "nearest real samples, ringed on the map"
        if value.near_note:
            said = f"nearest real samples, ringed; reconstructed, for {value.near_note}"
        items.append(map_panel.caption(parts["near text"], said, short="nearest real samples"))
        gap = round(6 * state.unit)
        row = parts["near"].left(arithmetic_layout.NEAR * parts["near"].height + (arithmetic_layout.NEAR - 1) * gap)[0]
        # secret: the nearest samples would reveal the result
        items.append(Film(row, value.near_pictures, arithmetic_layout.NEAR, gap, smooth=state.smooth, secret=True))
    return items


# -- the direction ------------------------------------------------------------------------------------


def subject(shown: Shown, state: State, world: World) -> str:
    """Return the source of the shift, in words."""
    match shown.start:
        case OwnImage():
            return "your own picture"
        case Spot():
            return "the picture under the mouse"
        case Dot(dot=dot) if map_panel.has_classes(state, 0, world):
            return f"the sample you chose (class {map_panel.class_name(state, 0, dot, world)})"
        case Dot():
            return "the sample you chose"
    return "the mean of C"


def _direction(state: State, shown: Shown, layout: Layout, results: Results, world: World) -> list[Item]:
    parts = layout.parts
    if "direction" not in parts:
        return []
    items: list[Item] = [Panel(parts["direction"])]
    moved: MovedValue | None = results.value("moved", MovedValue)
    told: SeparationValue | None = results.value("separation", SeparationValue)
    if moved is None:
        return items
    title = f"{shown.amount:+g} × (A − B), added to {subject(shown, state, world)}"
    items.append(Text(parts["direction text"], title, "body", "text", bold=True))
    verdict = realism.by_distance(moved.gaps)
    items.append(Image(parts["before"], moved.first, "line", state.smooth, secret=True))
    items.append(Text(parts["arrow"], "→", "title", "muted", "centre", bold=True))
    items.append(Image(parts["after"], moved.picture, verdict.colour, state.smooth, secret=True))
    if told is None:
        return items
    if "chart" in parts:
        items.append(_chart(parts["chart"], told, moved.place, state.unit))
    if "separation" in parts:
        said, short = separated(told)
        items.append(Text(parts["separation"], said, "body", "muted", wrap=True, short=short))
    return items


def _chart(rect: Rect, value: SeparationValue, place: float, unit: float) -> Chart:
    series = tuple(
        Series(value.places, share, colour, "steps", name)
        for share, colour, name in zip(value.shares, COLOURS, "AB", strict=False)
    )
    here = min(max(place, -FARTHEST), FARTHEST)
    # in whole steps, so that the groups do not creep while the amount is dragged
    low = LOW if here >= LOW else math.floor(here) - 0.5
    high = HIGH if here <= HIGH else math.ceil(here) + 0.5
    up = Axis("", 0.0, 1.1, ticks=(-1.0,))
    return Chart(
        rect, series, Axis("", low, high), up, "samples along A − B", (Cursor(here, "text", "here"),), unit=unit
    )


def separated(value: SeparationValue) -> tuple[str, str]:
    """Return the separation of the groups along the direction in plain words, and in a short form."""
    if value.auc is None:
        few = f"{min(value.counts)} samples are too few"
        return f"{few} to say how well this direction tells A from B.", f"{few} to say how well A and B separate."
    often = f"{100 * value.auc:.0f} of 100"
    said = f"Draw one sample of A and one of B: A's lies farther along in {often} pairs (AUC {value.auc:.2f})"
    short = f"AUC {value.auc:.2f}: tells A from B in {often} pairs"
    coin = "hardly better than a coin"
    return (f"{said}: {coin}.", f"AUC {value.auc:.2f}: {coin}") if value.auc < CHANCE else (f"{said}.", short)


def _strip(state: State, shown: Shown, layout: Layout, results: Results, world: World) -> list[Item]:
    parts, u = layout.parts, state.unit
    if "strip" not in parts:
        return []
    items: list[Item] = [Panel(parts["strip"])]
    moved: MovedValue | None = results.value("moved", MovedValue)
    if moved is None or not moved.film:
        return items
    said = f"{subject(shown, state, world)} and more or less of A − B: press or drag"
    if moved.note:
        said = f"{said} ({moved.note})"
    items.append(map_panel.caption(parts["strip text"], said[0].upper() + said[1:], short="more or less of A − B"))
    film = Film(parts["film"], moved.film, arithmetic_layout.STEPS, round(6 * u), smooth=state.smooth, secret=True)
    items.append(film)
    row = parts["ticks"]
    for i, cell in enumerate(film.places):
        if i % 2 == 0:
            amount = arithmetic_layout.amount_at((i + 0.5) / arithmetic_layout.STEPS)
            under = Rect(cell.x - 8, row.y, cell.width + 16, row.height)
            items.append(map_panel.caption(under, f"{amount:+.0f}" if amount else "0", align="centre"))
    x = row.x + arithmetic_layout.share_of(shown.amount) * row.width
    size = round(10 * u)
    items.append(Panel(Rect(row.x, row.y - round(2 * u), row.width, max(1, round(2 * u))), "line"))
    items.append(Light(Rect(round(x - size / 2), row.y - round(2 * u) - size // 2, size, size), "accent"))
    return items
