"""Where the parts of Learn stand: with one model, and with two side by side."""

import pytest

from latent_explorer.labs.learn.layout import make_layout, make_pair_layout

SIZES = [((1920, 1080), 1.28), ((1366, 768), 0.91), ((640, 480), 0.6), ((600, 900), 0.6)]


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_two_models_have_maps_of_equal_size_side_by_side_over_the_row_of_both(size, scale):
    layout = make_pair_layout(size, scale)
    first, second = layout.maps
    assert (first.size, first.y) == (second.size, second.y)
    row = layout.parts["row"]
    assert row.x == first.x < first.right < second.x
    assert abs(row.right - second.right) <= 2
    assert row.y >= first.bottom
    for slot, place in enumerate(layout.maps):
        title = layout.parts[f"title {slot}"]
        assert (title.x, title.width) == (place.x, place.width)
        assert title.bottom <= place.y


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_a_moment_is_at_one_place_in_both_charts_over_time(size, scale):
    """They are sliders of the same play head, so that they begin and end at the same x."""
    parts = make_pair_layout(size, scale).parts
    assert (parts["chart"].x, parts["chart"].width) == (parts["kl"].x, parts["kl"].width)
    assert parts["figures"].bottom <= parts["chart"].y < parts["chart"].bottom <= parts["kl"].y
    assert parts["kl"].bottom <= parts["dimensions"].y


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_the_samples_are_as_wide_as_the_map_above_them_and_the_picture_is_square(size, scale):
    layout = make_layout(size, scale)
    (place,), parts = layout.maps, layout.parts
    assert (parts["row"].x, parts["row"].width) == (place.x, place.width)
    assert parts["row"].y >= place.bottom
    assert parts["picture"].width == parts["picture"].height
    assert parts["picture"].right <= parts["figures"].x
    assert parts["picture"].bottom <= parts["chart"].y
