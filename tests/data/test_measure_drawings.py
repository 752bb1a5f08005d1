"""Drawings whose measures are known."""

import numpy as np
import pytest

from latent_explorer.data.measure_drawings import UNITS, measure, measure_one

SIDE = 28


def draw(inside):
    """Draw what lies `inside(x, y)`, in pixels from the middle, y downwards; edges are smooth."""
    fine = (np.arange(SIDE * 8) + 0.5) / 8 - SIDE / 2
    x, y = np.meshgrid(fine, fine)
    return (inside(x, y).reshape(SIDE, 8, SIDE, 8).mean(axis=(1, 3)) * 255).round().astype(np.uint8)


def read(inside):
    return dict(zip(UNITS, measure_one(draw(inside)), strict=True))


@pytest.mark.parametrize("thickness", [2, 4, 6])
def test_a_bar_has_its_thickness_width_height_and_area(thickness):
    measures = read(lambda x, y: (np.abs(x) < thickness / 2) & (np.abs(y) < 9))
    assert measures["thickness"] == pytest.approx(thickness, abs=0.5)
    assert measures["width"] == pytest.approx(thickness, abs=0.4)
    assert measures["height"] == pytest.approx(18, abs=0.6)
    assert measures["area"] == pytest.approx(18 * thickness, rel=0.05)
    assert measures["slant"] == pytest.approx(0, abs=0.5)
    assert measures["loops"] == 0


@pytest.mark.parametrize("degrees", [-30, 10, 25])
def test_slant_is_the_angle_of_a_leaning_bar_and_does_not_widen_it(degrees):
    lean = np.tan(np.radians(degrees))
    measures = read(lambda x, y: (np.abs(x + lean * y) < 2) & (np.abs(y) < 8))
    assert measures["slant"] == pytest.approx(degrees, abs=1.5)
    assert measures["width"] == pytest.approx(4, abs=0.6)


def test_rings_have_loops():
    def ring(x, y, middle):
        distance = np.hypot(x, y - middle)
        return (distance > 2) & (distance < 4.5)

    assert read(lambda x, y: ring(x, y, 0))["loops"] == 1
    assert read(lambda x, y: ring(x, y, -4.5) | ring(x, y, 4.5))["loops"] == 2
    assert read(lambda x, y: ring(x, y, 0) & ~((x > 0) & (np.abs(y) < 1)))["loops"] == 0


def test_brightness_and_place_do_not_matter():
    def bar(x, y):
        return (np.abs(x) < 2) & (np.abs(y) < 8)

    first = measure_one(draw(bar))
    assert measure_one(draw(lambda x, y: bar(x - 5, y + 3))) == pytest.approx(first, abs=1e-3)
    assert measure_one(draw(bar) // 2) == pytest.approx(first, abs=0.3)


def test_nothing_can_be_measured_of_an_empty_picture():
    empty = measure(np.zeros((2, 1, SIDE, SIDE), np.uint8))
    assert all(np.isnan(one.values).all() for one in empty.values())
