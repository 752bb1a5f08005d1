"""The course of an attribute along a dimension."""

import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.labs.factors.course import MAX_CURVES, NUMBERS, compute_course


def test_a_course_is_the_mean_of_each_part_of_a_dimension():
    z = np.arange(400, dtype=np.float32)
    across, curves = compute_course(Attribute(2 * z), z)
    assert curves[NUMBERS] == pytest.approx(2 * across)
    _, shares = compute_course(Attribute((z >= 200).astype(np.float32), ("no", "yes")), z)
    assert list(shares) == [1]
    assert shares[1].tolist() == [0.0] * 10 + [100.0] * 10
    _, three = compute_course(Attribute(z // 134, ("a", "b", "c")), z)
    assert sum(three.values()) == pytest.approx(np.full(20, 100.0))


def test_of_many_categories_the_most_common_have_a_curve():
    common = np.random.default_rng(1).permutation(MAX_CURVES + 5)[:MAX_CURVES].tolist()
    kinds = np.concatenate([np.arange(MAX_CURVES + 5), np.repeat(common, 9)]).astype(np.float32)
    z = np.random.default_rng(0).normal(size=len(kinds)).astype(np.float32)
    _, curves = compute_course(Attribute(kinds, tuple(map(str, range(MAX_CURVES + 5)))), z)
    assert list(curves) == sorted(common)
