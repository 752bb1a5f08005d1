"""Many lines at once: where they lie, how strong they are, and that none leaves the surface."""

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import Map
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import line_raster
from latent_explorer.ui.render.scatter_painter import ScatterPainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme

WHITE = (255, 255, 255)


def drawn(lines, size=(40, 30), opacity=1.0) -> np.ndarray:
    """Grey levels 0..1 (width, height)."""
    surface = pygame.Surface(size, 0, 32)
    ends = np.asarray(lines, np.float32).reshape(-1, 2, 2)
    line_raster.draw_lines(surface, ends[:, 0], ends[:, 1], WHITE, opacity)
    return pygame.surfarray.array3d(surface)[..., 0] / 255.0


@pytest.mark.parametrize("line", [((5, 5), (30, 5)), ((5, 5), (5, 25)), ((5, 5), (25, 25)), ((30, 20), (5, 20))])
def test_a_straight_line_covers_its_own_pixels_and_no_others(line, monkeypatch):
    monkeypatch.setattr(line_raster, "FADE_PIXELS", 1e9)
    grey = drawn([line])
    (x0, y0), (x1, y1) = line
    steps = max(abs(x1 - x0), abs(y1 - y0)) + 1
    way = {(round(x), round(y)) for x, y in zip(np.linspace(x0, x1, steps), np.linspace(y0, y1, steps), strict=True)}
    assert {tuple(map(int, at)) for at in np.argwhere(grey > 0.5)} == way
    assert grey.sum() == pytest.approx(steps, rel=0.02)


def test_a_slanting_line_is_soft(monkeypatch):
    monkeypatch.setattr(line_raster, "FADE_PIXELS", 1e9)
    grey = drawn([((3, 4), (33, 11))], opacity=0.6)
    assert grey.max() == pytest.approx(0.6, abs=0.01)
    assert ((grey > 0.1) & (grey < 0.5)).any()
    assert ((grey > 0).sum(axis=1)[3:34] <= 2).all()


def test_where_lines_cross_it_is_darker_and_never_more_than_the_colour():
    one = drawn([((5, 15), (30, 15))], opacity=0.3)
    many = drawn([((5, 15), (30, 15))] * 50, opacity=0.3)
    assert one.max() < many.max() <= 1.0


def test_many_lines_pale_so_that_what_is_below_shows_through():
    draw = np.random.default_rng(0)
    few, many = (drawn(draw.random((count, 2, 2)) * (399, 299), (400, 300), 0.6) for count in (20, 3000))
    assert few.max() > 0.5
    assert many.mean() < 0.9


@given(
    ends=st.lists(st.tuples(*[st.floats(-1e5, 1e5, width=32)] * 4), min_size=1, max_size=20),
    size=st.sampled_from([(1, 1), (7, 300), (90, 40)]),
)
def test_lines_from_anywhere_to_anywhere_are_cut_at_the_edges(ends, size):
    ends = np.asarray(ends, np.float32).reshape(-1, 2, 2)
    start, end = line_raster.clip_lines(ends[:, 0], ends[:, 1], size)
    for found in (start, end):
        assert (found >= -0.1).all()
        assert (found <= np.asarray(size) - 0.9).all()
    assert drawn(ends, size).shape == size


def test_what_is_cut_off_does_not_bend_the_rest():
    whole, cut = drawn([((-20, -20), (60, 60))]), drawn([((0, 0), (29, 29))])
    assert np.abs(whole - cut).max() < 0.05


def test_no_lines_are_no_change():
    assert drawn(np.empty((0, 2, 2))).max() == 0
    assert drawn([((-9, -9), (-5, -20))]).max() == 0


# -- on the map ---------------------------------------------------------------------------------------

RECT = Rect(40, 30, 400, 300)


def layer(world, links, scatter=None, **changes):
    item = Map(RECT, "first", "tsne", Camera(), changes.pop("hidden", frozenset()), False, links=links)
    return (scatter or ScatterPainter()).render(item, world["first"], make_theme("dark"), Lettering(1.0))


def pixels(surface) -> np.ndarray:
    return pygame.surfarray.array3d(surface).astype(int)


def test_the_links_of_a_map_are_drawn_once_and_kept(world):
    pygame.font.init()
    scatter, value = ScatterPainter(), NearestSamplesValue(world["first"].neighbours.nearest_samples)
    assert layer(world, value, scatter) is layer(world, value, scatter)
    assert layer(world, None, scatter) is not layer(world, value, scatter)


def test_a_torn_link_is_red_from_dot_to_dot_and_a_short_one_is_pale(world):
    pygame.font.init()
    first = world["first"]
    labels, own = first.labels, np.arange(len(first.labels))
    nearest = own.copy()
    nearest[np.flatnonzero(labels == 0)[0]] = np.flatnonzero(labels == 1)[0]  # across empty map
    plain, torn = (pixels(layer(world, NearestSamplesValue(to))) for to in (own, nearest))
    changed = np.argwhere((plain != torn).any(axis=2))
    assert len(changed) > 100
    red = torn[tuple(changed.T)] - plain[tuple(changed.T)]
    assert (red[:, 0] > red[:, 2]).mean() > 0.7
    hidden = pixels(layer(world, NearestSamplesValue(nearest), hidden=frozenset({0})))
    assert (hidden == pixels(layer(world, NearestSamplesValue(own), hidden=frozenset({0})))).all()
