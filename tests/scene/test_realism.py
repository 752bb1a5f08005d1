"""The lamp: three words, and the empty map."""

import numpy as np
import pytest

from latent_explorer.engine.base_queries import PointValue
from latent_explorer.scene import realism
from latent_explorer.scene.items import StatusDot, Text
from latent_explorer.scene.rect import Rect

GAP = 0.002


def point(map_gaps=0.5, latent_gaps=0.5, agreement=1.0) -> PointValue:
    return PointValue(np.zeros(2, np.float32), lambda: np.zeros((1, 1), np.uint8), 0, map_gaps, latent_gaps, agreement)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"latent_gaps": 0.0}, "a real sample"),
        ({"latent_gaps": 0.25, "agreement": 0.0}, "a real sample"),
        ({"latent_gaps": 0.26}, "in between"),
        ({"latent_gaps": 1.9, "agreement": 0.5}, "in between"),
        ({"latent_gaps": 2.1}, "invented"),
        ({"latent_gaps": 0.6, "agreement": 0.49}, "invented"),
        ({"map_gaps": 13.0, "latent_gaps": 0.0}, "far from every sample"),
        ({"map_gaps": 5.0}, "in between"),
    ],
)
def test_each_word_has_its_place(where, words):
    assert realism.realism_at_map_position(point(**where), GAP).words == words


def test_where_dots_stand_very_close_many_gaps_are_not_far():
    assert realism.realism_at_map_position(point(map_gaps=13.0), GAP / 10).words == "in between"


def test_its_colours_differ_from_word_to_word():
    assert len({one.colour for one in (realism.REAL, realism.BETWEEN, realism.INVENTED)}) == 3


def test_a_light_of_the_same_colour_stands_beside_the_words():
    light, words = realism.make_items(Rect(10, 20, 200, 30), realism.INVENTED, "title")
    assert isinstance(light, StatusDot)
    assert isinstance(words, Text)
    assert light.colour == words.colour == "warn"
    assert light.rect.right < words.rect.x
    assert words.text == "Invented"


@pytest.mark.parametrize("gaps", [0.0, 0.2, 0.5, 1.9, 2.1])
@pytest.mark.parametrize("agreement", [0.2, 0.6, 1.0])
def test_of_a_code_it_says_the_same_as_of_a_place_on_the_map(gaps, agreement):
    assert realism.realism_of_latent(gaps, agreement) is realism.realism_at_map_position(
        point(latent_gaps=gaps, agreement=agreement), GAP
    )
