"""View of Interpolate: the paths on the map, the current pictures, the chart, and the film strip of all paths."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.labs.interpolate import anchors
from latent_explorer.labs.interpolate import layout as places
from latent_explorer.labs.interpolate.anchors import DOT_HIT_RADIUS, ResolvedAnchor
from latent_explorer.labs.interpolate.queries import (
    DATA,
    KINDS,
    LINEAR,
    SPHERICAL,
    CrossFadeValue,
    InterpolationPathValue,
    MapPosition,
    ProjectedPathValue,
)
from latent_explorer.scene import map_layers, map_panel, realism
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Px
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.items import FilmStrip, Image, Item, Line, Marker, Panel, Text, View
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

TITLES = {LINEAR: "Linear", SPHERICAL: "Spherical", DATA: "Through the data"}
COLOURS = {LINEAR: "accent", SPHERICAL: "second", DATA: "third"}
SHORT_TITLES = {DATA: "Data"}
CROSS_FADE_TITLE = "Pixel cross-fade"
CHART_ENDS = np.array([0.0, 1.0])
OFF_DATA_PERCENT = np.array([10.0, 10.0])
"""Plausibility in per cent, at the ends of the chart, below which a latent counts as off the data."""
BADGE_RADIUS = 10
"""Radius of an anchor's badge, in design pixels."""
EXPORT_STRIP_LENGTH = 13
"""Number of pictures in a row of an exported strip."""


@dataclass(frozen=True)
class InterpolateViewModel:
    anchors: tuple[ResolvedAnchor, ...]
    kind: str
    """Kind of the path with the large picture."""
    head: float
    """Position along the path, 0 to 1."""
    dragged_anchor: int
    """Number of the anchor being dragged; -1 for none."""


def make_view(state: State, layout: Layout, view_model: InterpolateViewModel, hint: str, results: Results) -> View:
    items = map_panel.shared_items(state, layout.hint, layout.legend, hint, 1)
    items += map_layers.make_legend_items(state, layout, results, 1)
    items += map_layers.make_map_items(state, 0, layout.maps[0], results, 1)
    ways: dict[str, InterpolationPathValue] = {
        kind: found for kind in KINDS if (found := _find_path(results, kind)) is not None
    }
    enough = len(view_model.anchors) > 1
    items += _make_map_items(state, layout, view_model, results if enough else Results())
    items += _make_moment_items(state, layout, view_model, ways if enough else {}, results)
    if "chart" in layout.parts:
        items += _make_chart_items(state, layout.parts["chart"], view_model, ways if enough else {})
    return (*items, *_make_film_items(state, layout, view_model, ways if enough else {}, results))


def make_chart(rect: Rect, u: float, series: tuple[Series, ...] = (), cursors: tuple[Cursor, ...] = ()) -> Chart:
    """Return the chart of plausibility along the path; without series only its geometry."""
    beside = Axis("", 0.0, 1.0, ticks=(-1.0,))  # no numbers: the anchors' letters are below the axis
    return Chart(rect, series, beside, Axis("", 0.0, 100.0, ticks=(0.0, 50.0, 100.0)), CHART_TITLE, cursors, ui_scale=u)


CHART_TITLE = "Plausibility along the way, %"


def make_film_export(state: State, results: Results, seconds: float, there_and_back: bool) -> FilmExport | None:
    """Return the film export of all rows, None until all of them are available."""
    rows = []
    for kind in KINDS:
        way = _find_path(results, kind)
        if way is None:
            return None
        rows.append(FilmRow(TITLES[kind], _describe_path(way), way.pictures))
    fade: CrossFadeValue | None = results.get_value("fade", CrossFadeValue)
    if fade is None:
        return None
    rows.append(FilmRow(CROSS_FADE_TITLE, "", fade.pictures))
    return FilmExport(
        "interpolate",
        tuple(rows),
        EXPORT_STRIP_LENGTH,
        seconds,
        there_and_back,
        state.preferences.theme == "dark",
        state.preferences.smooth_pixels,
    )


# -- the map --------------------------------------------------------------------------------------------


def _make_map_items(state: State, layout: Layout, view_model: InterpolateViewModel, results: Results) -> list[Item]:
    rect, items = layout.maps[0], list[Item]()
    hover = state.pointer.hover
    if hover is not None and hover.dot_px <= DOT_HIT_RADIUS * state.marker_scale and view_model.dragged_anchor < 0:
        items.append(map_panel.dot_marker(state, 0, hover.dot, rect, "muted"))
    if state.map_task.transition is None:
        items += _make_path_items(state, layout, view_model, results)
        items += _make_tie_items(state, rect, view_model, results)
    size = round(BADGE_RADIUS * state.marker_scale)
    for anchor in view_model.anchors:
        px = _find_anchor_px(anchor, state, rect)
        if px is not None:
            items.append(Marker(px, rect, "text", size, anchor.letter, filled=True))
    return items


def _make_path_items(state: State, layout: Layout, view_model: InterpolateViewModel, results: Results) -> list[Item]:
    """Return the paths projected onto the map, the selected one last and thickest, and the current point on each."""
    rect, camera, lines, heads = layout.maps[0], state.get_camera(0), list[Item](), list[Item]()
    for kind in sorted(KINDS, key=lambda kind: kind == view_model.kind):
        route = _find_projected_path(state, results, kind)
        if route is None:
            continue
        points = _to_pixels(route, camera, rect)
        if kind == view_model.kind:
            heads += _make_picture_markers(
                route, camera, rect, places.count_pictures(layout.parts["film"], state.ui_scale), COLOURS[kind], state
            )
        width = max(2, round((4 if kind == view_model.kind else 2) * state.marker_scale))
        lines.append(Line(points, rect, COLOURS[kind], width, dashed=kind == SPHERICAL))
        big = round((7 if kind == view_model.kind else 5) * state.marker_scale)
        heads.append(Marker(points[_to_index(view_model.head, len(points))], rect, COLOURS[kind], big, filled=True))
    return [*lines, *heads]


def _make_tie_items(state: State, rect: Rect, view_model: InterpolateViewModel, results: Results) -> list[Item]:
    width, size = max(1, round(1.5 * state.marker_scale)), round(6 * state.marker_scale)
    ends = _find_ties(state, rect, view_model, results).values()
    lines: list[Item] = [Line(tie, rect, "text", width, dashed=True) for tie in ends]
    return [*lines, *(Marker(code, rect, "text", size) for _, code in ends)]


def find_hovered_tie(state: State, rect: Rect, view_model: InterpolateViewModel, results: Results) -> str:
    """Return the letter of the tied anchor under the mouse; empty if there is none."""
    hover, tied = state.pointer.hover, _find_ties(state, rect, view_model, results)
    number = anchors.anchor_under_mouse(hover.xy, view_model.anchors, state, rect) if hover and tied else None
    return next((one.letter for one in view_model.anchors if one.number == number and one.letter in tied), "")


def _find_ties(
    state: State, rect: Rect, view_model: InterpolateViewModel, results: Results
) -> dict[str, tuple[Px, Px]]:
    """Return, by the letter of each anchor on empty map, its position and the projection of its latent if that lies
    elsewhere: a tie joins the two, since the path begins at the latter."""
    route, camera = _find_projected_path(state, results, LINEAR), state.get_camera(0)
    if route is None or len(route.stops) != len(view_model.anchors):
        return {}
    found = {}
    for anchor, stop, (x, y) in zip(view_model.anchors, route.stops, route.stop_positions, strict=True):
        # while an anchor is dragged, its newest latent is one frame behind
        if not isinstance(stop, MapPosition) or (stop != anchor.stop and anchor.number != view_model.dragged_anchor):
            continue
        px, code = _find_anchor_px(anchor, state, rect), camera.to_px((float(x), float(y)), rect)
        if px is not None and np.hypot(code[0] - px[0], code[1] - px[1]) > BADGE_RADIUS * state.marker_scale:
            found[anchor.letter] = px, code
    return found


def _make_picture_markers(
    projected_path: ProjectedPathValue, camera: Camera, rect: Rect, count: int, colour: str, state: State
) -> list[Item]:
    """Return markers for the pictures of the film strip: many of them on one spot indicate a jump of the map."""
    points = _to_pixels(projected_path, camera, rect)
    some = dict.fromkeys(
        (round(x), round(y)) for x, y in (points[_to_index(i / (count - 1), len(points))] for i in range(count))
    )
    return [
        Marker((float(x), float(y)), rect, colour, max(2, round(3 * state.marker_scale)), filled=True) for x, y in some
    ]


def _find_projected_path(state: State, results: Results, kind: str) -> ProjectedPathValue | None:
    route: ProjectedPathValue | None = results.get_value(f"route {kind}", ProjectedPathValue)
    return route if route is not None and route.map_name == state.get_map_name(0) else None


@lru_cache(maxsize=16)
def _to_pixels(projected_path: ProjectedPathValue, camera: Camera, rect: Rect) -> tuple[Px, ...]:
    return tuple(camera.to_px((float(x), float(y)), rect) for x, y in projected_path.xy)


def _find_anchor_px(anchor: ResolvedAnchor, state: State, rect: Rect) -> Px | None:
    """Return the pixel of an anchor; None for the user image, which the window marks itself."""
    if isinstance(anchor.stop, Dot):
        return map_panel.get_dot_px(state, 0, anchor.stop.dot, rect)
    return None if anchor.xy is None else state.get_camera(0).to_px(anchor.xy, rect)


# -- the current pictures -------------------------------------------------------------------------------


def _make_moment_items(
    state: State,
    layout: Layout,
    view_model: InterpolateViewModel,
    paths: dict[str, InterpolationPathValue],
    results: Results,
) -> list[Item]:
    """Return the picture of the selected path beside that of the cross-fade, each with its description."""
    parts, u = layout.parts, state.ui_scale
    way, fade = paths.get(view_model.kind), results.get_value("fade", CrossFadeValue) if paths else None
    swatch, named = parts["picture name"].split_left(round(30 * u), round(8 * u))
    items: list[Item] = [
        *_make_swatch(swatch, view_model.kind, u),
        Text(named, TITLES[view_model.kind], "body", "text", bold=True, short=SHORT_TITLES.get(view_model.kind, "")),
        Text(parts["fade name"], CROSS_FADE_TITLE, "body", "text", bold=True, short="Cross-fade"),
    ]
    if way is None:
        failure = results.get_failure(view_model.kind)
        said = (
            failure.message
            if failure
            else state.status.loading or ("" if len(view_model.anchors) > 1 else "No way yet.")
        )
        inside = parts["picture"].inset(round(6 * u))
        items += [Panel(parts["picture"]), Text(inside, said, "small", "muted", "centre", wrap=True)]
    else:
        at = _to_index(view_model.head, len(way.pictures))
        verdict = realism.realism_of_latent(float(way.gaps[at]), float(way.agreement[at]))
        items.append(Image(parts["picture"], way.pictures[at], verdict.colour, reveals_answer=True))
        items += realism.make_items(parts["picture lamp"], verdict, "title")
        plausible = f"{way.plausibility[at]:.0%} plausible"
        said = f"{plausible}, {way.gaps[at]:.1f} sample gaps from the data"
        items.append(map_panel.make_caption(parts["picture said"], said, short=plausible))
    if fade is None:
        return [*items, Panel(parts["fade"])]
    at = _to_index(view_model.head, len(fade.pictures))
    items.append(Image(parts["fade"], fade.pictures[at], "line", reveals_answer=True))
    if len(view_model.anchors) > 1:
        along = view_model.head * (len(view_model.anchors) - 1)
        leg = min(int(along), len(view_model.anchors) - 2)
        first, second = view_model.anchors[leg].letter, view_model.anchors[leg + 1].letter
        share = along - leg
        said = f"{1 - share:.0%} of {first} + {share:.0%} of {second}"
        items.append(Text(parts["fade lamp"], said, "title", "muted", short=f"{share:.0%} of {second}"))
        said = "two pictures over each other; no latent space"
        items.append(map_panel.make_caption(parts["fade said"], said, short="no latent space"))
    return items


def _make_chart_items(
    state: State, rect: Rect, view_model: InterpolateViewModel, paths: dict[str, InterpolationPathValue]
) -> list[Item]:
    if not paths:
        inside = rect.inset(round(8 * state.ui_scale))
        said = "How plausible each moment of the way is appears here."
        return [Panel(rect), Text(inside, said, "small", "muted", "centre", wrap=True)]
    order = sorted(paths, key=lambda kind: kind == view_model.kind)
    curves = tuple(
        Series(
            paths[kind].positions,
            paths[kind].plausibility_percent,
            COLOURS[kind],
            width=3 if kind == view_model.kind else 2,
        )
        for kind in order
    )
    drawn = make_chart(
        rect,
        state.ui_scale,
        (Series(CHART_ENDS, OFF_DATA_PERCENT, "warn", "area", width=1), *curves),
        (Cursor(view_model.head, "text"),),
    )
    items: list[Item] = [drawn]
    if drawn.curves_only:
        return items
    side, line = round(40 * state.ui_scale), round(18 * state.ui_scale)
    floor = drawn.to_px(0.0, OFF_DATA_PERCENT[0])
    band = Rect(drawn.plot.x, round(floor[1]), drawn.plot.width, drawn.plot.bottom - round(floor[1]))
    if band.height >= round(16 * state.ui_scale):
        items.append(Text(band.inset(round(4 * state.ui_scale)), "off the data", "small", "text"))
    for number, anchor in enumerate(view_model.anchors):
        x = round(drawn.to_px(number / (len(view_model.anchors) - 1), 0.0)[0])
        below = Rect(x - side // 2, drawn.plot.bottom + round(3 * state.ui_scale), side, line)
        items.append(Text(below, anchor.letter, "small", "text", "centre", bold=True))
    return items


# -- the film -------------------------------------------------------------------------------------------


def _make_film_items(
    state: State,
    layout: Layout,
    view_model: InterpolateViewModel,
    paths: dict[str, InterpolationPathValue],
    results: Results,
) -> list[Item]:
    parts, u = layout.parts, state.ui_scale
    film, number = parts["film"], places.count_pictures(parts["film"], state.ui_scale)
    items: list[Item] = [Panel(parts["panel"])]
    fade: CrossFadeValue | None = results.get_value("fade", CrossFadeValue) if len(view_model.anchors) > 1 else None
    values: list[InterpolationPathValue | CrossFadeValue | None] = [*(paths.get(kind) for kind in KINDS), fade]
    lines = zip((*KINDS, ""), places.split_rows(parts["labels"], u), places.split_rows(film, u), values, strict=True)
    for kind, label, row, value in lines:
        items += _make_label_items(state, label, kind, view_model.kind, value)
        if value is not None:
            pictures = _select_pictures(value, number)
            gap = places.compute_gap(u)
            items.append(FilmStrip(row, pictures, number, gap, outlined_ends=True, reveals_answer=True))
            continue
        failure = results.get_failure(kind or "fade")
        said = failure.message if failure else ""
        if not said and len(view_model.anchors) > 1 and kind == DATA:
            count = len(state.get_checkpoint(0).latents)
            said = f"Finding out which of {count:,} samples are neighbours, once for this model."
        items.append(Text(row, said, "small", "muted", "centre"))
    if len(view_model.anchors) < 2:
        items.append(Text(film, "The ways between the places you click appear here.", "body", "muted", "centre"))
    if values[0] is not None:
        items.append(_make_outline(places.place_window(film, u, view_model.head), parts["panel"], max(2, round(2 * u))))
    return items


def _make_label_items(
    state: State, rect: Rect, kind: str, chosen: str, value: InterpolationPathValue | CrossFadeValue | None
) -> list[Item]:
    """Return the label of a row: its title, its colour on map and chart, and its mean plausibility."""
    u = state.ui_scale
    swatch, rest = rect.split_left(round(30 * u), round(8 * u))
    title = TITLES.get(kind, CROSS_FADE_TITLE)
    colour = "text" if kind == chosen or not kind else "muted"
    items = _make_swatch(swatch, kind, u) if kind else []
    if rect.height < 36 * u:
        return [*items, Text(rest, title, "small", colour, bold=kind == chosen)]
    # two lines, together in the middle of the row
    line = round(19 * u)
    upper, lower = rest.inset(0).split_top((rest.height - 2 * line) // 2)[1].split_top(line)
    said = _describe_path(value) if isinstance(value, InterpolationPathValue) else "" if kind else "no latent space"
    return [
        *items,
        Text(upper, title, "body", colour, bold=kind == chosen),
        map_panel.make_caption(lower.split_top(line)[0], said, short=said.split(",")[0]),
    ]


def _describe_path(path: InterpolationPathValue) -> str:
    touched = f", {path.sample_count} samples" if path.sample_count else ""
    return f"{path.mean_plausibility:.0%} plausible{touched}"


def _make_swatch(rect: Rect, kind: str, u: float) -> list[Item]:
    """Return a sample of the line that draws a path on the map."""
    y = rect.centre[1]
    line = ((rect.x + 2.0, y), (rect.right - 2.0, y))
    dashed = kind == SPHERICAL
    return [Line(line, rect, COLOURS[kind], max(2, round((2 if dashed else 3) * u)), dashed=dashed)]


def _make_outline(rect: Rect, clip: Rect, width: int) -> Line:
    left, right, top, bottom = rect.x, rect.right, rect.y, rect.bottom
    return Line(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), clip, "text", width)


@lru_cache(maxsize=32)
def _select_pictures(value: InterpolationPathValue | CrossFadeValue, count: int) -> tuple[Picture, ...]:
    """Return `count` pictures at equal distances along the path, both ends included."""
    some = np.linspace(0, len(value.pictures) - 1, count).round().astype(int)
    return tuple(value.pictures[i] for i in some)


def _to_index(share: float, count: int) -> int:
    return min(max(round(share * (count - 1)), 0), count - 1)


def _find_path(results: Results, kind: str) -> InterpolationPathValue | None:
    way: InterpolationPathValue | None = results.get_value(kind, InterpolationPathValue)
    return way
