import numpy as np
import pytest

from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.painter import fit_size


@pytest.mark.parametrize(
    ("shape", "expected"), [((1, 200), (120, 10)), ((200, 1, 3), (8, 90)), ((20, 40), (120, 60)), ((8, 8), (90, 90))]
)
def test_a_picture_of_any_proportions_can_be_seen(shape, expected):
    assert fit_size(np.zeros(shape, np.uint8), Rect(0, 0, 120, 90)) == pytest.approx(expected, abs=1)
