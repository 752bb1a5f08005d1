"""Where the parts of the Arithmetic lab stand."""

import numpy as np
import pytest

from latent_explorer.labs import LABS
from latent_explorer.labs.arithmetic import layout
from latent_explorer.labs.arithmetic.queries import MAX_AMOUNT
from latent_explorer.scene import presentation
from latent_explorer.scene.rect import Rect
from tests.labs.arithmetic.on_screen import answered
from tests.stage import begin

LAB = LABS["arithmetic"]


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (600, 900), (320, 240)])
def test_it_fits_into_any_window(world, size):
    state = begin(world, "arithmetic", size)
    for name, rect in LAB.get_layout(state).parts.items():
        assert rect.x >= 0, name
        assert rect.right <= size[0], name
        assert rect.bottom <= size[1], name
    assert LAB.make_view(state, answered(state))


@pytest.mark.parametrize("size", [(160, 120), (160, 160), (240, 140), (400, 300)])
def test_in_a_presentation_no_panel_is_without_its_rows(size):
    """Rows too low to be of use have another page, or none: with their panel, which is drawn with them."""
    for scale in (0.6, 0.7, 0.9, 1.25, 1.5):
        content = layout.make_attribute_layout(size, scale).content
        for page in presentation.make_pages(content, size, scale, LAB.stage):
            there = {"changes panel", "changes", "changes text"} & page.parts.keys()
            assert len(there) in (0, 3)
            assert "direction" not in page.parts or {"before", "after"} <= page.parts.keys()


def test_at_the_middle_of_each_picture_of_the_film_stands_its_own_amount():
    amounts = np.linspace(-MAX_AMOUNT, MAX_AMOUNT, layout.STEPS)
    middles = (np.arange(layout.STEPS) + 0.5) / layout.STEPS
    assert [layout.to_amount(share) for share in middles] == pytest.approx(amounts)
    assert [layout.to_share(amount) for amount in amounts] == pytest.approx(middles)
    assert (layout.to_amount(0), layout.to_amount(1)) == (-MAX_AMOUNT, MAX_AMOUNT)


@pytest.mark.parametrize("count", [0, 1, 5, 12, 99])
@pytest.mark.parametrize(("width", "height"), [(700, 120), (300, 120), (300, 10), (0, 0)])
def test_rows_of_changes_stand_in_their_place_and_apart_as_many_as_find_room(count, width, height):
    place = Rect(40, 60, width, height)
    found = layout.place_changes(place, count, 1.0)
    assert len({one.centre for one in found}) == len(found) <= count
    for one in found:
        assert place.contains((one.x, one.y))
        assert (one.right <= place.right, one.bottom <= place.bottom) == (True, True)
    if len(found) < count:
        assert place.bottom - max((one.bottom for one in found), default=place.y) < layout.ROW_HEIGHT
    assert len({one.x for one in found}) == (2 if width == 700 and count > 1 else min(len(found), 1))
    twice = layout.place_changes(Rect(80, 120, 2 * width, 2 * height), count, 2.0)
    assert [(one.x, one.y, *one.size) for one in twice] == [
        (2 * one.x, 2 * one.y, 2 * one.width, 2 * one.height) for one in found
    ]
