from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.scene.rect import Rect, find_nearest

rects = st.builds(Rect, *[st.integers(0, 300)] * 2, *[st.integers(0, 900)] * 2)
lengths = st.integers(-20, 1200)
gaps = st.integers(0, 60)


def within(inner: Rect, outer: Rect) -> bool:
    """Nowhere outside, and never of negative size."""
    return outer.x <= inner.x <= inner.right <= outer.right and outer.y <= inner.y <= inner.bottom <= outer.bottom


@given(rects, lengths, gaps)
def test_cut_off_parts_stay_inside_and_apart(rect, length, gap):
    strip, rest = rect.split_top(length, gap)
    assert within(strip, rect)
    assert within(rest, rect)
    assert rest.height == 0 or rest.y == strip.bottom + gap
    strip, rest = rect.split_bottom(length, gap)
    assert within(strip, rect)
    assert within(rest, rect)
    assert strip.bottom == rect.bottom
    assert rest.height == 0 or rest.bottom == strip.y - gap
    strip, rest = rect.split_left(length, gap)
    assert within(strip, rect)
    assert within(rest, rect)
    assert rest.width == 0 or rest.x == strip.right + gap


@given(rects, lengths)
def test_a_strip_has_the_length_that_was_asked_for_where_there_is_room(rect, length):
    assert rect.split_top(length)[0].height == max(0, min(length, rect.height))
    assert rect.split_left(length)[0].width == max(0, min(length, rect.width))
    assert rect.split_top(length)[0].height + rect.split_top(length)[1].height == rect.height


@given(rects, st.integers(1, 15), gaps)
def test_columns_are_equal_and_do_not_overlap(rect, count, gap):
    columns = rect.split_columns(count, gap)
    assert len({(column.width, column.y, column.height) for column in columns}) == 1
    for first, second in pairwise(columns):
        assert second.x == first.right + gap
    if columns[0].width:
        assert all(within(column, rect) for column in columns)


@given(rects, lengths)
def test_inset_stays_inside(rect, by):
    assert within(rect.inset(by), rect)


@given(rects)
def test_square_is_the_largest_in_the_middle(rect):
    square = rect.fit(1)
    assert within(square, rect)
    assert square.width == square.height == rect.shorter_side
    assert all(abs(a - b) <= 0.5 for a, b in zip(square.centre, rect.centre, strict=True))


def test_contains_leaves_out_the_far_edges():
    rect = Rect(10, 20, 30, 40)
    assert rect.contains((10, 20))
    assert rect.contains((39.9, 59.9))
    assert not rect.contains((40, 30))
    assert not rect.contains((20, 60))


def test_a_pixel_belongs_to_the_place_it_is_nearest_to():
    places = Rect(10, 20, 300, 100).split_columns(3, 6)
    assert [find_nearest(places, place.centre) for place in places] == [0, 1, 2]
    assert find_nearest(places, (0, 0)) == 0
    assert find_nearest(places, (900, 900)) == 2


def test_shares_reach_from_its_first_pixel_to_its_last():
    rect = Rect(10, 20, 101, 51)
    assert [rect.to_px(at) for at in ((0, 0), (0.5, 0.5), (1, 1))] == [(10, 20), (60, 45), (110, 70)]
