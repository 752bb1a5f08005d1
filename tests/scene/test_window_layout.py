"""The window's layout: bar, legend, body and hint below each other, and what shrinks where room is short."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, columns, rows
from latent_explorer.scene.rect import Rect

sizes = st.tuples(st.integers(1, 3840), st.integers(1, 2160))


@given(sizes, st.sampled_from([0.6, 1.0, 2.5]), st.booleans())
def test_bar_legend_body_and_hint_lie_below_each_other_within_the_window(size, scale, has_toolbar):
    bar, legend, hint, body = window_layout.split_window(size, scale, has_toolbar=has_toolbar)
    assert (bar.x, bar.y, bar.width) == (0, 0, size[0])
    assert has_toolbar or bar.height == 0
    assert bar.bottom <= legend.y <= legend.bottom <= body.y <= body.bottom <= hint.y <= hint.bottom <= size[1]
    for rect in (legend, body, hint):
        assert 0 <= rect.x <= rect.right <= size[0]
        assert rect.width >= 0


@pytest.mark.parametrize(
    ("height", "has_tabs", "has_hint", "has_legend"),
    [(431, True, True, True), (430, False, True, True), (380, False, False, True), (360, False, False, False)],
)
def test_a_lower_window_gives_up_its_tabs_then_the_hint_then_the_legend(height, has_tabs, has_hint, has_legend):
    bar, legend, hint, _ = window_layout.split_window((800, height), 0.6)
    tabs, row = window_layout.split_toolbar(bar, 0.6)
    assert (tabs is not None, hint.height > 0, legend.height > 0) == (has_tabs, has_hint, has_legend)
    assert row.bottom == bar.bottom
    assert row.height == (bar.height if tabs is None else bar.height - tabs.height)


def test_pictures_shrink_before_a_part_is_left_out():
    content = columns(
        Box("map 0"),
        rows(Box("picture", height=at_least(300)), Box("film", height=at_least(200), priority=1, title="films")),
    )
    roomy, low, lowest = (window_layout.fill_window((900, height), 1.0, content) for height in (900, 560, 300))
    assert roomy.parts["picture"].height >= 300
    assert 0 < low.parts["picture"].height < 300
    assert (roomy.left_out, low.left_out, lowest.left_out) == ({}, {}, {"film": "films"})


def test_maps_are_taken_out_of_the_parts_in_the_order_of_their_slots():
    content = columns(Box("map 1"), Box("map 0"), Box("picture"))
    layout = window_layout.fill_window((900, 700), 1.0, content)
    assert layout.maps[1].x < layout.maps[0].x < layout.parts["picture"].x
    assert set(layout.parts) == {"picture"}


def test_the_labs_own_controls_go_to_the_toolbar_where_they_find_no_room():
    content = columns(Box("map 0"), rows(Box("controls", height=42, priority=0), Box("picture", height=at_least(200))))
    wide, low = (window_layout.fill_window((900, height), 1.0, content) for height in (700, 300))
    assert wide.controls is not None
    assert wide.controls.bottom < wide.parts["picture"].y
    assert low.controls is None
    assert not low.left_out


@pytest.mark.parametrize(("size", "is_beside"), [((1366, 768), True), ((600, 900), False)])
def test_a_column_lies_beside_the_map_of_a_wide_window_and_below_that_of_a_tall_one(size, is_beside):
    content = window_layout.make_single_map(Box("picture"), strip=Box("film", height=60), control_rows=2)
    layout = window_layout.fill_window(size, 1.0, content)
    map_rect, picture, film = layout.maps[0], layout.parts["picture"], layout.parts["film"]
    assert (picture.x >= map_rect.right) == is_beside
    assert (picture.y >= map_rect.bottom) != is_beside
    assert (film.x, film.y >= map_rect.bottom) == (map_rect.x, True)
    assert layout.controls == Rect(picture.x, layout.controls.y, picture.width, 2 * window_layout.LAB_CONTROL_HEIGHT)


def test_a_strip_is_left_out_before_the_map_is_low():
    content = window_layout.make_single_map(Box("picture"), strip=Box("film", height=100, title="film"))
    layouts = [window_layout.fill_window((1366, height), 1.0, content) for height in range(100, 700, 20)]
    assert {"film" in one.parts for one in layouts} == {True, False}
    least = round(1.4 * 100 * min(window_layout.COMPACT_FACTORS))
    for one in layouts:
        assert one.maps[0].height >= least or "film" in one.left_out
