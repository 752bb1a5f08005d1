"""Bars of a code and the gauge of one share."""

import numpy as np
import pygame
import pytest

from latent_explorer.scene.items import Bars, Gauge
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import bars_painter
from latent_explorer.ui.render.theme import make_theme

THEME = make_theme("dark")


def draw(paint, item) -> np.ndarray:
    surface = pygame.Surface((200, 100))
    surface.fill(THEME["background"])
    paint(surface, item, THEME)
    return pygame.surfarray.array3d(surface)


@pytest.mark.parametrize("across", [False, True])
def test_bars_point_up_for_positive_values_or_to_the_right_and_negative_ones_the_other_way(across):
    bars = Bars(Rect(0, 0, 200, 100), np.array([2.0, -2.0], np.float32), 2.0, across=across)
    drawn = (draw(bars_painter.paint, bars) != THEME["background"]).any(axis=2)
    first, second = (drawn[:, :45], drawn[:, 55:]) if across else (drawn[:95], drawn[105:])
    if across:
        assert (first[150].any(), first[50].any()) == (True, False)
        assert (second[150].any(), second[50].any()) == (False, True)
    else:
        assert (first[:, 10].any(), first[:, 90].any()) == (True, False)
        assert (second[:, 10].any(), second[:, 90].any()) == (False, True)


def test_a_gauge_fills_from_the_left():
    def filled(share: float) -> int:
        drawn = draw(bars_painter.paint_gauge, Gauge(Rect(0, 0, 200, 10), share, "good"))
        return int((drawn[:, 5] == THEME["good"]).all(axis=1).sum())

    assert filled(0.0) < filled(0.5) < filled(1.0)
    assert filled(1.0) >= 195
    assert filled(float("nan")) == filled(0.0)
