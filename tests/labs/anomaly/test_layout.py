"""Where the parts of the Anomaly lab stand."""

from dataclasses import replace

import pytest

from latent_explorer.labs.anomaly.layout import make_layout
from tests.labs.anomaly.on_screen import shown


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (800, 600), (640, 480), (480, 800), (320, 240)])
def test_with_its_roc_curve_it_can_be_drawn_in_every_window(start, size):
    assert shown(replace(start, size=size))


@pytest.mark.parametrize(("size", "scale"), [((1920, 1080), 1.28), ((1366, 768), 0.91), ((640, 480), 0.6)])
def test_a_stream_takes_the_place_of_the_row_and_its_height_from_the_map_alone(size, scale):
    pictures, stream = make_layout(size, scale), make_layout(size, scale, has_stream=True)
    row, long = pictures.parts["row"], stream.parts["stream"]
    assert (row.x, row.width, row.bottom) == (long.x, long.width, long.bottom)
    assert long.height > row.height
    assert stream.maps[0].bottom <= long.y < pictures.maps[0].bottom
    beside = [{name: one for name, one in layout.parts.items() if one.x > row.right} for layout in (pictures, stream)]
    assert beside[0] == beside[1]
    assert len(beside[0]) == len(pictures.parts) - 1
