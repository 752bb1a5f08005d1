"""The cells of the table in several models, their films, and the scores of the first rows."""

from dataclasses import replace

import numpy as np

from latent_explorer.data.attributes import UNKNOWN, Attribute
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.factors import factor_table, queries
from latent_explorer.labs.factors.queries import Cell, ScoresQuery, Traversal
from tests import stage


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
    ScoresQuery("first").answer(context)  # once for a table
    assert asked == [factor_table.make_table(context, "first").attributes[: queries.MAX_SCORED]] * 2


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


def test_a_film_runs_one_dimension_over_its_range_and_holds_the_others():
    one = stage.make_checkpoint("first", seed=1)
    known = {"lean": Attribute(one.latents[:, 2].copy()), "turn": Attribute(one.latents[:, 0] + one.latents[:, 3])}
    model = replace(one, attributes=known)
    context = QueryContext({"first": model}, {})
    table = factor_table.make_table(context, "first")
    for row, column in ((0, 0), (1, 2)):
        value = Traversal("first", 7, Cell("first", row, column)).answer(context)
        codes = np.repeat(model.latents[[7]], queries.STEPS, axis=0)
        codes[:, table.dimensions[column]] = np.linspace(table.low[column], table.high[column], queries.STEPS)
        for picture, wanted in zip(value.pictures, decode_pictures(model, codes), strict=True):
            assert np.abs(picture.astype(int) - wanted).max() <= 1
        assert value.dimension == table.dimensions[column]
        assert value.value == model.latents[7, value.dimension]
        assert value.name == table.names[row]
