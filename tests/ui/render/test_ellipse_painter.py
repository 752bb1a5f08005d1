"""Posteriors of many samples as ellipses, to scale."""

import numpy as np
import pygame
import pytest

from latent_explorer.engine.queries.posteriors import DEVIATIONS, PosteriorsValue
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import EllipseLayer, Map
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import ellipse_painter
from latent_explorer.ui.render.theme import make_theme

RECT = Rect(0, 0, 400, 400)
DOT, WIDE, HIGH = 7, 0.06, 0.02


def paint(model, dots: list[int], roots: np.ndarray, **changes) -> np.ndarray:
    """The pixels (x, y) that are lit by these posteriors."""
    surface = pygame.Surface(RECT.size, 0, 32)
    layer = EllipseLayer(PosteriorsValue(np.array(dots), roots, len(dots)))
    options = {"camera": Camera(), "hidden": frozenset(), "show_class_names": False, **changes}
    item = Map(RECT, "first", "tsne", **options)
    ellipse_painter.paint(surface, item, layer, Dots.of(model, "tsne"), make_theme("dark"))
    return np.argwhere(pygame.surfarray.array3d(surface).sum(axis=2) > 90)


@pytest.mark.parametrize("zoom", [1.0, 1.4])
def test_a_rim_is_so_many_deviations_from_its_dot_on_both_axes(world, zoom):
    model = world["first"]
    camera = Camera(tuple((model.maps["tsne"].xy[DOT] + 0.03).tolist()), zoom)
    lit = paint(model, [DOT], np.diag([WIDE, HIGH])[None], camera=camera)
    middle, scale = camera.to_px(model.maps["tsne"].xy[DOT], RECT), camera.compute_scale(RECT)
    assert lit.mean(axis=0) == pytest.approx(middle, abs=2)
    for axis, deviation in enumerate((WIDE, HIGH)):
        assert np.ptp(lit[:, axis]) == pytest.approx(2 * DEVIATIONS * deviation * scale, abs=4)
    inside = np.linalg.norm((lit - middle) / (DEVIATIONS * scale * np.array([WIDE, HIGH])), axis=1)
    assert inside.min() > 0.8  # a rim, not a disc


def test_one_that_leans_up_to_the_right_does_so_on_the_screen(world):
    turned = np.diag([WIDE, HIGH]) @ (np.array([[1, 1], [-1, 1]]) / np.sqrt(2))  # along (1, 1) of the map, y up
    lit = paint(world["first"], [DOT], turned[None])
    x, y = (lit - lit.mean(axis=0)).T
    assert np.corrcoef(x, y)[0, 1] < -0.5


def test_hidden_classes_have_none(world):
    model = world["first"]
    label = int(model.labels[DOT])
    assert len(paint(model, [DOT], np.diag([WIDE, HIGH])[None], hidden=frozenset({label}))) == 0
    other = int(np.flatnonzero(model.labels != label)[0])
    both = paint(model, [DOT, other], np.repeat(np.diag([WIDE, HIGH])[None], 2, axis=0), hidden=frozenset({label}))
    assert both.mean(axis=0) == pytest.approx(Camera().to_px(model.maps["tsne"].xy[other], RECT), abs=2)
