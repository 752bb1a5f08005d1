"""The range of a number: both ends belong to it, and what is no number does not."""

import math

from latent_explorer.config.schema import Within


def test_both_ends_belong_to_it():
    assert all(value in Within(0, 9) for value in (0, 4.5, 9))
    assert not any(value in Within(0, 9) for value in (-1e-9, 9.01, math.nan, math.inf))
    assert 10**9 in Within(0)


def test_a_value_outside_is_held_at_the_nearest_end():
    assert [Within(-1, 2).clamp(value) for value in (-5, 0.5, 7)] == [-1, 0.5, 2]


def test_it_says_what_is_allowed():
    assert str(Within(0.4, 2)) == "0.4 to 2"
    assert str(Within(-1)) == "-1 or more"
