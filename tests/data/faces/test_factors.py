"""Factors are uniform, independent and checked."""

import numpy as np
import pytest

from latent_explorer.data.faces import FACTORS, sample
from latent_explorer.data.faces.factors import Continuous, check_factors
from latent_explorer.errors import InputError


def test_every_factor_is_uniform_over_its_range_and_independent_of_the_others():
    drawn = sample(4000, seed=3)
    assert drawn.keys() == FACTORS.keys()
    for name, factor in FACTORS.items():
        values = drawn[name]
        if isinstance(factor, Continuous):
            counts, _ = np.histogram(values, bins=10, range=(factor.low, factor.high))
        else:
            counts = np.bincount(values.astype(int), minlength=len(factor.values))
        assert counts.sum() == 4000
        assert np.abs(counts / 4000 * len(counts) - 1).max() < 0.2, name
    correlation = np.corrcoef(np.stack([values.astype(float) for values in drawn.values()]))
    assert np.abs(correlation - np.eye(len(FACTORS))).max() < 0.06


def test_the_first_faces_of_a_seed_are_the_same_however_many_are_drawn():
    few, many = sample(3, seed=5), sample(7, seed=5)
    assert all(np.array_equal(few[name], many[name][:3]) for name in FACTORS)
    assert not np.array_equal(few["smile"], sample(3, seed=6)["smile"])


def test_the_training_faces_are_those_of_every_machine():
    first = sample(1, seed=0)
    assert first["head_turn"][0] == pytest.approx(-20 + 40 * 0.6369616873214543)
    assert (first["hair"].dtype.kind, first["hat"].dtype) == ("i", bool)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"smile": np.array([2.0])}, "smile: 2.0"),
        ({"smile": np.array([np.nan])}, "smile: nan"),
        ({"hair": np.array([1.5])}, "hair: 1.5"),
        ({**sample(2), "hat": [1, 0.5]}, "hat: 0.5"),
        ({"smile": np.array([[0.0]])}, r"smile: an array of shape \(1, 1\)"),
        ({"hair": np.array(["long"])}, "hair: 'long'"),
        ({"hat": np.array([True, False])}, r"hat: an array of shape .* arrived"),
        ({"moustache": np.array([1])}, "moustache arrived"),
        ({"smile": [[0.0], [0.0, 1.0]]}, "smile: lists of different lengths"),
    ],
)
def test_factors_that_cannot_be_drawn_are_named(change, said):
    with pytest.raises(InputError, match=said):
        check_factors({**sample(1), **change})


def test_whole_numbers_are_taken_in_whichever_type_they_come():
    taken = check_factors({**sample(1), "hair": [2.0], "hat": np.array([1.0], np.float32)})
    assert (taken["hair"].tolist(), taken["hat"].tolist()) == ([2], [1])
    assert taken["hair"].dtype.kind == "i"


@pytest.mark.parametrize(("n", "seed"), [(2.5, 0), ("3", 0), (True, 0), (10**12, 0), (3, -1), (3, 1.5)])
def test_what_is_no_number_of_faces_or_no_seed_is_refused(n, seed):
    with pytest.raises(InputError, match=r"^(n|seed): "):
        sample(n, seed)
    assert len(sample(np.int64(2), np.int64(1))["smile"]) == 2


def test_a_missing_factor_and_a_negative_number_are_named():
    factors = sample(1)
    del factors["nod"]
    with pytest.raises(InputError, match="without nod"):
        check_factors(factors)
    with pytest.raises(InputError, match="n: -1 arrived"):
        sample(-1)
