from itertools import combinations

import numpy as np
import pytest

from latent_explorer.ui.render.theme import CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT, make_theme
from tests.colour_vision import VISIONS, measure_contrast, measure_difference, to_linear, to_oklab

LEAST_DIFFERENCE = 20.0
"""Between any two of ten classes, in CIELAB."""
SAME_HUE = 5.0
"""Degrees between a class's hues in the two themes."""


@pytest.mark.parametrize("name", ["dark", "light"])
def test_twenty_classes_have_colours_of_their_own_that_show_on_the_map(name):
    one = make_theme(name)
    colours = [one.get_class_colour(k) for k in range(20)]
    assert len(set(colours)) == 20
    for k, colour in enumerate(colours):
        assert measure_contrast(colour, one["map"]) >= 3, k


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", ["dark", "light"])
def test_any_two_of_ten_classes_can_be_told_apart_with_any_colour_vision(name, vision):
    one = make_theme(name)
    for a, b in combinations(range(10), 2):
        apart = measure_difference(one.get_class_colour(a), one.get_class_colour(b), vision)
        assert apart >= LEAST_DIFFERENCE, (a, b)


def test_colour_vision_is_simulated_as_published():
    """Two pairs that Machado's matrices decide: white stays white, and red and green come close without their cones."""
    for vision in VISIONS:
        assert measure_difference((255, 255, 255), (254, 254, 254), vision) < 1
    assert measure_difference((170, 60, 60), (110, 110, 60), "no middle cones") < 20
    assert measure_difference((170, 60, 60), (110, 110, 60)) > 50
    assert measure_difference((0, 0, 0), (255, 255, 255)) == pytest.approx(100, abs=0.01)


def test_a_class_has_the_same_hue_in_both_themes():
    hues = []
    for name in ("dark", "light"):
        one = make_theme(name)
        lab = np.array([to_oklab(to_linear(one.get_class_colour(k))) for k in range(10)])
        assert np.hypot(lab[:, 1], lab[:, 2]).min() > 0.03, "a grey has no hue"
        hues.append(np.arctan2(lab[:, 2], lab[:, 1]))
    apart = np.degrees(np.abs(np.angle(np.exp(1j * (hues[0] - hues[1])))))
    assert apart.max() <= SAME_HUE, apart


def test_beyond_twenty_the_colours_come_again_and_without_a_class_there_is_none():
    one = make_theme("dark")
    assert one.get_class_colour(20) == one.get_class_colour(0)
    assert one.get_class_core(0) is None
    assert one.get_class_core(20) == one["map"]
    assert one.get_class_colour(-1) == one["muted"]
    assert len(CLASS_COLOURS_ON_DARK) == len(CLASS_COLOURS_ON_LIGHT) == 20
