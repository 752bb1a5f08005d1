import numpy as np
import pygame
import pytest

from latent_explorer.engine.results import Results
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import DotColours, Map
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import colormap
from latent_explorer.ui.render.scatter_painter import DIMMED_SHARE, ScatterPainter, compute_radius
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme, mix, parse_rgb
from tests.stage import begin

RECT = Rect(40, 30, 400, 300)


@pytest.fixture(scope="module", autouse=True)
def _fonts():
    pygame.font.init()


def layer(world, scatter=None, **changes) -> np.ndarray:
    options = {"camera": Camera(), "hidden": frozenset(), "show_class_names": False, **changes}
    item = Map(options.pop("rect", RECT), "first", options.pop("map_name", "tsne"), **options)
    drawn = (scatter or ScatterPainter()).render(item, world["first"], make_theme("dark"), Lettering(1.0))
    return pygame.surfarray.array3d(drawn)


def coloured(pixels: np.ndarray, k: int) -> np.ndarray:
    return (pixels == make_theme("dark").get_class_colour(k)).all(axis=2)


@pytest.mark.parametrize("camera", [Camera(), Camera((0.3, 0.4), 3.0)])
def test_every_dot_stands_where_the_camera_says_in_its_class_s_colour(world, camera):
    pixels = layer(world, camera=camera)
    first = world["first"]
    seen = 0
    for xy, label in zip(first.atlas.xy, first.labels, strict=True):
        x, y = camera.to_px((float(xy[0]), float(xy[1])), RECT)
        if RECT.inset(4).contains((x, y)):
            x, y = round(x - RECT.x), round(y - RECT.y)
            assert coloured(pixels, label)[x - 4 : x + 5, y - 4 : y + 5].any()
            seen += 1
    assert seen > 5


def test_hidden_classes_are_not_drawn(world):
    pixels = layer(world, hidden=frozenset({0, 2}))
    assert [coloured(pixels, k).any() for k in range(3)] == [False, True, False]


def test_between_the_dots_is_the_background(world):
    pixels = layer(world)
    dots = (pixels != make_theme("dark")["map"]).any(axis=2)
    assert 0 < dots.mean() < 0.1
    assert not layer(world, hidden=frozenset({0, 1, 2})).any() or not dots.all()


def test_a_layer_is_drawn_once(world):
    scatter = ScatterPainter()
    item = Map(RECT, "first", "tsne", Camera(), frozenset(), True)
    ask = (item, world["first"], make_theme("dark"), Lettering(1.0))
    assert scatter.render(*ask) is scatter.render(*ask)
    light = scatter.render(item, world["first"], make_theme("light"), Lettering(1.0))
    assert light is not scatter.render(*ask)


def test_the_two_maps_look_different(world):
    assert (layer(world) != layer(world, map_name="pca")).any()


@pytest.mark.parametrize("rect", [Rect(0, 0, 1, 1), Rect(0, 0, 3, 900), Rect(5, 5, 2000, 10)])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2000.0])
def test_any_size_and_zoom_can_be_drawn(world, rect, zoom):
    assert layer(world, rect=rect, camera=Camera((0.2, 0.25), zoom)).shape == (rect.width, rect.height, 3)


def test_dots_grow_as_one_zooms_in_and_shrink_where_there_are_many():
    assert (
        compute_radius(2000, 1, 1)
        < compute_radius(2000, 4, 1)
        <= compute_radius(2000, 1000, 1)
        == compute_radius(2000, 2000, 1)
    )
    assert (
        compute_radius(60_000, 1, 1)
        < compute_radius(10_000, 1, 1)
        < compute_radius(500, 1, 1)
        == compute_radius(2000, 1, 1)
    )
    assert compute_radius(10_000, 1, 2) > compute_radius(10_000, 1, 1)


def of_role(pixels: np.ndarray, role: str) -> np.ndarray:
    return (pixels == make_theme("dark")[role]).all(axis=2)


def centres(first) -> list[tuple[int, int]]:
    """Of the dots, in pixels of the map."""
    return [
        (round(x - RECT.x), round(y - RECT.y))
        for x, y in (Camera().to_px((float(x), float(y)), RECT) for x, y in first.atlas.xy)
    ]


def test_a_paint_colours_each_dot_by_its_role_and_mutes_the_rest(world):
    first = world["first"]
    colours = np.where(first.labels == 0, 0, np.where(first.labels == 1, 1, -1))
    pixels = layer(world, dot_colours=DotColours(colours, ("good", "class 7")))
    for (x, y), label in zip(centres(first), first.labels, strict=True):
        role = ("good", "class 7", "muted")[label]
        assert of_role(pixels, role)[x - 4 : x + 5, y - 4 : y + 5].any()
    assert not any(coloured(pixels, k).any() for k in range(3))


def test_a_painted_map_leaves_hidden_classes_out(world):
    labels = world["first"].labels
    pixels = layer(world, dot_colours=DotColours(labels, ("good", "warn", "fair")), hidden=frozenset({1}))
    assert [of_role(pixels, role).any() for role in ("good", "warn", "fair")] == [True, False, True]


def test_values_are_painted_from_dark_to_bright_and_what_has_none_is_dimmed(world):
    first = world["first"]
    values = np.where(first.labels == 0, -5.0, np.where(first.labels == 1, 2.0, np.nan))
    pixels, theme = layer(world, dot_colours=DotColours(values=values, low=0.0, high=1.0)), make_theme("dark")
    dimmed = mix(theme["map"], theme["muted"], DIMMED_SHARE)
    for (x, y), label in zip(centres(first), first.labels, strict=True):
        near = pixels[x - 4 : x + 5, y - 4 : y + 5]
        wanted = (parse_rgb(colormap.VIRIDIS[0]), parse_rgb(colormap.VIRIDIS[-1]), dimmed)[label]
        assert (near == wanted).all(axis=2).any()


def test_a_painted_layer_is_drawn_once_for_the_same_array_and_anew_for_another(world):
    scatter, colours = ScatterPainter(), world["first"].labels.copy()

    def drawn(paint):
        item = Map(RECT, "first", "tsne", Camera(), frozenset(), False, dot_colours=paint)
        return scatter.render(item, world["first"], make_theme("dark"), Lettering(1.0))

    first = drawn(DotColours(colours, ("good", "warn", "fair")))
    assert drawn(DotColours(colours, ("good", "warn", "fair"))) is first
    assert drawn(DotColours(colours.copy(), ("good", "warn", "fair"))) is not first
    assert drawn(DotColours(colours, ("warn", "good", "fair"))) is not first
    assert drawn(None) is not first


def test_labs_pass_a_paint_to_their_map(world):
    state, paint = begin(world), DotColours(world["first"].labels, ("good", "warn", "fair"))
    plain = map_panel.make_map_items(state, 0, RECT, dot_colours=paint)
    layered = map_layers.make_map_items(state, 0, RECT, results=Results(), model_count=1, dot_colours=paint)
    assert [item.dot_colours for item in (*plain, *layered) if isinstance(item, Map)] == [paint, paint]


def test_dots_come_from_the_map_of_another_model(world):
    """At the start of the way they stand where that model's map has them, at its end where their own has them."""
    looks = make_theme("dark"), Lettering(1.0)
    first, last = (world.timelines["a training"].make_checkpoint(t) for t in (0, 5))
    place = {"rect": Rect(0, 0, 300, 300), "camera": Camera(), "hidden": frozenset(), "show_class_names": False}

    def drawn(way: float) -> np.ndarray:
        item = Map(model="last", map_name="pca", previous_map="pca", previous_model="first", progress=way, **place)
        return pygame.surfarray.array3d(ScatterPainter().render(item, last, *looks, first))

    def still(model: str, checkpoint) -> np.ndarray:
        return pygame.surfarray.array3d(
            ScatterPainter().render(Map(model=model, map_name="pca", **place), checkpoint, *looks)
        )

    assert (drawn(0.0) == still("first", first)).all()
    assert (drawn(1.0) == still("last", last)).all()
    assert (drawn(0.0) != drawn(1.0)).any()
