"""Texts and pictures in the file of a checkpoint, which may come from a stranger."""

import numpy as np
import pytest

from latent_explorer.checkpoint import kept_samples
from latent_explorer.checkpoint.kept_samples import ENDS, PICTURES, TEXTS, KeptSamples

SHAPE = (3, 4, 5)
WHOLE = KeptSamples(("", "é", "x y"), np.zeros((3, *SHAPE), np.uint8))


def describe(tensors):
    return {name: (value.dtype.name, value.shape) for name, value in tensors.items()}


def test_they_come_back():
    tensors = kept_samples.make_tensors(WHOLE)
    others = {"latents": ("float16", (3, 2))}
    assert kept_samples.check_layout({**describe(tensors), **others}, 3, SHAPE) == others
    again = kept_samples.restore(tensors)
    assert again.texts == WHOLE.texts
    np.testing.assert_array_equal(again.pictures, WHOLE.pictures)
    assert kept_samples.restore({}).texts == ()


def test_a_text_that_only_another_python_can_print_is_cleaned():
    tensors = kept_samples.make_tensors(KeptSamples(("a\u0378b", "\u202ec")))  # unassigned, and a change of direction
    assert kept_samples.restore(tensors).texts == ("ab", "c")


@pytest.mark.parametrize(
    "changes",
    [
        {PICTURES: ("float32", (3, *SHAPE))}, {PICTURES: ("uint8", (2, *SHAPE))}, {ENDS: ("int32", (2,))},
        {TEXTS: ("uint8", (1, 5))}, {TEXTS: None}, {ENDS: None}, {"sample.more": ("uint8", (3,))},
    ],
)  # fmt: skip
def test_another_layout_is_refused(changes):
    layout = {**describe(kept_samples.make_tensors(WHOLE)), **changes}
    with pytest.raises(ValueError, match=r"sample|texts"):
        kept_samples.check_layout({name: one for name, one in layout.items() if one is not None}, 3, SHAPE)


@pytest.mark.parametrize(
    ("written", "ends"),
    [("abc", [2, 1, 3]), ("abc", [1, 2, 9]), ("abc", [-1, 2, 3]), ("é", [0, 1, 2]), ("a\nb", [1, 2, 3])],
)
def test_damaged_texts_are_refused(written, ends):
    with pytest.raises(ValueError):  # noqa: PT011, of several kinds
        kept_samples.restore({TEXTS: np.frombuffer(written.encode(), np.uint8), ENDS: np.array(ends, np.int32)})
