"""Which pixels an item may touch."""

import random
from itertools import combinations

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Cover, Halo, Highlight, Line, Marker, Text, Trail
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.item_bounds import compute_bounds, merge_boxes, surround
from latent_explorer.ui.render.painter import Painter

SIZE = (300, 200)
CLIP = Rect(20, 20, 260, 160)


@pytest.mark.parametrize(
    "item",
    [
        Cover((Rect(30, 30, 60, 60), Rect(200, 120, 40, 40))), Cover(()), Halo((150.0, 100.0), 30),
        Highlight(Rect(50, 50, 80, 60), CLIP), Highlight(Rect(50, 50, 60, 60), CLIP, is_ring=True),
        Trail(((40.0, 150.0), (220.0, 40.0)), (0.2, 1.0), "accent", 6),
        Text(Rect(50, 50, 91, 19), "Wj", align="centre"), Line(((40.0, 40.0), (1e9, 1e9)), CLIP, "text", 3, arrow=True),
        Line(((float("nan"), 0.0), (50.0, 50.0)), CLIP, "text"), Marker((1e12, 5.0), CLIP, "text", 9),
    ],
)  # fmt: skip
def test_nothing_is_drawn_outside(item, world):
    pygame.font.init()
    surface, painter = pygame.Surface(SIZE, 0, 32), Painter()
    painter.paint(pygame.Surface((1, 1)), (), world, theme_name="dark", ui_scale=1.0)
    surface.fill((255, 0, 255))
    painter.draw_item(surface, item, world, surface.get_rect())
    touched = (pygame.surfarray.array3d(surface) != (255, 0, 255)).any(axis=2)
    bounds = compute_bounds(item, surface).clip(surface.get_rect())
    touched[bounds.x : bounds.right, bounds.y : bounds.bottom] = False
    assert not touched.any(), np.argwhere(touched)[0]


def test_merged_boxes_cover_the_same_and_overlap_nowhere():
    draw = random.Random(0)
    for _ in range(60):
        numbers = [[draw.randrange(most) for most in (80, 80, 30, 30)] for _ in range(9)]
        boxes = [pygame.Rect(*one) for one in numbers]
        merged = merge_boxes([box.copy() for box in boxes])
        assert not any(one.colliderect(other) for one, other in combinations(merged, 2))
        assert all(any(place.contains(box) for place in merged) for box in boxes if box.width and box.height)
        assert not any(place.collidelist(boxes) < 0 for place in merged)  # none where nothing was


def test_boxes_apart_stay_as_they_are_and_empty_ones_are_none():
    apart = [pygame.Rect(0, 0, 5, 5), pygame.Rect(5, 0, 5, 5), pygame.Rect(50, 50, 0, 9)]
    assert merge_boxes(apart) == apart[:2]


@pytest.mark.parametrize(
    "inner", [(0, 0, 30, 20), (0, 0, 12, 20), (5, 6, 7, 8), (5, 0, 25, 3), (29, 19, 1, 1), (4, 4, 0, 9)], ids=str
)
def test_what_surrounds_a_rectangle_is_the_rest_each_pixel_once(inner):
    outer, painted = pygame.Rect(10, 20, 30, 20), np.zeros((60, 60), int)
    within = pygame.Rect(inner).move(outer.topleft)
    for box in (within, *surround(within, outer)):
        painted[box.left : box.right, box.top : box.bottom] += 1
    assert (painted[outer.left : outer.right, outer.top : outer.bottom] == 1).all()
    assert painted.sum() == outer.width * outer.height
