"""View of Interpolate: the paths on the map, the current pictures, the chart, and the film strip of all paths."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.labs.interpolate import anchors
from latent_explorer.labs.interpolate import layout as places
from latent_explorer.labs.interpolate.anchors import ON_DOT, Found
from latent_explorer.labs.interpolate.queries import (
    DATA,
    KINDS,
    LINEAR,
    SPHERICAL,
    FadeValue,
    Place,
    RouteValue,
    WayValue,
)
from latent_explorer.scene import map_layers, map_panel, realism
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Px
from latent_explorer.scene.film_export import Keepsake, Row
from latent_explorer.scene.items import Film, Image, Item, Line, Marker, Panel, Text, View
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

TITLES = {LINEAR: "Linear", SPHERICAL: "Spherical", DATA: "Through the data"}
COLOURS = {LINEAR: "accent", SPHERICAL: "second", DATA: "third"}
SHORT = {DATA: "Data"}
FADE = "Pixel cross-fade"
ENDS = np.array([0.0, 1.0])
FEW = np.array([10.0, 10.0])
"""Plausibility in per cent, at the ends of the chart, below which a latent counts as off the data."""
BADGE = 10
"""Radius of an anchor's badge, in design pixels."""
STRIP = 13
"""Number of pictures in a row of an exported strip."""


@dataclass(frozen=True)
class Shown:
    anchors: tuple[Found, ...]
    kind: str
    """Kind of the path with the large picture."""
    head: float
    """Position along the path, 0 to 1."""
    carried: int
    """Number of the anchor being dragged; -1 for none."""


def view(state: State, layout: Layout, shown: Shown, hint: str, results: Results, world: World) -> View:
    items = map_panel.common(state, layout.hint, layout.legend, hint, world, 1)
    items += map_layers.legend_items(state, layout, results, world, 1)
    items += map_layers.map_items(state, 0, layout.maps[0], results, world, 1)
    ways: dict[str, WayValue] = {kind: found for kind in KINDS if (found := _way(results, kind)) is not None}
    enough = len(shown.anchors) > 1
    items += _on_map(state, layout, shown, results if enough else Results(), world)
    items += _moment(state, layout, shown, ways if enough else {}, results)
    if "chart" in layout.parts:
        items += _chart(state, layout.parts["chart"], shown, ways if enough else {})
    return (*items, *_film(state, layout, shown, ways if enough else {}, results, world))


def chart(rect: Rect, u: float, series: tuple[Series, ...] = (), cursors: tuple[Cursor, ...] = ()) -> Chart:
    """Return the chart of plausibility along the path; without series only its geometry."""
    beside = Axis("", 0.0, 1.0, ticks=(-1.0,))  # no numbers: the anchors' letters are below the axis
    return Chart(rect, series, beside, Axis("", 0.0, 100.0, ticks=(0.0, 50.0, 100.0)), TITLE, cursors, unit=u)


TITLE = "Plausibility along the way, %"


def keepsake(state: State, results: Results, seconds: float, back: bool) -> Keepsake | None:
    """Return the film export of all rows, None until all of them are available."""
    rows = []
    for kind in KINDS:
        way = _way(results, kind)
        if way is None:
            return None
        rows.append(Row(TITLES[kind], _figures(way), way.pictures))
    fade: FadeValue | None = results.value("fade", FadeValue)
    if fade is None:
        return None
    rows.append(Row(FADE, "", fade.pictures))
    return Keepsake("interpolate", tuple(rows), STRIP, seconds, back, state.theme == "dark", state.smooth)


# -- the map --------------------------------------------------------------------------------------------


def _on_map(state: State, layout: Layout, shown: Shown, results: Results, world: World) -> list[Item]:
    rect, items = layout.maps[0], list[Item]()
    hover = state.hover
    if hover is not None and hover.dot_px <= ON_DOT * state.mark and shown.carried < 0:
        items.append(map_panel.ring(state, 0, hover.dot, rect, world, "muted"))
    if state.moving is None:
        items += _routes(state, layout, shown, results, world)
        items += _tie_items(state, rect, shown, results, world)
    size = round(BADGE * state.mark)
    for anchor in shown.anchors:
        px = _anchor_px(anchor, state, rect, world)
        if px is not None:
            items.append(Marker(px, rect, "text", size, anchor.letter, filled=True))
    return items


def _routes(state: State, layout: Layout, shown: Shown, results: Results, world: World) -> list[Item]:
    """Return the paths projected onto the map, the selected one last and thickest, and the current point on each."""
    rect, camera, lines, heads = layout.maps[0], state.camera(0, world), list[Item](), list[Item]()
    for kind in sorted(KINDS, key=lambda kind: kind == shown.kind):
        route = _route(state, results, kind, world)
        if route is None:
            continue
        points = _points(route, camera, rect)
        if kind == shown.kind:
            heads += _moments(route, camera, rect, places.count(layout.parts["film"], state.unit), COLOURS[kind], state)
        width = max(2, round((4 if kind == shown.kind else 2) * state.mark))
        lines.append(Line(points, rect, COLOURS[kind], width, dashed=kind == SPHERICAL))
        big = round((7 if kind == shown.kind else 5) * state.mark)
        heads.append(Marker(points[_index(shown.head, len(points))], rect, COLOURS[kind], big, filled=True))
    return [*lines, *heads]


def _tie_items(state: State, rect: Rect, shown: Shown, results: Results, world: World) -> list[Item]:
    width, size = max(1, round(1.5 * state.mark)), round(6 * state.mark)
    ends = _ties(state, rect, shown, results, world).values()
    lines: list[Item] = [Line(tie, rect, "text", width, dashed=True) for tie in ends]
    return [*lines, *(Marker(code, rect, "text", size) for _, code in ends)]


def hovered_tie(state: State, rect: Rect, shown: Shown, results: Results, world: World) -> str:
    """Return the letter of the tied anchor under the mouse; empty if there is none."""
    hover, tied = state.hover, _ties(state, rect, shown, results, world)
    number = anchors.under(hover.xy, shown.anchors, state, rect, world) if hover and tied else None
    return next((one.letter for one in shown.anchors if one.number == number and one.letter in tied), "")


def _ties(state: State, rect: Rect, shown: Shown, results: Results, world: World) -> dict[str, tuple[Px, Px]]:
    """Return, by the letter of each anchor on empty map, its position and the projection of its latent if that lies
    elsewhere: a tie joins the two, since the path begins at the latter."""
    route, camera = _route(state, results, LINEAR, world), state.camera(0, world)
    if route is None or len(route.stops) != len(shown.anchors):
        return {}
    found = {}
    for anchor, stop, (x, y) in zip(shown.anchors, route.stops, route.ends, strict=True):
        # while an anchor is dragged, its newest latent is one frame behind
        if not isinstance(stop, Place) or (stop != anchor.stop and anchor.number != shown.carried):
            continue
        px, code = _anchor_px(anchor, state, rect, world), camera.to_px((float(x), float(y)), rect)
        if px is not None and np.hypot(code[0] - px[0], code[1] - px[1]) > BADGE * state.mark:
            found[anchor.letter] = px, code
    return found


def _moments(route: RouteValue, camera: Camera, rect: Rect, number: int, colour: str, state: State) -> list[Item]:
    """Return markers for the pictures of the film strip: many of them on one spot indicate a jump of the map."""
    points = _points(route, camera, rect)
    some = dict.fromkeys(
        (round(x), round(y)) for x, y in (points[_index(i / (number - 1), len(points))] for i in range(number))
    )
    return [Marker((float(x), float(y)), rect, colour, max(2, round(3 * state.mark)), filled=True) for x, y in some]


def _route(state: State, results: Results, kind: str, world: World) -> RouteValue | None:
    route: RouteValue | None = results.value(f"route {kind}", RouteValue)
    return route if route is not None and route.which == state.map_of(0, world) else None


@lru_cache(maxsize=16)
def _points(route: RouteValue, camera: Camera, rect: Rect) -> tuple[Px, ...]:
    return tuple(camera.to_px((float(x), float(y)), rect) for x, y in route.xy)


def _anchor_px(anchor: Found, state: State, rect: Rect, world: World) -> Px | None:
    """Return the pixel of an anchor; None for the user image, which the window marks itself."""
    if isinstance(anchor.stop, Dot):
        return map_panel.dot_px(state, 0, anchor.stop.dot, rect, world)
    return None if anchor.xy is None else state.camera(0, world).to_px(anchor.xy, rect)


# -- the current pictures -------------------------------------------------------------------------------


def _moment(state: State, layout: Layout, shown: Shown, ways: dict[str, WayValue], results: Results) -> list[Item]:
    """Return the picture of the selected path beside that of the cross-fade, each with its description."""
    parts, u = layout.parts, state.unit
    way, fade = ways.get(shown.kind), results.value("fade", FadeValue) if ways else None
    swatch, named = parts["picture name"].left(round(30 * u), round(8 * u))
    items: list[Item] = [
        *_swatch(swatch, shown.kind, u),
        Text(named, TITLES[shown.kind], "body", "text", bold=True, short=SHORT.get(shown.kind, "")),
        Text(parts["fade name"], FADE, "body", "text", bold=True, short="Cross-fade"),
    ]
    if way is None:
        failure = results.failure(shown.kind)
        said = failure.message if failure else state.loading or ("" if len(shown.anchors) > 1 else "No way yet.")
        inside = parts["picture"].inset(round(6 * u))
        items += [Panel(parts["picture"]), Text(inside, said, "small", "muted", "centre", wrap=True)]
    else:
        at = _index(shown.head, len(way.pictures))
        verdict = realism.of_code(float(way.gaps[at]), float(way.agreement[at]))
        items.append(Image(parts["picture"], way.pictures[at], verdict.colour, state.smooth, secret=True))
        items += realism.items(parts["picture lamp"], verdict, "title")
        plausible = f"{way.plausibility[at]:.0%} plausible"
        said = f"{plausible}, {way.gaps[at]:.1f} sample gaps from the data"
        items.append(map_panel.caption(parts["picture said"], said, short=plausible))
    if fade is None:
        return [*items, Panel(parts["fade"])]
    at = _index(shown.head, len(fade.pictures))
    items.append(Image(parts["fade"], fade.pictures[at], "line", state.smooth, secret=True))
    if len(shown.anchors) > 1:
        along = shown.head * (len(shown.anchors) - 1)
        leg = min(int(along), len(shown.anchors) - 2)
        first, second = shown.anchors[leg].letter, shown.anchors[leg + 1].letter
        share = along - leg
        said = f"{1 - share:.0%} of {first} + {share:.0%} of {second}"
        items.append(Text(parts["fade lamp"], said, "title", "muted", short=f"{share:.0%} of {second}"))
        said = "two pictures over each other; no latent space"
        items.append(map_panel.caption(parts["fade said"], said, short="no latent space"))
    return items


def _chart(state: State, rect: Rect, shown: Shown, ways: dict[str, WayValue]) -> list[Item]:
    if not ways:
        inside = rect.inset(round(8 * state.unit))
        said = "How plausible each moment of the way is appears here."
        return [Panel(rect), Text(inside, said, "small", "muted", "centre", wrap=True)]
    order = sorted(ways, key=lambda kind: kind == shown.kind)
    curves = tuple(
        Series(ways[kind].at, ways[kind].percent, COLOURS[kind], width=3 if kind == shown.kind else 2) for kind in order
    )
    drawn = chart(
        rect, state.unit, (Series(ENDS, FEW, "warn", "area", width=1), *curves), (Cursor(shown.head, "text"),)
    )
    items: list[Item] = [drawn]
    if drawn.bare:
        return items
    side, line = round(40 * state.unit), round(18 * state.unit)
    floor = drawn.px_of(0.0, FEW[0])
    band = Rect(drawn.plot.x, round(floor[1]), drawn.plot.width, drawn.plot.bottom - round(floor[1]))
    if band.height >= round(16 * state.unit):
        items.append(Text(band.inset(round(4 * state.unit)), "off the data", "small", "text"))
    for number, anchor in enumerate(shown.anchors):
        x = round(drawn.px_of(number / (len(shown.anchors) - 1), 0.0)[0])
        below = Rect(x - side // 2, drawn.plot.bottom + round(3 * state.unit), side, line)
        items.append(Text(below, anchor.letter, "small", "text", "centre", bold=True))
    return items


# -- the film -------------------------------------------------------------------------------------------


def _film(
    state: State, layout: Layout, shown: Shown, ways: dict[str, WayValue], results: Results, world: World
) -> list[Item]:
    parts, u = layout.parts, state.unit
    film, number = parts["film"], places.count(parts["film"], state.unit)
    items: list[Item] = [Panel(parts["panel"])]
    fade: FadeValue | None = results.value("fade", FadeValue) if len(shown.anchors) > 1 else None
    values: list[WayValue | FadeValue | None] = [*(ways.get(kind) for kind in KINDS), fade]
    lines = zip((*KINDS, ""), places.rows(parts["labels"], u), places.rows(film, u), values, strict=True)
    for kind, label, row, value in lines:
        items += _label(state, label, kind, shown.kind, value)
        if value is not None:
            pictures = _few(value, number)
            gap = places.between(u)
            items.append(Film(row, pictures, number, gap, ends=True, smooth=state.smooth, secret=True))
            continue
        failure = results.failure(kind or "fade")
        said = failure.message if failure else ""
        if not said and len(shown.anchors) > 1 and kind == DATA:
            count = len(world[state.models[0]].latents)
            said = f"Finding out which of {count:,} samples are neighbours, once for this model."
        items.append(Text(row, said, "small", "muted", "centre"))
    if len(shown.anchors) < 2:
        items.append(Text(film, "The ways between the places you click appear here.", "body", "muted", "centre"))
    if values[0] is not None:
        items.append(_outline(places.window(film, u, shown.head), parts["panel"], max(2, round(2 * u))))
    return items


def _label(state: State, rect: Rect, kind: str, chosen: str, value: WayValue | FadeValue | None) -> list[Item]:
    """Return the label of a row: its title, its colour on map and chart, and its mean plausibility."""
    u = state.unit
    swatch, rest = rect.left(round(30 * u), round(8 * u))
    title = TITLES.get(kind, FADE)
    colour = "text" if kind == chosen or not kind else "muted"
    items = _swatch(swatch, kind, u) if kind else []
    if rect.height < 36 * u:
        return [*items, Text(rest, title, "small", colour, bold=kind == chosen)]
    # two lines, together in the middle of the row
    line = round(19 * u)
    upper, lower = rest.inset(0).top((rest.height - 2 * line) // 2)[1].top(line)
    said = _figures(value) if isinstance(value, WayValue) else "" if kind else "no latent space"
    return [
        *items,
        Text(upper, title, "body", colour, bold=kind == chosen),
        map_panel.caption(lower.top(line)[0], said, short=said.split(",")[0]),
    ]


def _figures(way: WayValue) -> str:
    touched = f", {way.touched} samples" if way.touched else ""
    return f"{way.mean:.0%} plausible{touched}"


def _swatch(rect: Rect, kind: str, u: float) -> list[Item]:
    """Return a sample of the line that draws a path on the map."""
    y = rect.centre[1]
    line = ((rect.x + 2.0, y), (rect.right - 2.0, y))
    dashed = kind == SPHERICAL
    return [Line(line, rect, COLOURS[kind], max(2, round((2 if dashed else 3) * u)), dashed=dashed)]


def _outline(rect: Rect, clip: Rect, width: int) -> Line:
    left, right, top, bottom = rect.x, rect.right, rect.y, rect.bottom
    return Line(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), clip, "text", width)


@lru_cache(maxsize=32)
def _few(value: WayValue | FadeValue, number: int) -> tuple[Picture, ...]:
    """Return `count` pictures at equal distances along the path, both ends included."""
    some = np.linspace(0, len(value.pictures) - 1, number).round().astype(int)
    return tuple(value.pictures[i] for i in some)


def _index(share: float, number: int) -> int:
    return min(max(round(share * (number - 1)), 0), number - 1)


def _way(results: Results, kind: str) -> WayValue | None:
    way: WayValue | None = results.value(kind, WayValue)
    return way
