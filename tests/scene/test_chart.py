"""Where values lie in a chart, and which round values its axes name."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.rect import Rect

X = np.linspace(0, 1, 5)
LARGE, SMALL = Rect(10, 20, 400, 300), Rect(10, 20, 100, 50)


def chart(rect=LARGE, **changes) -> Chart:
    made = Chart(rect, (Series(X, X**2, label="curve"),), Axis("time", 0, 2), Axis("height", -1, 1), "A title")
    return replace(made, **changes)


@given(st.floats(0, 2), st.floats(-1, 1))
def test_a_value_comes_back_from_its_place(x, y):
    assert chart().find_values_at(chart().to_px(x, y)) == pytest.approx((x, y), abs=1e-9)


@given(st.floats(0.001, 1))
def test_a_value_comes_back_from_a_logarithmic_axis(x):
    logarithmic = chart(x=Axis("size", 0.001, 1, log=True))
    assert logarithmic.find_values_at(logarithmic.to_px(x, 0))[0] == pytest.approx(x)


def test_equal_ratios_are_equal_distances_on_a_logarithmic_axis():
    one = chart(x=Axis("size", 1, 1000, log=True))
    at = [one.to_px(x, 0)[0] for x in (1, 10, 100, 1000)]
    assert np.allclose(np.diff(at), (at[-1] - at[0]) / 3)


def test_up_is_more():
    assert chart().to_px(0, 1)[1] == LARGE.y + (chart().plot.y - LARGE.y) < chart().to_px(0, -1)[1]


def test_places_are_those_of_single_values():
    one = chart()
    singles = [one.to_px(float(x), float(y)) for x, y in zip(X, X**2, strict=True)]
    assert np.allclose(one.compute_positions(one.series[0]), singles)


def test_beyond_the_plot_the_values_are_those_of_its_edge():
    assert chart().find_values_at((-500, -500)) == pytest.approx((0, 1))
    assert chart().find_values_at_share((1.0, 1.0)) == pytest.approx((2, -1))


@pytest.mark.parametrize("rect", [LARGE, SMALL, Rect(0, 0, 300, 80), Rect(0, 0, 1, 1), Rect(5, 5, 0, 0)])
def test_the_plot_lies_in_the_rectangle(rect):
    plot = chart(rect).plot
    assert plot.x >= rect.x
    assert plot.y >= rect.y
    assert plot.right <= rect.right + (rect.width < 2)
    assert plot.bottom <= rect.bottom + (rect.height < 2)


def test_a_small_chart_gives_its_room_to_the_curve():
    assert chart(SMALL).curves_only
    assert chart(SMALL).plot.width > 0.9 * SMALL.width
    assert not chart().curves_only
    assert chart(ui_scale=4.0).curves_only


def test_curves_are_named_at_their_ends_and_bars_above():
    bars = chart(series=(Series(X, X, kind="bars", label="many"),))
    assert chart().labels_at_curve_ends
    assert not bars.labels_at_curve_ends
    assert bars.plot.right > chart().plot.right


@pytest.mark.parametrize("ends", [(1, 1), (0, 0), (-3, -3), (2, 1), (math.nan, 1), (0, math.inf)])
@pytest.mark.parametrize("log", [False, True])
def test_an_axis_without_a_span_still_has_one(ends, log):
    low, high = Axis("", *ends, log=log).ends
    assert low < high
    assert all(math.isfinite(Axis("", *ends, log=log).to_share(v)) for v in (low, high, 0.0, -5.0))


def test_own_ticks_are_used_where_the_axis_reaches_them():
    assert Axis("", 4, 64, log=True, ticks=(2, 4, 16, 64, 128)).choose_ticks(3) == (4, 16, 64)


def test_identity_is_that_of_the_arrays():
    one = chart()
    assert replace(one).identity == one.identity
    assert chart().identity != one.identity, "another array of the same values"
    assert replace(one, cursors=(Cursor(1),)).identity != one.identity
    assert replace(one, series=(replace(one.series[0], colour="second"),)).identity != one.identity


def test_series_say_what_they_take():
    with pytest.raises(ValueError, match="'pie' arrived"):
        Series(X, X, kind="pie")
    with pytest.raises(ValueError, match="two of one length"):
        Series(X, X[:3])
