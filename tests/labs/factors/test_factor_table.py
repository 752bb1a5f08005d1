from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from latent_explorer.data import face_set, faces
from latent_explorer.data.attributes import UNKNOWN, Attribute
from latent_explorer.data.measure_drawings import UNITS
from latent_explorer.engine import known_attributes
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.factors import factor_table, queries, true_factors
from latent_explorer.labs.factors.course import NUMBERS, compute_course
from latent_explorer.labs.factors.queries import Cell, ScoresQuery, Traversal
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


def test_an_attribute_that_no_sample_has_is_not_drawn():
    one = stage.make_checkpoint("first", seed=1)
    numbers, kinds = np.full(60, np.nan, np.float32), np.full(60, UNKNOWN, np.float32)
    known = {"lean": Attribute(numbers), "kind": Attribute(kinds, ("a", "b")), "only": Attribute(kinds + 1, ("one",))}
    context = QueryContext({"first": replace(one, attributes=known)}, {})
    names = factor_table.make_table(context, "first").names
    films = {name: Traversal("first", 0, Cell("first", row, 0)).answer(context) for row, name in enumerate(names)}
    assert films["lean"] is films["kind"] is None
    assert list(films["only"].curves) == [0]


def test_only_the_first_rows_are_scored(monkeypatch):
    one = stage.make_checkpoint("first", seed=1)
    known = {f"lean {k}": Attribute(one.latents[:, k % 4] + k) for k in range(queries.MAX_SCORED + 3)}
    asked = []
    monkeypatch.setattr(queries.sap, "measure", lambda _, attributes: asked.append(attributes))
    monkeypatch.setattr(queries.dci, "measure", lambda _, attributes: asked.append(attributes))
    context = QueryContext({"first": replace(one, attributes=known)}, {})
    ScoresQuery("first").answer(context)
    assert asked == [factor_table.make_table(context, "first").attributes[: queries.MAX_SCORED]] * 2


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


def test_a_cell_means_the_same_attribute_in_another_model():
    one = stage.make_checkpoint("first", seed=1)
    first, second = (
        replace(one, name=name, attributes={"lean": Attribute(one.latents[:, k]), "turn": Attribute(one.latents[:, 3])})
        for name, k in (("first", 2), ("second", 0))
    )
    context = QueryContext({"first": first, "second": second}, {})
    names = factor_table.make_table(context, "first").names
    row, column = Cell("first", names.index("lean"), 3).find(context, "second")
    there = factor_table.make_table(context, "second")
    assert (there.names[row], there.dimensions[column]) == ("lean", 0)
    assert Cell("first", 99, 99).find(context, "first") == (2, 3)
    lonely = QueryContext({"first": first, "other": replace(one, class_names=())}, {})
    assert Cell("first", names.index("lean"), 0).find(lonely, "other") is None


def test_a_course_is_the_mean_of_each_part_of_a_dimension():
    z = np.arange(400, dtype=np.float32)
    across, curves = compute_course(Attribute(2 * z), z)
    assert curves[NUMBERS] == pytest.approx(2 * across)
    _, shares = compute_course(Attribute((z >= 200).astype(np.float32), ("no", "yes")), z)
    assert list(shares) == [1]
    assert shares[1].tolist() == [0.0] * 10 + [100.0] * 10
    _, three = compute_course(Attribute(z // 134, ("a", "b", "c")), z)
    assert sum(three.values()) == pytest.approx(np.full(20, 100.0))


# -- true factors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [None, 1500])
def test_the_factors_of_an_image_are_those_that_the_data_set_draws(limit):
    training = limit or face_set.TRAINING
    for index in (0, 7, training - 1, training, training + 3):
        shares = np.array([true_factors.find_shares(index, limit)])
        train, held_out = face_set.make_splits(16, limit)
        truth = (train if index < training else held_out).get_image(index if index < training else index - training)
        assert (faces.draw(true_factors.to_factors(shares), 16)[0] == truth.numpy()).all()


def test_categories_snap_and_steps_stay_within_the_range():
    hair, turn = true_factors.NAMES.index("hair"), true_factors.NAMES.index("head_turn")
    assert [true_factors.describe(hair, true_factors.snap(hair, s)) for s in (0, 0.3, 0.6, 1)] == list(
        faces.HAIR_STYLES
    )
    assert true_factors.step(hair, 0.875, 1) == 0.875
    assert true_factors.step(hair, 0.125, 1) == 0.375
    assert true_factors.step(turn, 0.98, 1) == 1
    assert true_factors.step(turn, 0.0, -1) == 0
    assert true_factors.describe(turn, 1.0) == "35°"
