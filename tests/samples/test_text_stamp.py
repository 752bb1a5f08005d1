"""Words in the drawing of a sample."""

import numpy as np
import pytest

from latent_explorer.samples import text_stamp

WORDS = "sepal length (cm), measured twice"


@pytest.mark.parametrize("width", [5, 12, 40, 90, 150, 10_000])
def test_as_much_of_a_text_is_kept_as_fits(width):
    short = text_stamp.shorten(WORDS, 12, width)
    assert text_stamp.measure(short, 12) <= width
    if short == WORDS:
        return
    kept = short.removesuffix("…")
    assert WORDS.startswith(kept)
    following = WORDS[: len(kept) + 1 + (WORDS[len(kept)] == " ")].rstrip() + "…"
    assert not short or text_stamp.measure(following, 12) > width


def test_a_stamp_is_as_wide_as_it_measures_and_taller_letters_are_larger():
    small, large = (text_stamp.make_stamp(WORDS, height) for height in (10, 30))
    assert small.shape[1] == round(text_stamp.measure(WORDS, 10))
    assert large.sum() == pytest.approx(9 * small.sum(), rel=0.15)
    assert 0 == small.min() < small.max() <= 1


@pytest.mark.parametrize(("x", "y"), [(2, 1), (-1, -1), (6, 3), (8, 0), (0, -9), (-9, 9)])
def test_what_lies_outside_the_canvas_is_cut(x, y):
    stamp = np.arange(1, 13, dtype=np.float32).reshape(3, 4) / 12
    canvas = np.full((5, 8, 3), 100.0)
    text_stamp.put(canvas, stamp, x, y, (255, 100, 0))
    for row in range(5):
        for column in range(8):
            inside = 0 <= row - y < 3 and 0 <= column - x < 4
            share = stamp[row - y, column - x] if inside else 0.0
            assert canvas[row, column] == pytest.approx([100 + share * 155, 100, 100 - share * 100], abs=1e-3)
