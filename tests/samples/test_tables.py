"""Rows of a table as labelled bars: the same row looks the same in any batch, and a bar is as long as its value."""

import numpy as np
import pytest

from latent_explorer.samples import Column, Tables, redraw, text_stamp

COLUMNS = (
    Column("age", low=-100.0, high=200.0, least=0.0, most=80.0, deviation=15.0),
    Column("income", low=-1e4, high=9e4, least=0.0, most=5e4, deviation=1e4),
    Column("colour", low=-0.5, high=1.5, least=0.0, most=1.0, deviation=0.5, category="red"),
)
KIND = Tables(COLUMNS)
ROWS = np.array([[20.0, 5e4, 1.0], [80.0, 0.0, 0.0], [40.0, 2.5e4, 0.5]], np.float32)
VALUES = KIND.scale_units(ROWS)


def measure_bars(picture):
    """Return the share of the width that is ink of a bar in the middle of each column's row."""
    height, width = picture.shape[:2]
    middles = [round((k + 0.5) * height / len(COLUMNS)) for k in range(len(COLUMNS))]
    blue = picture[middles, :, 2].astype(float) - picture[middles, :, 0]
    return (blue > 60).sum(axis=1) / width


def test_values_return_in_own_units():
    assert KIND.restore_units(VALUES) == pytest.approx(ROWS, rel=1e-5, abs=1e-3)
    assert VALUES.shape == (3, 1, 1, 3)


def test_a_bar_is_as_long_as_its_value_within_the_range_of_the_column():
    for picture, row in zip(KIND.draw(VALUES), ROWS, strict=True):
        bars = measure_bars(redraw(picture, (140, 60)))  # too small for labels
        assert bars == pytest.approx(row / [80.0, 5e4, 1.0], abs=0.03)


def test_a_row_looks_the_same_in_any_batch():
    alone, among = KIND.draw(VALUES[1:2])[0], KIND.draw(VALUES[[0, 1, 2]])[1]
    assert (alone == among).all()
    assert (redraw(alone, (400, 300)) == redraw(among, (400, 300))).all()
    assert (KIND.read_pictures(KIND.draw(VALUES)) == VALUES).all()


def test_values_beyond_the_range_and_nan_are_drawn():
    odd = np.array([[[[9.0, -9.0, np.nan]]]], np.float32)
    assert measure_bars(redraw(KIND.draw(odd)[0], (140, 60)))[:2] == pytest.approx([1, 0], abs=0.03)


@pytest.mark.parametrize(("size", "labelled"), [((400, 300), True), ((140, 300), False), ((400, 30), False)])
def test_labels_stand_only_where_there_is_room(size, labelled):
    picture = redraw(KIND.draw(VALUES[1:2])[0], size)
    names = picture[:, 2 : round(0.3 * size[0])]
    grey = (names.max(axis=2) > 100) & (names.max(axis=2).astype(int) - names.min(axis=2) < 40)
    assert grey.any() == labelled


def test_the_columns_that_are_off_are_named_and_marked():
    other = KIND.scale_units(ROWS[:1] + np.array([[45.0, -1e4, 0.0]], np.float32))[0]
    assert KIND.list_deviations(VALUES[0], other) == pytest.approx([-3, 1, 0], abs=1e-3)
    said = KIND.describe_difference(VALUES[0], other)
    assert said.index("age") < said.index("income")
    assert "colour" not in said
    difference = redraw(KIND.draw_difference(VALUES[0], other), (140, 60))
    assert difference[10, 5, 0] > difference[30, 5, 0] > difference[50, 5, 0]  # the farther off, the less blue


def test_many_columns_share_the_rows_of_pixels():
    count = 4096
    kind = Tables(tuple(Column(f"column {k}", 0.0, 1.0, 0.0, 1.0) for k in range(count)))
    rows = np.where(np.arange(count) < count / 2, np.arange(count) % 2, 0.25).astype(np.float32)
    picture = redraw(kind.draw(kind.scale_units(rows[None]))[0], (200, 100)).astype(float)
    lengths = (picture[..., 2] - picture[..., 0] > 60).sum(axis=1)
    assert lengths[5:45] == pytest.approx(100, abs=6)  # the mean of 0 and 1
    assert lengths[55:95] == pytest.approx(50, abs=3)
    off = kind.draw_difference(kind.scale_units(rows[None])[0], kind.scale_units(rows[None] + 1)[0])
    assert redraw(off, (200, 100)).shape == (100, 200, 3)


@pytest.mark.parametrize("shape", [(1, 1, 2), (3, 1, 1), (1, 2, 3)])
def test_another_number_of_columns_is_refused(shape):
    with pytest.raises(ValueError, match="columns"):
        KIND.check(shape)


@pytest.mark.parametrize(
    "column", [Column("a", 1.0, 0.0, 0.0, 1.0), Column("a", 0.0, 1.0, 0.0, 1.0, 0.0), Column("a\n", 0.0, 1.0, 0.0, 1.0)]
)
def test_damaged_columns_are_refused(column):
    with pytest.raises(ValueError, match="column"):
        Tables((column,)).check((1, 1, 1))


def test_values_of_categories_are_written_as_they_are(monkeypatch):
    said = []
    make = text_stamp.make_stamp
    monkeypatch.setattr(text_stamp, "make_stamp", lambda text, size: said.append(text) or make(text, size))
    decoded = np.array([[40.0, 2.5e4, 0.62], [40.0, 2.5e4, -0.04]], np.float32)
    for picture in KIND.draw(KIND.scale_units(decoded)):
        redraw(picture, (400, 300))
    assert [said[5], said[11]] == ["0.62", "−0.04"]
