"""The colours of classes: apart for every vision, and of one hue on dark and on light ground."""

from itertools import combinations

import numpy as np
import pytest

from latent_explorer.palette import CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT, UNLABELLED_ON_LIGHT
from tests.colour_vision import VISIONS, measure_contrast, measure_difference, to_linear, to_oklab

LEAST_DIFFERENCE, LEAST_OF_TWENTY = 20.0, 13.0
"""Between any two of ten classes, and of twenty, in CIELAB."""
SAME_HUE = 5.0
"""Degrees between a class's hues on the two grounds."""
WHITE = (255, 255, 255)
every_ground = pytest.mark.parametrize(
    "colours", [CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT], ids=["dark", "light"]
)


def to_rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


@every_ground
@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_of_ten_classes_can_be_told_apart_with_any_colour_vision(colours, vision):
    for a, b in combinations(colours[:10], 2):
        assert measure_difference(to_rgb(a), to_rgb(b), vision) >= LEAST_DIFFERENCE, (a, b)


@every_ground
def test_ten_more_keep_a_distance_from_all_before_them(colours):
    for a, b in combinations(colours, 2):
        assert measure_difference(to_rgb(a), to_rgb(b)) >= LEAST_OF_TWENTY, (a, b)


def test_on_white_every_class_shows_and_a_sample_without_label_has_the_colour_of_none():
    unlabelled = to_rgb(UNLABELLED_ON_LIGHT)
    assert measure_contrast(unlabelled, WHITE) >= 3
    for colour in map(to_rgb, CLASS_COLOURS_ON_LIGHT[:10]):
        assert measure_contrast(colour, WHITE) >= 3
        assert measure_difference(colour, unlabelled) >= LEAST_DIFFERENCE, colour


def test_colour_vision_is_simulated_as_published():
    """Two pairs that Machado's matrices decide: white stays white, and red and green come close without their cones."""
    for vision in VISIONS:
        assert measure_difference((255, 255, 255), (254, 254, 254), vision) < 1
    assert measure_difference((170, 60, 60), (110, 110, 60), "no middle cones") < 20
    assert measure_difference((170, 60, 60), (110, 110, 60)) > 50
    assert measure_difference((0, 0, 0), (255, 255, 255)) == pytest.approx(100, abs=0.01)


def test_a_class_has_the_same_hue_on_both_grounds():
    hues = []
    for colours in (CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT):
        lab = np.array([to_oklab(to_linear(to_rgb(colour))) for colour in colours[:10]])
        assert np.hypot(lab[:, 1], lab[:, 2]).min() > 0.03, "a grey has no hue"
        hues.append(np.arctan2(lab[:, 2], lab[:, 1]))
    apart = np.degrees(np.abs(np.angle(np.exp(1j * (hues[0] - hues[1])))))
    assert apart.max() <= SAME_HUE, apart
