"""A table between 0 and 1, in which every column counts alike."""

import numpy as np
import pytest

from latent_explorer.data import table_scaling
from latent_explorer.data.table_columns import TableColumn

DRAW = np.random.default_rng(0)
SIZES = TableColumn("size", 5 + 2 * DRAW.standard_normal(200))
WEIGHTS = TableColumn("weight", 1e9 * DRAW.random(200))
KINDS = TableColumn("kind", DRAW.integers(0, 3, 200).astype(float), ("a", "b", "c"))
TRUTH = TableColumn("ill", DRAW.integers(0, 2, 200).astype(float), ("no", "yes"))


def scale(*columns: TableColumn):
    kind, values, remark = table_scaling.fit(columns)
    return kind, values[:, 0, 0], remark


def test_an_error_is_one_in_standard_deviations_times_a_constant():
    _, values, remark = scale(SIZES, WEIGHTS)
    assert (values.min(), values.max()) == (0, 1)
    assert remark == ""
    assert values.std(axis=0) == pytest.approx([values[:, 0].std()] * 2, rel=1e-4)


def test_a_column_of_categories_counts_as_one_of_numbers():
    _, values, _ = scale(SIZES, KINDS)
    size, *shares = values.var(axis=0)
    assert len(shares) == 3
    assert sum(shares) == pytest.approx(size, rel=1e-3)


def test_a_truth_is_one_value_and_an_unused_category_none():
    assert [(one.name, one.category) for one in scale(TRUTH)[0].columns] == [("ill", "yes")]
    unused = TableColumn("kind", np.zeros(200) + (DRAW.random(200) > 0.5), ("a", "b", "c"))
    assert [one.category for one in scale(unused)[0].columns] == ["a", "b"]


def test_values_go_back_to_their_own_unit_and_very_large_ones_to_another():
    kind, values, _ = scale(SIZES, WEIGHTS)
    size, weight = kind.columns
    assert size.low + values[:, 0] * (size.high - size.low) == pytest.approx(SIZES.values, rel=1e-4)
    assert weight.name == "weight / 1e6"
    assert weight.low + values[:, 1] * (weight.high - weight.low) == pytest.approx(WEIGHTS.values / 1e6, rel=1e-3)


def test_one_value_far_from_all_others_is_remarked_on():
    far = np.zeros(1000)
    far[3] = 1.0
    assert scale(TableColumn("size", far))[2].startswith("size: 1 is 32 ")
