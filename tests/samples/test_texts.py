"""Samples that are texts: a picture that knows its words, and a kind without values."""

import numpy as np

from latent_explorer.samples import Texts, WrittenSample
from latent_explorer.samples.texts import write


def test_the_picture_of_a_text_knows_it_and_a_part_of_it_does_not():
    whole = write("человек")
    assert isinstance(whole, WrittenSample)
    assert (whole.text, whole.dtype, whole.render) == ("человек", np.uint8, None)
    assert whole[:5].text == ""


def test_no_values_stand_for_a_text():
    assert not Texts().can_be_drawn
    assert [one.text for one in Texts().draw(np.zeros((2, 1, 1, 1), np.float32))] == [" ", " "]
