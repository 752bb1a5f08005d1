"""Outlines around the dots of a class."""

from dataclasses import replace

import numpy as np
import pygame
import pytest

from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import Map
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import class_outline
from latent_explorer.ui.render.theme import make_theme
from tests.stage import CENTRES, make_world

THEME = make_theme("dark")


@pytest.mark.parametrize("side", [300, 1200])
def test_the_outline_of_a_class_lies_around_its_dots_and_not_around_others(side):
    model = make_world()["first"]
    item = Map(Rect(0, 0, side, side), "first", "tsne", Camera(), frozenset(), False)
    sheet = class_outline.draw(item, model.atlas, 1, THEME, 1.0)
    assert sheet.get_size() == (side, side)
    seen = np.argwhere(pygame.surfarray.array_alpha(sheet) > 150) / side
    away = np.linalg.norm(seen - (CENTRES[1][0], 1 - CENTRES[1][1]), axis=1)
    assert len(seen) > 50
    assert away.max() < 0.17
    far = class_outline.draw(replace(item, camera=Camera((5.0, 5.0), 4.0)), model.atlas, 1, THEME, 1.0)
    assert not pygame.surfarray.array_alpha(far).any()
