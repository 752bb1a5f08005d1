"""What lies under the dots: the ramp's colours, heat maps and pictures on the screen."""

import numpy as np
import pygame
import pytest

from latent_explorer.engine.map_layers import jobs, map_tiles
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, Mosaic
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import HeatLayer, Map, MosaicLayer
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import colormap, heatmap_painter
from latent_explorer.ui.render.scatter_painter import ScatterPainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme
from tests import stage

RECT = Rect(40, 30, 400, 300)
REACH = 0.06


@pytest.fixture(scope="module", autouse=True)
def _fonts():
    pygame.font.init()


def answer(world, request):
    return [one for one in jobs.make_job(request, world, jobs.LayerStore()) if one is not None]


def shown(world, layer, theme_name="dark", **changes) -> np.ndarray:
    options = {"camera": Camera(), "hidden": frozenset(), "show_class_names": False, **changes}
    item = Map(RECT, "first", "tsne", layer=layer, **options)
    return pygame.surfarray.array3d(
        ScatterPainter().render(item, world["first"], make_theme(theme_name), Lettering(1.0))
    )


def at(pixels, xy, camera=None):
    x, y = (camera or Camera()).to_px(xy, RECT)
    return pixels[round(x - RECT.x), round(y - RECT.y)].astype(int)


def blank(pixels, theme_name="dark") -> np.ndarray:
    """Return the mask of pixels that have a colour of the hatching."""
    theme, sample = make_theme(theme_name), pygame.Surface((40, 40))
    heatmap_painter.paint_hatching(sample, sample.get_rect(), theme, 1.0)
    colours = np.unique(pygame.surfarray.array3d(sample).reshape(-1, 3), axis=0)
    assert len(colours) == 2
    return (pixels[..., None, :] == colours).all(axis=-1).any(axis=-1)


@pytest.mark.parametrize("theme_name", ["dark", "light"])
def test_a_heat_map_lies_under_the_dots_and_empty_map_is_hatched(world, theme_name):
    value = answer(world, HeatMap("first", "tsne", "distance", REACH))[-1]
    pixels = shown(world, HeatLayer(value, -2.0, -1.0), theme_name)  # everything beyond the bright end
    bright = colormap.compute_table()[-1]
    assert (np.abs(pixels - bright).max(axis=2) <= 2).mean() > 0.03
    assert blank(at(pixels, stage.EMPTY), theme_name)
    dark = shown(world, HeatLayer(value, 50.0, 60.0), theme_name)  # and beyond the dark one
    dots = [at(dark, tuple(xy)) for xy in world["first"].maps["tsne"].xy.astype(float)]
    assert np.mean([(dot > colormap.compute_table()[0] + 30).all() for dot in dots]) > 0.9  # the dots are seen on it


def test_every_refinement_paints_the_same_place(world):
    first, *_, last = answer(world, HeatMap("first", "tsne", "distance", REACH))
    early, late = (blank(shown(world, HeatLayer(one, 0, 1))) for one in (first, last))
    assert (early == late).mean() > 0.995
    assert early.any()


def test_a_hidden_class_takes_its_part_of_the_layer_with_it(world):
    value = answer(world, HeatMap("first", "tsne", "stretch", REACH, frozenset({0})))[-1]
    pixels = shown(world, HeatLayer(value, 0, 1), hidden=frozenset({0}))
    assert blank(at(pixels, stage.CENTRES[0]))
    assert not blank(at(pixels, stage.CENTRES[1]))


def test_the_class_decision_has_the_classes_colours(world):
    value = answer(world, HeatMap("first", "tsne", "class", REACH))[-1]
    pixels = shown(world, HeatLayer(value, -2.0, -1.0))
    for k in range(3):
        assert (np.abs(pixels.astype(int) - make_theme("dark").get_class_colour(k)).max(axis=2) <= 2).sum() > 50


@pytest.mark.parametrize("camera", [Camera(), Camera((0.2, 0.25), 900.0)])
def test_a_layer_is_drawn_at_every_zoom(world, camera):
    value = answer(world, HeatMap("first", "tsne", "distance", REACH))[-1]
    pixels = shown(world, HeatLayer(value, 0, 1), camera=camera)
    assert not blank(pixels).all()


def mosaic(world, camera=None, **changes):
    camera = camera or Camera()
    low, high = camera.to_xy((RECT.x, RECT.bottom), RECT), camera.to_xy((RECT.right, RECT.y), RECT)
    span = map_tiles.find_span(map_tiles.choose_level(camera.compute_scale(RECT)), low, high)
    return answer(world, Mosaic("first", "tsne", span, REACH, **changes))


def test_pictures_stand_where_their_cells_are(world):
    """Zoomed in until a cell fills a tenth of the map: its middle has the colour of the decoded picture's middle."""
    camera = Camera((0.2, 0.25), 6.0)
    value = mosaic(world, camera)[-1]
    pixels = shown(world, MosaicLayer(value, False), camera=camera)
    level = value.span.level
    side = map_tiles.compute_cell_side(level)
    cell = (np.floor(0.2 / side) + 0.5) * side, (np.floor(0.25 / side) + 0.5) * side
    first = world["first"]
    z = first.maps["tsne"].inverse_transform(np.array([cell], np.float32), map_tiles.compute_resolution(level))
    picture = np.rint(first.decode(z)[0, 0] * 255)
    for row, column in ((1, 1), (2, 6), (6, 3)):  # the middles of some of its 8 x 8 pixels
        place = cell[0] + ((column + 1.5) / 10 - 0.5) * side, cell[1] + (0.5 - (row + 1.5) / 10) * side
        assert np.abs(at(pixels, place, camera) - picture[row, column]).max() <= 2


def test_pictures_leave_empty_map_and_hidden_classes_blank(world):
    hidden = frozenset({0})
    pixels = shown(world, MosaicLayer(mosaic(world, hidden=hidden)[-1], True), hidden=hidden)
    assert blank(at(pixels, stage.EMPTY))
    assert blank(at(pixels, stage.CENTRES[0]))
    assert not blank(at(pixels, stage.CENTRES[1]))


def test_a_coarser_tile_stands_in_without_a_gap(world):
    early, late = (shown(world, MosaicLayer(one, True)) for one in (mosaic(world)[1], mosaic(world)[-1]))
    assert not blank(early)[~blank(late)].mean() > 0.1


def test_tiles_meet_without_a_seam(world):
    camera = Camera((0.201, 0.251), 17.3)
    value = mosaic(world, camera)[-1]
    assert len([tile for tile in value.tiles.values() if tile.pictures is not None]) > 1
    pixels = shown(world, MosaicLayer(value, False), "light", camera=camera)
    covered = ~blank(pixels, "light")
    inside = covered[50:-50, 50:-50]
    # a seam would be a line of blank between two tiles
    assert not (~inside).all(axis=0).any()
    assert not (~inside).all(axis=1).any()
