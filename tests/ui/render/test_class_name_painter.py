"""Names of classes on a map: of the visible ones, in the window's language, over its marks and off what is taken."""

import numpy as np
import pygame
import pytest

from latent_explorer import texts
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import ClassNames, Map
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import Language
from latent_explorer.ui.render.class_name_painter import ClassNamePainter
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import make_theme

RECT = Rect(40, 30, 400, 300)


@pytest.fixture(scope="module", autouse=True)
def _fonts():
    pygame.font.init()


def draw(world, painter=None, taken=(), hidden=frozenset(), **changes) -> np.ndarray:
    """What is lit of a black sheet, (width, height)."""
    item = ClassNames(Map(RECT, "first", "tsne", Camera(), hidden, True, **changes), taken)
    sheet = pygame.Surface((500, 400), 0, 32)
    (painter or ClassNamePainter()).paint(sheet, item, world["first"], make_theme("dark"), Lettering(1.0))
    return (pygame.surfarray.array3d(sheet) > 60).all(axis=2)


def test_the_names_of_visible_classes_stand_near_their_middles(world):
    lit = draw(world)
    assert lit[RECT.x : RECT.right, RECT.y : RECT.bottom].sum() == lit.sum() > 50
    assert 0 < draw(world, hidden=frozenset({0})).sum() < lit.sum()
    assert not draw(world, hidden=frozenset({0, 1, 2})).any()


def test_they_stand_beside_what_is_taken(world):
    lit = draw(world)
    xs, ys = np.nonzero(lit)
    place = Rect(int(xs[0]) - RECT.x - 8, int(ys[0]) - RECT.y - 8, 24, 24)  # on the letters of one of them
    box = (slice(place.x + RECT.x, place.right + RECT.x), slice(place.y + RECT.y, place.bottom + RECT.y))
    assert lit[box].any()
    beside = draw(world, taken=(place,))
    assert not beside[box].any()
    assert beside.sum() == pytest.approx(lit.sum(), rel=0.1)


def test_a_painter_that_knows_the_map_writes_what_a_new_one_does(world):
    painter = ClassNamePainter()
    for taken in ((), (Rect(190, 140, 24, 24),), (Rect(2, 2, 9, 9),), ()):
        assert (draw(world, painter, taken) == draw(world, taken=taken)).all()


def test_they_are_in_the_language_of_the_window(world):
    painter = ClassNamePainter()
    before = draw(world, painter)
    texts.use(Language("xx", "Brackets", translate_in=lambda context, name: f"[{name}]"))
    assert (draw(world, painter) != before).any()
    texts.use(texts.ENGLISH)
    assert (draw(world, painter) == before).all()
