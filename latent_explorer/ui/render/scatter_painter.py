"""Draws the dots of a map; the surface is cached until the map's appearance changes."""

import numpy as np
import pygame

from latent_explorer.arrays import Floats
from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.palette import CLASS_COLOURS_ON_DARK
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import DotColours, EllipseLayer, HeatLayer, Map, MosaicLayer
from latent_explorer.scene.map_panel import are_far
from latent_explorer.ui.render import class_outline, colormap, ellipse_painter, line_raster
from latent_explorer.ui.render.dot_raster import DotRaster, Kinds, Projection
from latent_explorer.ui.render.heatmap_painter import MapLayerPainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Colour, Theme, mix

MAX_CACHED_MAPS = 4  # as many as are shown at once, each of megabytes
MAX_DOT_RADIUS = 7.0  # radius of a dot in design pixels at any zoom
HEAT_MAP_DOT_SCALE = 0.5
"""Radius of the dots on a heat map, as a share of the usual radius."""
PALE_DOT_SHARE = 0.5
"""Share of colour that the dots below ellipses keep."""
LINK_OPACITY, TORN_LINK_OPACITY = 0.5, 0.6
"""Opacity of links between dots that are neighbours on the map, and of those torn apart."""
RAMP_STEPS = 64
"""Number of colours of dots coloured by a value; more cannot be distinguished on something as small as a dot."""
DIMMED_SHARE = 0.3
"""Share of the muted colour in that of a dot outside of the brush; the rest is the map's."""


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
            theme.name, lettering.ui_scale, item.layer, item.links, item.dot_colours,
            item.outlined,
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
        for k in sorted(self.item.outlined - self.item.hidden):
            surface.blit(class_outline.draw(self.item, self.dots.atlas, k, self.theme, self.lettering.ui_scale), (0, 0))
        return surface

    def _draw_layer(self, layer_painter: MapLayerPainter) -> pygame.Surface:
        """Draw the layer, and on a heat map the dots: small, of one colour and half transparent, so that they show
        where the data lies without hiding the layer."""
        item, theme = self.item, self.theme
        raster = DotRaster((item.rect.width, item.rect.height), HEAT_MAP_DOT_SCALE * self.radius, theme["map"], kinds=1)
        if not isinstance(item.layer, MosaicLayer):
            x, y, labels = self.dots.get_columns(item.hidden)
            margin = self.radius if isinstance(item.layer, EllipseLayer) else len(raster.coverage) / 2
            raster.add(x, y, np.full(len(labels), -1, np.int8), self._make_projection(margin))
        if isinstance(item.layer, EllipseLayer):
            surface = raster.paint([mix(theme["map"], theme["muted"], PALE_DOT_SHARE)])
            ellipse_painter.paint(surface, item, item.layer, self.dots, theme)
            return surface
        layer_painter.paint(raster.surface, item, theme, len(self.checkpoint.class_names), self.lettering.ui_scale)
        return raster.lighten() if isinstance(item.layer, HeatLayer) else raster.surface

    def _make_projection(self, margin: float) -> Projection:
        item = self.item
        size = (item.rect.width, item.rect.height)
        return Projection(item.camera.centre, item.camera.compute_scale(item.rect), size, margin)

    def _draw_dots(self) -> pygame.Surface:
        item, theme, paint = self.item, self.theme, self.item.dot_colours
        x, y, kinds = arrange_dots(self.dots, item.hidden, paint)
        if self.before is not None:
            old_x, old_y, _ = arrange_dots(self.before, item.hidden, paint)
            share = np.float32(item.progress)
            x, y = old_x + (x - old_x) * share, old_y + (y - old_y) * share
        if paint is None:
            colours = [theme.get_class_colour(k) for k in range(-1, len(self.checkpoint.class_names))]
        else:
            colours = list_colours(paint, theme)
        raster = DotRaster((item.rect.width, item.rect.height), self.radius, theme["map"], len(colours))
        raster.add(x, y, kinds, self._make_projection(self.radius))
        return raster.paint(colours, self._list_cores())

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


def arrange_dots(dots: Dots, hidden: frozenset[int], paint: DotColours | None) -> tuple[Floats, Floats, Kinds]:
    """Return x, y and the kind of the visible dots, from -1, in the order in which they are drawn."""
    return dots.get_columns(hidden) if paint is None else _arrange_painted(dots, hidden, paint)


@remember(4)
def _arrange_painted(dots: Dots, hidden: frozenset[int], paint: DotColours) -> tuple[Floats, Floats, Kinds]:
    """Return what `arrange_dots` does; a kind is an index into `list_colours`, less 1. Dimmed dots cover no other."""
    visible = dots.get_visible_mask(hidden)
    x, y, _ = dots.get_columns(hidden)
    if paint.values is None:
        assert paint.palette_indices is not None, "a paint without colours and values"
        return x, y, paint.palette_indices[visible]
    values = paint.values[visible].astype(np.float32)
    share = np.clip((values - paint.low) / max(paint.high - paint.low, 1e-12), 0, 1)
    kinds = np.where(np.isfinite(values), np.rint(np.nan_to_num(share) * (RAMP_STEPS - 1)), -1).astype(np.int8)
    if paint.brush is not None:
        kinds[~((values >= paint.brush[0]) & (values <= paint.brush[1]))] = RAMP_STEPS
    dimmed = (kinds == -1) | (kinds == RAMP_STEPS)
    if not dimmed.any():
        return x, y, kinds
    order = np.argsort(~dimmed, kind="stable")
    return x[order], y[order], kinds[order]


def list_colours(paint: DotColours, theme: Theme) -> list[Colour]:
    """Return the colours of dots; the first is for dots without a value, with a brush the last is for dots outside of
    it: both are dimmed."""
    if paint.values is None:
        return [theme["muted"], *(theme[role] for role in paint.palette)]
    table = colormap.to_colours(np.arange(RAMP_STEPS, dtype=np.float32), 0, RAMP_STEPS - 1)
    dimmed = mix(theme["map"], theme["muted"], DIMMED_SHARE)
    colours = [dimmed, *((round(r), round(g), round(b)) for r, g, b in table.tolist())]
    return colours if paint.brush is None else [*colours, dimmed]
