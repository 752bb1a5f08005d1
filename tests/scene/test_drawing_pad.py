"""The pad: where its parts lie, and which of them is under the mouse."""

import pytest

from latent_explorer.scene import drawing_pad
from latent_explorer.scene.gallery import GalleryNeeds
from latent_explorer.scene.rect import Rect


@pytest.mark.parametrize("slots", [1, 2, 3, 4])
def test_each_model_has_a_block_below_the_ink_and_the_buttons_hold_their_words(slots: int) -> None:
    places = drawing_pad.make_layout(Rect(1000, 90, 340, 704), 1.0, slots)
    assert len(places.slots) == slots
    assert places.ink.width == places.ink.height >= drawing_pad.MIN_INK_SIDE
    assert min(rect.height for rect in places.buttons.values()) >= 26
    assert min(block.reconstruction.height for block in places.slots) >= drawing_pad.MIN_PICTURE_SIDE


@pytest.mark.parametrize("needs", [None, GalleryNeeds(5, 0, 3), GalleryNeeds(60, 0, 3)])
def test_each_part_is_found_where_it_lies_and_beside_the_panel_there_is_none(needs):
    pad = drawing_pad.make_layout(Rect(1000, 90, 340, 704), 1.0, 1, needs)
    back, label, on = pad.label
    row = {
        "close": pad.close,
        "add": pad.add,
        "label back": back,
        "label": label,
        "label on": on,
        "gallery": pad.show_gallery,
    }
    for name, rect in {**pad.buttons, **row, "ink": pad.ink}.items():
        assert pad.find_part(rect.centre) == name
    assert pad.find_part(pad.title.centre) == "panel"
    assert pad.find_part((pad.panel.x - 1, pad.panel.centre[1])) == ""
    cells = {} if pad.gallery is None else pad.gallery.cells
    assert bool(cells) == (needs is not None)
    for number, (picture, _) in cells.items():
        assert pad.find_part(picture.centre) == f"{drawing_pad.PICTURE}{number}"


def test_places_on_the_ink_run_across_and_down_from_its_corner():
    pad = drawing_pad.make_layout(Rect(1000, 90, 340, 704), 1.0, 1)
    x, y, width, height = pad.ink.x, pad.ink.y, pad.ink.width, pad.ink.height
    assert pad.to_ink_position((x, y)) == (0, 0)
    assert pad.to_ink_position((x + 0.25 * width, y + 0.75 * height)) == pytest.approx((0.25, 0.75))


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1366, 768), (3840, 2160)])
def test_the_pad_leaves_the_lab_more_than_half_of_the_window(size):
    for scale in (0.6, 1.0, 3.0):
        assert 0 < drawing_pad.compute_width(size, scale) < 0.5 * size[0]
