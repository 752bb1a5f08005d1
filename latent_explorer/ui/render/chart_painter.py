"""Draws a chart. Points are processed as arrays: a curve of 200 points costs a tenth of a millisecond."""

from dataclasses import replace
from itertools import pairwise, repeat

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.scene import ticks
from latent_explorer.scene.chart import Chart, Series
from latent_explorer.texts import get_language
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Colour, Theme, make_readable, mix

MAX_CACHED_CHARTS = 12
MAX_COORDINATE = 1e4
"""Pixels to which coordinates are clipped: pygame's coordinates are small integers."""


def paint(surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> None:
    """Draw `chart` inside its rectangle and inside the clip of `surface`.

    The whole chart is drawn on a separate sheet, since antialiased lines cut at a clip differ a little from whole ones.
    The sheet is cached without cursors and spots, which move with the mouse.
    """
    whole = to_box(chart.rect)
    if min(whole.size) < 4 or not whole.colliderect(surface.get_clip()):
        return
    there = replace(chart, rect=replace(chart.rect, x=0, y=0))
    if chart.background:
        corner = whole.clip(surface.get_rect()).topleft  # the corners are round: what the chart lies on is seen there
        sheet = _get_cached_sheet(there, theme, lettering, surface, tuple(surface.get_at(corner))).copy()
    else:
        sheet = pygame.Surface(whole.size, 0, surface)
        sheet.blit(surface, (0, 0), whole)
        _draw_static(sheet, there, theme, lettering)
    marks = _MarkPainter(sheet, there, theme, lettering)
    marks.draw_cursors()
    marks.draw_spots()
    surface.blit(sheet, whole)


_sheets: LeastRecentlyUsed[tuple[object, ...], tuple[Chart, pygame.Surface]] = LeastRecentlyUsed(MAX_CACHED_CHARTS)
"""Cached sheets with their charts; holding the chart keeps the ids of its arrays from being used again."""


def _get_cached_sheet(
    chart: Chart, theme: Theme, lettering: Lettering, target: pygame.Surface, ground: tuple[int, ...]
) -> pygame.Surface:
    """Return the chart without cursors and spots, in the pixel format of `target`; its corners are `ground`."""
    bare = replace(chart, cursors=(), spots=())
    key = (bare.identity, theme.name, get_language().code, lettering.ui_scale, target.get_bitsize(), ground)
    cached = _sheets.get(key)
    if cached is None:
        sheet = pygame.Surface(to_box(chart.rect).size, 0, target)
        sheet.fill(ground)
        _draw_static(sheet, bare, theme, lettering)
        cached = _sheets.put(key, (bare, sheet))
    return cached[1]


def _draw_static(sheet: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> None:
    """Draw axes, series and names."""
    if chart.background:
        pygame.draw.rect(sheet, theme[chart.background], sheet.get_rect(), border_radius=round(8 * chart.ui_scale))
    ground = theme[chart.background or "background"]
    inside = to_box(chart.plot).inflate(4, 4)
    sheet.set_clip(inside)
    for one in chart.series:
        _draw_filled(sheet, chart, one, mix(theme[one.colour], ground, 0.55 if one.kind == "area" else 0.3))
    sheet.set_clip(None)
    if not chart.curves_only:
        _draw_axes(sheet, chart, theme, lettering, _compute_grid_colour(chart, theme))
    sheet.set_clip(inside)
    for one in chart.series:
        _draw_series(sheet, chart, one, theme[one.colour])
    sheet.set_clip(None)
    if not chart.curves_only:
        _draw_names(sheet, chart, theme, lettering)


# -- series -------------------------------------------------------------------------------------------


def _draw_filled(surface: pygame.Surface, chart: Chart, series: Series, colour: Colour) -> None:
    """Draw what lies under the grid: bars, and the filled ground of an area."""
    if series.kind not in ("bars", "area") or not len(series.x):
        return
    floor = _compute_baseline(chart)
    if series.kind == "area":
        for run in _split_at_gaps(chart.compute_positions(series)):
            if len(run) > 1:
                pygame.draw.polygon(surface, colour, [*run.tolist(), (run[-1, 0], floor), (run[0, 0], floor)])
        return
    places = _filter_finite(chart.compute_positions(series))
    edges = _compute_bin_edges(places[:, 0])
    gap = 1 if len(edges) > 1 and (edges[1] - edges[0]) >= 4 else 0
    lefts, rights = np.rint(edges[:-1]).astype(int), np.rint(edges[1:]).astype(int) - gap
    tops = np.rint(np.minimum(places[:, 1], floor)).astype(int)
    tall = np.rint(np.abs(places[:, 1] - floor)).astype(int)
    visible = tall > 0
    boxes = np.stack([lefts, tops, np.maximum(1, rights - lefts), tall], axis=1)[visible]
    for box in boxes.tolist():
        surface.fill(colour, box)


def _draw_series(surface: pygame.Surface, chart: Chart, series: Series, colour: Colour) -> None:
    """Draw what lies over the grid: lines, steps and dots."""
    if series.kind == "bars" or not len(series.x):
        return
    width = max(1.0, series.width * chart.ui_scale)
    places = chart.compute_positions(series)
    if series.kind == "dots":
        places = _filter_finite(places)
        radius = max(2, round((series.width + 1) * chart.ui_scale))
        disc = pygame.Surface((2 * radius + 2, 2 * radius + 2), pygame.SRCALPHA)
        pygame.draw.aacircle(disc, colour, (radius + 1, radius + 1), radius)
        corners = np.rint(places - np.asarray(disc.get_size()) / 2).tolist()
        surface.fblits(list(zip(repeat(disc), corners, strict=False)))
        return
    for run in _split_at_gaps(places):
        if series.kind == "steps" and len(run):
            edges = _compute_bin_edges(run[:, 0])
            stairs = np.stack([np.repeat(edges, 2)[1:-1], np.repeat(run[:, 1], 2)], axis=1)
            floor = _compute_baseline(chart)
            run = np.concatenate([[(edges[0], floor)], stairs, [(edges[-1], floor)]])
        draw_curve(surface, colour, run, width)


def draw_curve(surface: pygame.Surface, colour: Colour, places: NDArray[np.floating], width: float) -> None:
    """Draw an antialiased line of any width through `places` (N, 2) as thin lines side by side."""
    if len(places) == 1:
        pygame.draw.aacircle(surface, colour, places[0].tolist(), max(1, round(width / 2)))
    if len(places) < 2:
        return
    passes = max(1, round(width))
    if passes == 1:
        pygame.draw.aalines(surface, colour, False, places.tolist())
        return
    along = np.gradient(places, axis=0)
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / length[:, None]
    reach = (width - 1) / 2
    for offset in np.linspace(-reach, reach, passes):
        pygame.draw.aalines(surface, colour, False, (places + across * offset).tolist())


def _split_at_gaps(places: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the pieces of a line between its gaps (non-finite points)."""
    finite = np.asarray(np.isfinite(places).all(axis=1))
    places = np.clip(places, -MAX_COORDINATE, MAX_COORDINATE)
    if finite.all():
        return [places]
    breaks = np.flatnonzero(np.diff(finite.astype(np.int8))) + 1
    limits = [0, *breaks.tolist(), len(places)]
    return [places[start:end] for start, end in pairwise(limits) if finite[start]]


def _filter_finite(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(places[np.isfinite(places).all(axis=1)], -MAX_COORDINATE, MAX_COORDINATE)


def _compute_bin_edges(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edges (N + 1,) of bins from their `centres` (N,)."""
    if len(centres) < 2:
        return np.array([*(centres - 6), *(centres + 6)])
    half = np.diff(centres) / 2
    return np.concatenate([[centres[0] - half[0]], centres[:-1] + half, [centres[-1] + half[-1]]])


def _compute_baseline(chart: Chart) -> float:
    """Return the pixel row of the baseline of bars and areas: at 0, or at the lower end of an axis without 0."""
    low, high = chart.y.ends
    return chart.to_px(chart.x.ends[0], low if chart.y.log else min(max(0.0, low), high))[1] + 1


# -- axes and names -----------------------------------------------------------------------------------


def _draw_axes(surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering, grid: Colour) -> None:
    plot, u = chart.plot, chart.ui_scale
    muted, space, thin = theme["muted"], round(5 * u), max(1, round(u))
    for value in chart.y.choose_ticks(chart.count_y_ticks(plot.height)):
        at = round(chart.to_px(chart.x.ends[0], value)[1])
        colour = theme["line"] if value == 0 else grid
        pygame.draw.line(surface, colour, (plot.x, at), (plot.right - 1, at), thin)
        text = lettering.render_line(ticks.format_tick(value), "small", muted)
        surface.blit(text, text.get_rect(midright=(plot.x - space, at)))
    end = chart.rect.right - round(6 * u)
    if chart.x.label:
        label = lettering.render_line(chart.x.label, "small", muted, width=plot.width)
        place = label.get_rect(topright=(plot.right, plot.bottom + round(4 * u)))
        if chart.has_x_label_row:
            place.y += round(18 * u)
        else:
            end = place.x - space
        surface.blit(label, place)
    free = chart.rect.x + 2
    for value in chart.x.choose_ticks(chart.max_x_ticks):
        at = round(chart.to_px(value, chart.y.ends[0])[0])
        pygame.draw.line(surface, grid, (at, plot.y), (at, plot.bottom - 1), thin)
        text = lettering.render_line(ticks.format_tick(value), "small", muted)
        place = text.get_rect(midtop=(at, plot.bottom + round(4 * u)))
        place.x -= min(max(0, place.right - end), space)
        if place.x >= free and place.right <= end:
            surface.blit(text, place)
            free = place.right + space
    pygame.draw.line(surface, muted, (plot.x, plot.bottom), (plot.right - 1, plot.bottom), thin)


def _draw_names(surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> None:
    """Draw the title, the y axis's label beside it, and the names of the series."""
    head, u = chart.header, chart.ui_scale
    space = round(12 * u)
    left, right = head.x, head.right
    if chart.labels_at_curve_ends:
        _draw_end_names(surface, chart, theme, lettering)
    elif head.height:
        right = _draw_legend(surface, chart, theme, lettering)
    if not head.height:
        return
    for text, colour, bold in ((chart.title, theme["text"], True), (chart.y.label, theme["muted"], False)):
        if text and right - left > 24 * u:
            line = lettering.render_line(text, "small", colour, bold=bold, width=right - left)
            surface.blit(line, line.get_rect(midleft=(left, round(head.centre[1]))))
            left += line.get_width() + space


def _draw_legend(surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> int:
    """Draw the legend at the right of the row above the plot. Return the pixel column of its left end; that of the row
    where it takes the place of the title."""
    head, u = chart.header, chart.ui_scale
    at, middle, swatch = head.right, round(head.centre[1]), round(12 * u)
    title = min(lettering.measure(chart.title, "small", bold=True)[0], head.width // 2) if chart.title else 0
    named = [one for one in chart.series if one.label]
    texts = [lettering.render_line(one.label, "small", theme["text"], width=round(head.width * 0.45)) for one in named]
    whole = sum(text.get_width() + swatch + round(17 * u) for text in texts)
    leaves_title = not head.width - title < whole <= head.width  # of the two a title is the one to spare
    title *= leaves_title
    for one, text in zip(reversed(named), reversed(texts), strict=True):
        if at - text.get_width() - 2 * swatch < head.x + title:
            break
        at -= text.get_width()
        surface.blit(text, text.get_rect(midleft=(at, middle)))
        at -= swatch + round(5 * u)
        tall = round((3 if one.kind in ("line", "steps") else 10) * u)
        box = pygame.Rect(at, middle - tall // 2, tall if one.kind == "dots" else swatch, tall)
        radius = tall // 2 if one.kind == "dots" else max(1, round(2 * u))
        pygame.draw.rect(surface, theme[one.colour], box, border_radius=radius)
        at -= round(12 * u)
    return at if leaves_title else head.x


def _draw_end_names(surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> None:
    """Draw each curve's name to the right of its end, moved apart where names would overlap."""
    plot, u = chart.plot, chart.ui_scale
    left = plot.right + round(6 * u)
    room = chart.rect.right - left - round(4 * u)
    ends, lines = [], []
    for one in chart.series:
        finite = np.flatnonzero(np.isfinite(one.y))
        if one.label and len(finite):
            last = int(finite[-1])
            ends.append(min(max(chart.to_px(float(one.x[last]), float(one.y[last]))[1], plot.y), plot.bottom))
            ink = make_readable(theme[one.colour], theme["text"], theme[chart.background or "background"])
            lines.append(lettering.render_line(one.label, "small", ink, bold=True, width=room))
    step = lettering.get_font("small").get_height()
    for at, line in zip(spread(ends, step, plot.y, plot.bottom), lines, strict=True):
        surface.blit(line, line.get_rect(midleft=(left, round(at))))


def spread(places: list[float], step: float, low: float, high: float) -> list[float]:
    """Return `places` moved as little as possible to be `step` apart, within `low` to `high` if they fit."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, k in pairwise(order):
        moved[k] = max(moved[k], moved[before] + step)
    over = max((moved[k] for k in order), default=low) - high
    if over > 0:
        limit = high
        for k in reversed(order):
            moved[k] = min(moved[k], limit)
            limit = moved[k] - step
    return moved


# -- cursors and spots --------------------------------------------------------------------------------


class _MarkPainter:
    """Draws cursors and spots, whose names avoid the curves and each other."""

    def __init__(self, surface: pygame.Surface, chart: Chart, theme: Theme, lettering: Lettering) -> None:
        self.surface, self.chart, self.theme, self.lettering = surface, chart, theme, lettering
        self.ground = theme[chart.background or "background"]
        self.occupied: list[pygame.Rect] = []
        """Boxes of the names so far."""

    def draw_cursors(self) -> None:
        """Draw the cursors' lines, then their names, each on a side that is clear of the other lines and the edge."""
        chart, plot, width = self.chart, self.chart.plot, max(2, round(2 * self.chart.ui_scale))
        shown = [one for one in chart.cursors if -0.001 <= chart.x.to_share(one.x) <= 1.001]
        lines = [pygame.Rect(round(chart.to_px(one.x, 0)[0]) - width // 2, plot.y, width, plot.height) for one in shown]
        for cursor, line in zip(shown, lines, strict=True):
            self.surface.fill(self.theme[cursor.colour], line)
        for cursor, line in zip(shown, lines, strict=True) if not chart.curves_only else ():
            if not cursor.label:
                continue
            text = self._render_outlined(cursor.label, self.theme[cursor.colour])
            away, end, half = round(5 * chart.ui_scale), plot.bottom, plot.y + plot.height // 2
            right, left = line.right + away, line.left - away
            boxes = [
                text.get_rect(topleft=(right, plot.y)), text.get_rect(topright=(left, plot.y)),
                text.get_rect(bottomleft=(right, end)), text.get_rect(bottomright=(left, end)),
                text.get_rect(midleft=(right, half)), text.get_rect(midright=(left, half)),
            ]  # fmt: skip
            others = [other for other in lines if other is not line]
            apart = [box for box in boxes if box.collidelist(others) < 0]
            self._draw_label(text, self._find_least_covering(apart) or self._find_least_covering(boxes) or boxes[0])

    def draw_spots(self) -> None:
        """Draw the spots, then their names, so that none lies under another spot."""
        chart = self.chart
        names = []
        for spot in chart.spots:
            across, down = chart.to_px(spot.x, spot.y)
            near = abs(across) < MAX_COORDINATE and abs(down) < MAX_COORDINATE
            if not near or not to_box(chart.plot).inflate(8, 8).collidepoint(across, down):
                continue
            radius, middle = max(2, round(spot.size * chart.ui_scale)), (round(across), round(down))
            pygame.draw.aacircle(self.surface, self.ground, middle, radius + max(1, round(1.5 * chart.ui_scale)))
            pygame.draw.aacircle(self.surface, self.theme[spot.colour], middle, radius)
            if spot.label and not chart.curves_only:
                names.append((spot, radius, middle))
        for spot, radius, (x, y) in names:
            text = self._render_outlined(spot.label, self.theme[spot.colour])
            away = radius + round(3 * chart.ui_scale)
            wanted = {
                "midleft": (x + away, y), "bottomleft": (x, y - away), "topleft": (x, y + away),
                "midright": (x - away, y), "bottomright": (x, y - away), "topright": (x, y + away),
            }  # fmt: skip
            boxes = [text.get_rect(**{corner: at}) for corner, at in wanted.items()]
            own = pygame.Rect(x - away, y - away, 2 * away, 2 * away)
            clear = [box for box in boxes if not self._touches_curve(box, own)]
            self._draw_label(text, self._find_least_covering(clear) or self._find_least_covering(boxes) or boxes[0])

    def _touches_curve(self, box: pygame.Rect, own: pygame.Rect) -> bool:
        """Return whether a curve ends at a side of a name's box, which would seem to name it; `own`: where the spot is
        that it names."""
        wide, whole = round(8 * self.chart.ui_scale), to_box(self.chart.plot).clip(self.surface.get_rect())
        sides = [pygame.Rect(box.x - wide, box.y, wide, box.height), pygame.Rect(box.right, box.y, wide, box.height)]
        return any(self._measure_ink(side.clip(whole)) > 0 for side in sides if not side.colliderect(own))

    def _measure_ink(self, box: pygame.Rect) -> int:
        """Return how many pixels of a box are neither ground nor grid."""
        if not box.width or not box.height:
            return 0
        grounds = (self.ground, _compute_grid_colour(self.chart, self.theme), self.theme["line"])
        empty = [self.surface.map_rgb(colour) for colour in grounds]
        seen = np.isin(pygame.surfarray.array2d(self.surface.subsurface(box)), empty, invert=True)
        return int(seen.sum())

    def _find_least_covering(self, boxes: list[pygame.Rect]) -> pygame.Rect | None:
        """Return the box that hides the least of the curves, the first among equals, so that a name does not jump while
        a line moves; one over the numbers of the axis if there is no other. None if no box lies in the chart."""
        whole = to_box(self.chart.rect).inflate(-4, 0)
        whole.y, whole.height = self.chart.plot.y, self.chart.plot.height + 1

        def measure_hidden(box: pygame.Rect) -> tuple[bool, int]:
            return box.x < self.chart.plot.x, self._measure_ink(box)

        return min((box for box in boxes if whole.contains(box)), key=measure_hidden, default=None)

    def _render_outlined(self, name: str, colour: Colour) -> pygame.Surface:
        """Return a rendered name with a thin outline in the ground's colour: readable on a curve, smaller than a
        box."""
        width, colour = self.chart.plot.width, make_readable(colour, self.theme["text"], self.ground)
        edge, text = (
            self.lettering.render_line(name, "small", c, bold=True, width=width) for c in (self.ground, colour)
        )
        reach = max(1, round(1.5 * self.chart.ui_scale))
        outlined = pygame.Surface((text.get_width() + 2 * reach, text.get_height()), pygame.SRCALPHA)
        for across in (0, reach, 2 * reach):
            for down in (-reach, 0, reach):
                outlined.blit(edge, (across, down))
        outlined.blit(text, (reach, 0))
        return outlined

    def _draw_label(self, text: pygame.Surface, box: pygame.Rect) -> None:
        """Draw a name inside the chart, below the names so far if there is room."""
        plot = to_box(self.chart.plot)
        box.clamp_ip(to_box(self.chart.rect).inflate(-4, 0))
        box.clamp_ip(pygame.Rect(box.x, plot.y, box.width, max(plot.height, box.height)))
        for _ in self.occupied:
            hit = box.inflate(8, 0).collidelist(self.occupied)
            if hit < 0 or self.occupied[hit].bottom + box.height > plot.bottom:
                break
            box.top = self.occupied[hit].bottom
        self.occupied.append(box)
        self.surface.blit(text, box)


def _compute_grid_colour(chart: Chart, theme: Theme) -> Colour:
    return mix(theme["line"], theme[chart.background or "background"], 0.45)
