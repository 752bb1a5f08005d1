"""Colours of the drawn faces."""

import numpy as np
import pytest
import torch

from latent_explorer.data.faces import colours


@pytest.mark.parametrize("ramp", [colours.SKIN, colours.HAIR])
def test_a_ramp_passes_through_its_stops_and_is_straight_between_them(ramp):
    stops = torch.tensor(ramp) / 255
    places = torch.linspace(0, 1, len(ramp))
    np.testing.assert_allclose(colours.mix_ramp(ramp, places), stops, rtol=1e-5, atol=1e-6)
    middles = (places[1:] + places[:-1]) / 2
    np.testing.assert_allclose(colours.mix_ramp(ramp, middles), (stops[1:] + stops[:-1]) / 2, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(colours.mix_ramp(ramp, torch.tensor([-1.0, 2.0])), stops[[0, -1]], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("ramp", [colours.SKIN, colours.HAIR])
def test_a_ramp_runs_from_light_to_dark_or_back_without_turning(ramp):
    brightness = torch.tensor(ramp).float() @ torch.tensor([0.299, 0.587, 0.114])
    steps = brightness.diff()
    assert bool((steps > 0).all()) or bool((steps < 0).all())


def to_oklab(srgb: torch.Tensor) -> torch.Tensor:
    """Oklab of sRGB colours (N, 3), by Ottosson's published matrices."""
    linear = torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    lms = linear @ torch.tensor(to_lms).T
    return lms.clamp(min=0) ** (1 / 3) @ torch.tensor(to_lab).T


def test_hues_have_the_lightness_chroma_and_angle_that_were_asked_for():
    hue = torch.tensor([0.0, 90.0, 150.0, 240.0, 330.0])
    lightness, a, b = to_oklab(colours.convert_oklch(0.8, 0.06, hue)).T
    np.testing.assert_allclose(lightness, torch.full_like(hue, 0.8), atol=2e-3, rtol=0)
    np.testing.assert_allclose(torch.hypot(a, b), torch.full_like(hue, 0.06), atol=2e-3, rtol=0)
    np.testing.assert_allclose(torch.rad2deg(torch.atan2(b, a)) % 360, hue, atol=2.0, rtol=0)


def test_darker_is_darker_and_lighter_is_lighter_by_the_share():
    given = torch.tensor([[0.5, 0.4, 0.6]])
    assert bool((colours.darken(given, 0.3) < given).all())
    assert bool((colours.darken(given, 0.6) < colours.darken(given, 0.3)).all())
    np.testing.assert_allclose(colours.lighten(given, 0.25), given + 0.25 * (1 - given), rtol=1e-5, atol=1e-6)
    for change in (colours.darken, colours.lighten):
        np.testing.assert_allclose(change(given, 0.0), given, rtol=1e-5, atol=1e-6)


def test_hair_grows_lighter_in_even_steps():
    srgb = np.array(colours.HAIR) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lightness = 116 * np.cbrt(linear @ (0.2126, 0.7152, 0.0722)) - 16  # CIE 1976 L*
    steps = np.diff(lightness)
    assert steps.max() < 1.25 * steps.min()
