"""Draws the dots of a map; the surface is cached until the map's appearance changes."""

from typing import Any, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.explain_query import NearestSamplesValue
from latent_explorer.palette import CLASS_COLOURS_ON_DARK
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import DotColours, EllipseLayer, HeatLayer, Map, MosaicLayer
from latent_explorer.scene.map_panel import are_far
from latent_explorer.ui.render import class_names, colormap, ellipse_painter, line_raster, near_view
from latent_explorer.ui.render.heatmap_painter import MapLayerPainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import CORE_SHARE, Colour, Theme, mix

MAX_CACHED_MAPS = 6
MAX_DOT_RADIUS = 7.0  # radius of a dot in design pixels at any zoom
HEAT_MAP_DOT_SCALE = 0.5
"""Radius of the dots on a heat map, as a share of the usual radius."""
PALE_DOT_SHARE = 0.5
"""Share of colour that the dots below ellipses keep."""
LINK_OPACITY, TORN_LINK_OPACITY = 0.5, 0.6
"""Opacity of links between dots that are neighbours on the map, and of those torn apart."""
MAX_NAME_SHARE = 0.4
"""Width of a class name at most, as a share of the map's."""
FEW_CLASSES = 20
"""Classes up to which the names are large, and may go far aside."""
RAMP_STEPS = 64
"""Number of colours of dots coloured by a value; more cannot be distinguished on something as small as a dot."""
DIMMED_SHARE = 0.3
"""Share of the muted colour in that of a dot outside of the brush; the rest is the map's."""
Pixels = NDArray[np.float32]


class ScatterPainter:
    def __init__(self) -> None:
        self._surfaces: LeastRecentlyUsed[tuple[object, ...], pygame.Surface] = LeastRecentlyUsed(MAX_CACHED_MAPS)
        self._layer_painter = MapLayerPainter()

    def render(
        self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering, origin: Checkpoint | None = None
    ) -> pygame.Surface:
        """Return the map's dots on an opaque surface of the item's size. `origin` is the model of the map that a
        transition starts from, if it is another one."""

        def draw(before: Dots | None = None) -> pygame.Surface:
            return _MapDrawing(item, checkpoint, theme, lettering, before).draw(self._layer_painter)

        if item.previous_map:  # no two frames of a transition are equal
            return draw(Dots.of(origin or checkpoint, item.previous_map))
        key = (
            id(checkpoint), item.model, item.map_name, item.rect.width, item.rect.height, item.camera, item.hidden,
            item.show_class_names, theme.name, lettering.ui_scale, item.layer, item.links, item.dot_colours,
        )  # fmt: skip
        return self._surfaces.get_or_make(key, draw)


def compute_radius(dot_count: int, zoom: float, ui_scale: float) -> float:
    """Return the radius of a dot in screen pixels: smaller if there are many, growing slowly with the zoom."""
    base: float = 3.0 * (2000 / max(dot_count, 2000)) ** 0.25
    return float(max(0.5, ui_scale * min(MAX_DOT_RADIUS, base * zoom**0.4)))


class _MapDrawing:
    """One drawing of a map. `before`: the dots that a transition starts from."""

    def __init__(
        self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering, before: Dots | None = None
    ) -> None:
        self.item, self.checkpoint, self.theme, self.lettering = item, checkpoint, theme, lettering
        self.dots, self.before = Dots.of(checkpoint, item.map_name), before
        self.radius = compute_radius(len(self.dots.atlas.xy), item.camera.zoom, lettering.ui_scale)

    def draw(self, layer_painter: MapLayerPainter) -> pygame.Surface:
        surface = self._draw_dots() if self.item.layer is None else self._draw_layer(layer_painter)
        if self.item.links is not None:
            self._draw_links(surface, self.item.links)
        if self.item.show_class_names:
            self._draw_class_names(surface)
        return surface

    def _draw_layer(self, layer_painter: MapLayerPainter) -> pygame.Surface:
        """Draw the layer, and on a heat map the dots: small, of one colour and half transparent, so that they show
        where the data lies without hiding the layer."""
        item, coverage = self.item, _compute_coverage(HEAT_MAP_DOT_SCALE * self.radius)
        whole = (item.rect.width, item.rect.height)
        if isinstance(item.layer, EllipseLayer):
            x, y, labels = self.dots.get_columns(item.hidden)
            across, down, inside = _project_to_screen(item, x, y, self.radius)
            pale, back = mix(self.theme["map"], self.theme["muted"], PALE_DOT_SHARE), self.theme["map"]
            radius = HEAT_MAP_DOT_SCALE * self.radius
            surface = draw_discs(whole, across, down, np.zeros_like(labels[inside]), [pale], radius, back)
            ellipse_painter.paint(surface, item, item.layer, self.dots, self.theme)
            return surface
        sheet, surface = _make_sheet(whole, len(coverage) // 2, self.theme["map"])
        layer_painter.paint(surface, item, self.theme, len(self.checkpoint.class_names), self.lettering.ui_scale)
        if isinstance(item.layer, HeatLayer):
            x, y, _ = self.dots.get_columns(item.hidden)
            across, down, _ = _project_to_screen(item, x, y, len(coverage) / 2)
            pixels, start, pitch = _locate_pixels(sheet, across, down, len(coverage) // 2)
            below = pixels.copy()
            # the rim first, so that it never cuts into a neighbour; white is visible on all colours but the last
            for (y0, x0), share in sorted(np.ndenumerate(coverage), key=lambda one: one[1]):
                if share > 0:
                    at = start + (y0 * pitch + x0)
                    old = below[at]
                    lit = (old >> 1 & 0x7F7F7F) + 0x7F7F7F if share > 0.6 else old - (old >> 2 & 0x3F3F3F) + 0x3F3F3F
                    pixels[at] = lit
            del pixels
        return surface

    def _draw_dots(self) -> pygame.Surface:
        item, theme = self.item, self.theme
        x, y, labels = self.dots.get_columns(item.hidden)
        if self.before is not None:
            old_x, old_y, _ = self.before.get_columns(item.hidden)
            share = np.float32(item.progress)
            x, y = old_x + (x - old_x) * share, old_y + (y - old_y) * share
        across, down, inside = _project_to_screen(item, x, y, self.radius)
        if item.dot_colours is None:
            classes = range(-1, len(self.checkpoint.class_names))
            kinds, colours = labels + 1, [theme.get_class_colour(k) for k in classes]
        else:
            kinds, colours = _compute_dot_colours(item.dot_colours, self.dots.get_visible_mask(item.hidden), theme)
        whole, kinds = (item.rect.width, item.rect.height), kinds[inside]
        if item.dot_colours is not None and item.dot_colours.values is not None:  # dimmed dots cover no other
            dimmed = (kinds == 0) | ((kinds == len(colours) - 1) & (item.dot_colours.brush is not None))
            order = np.argsort(~dimmed, kind="stable") if dimmed.any() else slice(None)
            across, down, kinds = across[order], down[order], kinds[order]
        cores = self._list_cores()
        return draw_discs(whole, across, down, kinds, colours, self.radius, theme["map"], cores)

    def _list_cores(self) -> list[Colour | None] | None:
        """Return the core of the dots of each colour; None where no colour repeats."""
        paint = self.item.dot_colours
        if paint is not None and paint.values is not None:
            return None
        classes = [f"class {k}" for k in range(len(self.checkpoint.class_names))]
        roles = ["", *(classes if paint is None else paint.palette)]
        if len(roles) <= len(CLASS_COLOURS_ON_DARK) + 1:
            return None
        return [self.theme.get_class_core(int(r.split()[1])) if r.startswith("class ") else None for r in roles]

    def _draw_links(self, surface: pygame.Surface, value: NearestSamplesValue) -> None:
        """Draw a link from each visible dot to its nearest neighbour in latent space; emphasised if far on the map."""
        item, atlas = self.item, self.dots.atlas
        visible = np.flatnonzero(self.dots.get_visible_mask(item.hidden))
        start, end = atlas.xy[visible], atlas.xy[value.nearest[visible]]
        torn = are_far(np.hypot(*(end - start).T), atlas.dot_spacing)
        scale, (x, y) = item.camera.compute_scale(item.rect), item.camera.centre
        middle = np.array([item.rect.width / 2, item.rect.height / 2])
        start, end = (((xy - (x, y)) * (scale, -scale) + middle) for xy in (start, end))
        line_raster.draw_lines(surface, start[~torn], end[~torn], self.theme["muted"], LINK_OPACITY)
        line_raster.draw_lines(surface, start[torn], end[torn], self.theme["warn"], TORN_LINK_OPACITY)

    def _draw_class_names(self, surface: pygame.Surface) -> None:
        """Draw the names of the visible classes near their middle dots, none on another, with a halo that keeps them
        readable on the dots; a short line leads to the middle of a class whose name had to go aside."""
        item = self.item
        classes = [k for k in self.dots.median_dots if k >= 0 and k not in item.hidden]
        if not classes:
            return
        middles = self.dots.atlas.xy[[self.dots.median_dots[k] for k in classes]]
        if self.before is not None:
            old = self.before.atlas.xy[[self.dots.median_dots[k] for k in classes]]
            middles = old + (middles - old) * np.float32(item.progress)
        scale, (x, y) = item.camera.compute_scale(item.rect), item.camera.centre
        corner = item.rect.width / 2 - x * scale, item.rect.height / 2 + y * scale
        # rounded one by one, so that names keep their distances while the map is moved
        pixels = np.rint(middles.astype(np.float64) * (scale, -scale)) + np.rint(corner)
        near = [near_view.is_near((x, y), surface.get_rect()) for x, y in pixels.tolist()]
        classes, pixels = [k for k, is_near in zip(classes, near, strict=True) if is_near], pixels[near]
        room = max(1, round(MAX_NAME_SHARE * item.rect.width))
        sizes = [self._measure_name(k, room) for k in classes]
        counts = np.array([self.dots.class_sizes[k] for k in classes], np.intp)
        reach = class_names.REACH if len(self.checkpoint.class_names) <= FEW_CLASSES else class_names.SHORT_REACH
        placed = class_names.place(pixels.astype(np.intp), sizes, counts, reach)
        visible = class_names.move_inside(placed, surface.get_rect())
        for one in visible:  # below all names: the middle of a class may be under the name of another
            if not one.box.collidepoint(one.middle):
                self._draw_leader(surface, one.box, one.middle)
        for one in visible:
            self._draw_class_name(surface, classes[one.index], one.box.center, room)

    @property
    def _name_size(self) -> str:
        return "title" if len(self.checkpoint.class_names) <= FEW_CLASSES else "body"

    def _measure_name(self, k: int, room: int) -> tuple[int, int]:
        """Return width and height of the name of class `k` with its halo or plate."""
        width, height = self.lettering.measure(self.checkpoint.class_names[k], self._name_size, bold=True)
        margin = round((16 if isinstance(self.item.layer, MosaicLayer) else 4) * self.lettering.ui_scale)
        return min(width, room) + margin, height

    def _draw_leader(self, surface: pygame.Surface, box: pygame.Rect, middle: tuple[int, int]) -> None:
        u = self.lettering.ui_scale
        end = (min(max(middle[0], box.left), box.right), min(max(middle[1], box.top), box.bottom))
        for colour, width in ((self.theme["map"], round(4 * u)), (self.theme["text"], round(1.5 * u))):
            pygame.draw.line(surface, colour, end, middle, max(1, width))

    def _draw_class_name(self, surface: pygame.Surface, k: int, centre: tuple[int, int], room: int) -> None:
        theme, u, name = self.theme, self.lettering.ui_scale, self.checkpoint.class_names[k]
        text, halo = (
            self.lettering.render_line(name, self._name_size, theme[role], bold=True, width=room)
            for role in ("text", "map")
        )
        corner = text.get_rect(center=centre)
        if isinstance(self.item.layer, MosaicLayer):  # a plate sets the name apart from pictures of digits
            plate = corner.inflate(round(14 * u), round(2 * u))
            pygame.draw.rect(surface, theme["panel"], plate, border_radius=plate.height // 2)
            pygame.draw.rect(surface, theme.get_class_colour(k), plate, 2, border_radius=plate.height // 2)
        else:
            reach = max(1, round(2 * u))
            for dx in (-reach, 0, reach):
                for dy in (-reach, 0, reach):
                    surface.blit(halo, corner.move(dx, dy))
        surface.blit(text, corner)


def _project_to_screen(item: Map, x: Pixels, y: Pixels, margin: float) -> tuple[Pixels, Pixels, NDArray[np.bool_]]:
    """Return the pixels (from the map's upper left corner) of the dots inside the map, and the mask of those dots."""
    width, height, scale = item.rect.width, item.rect.height, item.camera.compute_scale(item.rect)
    across = (x - np.float32(item.camera.centre[0])) * np.float32(scale) + np.float32(width / 2)
    down = (np.float32(item.camera.centre[1]) - y) * np.float32(scale) + np.float32(height / 2)
    inside = (across > -margin) & (across < width + margin) & (down > -margin) & (down < height + margin)
    return across[inside], down[inside], inside


def _compute_dot_colours(
    paint: DotColours, visible: NDArray[np.bool_], theme: Theme
) -> tuple[NDArray[np.int64], list[Colour]]:
    """Return each visible dot's colour index and the colours; the first is for dots without a value, with a brush the
    last is for dots outside of it: both are dimmed."""
    if paint.values is None:
        assert paint.palette_indices is not None, "a paint without colours and values"
        kinds = paint.palette_indices[visible].astype(np.int64) + 1
        return kinds, [theme["muted"], *(theme[role] for role in paint.palette)]
    values = paint.values[visible].astype(np.float32)
    share = np.clip((values - paint.low) / max(paint.high - paint.low, 1e-12), 0, 1)
    kinds = np.where(np.isfinite(values), np.rint(np.nan_to_num(share) * (RAMP_STEPS - 1)) + 1, 0).astype(np.int64)
    table = colormap.to_colours(np.arange(RAMP_STEPS, dtype=np.float32), 0, RAMP_STEPS - 1)
    dimmed = mix(theme["map"], theme["muted"], DIMMED_SHARE)
    colours = [dimmed, *((round(r), round(g), round(b)) for r, g, b in table.tolist())]
    if paint.brush is not None:
        kinds[~((values >= paint.brush[0]) & (values <= paint.brush[1]))] = len(colours)
        colours.append(dimmed)
    return kinds, colours


def draw_discs(
    size: tuple[int, int], across: Pixels, down: Pixels, kinds: NDArray[np.int64], colours: list[Colour],
    radius: float, background: Colour, cores: list[Colour | None] | None = None,
) -> pygame.Surface:  # fmt: skip
    """Return a surface with an antialiased disc of colour `colours[kind]` at each of N positions (pixels), with a small
    disc of colour `cores[kind]` within it if that is not None.

    Each pixel of the disc is written for all dots at once: a few dozen numpy calls instead of a blit per dot.
    The rim is mixed with the background and written first, so that it never cuts into a neighbour.
    """
    coverage = _compute_coverage(radius)
    sheet, surface = _make_sheet(size, len(coverage) // 2, background)
    pixels, start, pitch = _locate_pixels(sheet, across, down, len(coverage) // 2)
    inner = CORE_SHARE * radius if cores is not None else -1.0
    middle = (len(coverage) - 1) / 2
    spots = sorted((c, x, y) for (y, x), c in np.ndenumerate(coverage) if c > 0)
    rims: NDArray[np.uint32] = np.empty(0, np.uint32)
    before = -1.0
    centres = [colour if core is None else core for colour, core in zip(colours, cores or colours, strict=True)]
    core_values = np.array([sheet.map_rgb(one) for one in centres], np.uint32)[kinds]
    for share, x, y in spots:
        if share != before:
            rims, before = (
                np.array([sheet.map_rgb(mix(background, c, share)) for c in colours], np.uint32)[kinds],
                share,
            )
        is_core = np.hypot(x - middle, y - middle) <= inner
        pixels[start + (y * pitch + x)] = core_values if is_core else rims
    del pixels
    return surface


def _make_sheet(size: tuple[int, int], half: int, background: Colour) -> tuple[pygame.Surface, pygame.Surface]:
    """Return a surface with a margin as wide as a dot, so that no write needs a bounds check, and its inside."""
    sheet = pygame.Surface((size[0] + 4 * half + 2, size[1] + 4 * half + 2), 0, 32)
    sheet.fill(background)
    return sheet, sheet.subsurface((2 * half, 2 * half, *size))


def _locate_pixels(
    sheet: pygame.Surface, across: Pixels, down: Pixels, half: int
) -> tuple[NDArray[np.uint32], NDArray[np.intp], int]:
    """Return the pixels of a sheet, the index of the first pixel of every dot's square, and the pixels per row."""
    pitch = sheet.get_pitch() // 4
    pixels = np.frombuffer(memoryview(cast(Any, sheet.get_buffer())), np.uint32)
    return pixels, np.floor(down).astype(np.intp) * pitch + np.floor(across).astype(np.intp) + half * (pitch + 1), pitch


def _compute_coverage(radius: float) -> NDArray[np.float64]:
    """Return the share of each pixel that a centred disc covers, from four samples per pixel and axis."""
    side = int(np.ceil(radius)) * 2 + 1
    at = (np.arange(side * 4) + 0.5) / 4 - side / 2
    covered = np.hypot(at[:, None], at[None, :]) <= radius
    shares: NDArray[np.float64] = covered.reshape(side, 4, side, 4).mean(axis=(1, 3))
    return shares
