"""Draws the posteriors of many samples as ellipses, to scale, in the colours of their classes."""

import numpy as np
import pygame

from latent_explorer.engine.queries.posteriors import DEVIATIONS
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import EllipseLayer, Map
from latent_explorer.ui.render import line_raster
from latent_explorer.ui.render.theme import Theme

CORNERS = 32
OPACITY = 0.85


def paint(surface: pygame.Surface, item: Map, layer: EllipseLayer, dots: Dots, theme: Theme) -> None:
    """Draw the ellipses of the visible samples on the surface of their map."""
    shown = dots.get_visible_mask(item.hidden)[layer.value.dots]
    samples, roots = layer.value.dots[shown], layer.value.roots[shown]
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    circle = DEVIATIONS * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    rims = dots.atlas.xy[samples].astype(np.float64)[:, None] + circle @ roots  # (k, CORNERS + 1, 2)
    scale, (x, y) = item.camera.compute_scale(item.rect), item.camera.centre
    places = (rims - (x, y)) * (scale, -scale) + (item.rect.width / 2, item.rect.height / 2)
    labels = dots.atlas.labels[samples]
    for label in np.unique(labels).tolist():
        own = places[labels == label]
        starts, ends = own[:, :-1].reshape(-1, 2), own[:, 1:].reshape(-1, 2)
        line_raster.draw_lines(surface, starts, ends, theme.get_class_colour(label), OPACITY)
