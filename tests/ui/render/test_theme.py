import pytest

from latent_explorer.ui.render.theme import CLASS_COLOURS_ON_DARK, CLASS_COLOURS_ON_LIGHT, make_theme
from tests.colour_vision import measure_contrast


@pytest.mark.parametrize("name", ["dark", "light"])
def test_twenty_classes_have_colours_of_their_own_that_show_on_the_map(name):
    one = make_theme(name)
    colours = [one.get_class_colour(k) for k in range(20)]
    assert len(set(colours)) == 20
    for k, colour in enumerate(colours):
        assert measure_contrast(colour, one["map"]) >= 3, k


def test_beyond_twenty_the_colours_come_again_and_without_a_class_there_is_none():
    one = make_theme("dark")
    assert one.get_class_colour(20) == one.get_class_colour(0)
    assert one.get_class_core(0) is None
    assert one.get_class_core(20) == one["map"]
    assert one.get_class_colour(-1) == one["muted"]
    assert len(CLASS_COLOURS_ON_DARK) == len(CLASS_COLOURS_ON_LIGHT) == 20
