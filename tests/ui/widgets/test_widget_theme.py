"""The colours of the widgets."""

import pytest

from latent_explorer.ui.render.theme import parse_rgb
from latent_explorer.ui.widgets.widget_theme import make_widget_theme
from tests.colour_vision import measure_contrast

LEAST = 4.5
THEMES = ("dark", "light")
STATES = ("normal", "hovered", "active", "selected", "disabled")
"""Of widgets; pygame_gui names their colours by them."""


@pytest.mark.parametrize("name", THEMES)
def test_the_texts_of_widgets_can_be_read_in_every_state(name):
    checked = 0
    for element, look in make_widget_theme(name, 1.0).items():
        colours = {} if element.endswith("#sliding_button") else look.get("colours", {})  # it has no text
        for state in STATES:
            words, ground = colours.get(f"{state}_text"), colours.get(f"{state}_bg")
            if words and ground:
                assert measure_contrast(parse_rgb(words), parse_rgb(ground)) >= LEAST, (element, state)
                checked += 1
    assert checked > 40
