"""Map units."""

import json

import numpy as np
import pytest

from latent_explorer.atlas.map_frame import MapFrame, check_number, restore_frame


def test_a_frame_keeps_proportions_and_comes_back():
    raw = np.array([[0.0, 0.0], [10.0, 5.0]])
    frame = MapFrame.from_points(raw)
    xy = frame.to_map(raw)
    assert (xy[1] - xy[0])[1] == pytest.approx((xy[1] - xy[0])[0] / 2)
    np.testing.assert_allclose(frame.to_raw(xy), raw, atol=1e-5)


def test_up_and_right_in_the_plane_are_up_and_right_on_the_map():
    raw = np.array([[-3.0, 8.0], [1.0, 12.0], [5.0, 9.0]])
    xy = MapFrame.from_points(raw).to_map(raw)
    assert np.array_equal(xy.argsort(axis=0), raw.argsort(axis=0))
    np.testing.assert_allclose(xy.max(axis=0) + xy.min(axis=0), 1, atol=1e-6)  # in the middle, along either axis


def test_dots_at_one_place_stand_in_the_middle():
    raw = np.full((5, 2), 7.0)
    np.testing.assert_allclose(MapFrame.from_points(raw).to_map(raw), 0.5)


def test_a_stored_frame_is_the_one_that_was_stored():
    frame = MapFrame((1.5, -2.25), 0.125)
    again = restore_frame(json.loads(json.dumps(frame.to_header())))
    assert (again.centre.tolist(), again.scale) == ([1.5, -2.25], 0.125)


@pytest.mark.parametrize("odd", [True, "1", None, float("nan"), 0.99, 2.01])
def test_what_is_no_number_of_the_range_is_refused(odd):
    assert (check_number(1, 1, 2), check_number(2.0, 1, 2)) == (1.0, 2.0)  # its ends belong to it
    with pytest.raises(ValueError, match=r"1 to 2"):
        check_number(odd, 1, 2)
