"""Where the parts of the Compress lab stand."""

import pytest

from latent_explorer.labs.compress.layout import CODEC_NAMES, make_layout

SIZES = [((1920, 1080), 1.28), ((1366, 768), 0.91), ((640, 480), 0.6), ((600, 900), 0.6), ((900, 400), 0.6)]


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_pictures_that_are_compared_are_equally_large(size, scale):
    """Above each other stand the two rows; the size of the code has a place of its own at the end of the first."""
    parts = make_layout(size, scale).parts
    pictures = [parts[name] for name in ("original", "code", *CODEC_NAMES)]
    assert len({one.size for one in pictures}) == 1
    assert pictures[0].width == pictures[0].height > 0
    assert [one.x for one in pictures[:2]] == [one.x for one in pictures[2:4]]
    assert [one.y for one in pictures[2:]] == [pictures[2].y] * 3
    assert pictures[0].bottom <= pictures[2].y
    assert pictures[1].right <= parts["sum"].x


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_without_codecs_the_code_has_more_room(size, scale):
    with_codecs, without = (make_layout(size, scale, has_codecs=there).parts for there in (True, False))
    assert not set(CODEC_NAMES) & set(without)
    assert without["code"].size == without["original"].size
    assert without["code"].width >= with_codecs["code"].width


@pytest.mark.parametrize(("size", "scale", "cut"), [((1366, 768), 0.91, False), ((1366, 768), 1.28, True)])
def test_figures_that_find_no_room_below_their_picture_are_named(size, scale, cut):
    layout = make_layout(size, scale)
    room = layout.parts["JPEG text"].height
    assert (room < round(22 * scale) + 3 * round(18 * scale) - 1) == cut
    assert ("figures" in layout.left_out) == cut


def test_in_a_low_window_the_chart_moves_to_the_pictures_and_takes_the_room_of_the_note():
    high, low = make_layout((900, 800), 0.6), make_layout((900, 250), 0.6)
    assert high.parts["chart"].x == high.maps[0].x
    assert {"note", "chart"} <= set(high.parts)
    assert low.parts["chart"].x > low.maps[0].right
    assert "note" not in low.parts
    assert set(low.left_out) == {"note", "figures"}
