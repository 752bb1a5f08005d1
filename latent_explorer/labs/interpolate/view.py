"""View of Interpolate: the paths on the map, the current pictures, the chart, and the film strip of all paths."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.checkpoint.interpolation import DATA, KINDS, LINEAR, SPHERICAL
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Dot, MapPosition, Picture
from latent_explorer.labs.interpolate import anchors
from latent_explorer.labs.interpolate import layout as places
from latent_explorer.labs.interpolate.anchors import DOT_HIT_RADIUS, ResolvedAnchor
from latent_explorer.labs.interpolate.queries import CrossFadeValue, InterpolationPathValue, ProjectedPathValue
from latent_explorer.scene import map_panel, map_path, realism
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Px
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import CornerNote, FilmStrip, Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr, tr_count

TITLES = {LINEAR: mark("Linear"), SPHERICAL: mark("Spherical"), DATA: mark("Through the data")}
COLOURS = {LINEAR: "accent", SPHERICAL: "second", DATA: "third"}
SHORT_TITLES = {DATA: mark("Data")}
CROSS_FADE_TITLE, SHORT_FADE_TITLE = mark("Pixel cross-fade"), mark("Cross-fade")
CHART_TITLE, CODES_TITLE = mark("Plausibility along the way, %"), mark("Near samples, smoothed, %")
"""Of pictures that are judged, and where there is no judge of them."""
CHART_ENDS = np.array([0.0, 1.0])
UNUSUAL_PERCENT = np.array([100 * USUAL_SHARE, 100 * USUAL_SHARE])
"""Plausibility in per cent, at the ends of the chart, below which a picture is unlike the data."""
BADGE_RADIUS = 10
"""Radius of an anchor's badge, in design pixels."""
EXPORT_STRIP_LENGTH = 13
"""Number of pictures in a row of an exported strip."""
Anchors = tuple[ResolvedAnchor, ...]
PathValue = InterpolationPathValue | CrossFadeValue


def make_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    """Return everything beside the map, for the anchors `placed`."""
    frame = _without_old_paths(frame, placed)
    return _make_moment_items(frame, placed) + _make_chart_items(frame, placed) + _make_film_items(frame, placed)


def _without_old_paths(frame: Frame[Any], placed: Anchors) -> Frame[Any]:
    """Return the frame without the answers to earlier questions if there is no path to ask for."""
    return frame if len(placed) > 1 else replace(frame, results=Results())


def _find_path(results: Results, kind: str) -> InterpolationPathValue | None:
    return results.get_value(kind, InterpolationPathValue)


def make_chart(
    rect: Rect,
    ui_scale: float,
    series: tuple[Series, ...] = (),
    cursors: tuple[Cursor, ...] = (),
    title: str = CHART_TITLE,
) -> Chart:
    """Return the chart of plausibility along the path; without series only its geometry."""
    beside = Axis("", 0.0, 1.0, ticks=(-1.0,))  # no numbers: the anchors' letters are below the axis
    return Chart(
        rect, series, beside, Axis("", 0.0, 100.0, ticks=(0.0, 50.0, 100.0)), tr(title), cursors, ui_scale=ui_scale
    )


def _name_fade(state: State) -> str:
    return tr(CROSS_FADE_TITLE if state.get_checkpoint(0).sample_kind.has_pixels else SHORT_FADE_TITLE)


def make_film_export(state: State, results: Results, seconds: float, there_and_back: bool) -> FilmExport | None:
    """Return the film export of all rows, None until all of them are available."""
    rows = []
    for kind in KINDS:
        path = _find_path(results, kind)
        if path is None:
            return None
        rows.append(FilmRow(tr(TITLES[kind]), _describe_path(path), path.pictures))
    fade = results.get_value("fade", CrossFadeValue)
    if fade is None:
        return None
    rows.append(FilmRow(_name_fade(state), "", fade.pictures))
    look = state.preferences.theme == "dark", state.preferences.smooth_pixels
    return FilmExport("interpolate", tuple(rows), EXPORT_STRIP_LENGTH, seconds, there_and_back, *look)


# -- the map --------------------------------------------------------------------------------------------


def make_map_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    frame = _without_old_paths(frame, placed)
    state, (rect,), items = frame.state, frame.layout.maps, list[Item]()
    hover, scale = state.pointer.hover, state.marker_scale
    if hover is not None and hover.dot_px <= DOT_HIT_RADIUS * scale and frame.own.passing.dragged_anchor < 0:
        items.append(map_panel.make_dot_marker(state, 0, hover.dot, rect, "muted"))
    if state.map_task.transition is None:
        items += _make_path_items(frame)
        ties = _find_ties(frame, placed).values()
        items += [Line(tie, rect, "text", max(1, round(1.5 * scale)), dashed=True) for tie in ties]
        items += [Marker(code, rect, "text", round(6 * scale)) for _, code in ties]
    for anchor in placed:
        px = _find_anchor_px(anchor, state, rect)
        if px is not None:
            items.append(Marker(px, rect, "text", round(BADGE_RADIUS * scale), anchor.letter, filled=True))
    return items


def _make_path_items(frame: Frame[Any]) -> list[Item]:
    """Return the paths where the map puts their codes, the selected one last and thickest, and the current point on
    each; how the map jumps is drawn for the selected one alone."""
    (rect,), chosen, scale = frame.layout.maps, frame.own.shown, frame.state.marker_scale
    lines, heads, notes = list[Item](), list[Item](), list[Item]()
    for kind in sorted(KINDS, key=lambda kind: kind == chosen):
        route, colour = _find_projected_path(frame, kind), COLOURS[kind]
        if route is None:
            continue
        points = _to_pixels(route, frame.state.get_camera(0), rect)
        head = points[_to_index(frame.own.passing.head, len(points))]
        width, size = (4, 7) if kind == chosen else (2, 5)
        if kind == chosen:
            heads += _make_picture_markers(frame, points, colour)
        jumps, wide = (
            _find_jumps(route, frame.checkpoint.maps[route.map_name].dot_spacing),
            max(2, round(width * scale)),
        )
        lines += map_path.make_items(points, jumps, rect, colour, wide, show_jumps=kind == chosen)
        if kind == chosen and jumps.any():
            notes = [CornerNote(rect, (tr(map_path.JUMPS_EXPLAINED),), at_bottom=False)]
        heads.append(Marker(head, rect, colour, round(size * scale), filled=True))
    return [*lines, *heads, *notes]


def _make_picture_markers(frame: Frame[Any], points: tuple[Px, ...], colour: str) -> list[Item]:
    """Return markers for the pictures of the film strip: many of them on one spot indicate a jump of the map."""
    (rect,), aspect = frame.layout.maps, frame.checkpoint.picture_aspect
    count = places.count_pictures(frame.layout.parts["film"], frame.ui_scale, aspect)
    chosen = (points[_to_index(i / (count - 1), len(points))] for i in range(count))
    size = max(2, round(3 * frame.state.marker_scale))
    apart = dict.fromkeys((float(round(x)), float(round(y))) for x, y in chosen)
    return [Marker(px, rect, colour, size, filled=True) for px in apart]


def find_hovered_tie(frame: Frame[Any], placed: Anchors) -> str:
    """Return the letter of the tied anchor under the mouse; empty if there is none."""
    state, (rect,), tied = frame.state, frame.layout.maps, _find_ties(frame, placed)
    hover = state.pointer.hover
    number = anchors.find_anchor_under_mouse(hover.xy, placed, state, rect) if hover and tied else None
    return next((one.letter for one in placed if one.number == number and one.letter in tied), "")


def _find_ties(frame: Frame[Any], placed: Anchors) -> dict[str, tuple[Px, Px]]:
    """Return, by the letter of each anchor on empty map, its position and the projection of its latent if that lies
    elsewhere: a tie joins the two, since the path begins at the latter."""
    state, (rect,), route = frame.state, frame.layout.maps, _find_projected_path(frame, LINEAR)
    if route is None or len(route.stops) != len(placed):
        return {}
    ties, dragged = {}, frame.own.passing.dragged_anchor
    for anchor, stop, (x, y) in zip(placed, route.stops, route.stop_positions, strict=True):
        # while an anchor is dragged, its newest latent is one frame behind
        if not isinstance(stop, MapPosition) or (stop != anchor.stop and anchor.number != dragged):
            continue
        px, code = _find_anchor_px(anchor, state, rect), state.get_camera(0).to_px((float(x), float(y)), rect)
        if px is not None and np.hypot(code[0] - px[0], code[1] - px[1]) > BADGE_RADIUS * state.marker_scale:
            ties[anchor.letter] = px, code
    return ties


def _find_projected_path(frame: Frame[Any], kind: str) -> ProjectedPathValue | None:
    route = frame.results.get_value(f"route {kind}", ProjectedPathValue)
    return route if route is not None and route.map_name == frame.state.get_map_name(0) else None


@remember(16)
def _to_pixels(projected_path: ProjectedPathValue, camera: Camera, rect: Rect) -> tuple[Px, ...]:
    return tuple(camera.to_px((float(x), float(y)), rect) for x, y in projected_path.xy)


@remember(16)
def _find_jumps(projected_path: ProjectedPathValue, dot_spacing: float) -> NDArray[np.bool_]:
    return map_path.find_jumps(projected_path.xy, dot_spacing)


def _find_anchor_px(anchor: ResolvedAnchor, state: State, rect: Rect) -> Px | None:
    """Return the pixel of an anchor; None for the user image, which the window marks itself."""
    if isinstance(anchor.stop, Dot):
        return map_panel.get_dot_px(state, 0, anchor.stop.dot, rect)
    return None if anchor.xy is None else state.get_camera(0).to_px(anchor.xy, rect)


# -- the current pictures -------------------------------------------------------------------------------


def _make_moment_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    """Return the picture of the selected path beside that of the cross-fade, each with its description."""
    parts, u, kind = frame.layout.parts, frame.ui_scale, frame.own.shown
    swatch, named = parts["picture name"].split_left(round(30 * u), round(8 * u))
    return [
        *_make_swatch(swatch, kind, u),
        Text(named, tr(TITLES[kind]), "body", "text", bold=True, short=tr(SHORT_TITLES.get(kind, ""))),
        Text(parts["fade name"], _name_fade(frame.state), "body", "text", bold=True, short=tr(SHORT_FADE_TITLE)),
        *_make_path_picture_items(frame, placed),
        *_make_fade_items(frame, placed),
    ]


def _make_path_picture_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    parts, path = frame.layout.parts, _find_path(frame.results, frame.own.shown)
    if path is None:
        return frame.wait_for(parts["picture"], frame.own.shown, "" if len(placed) > 1 else tr("No way yet."))
    at = _to_index(frame.own.passing.head, len(path.pictures))
    gaps, plausibility = float(path.gaps[at]), float(path.plausibility[at])
    plausible = _describe_share(plausibility, path.judged)
    verdict = realism.judge(plausibility if path.judged else None, gaps, frame.checkpoint.neighbours.far_threshold)
    if path.judged:
        text = tr(
            "{share:.0%} plausible; code {gaps:.1f} sample gaps from the nearest sample's",
            share=plausibility, gaps=gaps,
        )  # fmt: skip
    else:
        text = tr(
            "{share:.0%} near samples; code {gaps:.1f} sample gaps from the nearest sample's",
            share=plausibility, gaps=gaps,
        )  # fmt: skip
    return [
        Image(parts["picture"], path.pictures[at], verdict.colour, reveals_answer=True),
        *realism.make_items(parts["picture lamp"], verdict, "title"),
        make_caption(parts["picture said"], text, short=plausible, reveals_answer=True),
    ]


def _make_fade_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    parts, fade = frame.layout.parts, frame.results.get_value("fade", CrossFadeValue)
    if fade is None or not any(_find_path(frame.results, kind) for kind in KINDS):
        return [Panel(parts["fade"])]
    head = frame.own.passing.head
    along = head * (len(placed) - 1)
    leg = min(int(along), len(placed) - 2)
    share, first, second = along - leg, placed[leg].letter, placed[leg + 1].letter
    shares = {"first_share": 1 - share, "first": first, "second_share": share, "second": second}
    mix = tr("{first_share:.0%} of {first} + {second_share:.0%} of {second}", **shares)
    short = tr("{first_share:.0%} {first}, {second_share:.0%} {second}", **shares)
    text = tr("two pictures over each other; no latent space")
    picture = fade.pictures[_to_index(head, len(fade.pictures))]
    return [
        Image(parts["fade"], picture, "line", reveals_answer=True),
        Text(parts["fade lamp"], mix, "title", "muted", short=short),
        make_caption(parts["fade said"], text, short=tr("no latent space")),
    ]


def _make_chart_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    rect, u, chosen = frame.get_part("chart"), frame.ui_scale, frame.own.shown
    if rect is None:
        return []
    ordered = sorted(KINDS, key=lambda kind: kind == chosen)
    paths = {kind: path for kind in ordered if (path := _find_path(frame.results, kind)) is not None}
    if not paths:
        text = tr("How plausible each moment of the way is, or how near its code is to samples, appears here.")
        return [Panel(rect), Text(rect.inset(round(8 * u)), text, "small", "muted", "centre", wrap=True)]
    judged = all(path.judged for path in paths.values())
    series = [Series(CHART_ENDS, UNUSUAL_PERCENT, "warn", "area", width=1)] if judged else []
    for kind, path in paths.items():
        width = 3 if kind == chosen else 2
        curve = Series(path.positions, path.plausibility_percent, COLOURS[kind], width=width, reveals_answer=True)
        series.append(curve)
    cursors = (Cursor(frame.own.passing.head, "text"),)
    chart = make_chart(rect, u, tuple(series), cursors, CHART_TITLE if judged else CODES_TITLE)
    items: list[Item] = [chart]
    if chart.curves_only:
        return items
    plot, side, floor = chart.plot, round(40 * u), round(chart.to_px(0.0, UNUSUAL_PERCENT[0])[1])
    band = Rect(plot.x, floor, plot.width, plot.bottom - floor)
    if judged and band.height >= round(16 * u):
        items.append(Text(band.inset(round(4 * u)), tr("unlike the data"), "small", "text"))
    for number, anchor in enumerate(placed):
        x = round(chart.to_px(number / (len(placed) - 1), 0.0)[0])
        below = Rect(x - side // 2, plot.bottom + round(3 * u), side, round(18 * u))
        items.append(Text(below, anchor.letter, "small", "text", "centre", bold=True))
    return items


# -- the film -------------------------------------------------------------------------------------------


def _make_film_items(frame: Frame[Any], placed: Anchors) -> list[Item]:
    parts, u, results = frame.layout.parts, frame.ui_scale, frame.results
    film, panel = parts["film"], parts["panel"]
    aspect, gap, items = frame.checkpoint.picture_aspect, places.compute_gap(u), list[Item]()
    count = places.count_pictures(film, u, aspect)
    items.append(Panel(panel))
    values: list[PathValue | None] = [*(_find_path(results, kind) for kind in KINDS)]
    values.append(results.get_value("fade", CrossFadeValue))
    rows = zip((*KINDS, ""), places.split_rows(parts["labels"], u), places.split_rows(film, u), values, strict=True)
    for kind, label, row, value in rows:
        items += _make_label_items(frame, label, kind, value)
        if value is not None:
            pictures = _select_pictures(value, count)
            items.append(FilmStrip(row, pictures, count, gap, outlined_ends=True, reveals_answer=True))
            continue
        failure = results.get_failure(kind or "fade")
        text = tr(failure.message) if failure else ""
        if not text and len(placed) > 1 and kind == DATA:
            samples = len(frame.checkpoint.latents)
            text = tr("Finding out which of {count:,} samples are neighbours, once for this model.", count=samples)
        items.append(Text(row, text, "small", "muted", "centre"))
    if len(placed) < 2:
        items.append(Text(film, tr("The ways between the places you click appear here."), "body", "muted", "centre"))
    if values[0] is not None:
        window = places.place_window(film, u, frame.own.passing.head, aspect)
        items.append(_make_outline(window, panel, max(2, round(2 * u))))
    return items


def _make_label_items(frame: Frame[Any], rect: Rect, kind: str, value: PathValue | None) -> list[Item]:
    """Return the label of a row: its title, its colour on map and chart, and its mean plausibility."""
    u, title, is_chosen = frame.ui_scale, tr(TITLES[kind]) if kind else _name_fade(frame.state), kind == frame.own.shown
    swatch, rest = rect.split_left(round(30 * u), round(8 * u))
    colour = "text" if is_chosen or not kind else "muted"
    items = _make_swatch(swatch, kind, u) if kind else []
    if rect.height < 36 * u:
        return [*items, Text(rest, title, "small", colour, bold=is_chosen)]
    # two lines, together in the middle of the row
    line = round(19 * u)
    upper, lower = rest.split_top((rest.height - 2 * line) // 2)[1].split_top(line)
    text = short = "" if kind else tr("no latent space")
    if isinstance(value, InterpolationPathValue):
        text, short = _describe_path(value), _describe_share(value.mean_plausibility, value.judged)
    caption = make_caption(lower.split_top(line)[0], text, short=short, reveals_answer=bool(kind))
    return [*items, Text(upper, title, "body", colour, bold=is_chosen), caption]


def _describe_path(path: InterpolationPathValue) -> str:
    share, count = path.mean_plausibility, path.sample_count
    if not count:
        return _describe_share(share, path.judged)
    samples = tr_count("{count} sample", "{count} samples", count)
    return f"{_describe_share(share, path.judged)}, {samples}"


def _describe_share(share: float, judged: bool) -> str:
    """Return how plausible pictures are or, where nothing judges them, how near the codes are to samples."""
    return tr("{share:.0%} plausible", share=share) if judged else tr("{share:.0%} near samples", share=share)


def _make_swatch(rect: Rect, kind: str, ui_scale: float) -> list[Item]:
    """Return a sample of the line that draws a path on the map."""
    y = rect.centre[1]
    line = ((rect.x + 2.0, y), (rect.right - 2.0, y))
    return [Line(line, rect, COLOURS[kind], max(2, round(3 * ui_scale)))]


def _make_outline(rect: Rect, clip: Rect, width: int) -> Line:
    left, right, top, bottom = rect.x, rect.right, rect.y, rect.bottom
    return Line(((left, top), (right, top), (right, bottom), (left, bottom), (left, top)), clip, "text", width)


@remember(32)
def _select_pictures(value: PathValue, count: int) -> tuple[Picture, ...]:
    """Return `count` pictures at equal distances along the path, both ends included."""
    index = np.linspace(0, len(value.pictures) - 1, count).round().astype(int)
    return tuple(value.pictures[i] for i in index)


def _to_index(share: float, count: int) -> int:
    return min(max(round(share * (count - 1)), 0), count - 1)
