"""A slot keeps its last good answer, and says what went wrong since."""

import numpy as np

from latent_explorer.engine.queries.base import StripValue
from latent_explorer.engine.results import Failure, Results

GOOD, BETTER = StripValue(()), StripValue((np.zeros((2, 2), np.uint8),))


def test_a_slot_keeps_its_last_good_value_through_failures():
    results = Results()
    assert results.get_value("a", StripValue) is None
    results.put("a", GOOD)
    results.put("a", Failure("broken"))
    assert results.get_value("a", StripValue) is GOOD
    assert results.get_failure("a") == Failure("broken")


def test_a_good_value_ends_a_failure():
    results = Results()
    results.put("a", Failure("broken"))
    results.put("a", BETTER)
    assert results.get_value("a", StripValue) is BETTER
    assert results.get_failure("a") is None


def test_a_value_of_another_kind_is_none():
    results = Results()
    results.put("a", GOOD)
    assert results.get_value("a", Failure) is None


def test_a_dropped_slot_is_empty_and_the_others_stay():
    results = Results()
    results.put("a", GOOD)
    results.put("a", Failure("broken"))
    results.put("b", GOOD)
    results.drop("a")
    results.drop("never there")
    assert results.get_value("a", StripValue) is None
    assert results.get_failure("a") is None
    assert results.get_value("b", StripValue) is GOOD
