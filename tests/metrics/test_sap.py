import math

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics import sap
from tests.metrics import codes


@pytest.mark.parametrize("kind", [codes.numbers, codes.categories])
def test_perfect_turned_and_random_codes(kind):
    truth = codes.factors()
    attributes = kind(truth)
    assert sap.measure(truth, attributes) == pytest.approx(1, abs=0.06)
    assert sap.measure(codes.turned(truth), attributes) < 0.06
    assert sap.measure(codes.noise(), attributes) < 0.06


def test_scores_by_hand():
    """A line explains half of each turned factor; thresholds tell two of four classes from one dimension's sign."""
    truth = codes.factors(20_000)
    table = sap.measure_table(codes.turned(truth), codes.numbers(truth))
    assert table == pytest.approx(np.full((2, 2), 0.5), abs=0.03)
    classes = np.tile(np.arange(4.0), 500)
    halves = sap.measure_table((classes[:, None] >= 2).astype(np.float32), [Attribute(classes, tuple("abcd"))])
    assert halves[0, 0] == pytest.approx((0.5 - 0.25) / 0.75)


@pytest.mark.parametrize("kind", [codes.numbers, codes.categories])
def test_it_does_not_depend_on_how_the_codes_are_written(kind):
    truth = codes.factors()
    z = truth + 0.3 * codes.noise()
    score = sap.measure(z, kind(truth))
    for what, other in codes.changed(z).items():
        assert sap.measure(other, kind(truth)) == pytest.approx(score, abs=0.01), what
    more = codes.factors(8000)
    assert sap.measure(more + 0.3 * codes.noise(8000), kind(more)) == pytest.approx(score, abs=0.05)


def test_rare_categories_count_as_much_as_common_ones():
    """Of a hundred, two are of the rarer class: whoever always says the other is right 98 times, and knows nothing."""
    rare = (np.arange(1000) % 50 == 0).astype(np.float32)
    attribute = Attribute(rare, ("common", "rare"))
    assert sap.measure(np.zeros((1000, 1), np.float32), [attribute]) == 0
    assert sap.measure(rare[:, None], [attribute]) == 1


def test_of_long_codes_fewer_samples_are_looked_at(monkeypatch):
    seen = []
    monkeypatch.setattr(sap, "score_line", lambda x, _: seen.append(len(x)))
    truth = Attribute(np.arange(3000, dtype=np.float32))
    for dimensions in (2, 100, 1000):
        sap.measure_table(np.zeros((3000, dimensions), np.float32), [truth])
    assert sorted(set(seen)) == [200, 1000, 2000]


def test_without_attributes_there_is_no_score():
    assert math.isnan(sap.measure(codes.noise(), []))
    assert math.isnan(sap.measure(codes.noise(), [Attribute(np.full(codes.COUNT, np.nan, np.float32))]))
