"""The table of attributes by dimensions: its order, its rows, and its notes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine.datasets import known_attributes
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.factors import factor_table
from tests import stage
from tests.labs import shipped


def test_the_diagonal_shows_the_best_matching_largest_first():
    """The largest entry goes to the first row, though both rows would like the same dimension."""
    table = np.array([[0.1, 0.8, 0.0, 0.3], [0.0, 0.9, 0.2, 0.4]])
    rows, columns = factor_table.arrange(table)
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 3, 2, 0])  # 0.8 + 0.4 is more than 0.9 + 0.3
    assert np.diag(table[np.ix_(rows, columns)]).tolist() == [0.8, 0.4]


def test_left_over_rows_and_columns_follow_by_what_they_tell():
    more = np.array([[0.2, 0.1], [0.9, 0.0], [0.3, 0.7], [np.nan, np.nan]])
    rows, columns = factor_table.arrange(more)
    assert (rows.tolist(), columns.tolist()) == ([1, 2, 0, 3], [0, 1])
    rows, columns = factor_table.arrange(more.T)
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 2, 0, 3])


def test_attributes_of_the_file_and_the_class_are_rows():
    one = stage.make_checkpoint("first", seed=1)
    known = {"lean": Attribute(one.latents[:, 2].copy())}
    context = QueryContext({"first": replace(one, attributes=known)}, {})
    table = factor_table.make_table(context, "first")
    assert set(table.names) == {"lean", "class"}
    assert (table.names[0], table.dimensions[0], table.note) == ("lean", 2, "")
    assert table.shares[0, 0] == pytest.approx(1)
    assert factor_table.count_rows(context.get_checkpoint("first")) == 2
    assert factor_table.make_table(context, "first") is table


def test_without_attributes_there_is_the_class_and_a_line_how_to_get_more():
    context = QueryContext({"first": stage.make_checkpoint("first", seed=1)}, {})
    table = factor_table.make_table(context, "first")
    assert table.names == ("class",)
    assert "train.py" in table.note


def test_a_note_names_the_class_and_the_data_set_only_where_they_matter():
    one = stage.make_checkpoint("first", seed=1)
    nothing = factor_table.make_table(QueryContext({"first": replace(one, class_names=())}, {}), "first")
    assert nothing.names == ()
    assert nothing.note.startswith(f"{factor_table.NOTHING}: ")
    known = stage.make_checkpoint("first", seed=1, data="fashion-mnist")
    note = factor_table.make_table(QueryContext({"first": known}, {known.data_key: stage.AWAY}), "first").note
    assert note.startswith(factor_table.NO_ATTRIBUTES)
    assert stage.AWAY not in note


def test_the_attributes_of_a_folder_are_known_once_it_is_found():
    one = stage.make_checkpoint("first", seed=1, data="folder")
    lean = Attribute(np.arange(60, dtype=np.float32))
    there = SimpleNamespace(train=range(60), test=(), make_attributes=lambda rows: {"lean": lean.select(rows)})
    assert factor_table.make_table(QueryContext({"first": one}, {}), "first").names == ("class",)
    found = factor_table.make_table(QueryContext({"first": one}, {one.data_key: there}), "first")
    assert set(found.names) == {"lean", "class"}


def test_data_sets_at_hand_are_measured_in_part_and_only_then(monkeypatch):
    monkeypatch.setattr(known_attributes, "MAX_MEASURED", 200)
    world, name = shipped.world(), "digits-vae"
    without = QueryContext(world, {})
    assert factor_table.make_table(without, name).names == ("class",)
    found = factor_table.make_table(QueryContext(world, shipped.originals()), name)
    assert set(found.names) == {"class", *UNITS}
    assert len(found.names) == factor_table.count_rows(world[name])
    assert found.note == ""
    (thickness,) = (one for label, one in zip(found.names, found.attributes, strict=True) if label == "thickness")
    assert np.isfinite(thickness.values).sum() == 200
    assert len(thickness.values) == len(world[name].latents)
