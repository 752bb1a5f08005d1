"""What the Factors lab shows of the table: discs, names, the film of a dimension, and the scores."""

from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.results import Failure
from latent_explorer.labs.factors import view
from latent_explorer.labs.factors.factor_table import FactorTable
from latent_explorer.labs.factors.queries import Scores, TraversalValue
from latent_explorer.metrics.dci import DCI
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import FilmStrip, StatusDot, Text
from tests.labs.factors.on_screen import LAB, answered, cell_px, own, view_of
from tests.stage import BROKEN, click, of_kind, play, written


def test_names_and_numbers_stand_in_the_order_of_the_table(start):
    view, table = view_of(start), answered(start).get_value("table 0", FactorTable)
    part = LAB.get_layout(start).parts["table 0"]
    said = [one.text for one in of_kind(view, Text) if part.contains(one.rect.centre)]
    assert [one for one in said if one in table.names] == list(table.names)
    assert [one for one in said if one.isdigit()] == [str(d + 1) for d in table.dimensions]


def test_discs_are_as_large_as_what_the_dimension_tells(start):
    """The one that tells most fills its cell; areas follow the shares."""
    results = answered(start)
    table = results.get_value("table 0", FactorTable)
    shares = np.zeros_like(table.shares)
    shares[:2, :2] = [[0.8, 0.05], [0.2, 0.8]]
    results.put("table 0", replace(table, shares=shares))
    discs = {one.rect.centre: one.rect.width for one in of_kind(view_of(start, results), StatusDot)}
    sizes = [discs[min(discs, key=lambda c: abs(c[0] - x) + abs(c[1] - y))] for x, y in
             (cell_px(start, *place) for place in ((0, 0), (1, 0), (0, 1)))]  # fmt: skip
    assert len(discs) == 4
    assert sizes[1] == pytest.approx(sizes[0] / 2, abs=2)
    assert sizes[2] == pytest.approx(sizes[0] / 4, abs=2)


def test_the_film_holds_all_but_one_dimension_and_the_curve_is_of_the_attribute(start):
    state = play(start, *click(cell_px(start, 1, 2)))
    results = answered(state)
    table, value = results.get_value("table 0", FactorTable), results.get_value("film 0", TraversalValue)
    assert (value.dimension, value.name) == (table.dimensions[2], table.names[1])
    view = view_of(state, results)
    (strip,), (chart,) = of_kind(view, FilmStrip), of_kind(view, Chart)
    assert strip.pictures == value.pictures
    assert value.name in chart.title
    assert chart.cursors[0].x == value.value


def test_scores_say_what_they_ask_and_wait_for_what_takes_long(start):
    results = answered(start)
    results.put("scores 0", Scores(0.123, DCI(0.31, 0.42, float("nan"))))
    view, parts = view_of(start, results), LAB.get_layout(start).parts
    assert "0.12" in written(view, parts["score sap"])
    assert all(part in written(view, parts["score dci"]) for part in ("0.31", "0.42", "–"))
    results.drop("scores 0")
    assert "0.12" not in written(view_of(start, results), parts["score sap"])
    results.put("scores 0", Failure(BROKEN))
    assert BROKEN in written(view_of(start, results), parts["score dci"])


def test_scores_of_a_long_table_say_that_they_are_of_its_first_rows(start):
    results, parts = answered(start), LAB.get_layout(start).parts
    assert "first 20 rows" not in written(view_of(start, results), parts["score sap"])
    table = results.get_value("table 0", FactorTable)
    results.put("table 0", replace(table, names=table.names * 2))
    view = view_of(start, results)
    assert all("first 20 rows" in written(view, parts[f"score {name}"]) for name in ("sap", "dci"))
    assert "first 20 rows" not in written(view, parts["score mig"])


def test_the_caption_names_the_largest_share_even_if_it_fills_no_cell(start):
    results = answered(start)
    table = results.get_value("table 0", FactorTable)
    results.put("table 0", replace(table, shares=np.full_like(table.shares, 0.02)))
    assert "the largest is 2%" in written(view_of(start, results), LAB.get_layout(start).parts["table text 0"])


def test_without_a_film_it_is_said_why(start):
    results, panel = answered(start), LAB.get_layout(start).parts["detail 0"]
    table = results.get_value("table 0", FactorTable)
    results.drop("film 0")
    assert not written(view_of(start, results), panel)
    missing = replace(table.attributes[0], values=np.full(60, -1 if table.attributes[0].is_categorical else np.nan))
    results.put("table 0", replace(table, attributes=(missing, *table.attributes[1:])))
    assert written(view_of(start, results), panel) == view.NOT_KNOWN
    away = LAB.put(start, replace(own(start), image=10_000))
    assert written(view_of(away), panel) == view.NOT_ON_MAP


def test_a_curve_of_one_category_is_named_after_it(start):
    results = answered(start)
    value = results.get_value("film 0", TraversalValue)
    only = Attribute(np.zeros(60, np.float32), ("one",))
    results.put("film 0", replace(value, attribute=only, curves={0: np.full(len(value.across), 100.0)}))
    (chart,) = of_kind(view_of(start, results), Chart)
    assert chart.title == f"{value.name}: one, %"


def test_a_model_without_attributes_says_how_to_get_them(start):
    state = play(start, Set("model", "first"))
    hint = LAB.get_layout(state).hint
    assert answered(state).get_value("table 0", FactorTable).note == written(view_of(state), hint)
