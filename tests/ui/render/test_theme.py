import numpy as np
import pytest

from latent_explorer.ui.render.theme import CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT, make_theme


def luminance(colour) -> float:
    c = np.asarray(colour) / 255
    return float(np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_twenty_classes_have_colours_of_their_own_that_show_on_the_map(name):
    one = make_theme(name)
    colours = [one.get_class_colour(k) for k in range(20)]
    assert len(set(colours)) == 20
    ground = luminance(one["map"])
    for k, colour in enumerate(colours):
        light, dark = sorted((luminance(colour), ground), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 2.6, k


def test_beyond_twenty_the_colours_come_again_and_without_a_class_there_is_none():
    one = make_theme("dark")
    assert one.get_class_colour(20) == one.get_class_colour(0)
    assert one.get_class_colour(-1) == one["muted"]
    assert len(CLASS_COLOURS_ON_DARK) == len(CLASS_COLOURS_ON_LIGHT) == 20
