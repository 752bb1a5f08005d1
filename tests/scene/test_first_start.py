"""The card of the first start: where it lies, and that its parts stay on it."""

from itertools import pairwise

import pytest

from latent_explorer.scene import first_start
from latent_explorer.scene.rect import Rect


@pytest.mark.parametrize("corner", [(100, 60), (900, 60), (100, 540), (900, 540)])
def test_it_lies_in_a_corner_without_dots(corner):
    dots = [(x, y) for x in (100, 900) for y in (60, 540) if (x, y) != corner]
    assert first_start.make_layout(Rect(0, 0, 1000, 600), 1.0, ("One.", "Two."), dots).card.contains(corner)


@pytest.mark.parametrize("scale", [0.6, 1.0, 2.0])
def test_each_sentence_has_the_lines_that_it_needs_beside_its_icon(scale):
    sentences = (
        "Short.",
        "A sentence that is much longer than one line of the card is wide, so that it needs two.",
        "End.",
    )
    card = first_start.make_layout(Rect(0, 0, 1600, 1200), scale, sentences)
    rows = (card.title, *card.sentences, card.show)
    assert all(above.bottom <= below.y for above, below in pairwise(rows))
    first, second, third = card.sentences
    assert second.height == 2 * first.height == 2 * third.height
    for icon, text in zip(card.icons, card.sentences, strict=True):
        assert icon.right < text.x
        assert text.y <= icon.centre[1] <= text.y + first.height
