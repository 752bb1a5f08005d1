"""Where the parts of Interpolate stand, and which share of the way a place of the film is."""

from dataclasses import replace

import pytest

from latent_explorer.labs.interpolate import layout
from latent_explorer.scene.rect import Rect
from tests.labs.interpolate.on_screen import LAB


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (800, 600), (640, 480), (900, 1200), (1920, 1080)])
def test_every_part_finds_room_and_the_map_a_fifth(start, size):
    layout = LAB.get_layout(replace(start, size=size))
    assert all(rect.width > 0 and rect.height > 0 for rect in (layout.controls, *layout.parts.values()))
    assert layout.maps[0].shorter_side >= 0.2 * min(size)


@pytest.mark.parametrize("size", [(200, 150), (320, 240), (1, 1), (3000, 200)])
def test_a_place_of_the_film_is_a_share_in_odd_windows_too(start, size):
    state = replace(start, size=size)
    assert 0 <= layout.find_share_at(LAB.get_layout(state).parts["film"], state.ui_scale, 0.3) <= 1


@pytest.mark.parametrize("aspect", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("film", [Rect(20, 10, 900, 230), Rect(0, 0, 333, 120)])
def test_a_picture_of_the_film_is_at_its_own_share_of_the_way_and_is_framed_there(film, aspect):
    cells = layout.place_cells(film, 1.0, aspect)
    assert len(cells) == layout.count_pictures(film, 1.0, aspect)
    assert len(cells) % 2 == 1
    for k, cell in enumerate(cells):
        share = k / (len(cells) - 1)
        across = (cell.centre[0] - film.x) / (film.width - 1)
        assert layout.find_share_at(film, 1.0, across, aspect) == pytest.approx(share)
        window = layout.place_window(film, 1.0, share, aspect)
        assert window.centre[0] == pytest.approx(cell.centre[0], abs=1)
        assert window.x < cell.x < cell.right < window.right
        assert window.y < film.y < film.bottom < window.bottom
    assert layout.find_share_at(film, 1.0, 0.0, aspect) == 0
    assert layout.find_share_at(film, 1.0, 1.0, aspect) == 1
