"""Where the parts of the Factors lab stand."""

import pytest

from latent_explorer.scene.events import Resize, Set
from tests.labs import test_laws
from tests.labs.factors.on_screen import LAB, WORLD, view_of
from tests.stage import begin, play


@pytest.mark.parametrize("count", ["1", "2"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1920, 1080), (3840, 2160), (320, 240), (600, 900)])
@pytest.mark.parametrize("shown", ["table", "face"])
def test_nothing_overlaps_with_faces(shown, count, size, scale):
    changed = begin(WORLD, "factors", size, models=("drawn", "drawn again"), text_scale=scale)
    state = play(changed, Set("shown", shown), Set("count", count), Resize(size))
    test_laws.check_layout(state)
    assert view_of(state)
    if size in ((1366, 768), (1920, 1080), (3840, 2160)) and scale == 1:
        assert not LAB.get_layout(state).left_out
