"""The discs of many dots, against a drawing of one dot after the other."""

import numpy as np
import pygame
import pytest

from latent_explorer.ui.render import dot_raster
from latent_explorer.ui.render.dot_raster import DotRaster, Projection, compute_coverage
from latent_explorer.ui.render.theme import CORE_SHARE, mix


def draw_discs(size, across, down, kinds, colours, radius, background, cores=None) -> np.ndarray:
    raster = DotRaster(size, radius, background, len(colours))
    # a camera of scale 1 whose y points up
    view = Projection((size[0] / 2, size[1] / 2), 1.0, size, radius)
    raster.add(across, np.float32(size[1]) - down, kinds, view)
    return pygame.surfarray.array3d(raster.paint(colours, cores))


def draw_one_by_one(size, across, down, kinds, colours, radius, background, cores=None) -> np.ndarray:
    """Return the picture whose pixels show the last dot of those that cover them most."""
    coverage = compute_coverage(radius)
    half = len(coverage) // 2
    picture = np.full((*size, 3), background, np.uint8)
    inside = (across > -radius) & (across < size[0] + radius) & (down > -radius) & (down < size[1] + radius)
    for share, i, j in sorted((c, x, y) for (y, x), c in np.ndenumerate(coverage) if c > 0):
        for a, b, k in zip(across[inside], down[inside], kinds[inside], strict=True):
            x, y = int(np.floor(a)) - half + i, int(np.floor(b)) - half + j
            if 0 <= x < size[0] and 0 <= y < size[1]:
                core = cores is not None and np.hypot(i - half, j - half) <= CORE_SHARE * radius
                own = cores[k + 1] if core and cores[k + 1] is not None else colours[k + 1]
                picture[x, y] = own if core else mix(background, own, share)
    return picture


@pytest.mark.parametrize("count", [30, 3000])
@pytest.mark.parametrize("radius", [0.6, 1.0, 3.3])
@pytest.mark.parametrize("with_cores", [False, True])
@pytest.mark.parametrize("block", [7, 1 << 15])
def test_many_dots_look_as_if_drawn_one_by_one(count, radius, with_cores, block, monkeypatch):
    monkeypatch.setattr(dot_raster, "BLOCK", block)
    draw = np.random.default_rng(count)
    # whole pixels among them; dots in and around the corners, and some far outside
    across, down = (draw.integers(-24, 4 * side + 24, count).astype(np.float32) / 4 for side in (60, 40))
    kinds = draw.integers(-1, 4, count)
    colours = [(90, 90, 90), (255, 0, 0), (0, 255, 0), (255, 0, 0), (20, 40, 250)]  # two kinds share a colour
    cores = [None, None, (255, 255, 255), (9, 9, 9), (0, 0, 0)] if with_cores else None
    arguments = ((60, 40), across, down, kinds, colours, radius, (3, 5, 9), cores)
    assert (draw_discs(*arguments) == draw_one_by_one(*arguments)).all()


def test_kinds_may_be_more_than_a_byte_holds():
    colours = [(k % 251, k // 251 % 251, k // 63_001) for k in range(70_000)]
    x = np.array([5.5, 15.5, 25.5], np.float32)
    for last in (100, 254, 65_000, 69_998):
        some = colours[: last + 2]
        picture = draw_discs((30, 20), x, x[:1].repeat(3), np.array([-1, 90, last]), some, 2.0, (1, 2, 3))
        for at, k in zip(x, (-1, 90, last), strict=True):
            assert (picture[int(at)] == some[k + 1]).all(axis=1).any()


def test_discs_are_round_and_centred():
    at = np.array([20.5], np.float32)
    grey = draw_discs((41, 41), at, at, np.array([-1]), [(255, 255, 255)], 6.0, (0, 0, 0))[..., 0] / 255.0
    assert grey.sum() == pytest.approx(np.pi * 36, rel=0.02)
    x, y = np.meshgrid(np.arange(41), np.arange(41), indexing="ij")
    assert (grey * x).sum() / grey.sum() == pytest.approx(20, abs=0.1)
    assert (grey * y).sum() / grey.sum() == pytest.approx(20, abs=0.1)
    assert np.allclose(grey, grey.T)


def test_no_dots_are_an_empty_map():
    nothing = np.empty(0, np.float32)
    assert (draw_discs((30, 20), nothing, nothing, np.empty(0, int), [(255, 0, 0)], 2.0, (1, 2, 3)) == (1, 2, 3)).all()
