"""Where the parts of the Denoise lab stand."""

import pytest

from latent_explorer.labs.denoise.layout import COLUMN_NAMES, make_layout

SIZES = [((1920, 1080), 1.28), ((1366, 768), 0.91), ((3840, 2160), 2.5), ((640, 480), 0.6)]


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_four_equal_pictures_stand_in_columns_with_their_title_above_and_their_figures_below(size, scale):
    parts = make_layout(size, scale).parts
    pictures = [parts[name] for name in COLUMN_NAMES]
    assert len({(one.y, one.size) for one in pictures}) == 1
    assert pictures[0].width == pictures[0].height
    lefts = [one.x for one in pictures]
    assert lefts == sorted(set(lefts))
    for name, picture in zip(COLUMN_NAMES, pictures, strict=True):
        title, figures = parts[f"{name} title"], parts[f"{name} figures"]
        assert title.x == picture.x == figures.x
        assert title.bottom <= picture.y < picture.bottom <= figures.y


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_under_the_picture_of_each_model_is_its_map_and_under_the_others_the_chart(size, scale):
    layout = make_layout(size, scale)
    for slot, place in enumerate(layout.maps):
        picture = layout.parts[f"out {slot}"]
        assert abs(place.x - picture.x) <= 1
        assert place.y > picture.bottom
        assert layout.parts[f"arrow {slot}"].x == place.x
        assert layout.parts[f"arrow {slot}"].bottom <= place.y
    chart = layout.parts["chart"]
    assert chart.x == layout.parts["clean"].x
    assert layout.parts["noisy"].right <= chart.right < layout.maps[0].x
