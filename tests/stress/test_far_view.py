"""Cameras and positions far from everything: what is drawn is bounded by the window, and no number is too large."""

import itertools
import math

import numpy as np
import pygame
import pytest

from latent_explorer.engine.map_layers import jobs, map_tiles
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, Mosaic
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import Bars, Gauge, HeatLayer, Line, Map, Marker, MosaicLayer
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.painter import Painter

pytestmark = pytest.mark.slow  # a hunt

SIZE = (480, 360)
RECT = Rect(40, 30, 400, 300)
FAR = (math.nan, math.inf, -math.inf, -1e300, -1.1e9, 2.0**31, 1e6, -50.0, 60.0)
CAMERAS = [
    Camera(centre, zoom)
    for centre in ((0.2, 0.25), (0.0, 1.0), (9.0, -9.0))
    for zoom in (1e-6, 0.5, 3.0, 40.0, 2000.0, 1e6, 1e12)
]  # fmt: skip


@pytest.fixture
def painted(world, monkeypatch):
    """Paints items on a small surface, and returns it with the sizes of all surfaces that were made for it."""
    pygame.font.init()
    surface, sizes = pygame.Surface(SIZE), []

    def watch(module, name, read):
        original = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, **options: sizes.append(read(args)) or original(*args, **options)
        )

    for name in ("scale", "smoothscale"):
        watch(pygame.transform, name, lambda args: args[1])
    for name in ("frombytes", "frombuffer"):
        watch(pygame.image, name, lambda args: args[1])

    def paint(*view):
        Painter().paint(surface, view, world, theme_name="dark", ui_scale=1.0)
        return surface, sizes

    return paint


def layers(world):
    """A heat map, and pictures in tiles of a near and of a far view."""
    camera = Camera((0.2, 0.25), 4.0)
    low, high = camera.to_xy((RECT.x, RECT.bottom), RECT), camera.to_xy((RECT.right, RECT.y), RECT)
    spans = [map_tiles.find_span(map_tiles.choose_level(zoom * 300), low, high) for zoom in (0.5, 4.0)]
    queries = [HeatMap("first", "tsne", "distance", 0.06), *(Mosaic("first", "tsne", span, 0.06) for span in spans)]
    values = [
        [one for one in jobs.make_job(query, world, jobs.LayerStore()) if one is not None][-1] for query in queries
    ]
    return HeatLayer(values[0], 0, 1), *(MosaicLayer(one, smooth) for one in values[1:] for smooth in (True, False))


@pytest.mark.filterwarnings("error")
def test_no_camera_asks_for_more_than_the_window(world, painted):
    for layer, camera in itertools.product((None, *layers(world)), CAMERAS):
        _, sizes = painted(Map(RECT, "first", "tsne", camera, frozenset(), True, layer))
        assert max((width * height for width, height in sizes), default=0) <= SIZE[0] * SIZE[1]


@pytest.mark.parametrize("smooth", [True, False])
def test_a_tile_that_is_cut_to_the_view_looks_like_a_whole_one(world, painted, smooth):
    layer = next(one for one in layers(world)[1:] if one.smooth == smooth)
    seen = []
    for rect in (RECT, Rect(RECT.x + 150, RECT.y + 110, 100, 80)):  # a small view cuts what the large one shows whole
        zoom = 0.9 * RECT.shorter_side / rect.shorter_side
        surface, _ = painted(Map(rect, "first", "tsne", Camera((0.2, 0.25), zoom), frozenset(), False, layer))
        cut = surface.subsurface((RECT.x + 155, RECT.y + 115, 90, 70))
        seen.append(pygame.surfarray.array3d(cut).astype(int))
    assert np.abs(seen[0] - seen[1]).mean() < 2
    assert seen[0].std() > 20


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("place", list(itertools.product(FAR, FAR)), ids=str)
def test_no_position_is_too_far_to_be_drawn(painted, place):
    view = [Marker(place, RECT), Marker(place, RECT, filled=True, label="A")]
    for dashed, arrow in itertools.product((True, False), repeat=2):
        lines = ((100.0, 100.0), place), (place, (100.0, 100.0)), (place, place), (place,), ()
        view += [Line(points, RECT, dashed=dashed, arrow=arrow) for points in lines]
    painted(*view)


def test_a_line_to_somewhere_far_points_there(painted):
    surface, _ = painted(Line(((100.0, 100.0), (1.1e9, 1.1e9)), RECT, dashed=False))
    drawn = pygame.surfarray.array3d(surface).any(axis=2) & (pygame.surfarray.array3d(surface)[:, :, 0] > 100)
    assert drawn[[100, 200, 300], [100, 200, 300]].all()
    assert not drawn[200, 300]


@pytest.mark.parametrize("value", [math.nan, math.inf, 0.0, 1e30])
def test_bars_and_gauges_hold_any_value(painted, value):
    painted(Bars(RECT, np.array([value, 1.0], np.float32), 1.0), Bars(RECT, np.ones(3, np.float32), value))
    painted(Gauge(RECT, value, "accent"))
