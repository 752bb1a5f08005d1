"""The page of keys: all rows, in columns and pages that can be read in any window."""

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Press
from latent_explorer.shell import help_page, update
from tests import stage
from tests.stage import play

SIZES = [(1920, 1080), (1440, 900), (1280, 800), (800, 600), (640, 480), (320, 240)]
ROWS = tuple((f"key {i}", f"does {i}") for i in range(60))


@pytest.fixture(scope="module")
def world():
    return stage.make_world()


def unit(size) -> float:
    return max(0.6, min(size[0] / 1280, size[1] / 840))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 20, 45, 60])
def test_every_row_is_there_once_and_within_the_window(size, count):
    found = help_page.fit_grid(size, unit(size), count)
    pages = help_page.split_pages(ROWS[:count], found)
    assert [row for page in pages for column in page for row in column] == list(ROWS[:count])
    assert all(len(page) <= found.columns and max(map(len, page)) <= found.rows for page in pages)
    page = found.page
    assert page.x >= 0
    assert page.y >= 0
    assert page.right <= size[0]
    assert page.bottom <= size[1]
    assert (
        help_page.HEADER_HEIGHT * found.ui_scale + found.rows * help_page.ROW_HEIGHT * found.ui_scale <= page.height + 1
    )


@pytest.mark.parametrize("size", SIZES[:-1])
def test_rows_are_large_enough_to_read(size):
    found = help_page.fit_grid(size, unit(size), 60)
    assert found.ui_scale >= 0.74
    wide = found.page.width / found.columns / found.ui_scale
    assert wide >= 500


def test_a_large_window_needs_one_page_of_several_columns():
    found = help_page.fit_grid((1280, 800), unit((1280, 800)), 40)
    assert found.columns == 2
    assert len(help_page.split_pages(ROWS[:40], found)) == 1


def test_a_heading_does_not_stand_alone_at_the_end_of_a_column():
    found = help_page.fit_grid((640, 480), 0.6, 60)
    heading = "In every lab", ""
    rows = (*ROWS[: found.rows - 1], heading, *ROWS[found.rows :])
    columns = [column for page in help_page.split_pages(rows, found) for column in page]
    assert columns[1][0] == heading


@pytest.mark.parametrize("lab", sorted(LABS))
def test_pages_turn_by_key_and_click_and_close_after_the_last(world, lab):
    state = stage.begin(world, lab, (640, 480))
    rows = update.make_help_rows(state)
    count = len(help_page.split_pages(rows, help_page.fit_grid(state.window_size, state.ui_scale, len(rows))))
    assert count >= 2
    state = play(state, Key("f1"), Key("page down"))
    assert (state.overlay.help, state.overlay.help_page) == (True, 1)
    state = play(state, Key("page up"))
    assert state.overlay.help_page == 0
    for _ in range(count):
        assert state.overlay.help
        state = play(state, Press((5, 5)))
    assert not state.overlay.help
