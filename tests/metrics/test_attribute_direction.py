import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.errors import InputError
from latent_explorer.metrics import attribute_direction, attribute_probe

WEIGHTS = np.array([3, -1, 0, 2], np.float32)


@pytest.fixture
def codes() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(500, 4)).astype(np.float32)


def test_a_number_that_is_a_known_line_through_the_code_has_that_direction(codes):
    values = codes @ WEIGHTS + 10
    step = attribute_direction.compute_step(codes, attribute_probe.fit(codes, Attribute(values)))
    cosine = step @ WEIGHTS / np.linalg.norm(step) / np.linalg.norm(WEIGHTS)
    assert cosine > 0.995
    assert step @ WEIGHTS == pytest.approx(values.std(), rel=0.01)  # one step is one standard deviation


def test_the_direction_is_the_same_change_whatever_the_scale_and_order_of_the_dimensions(codes):
    attribute, scale, order = Attribute(codes @ WEIGHTS), np.array([0.01, 5, 1, 100], np.float32), [2, 0, 3, 1]
    other = (codes * scale)[:, order]
    step = attribute_direction.compute_step(codes, attribute_probe.fit(codes, attribute))
    there = attribute_direction.compute_step(other, attribute_probe.fit(other, attribute))
    assert there / scale[order] == pytest.approx(step[order], abs=1e-3)


def test_a_dimension_that_is_switched_off_is_not_moved(codes):
    """Its rest of noise reads nothing; in the units of the code its weight would be the largest."""
    codes[:, 2] = 1e-4 * codes[:, 2]
    values = codes @ WEIGHTS + np.random.default_rng(1).normal(size=500)
    probe = attribute_probe.fit(codes, Attribute(values.astype(np.float32)))
    assert np.abs(probe.weights[2]) > np.abs(probe.weights).max() / 2
    step = attribute_direction.compute_step(codes, probe)
    assert abs(step[2]) < 1e-3 * np.abs(step).max()


def test_a_category_is_split_from_all_that_are_known_to_have_another():
    attribute = Attribute(np.array([0, 1, 2, -1, 1], np.float32), ("a", "b", "c"))
    has, others = attribute_direction.split_by_category(attribute, "b")
    assert (has.tolist(), others.tolist()) == ([1, 4], [0, 2])
    with pytest.raises(InputError, match="5 samples 0 have it"):
        attribute_direction.split_by_category(Attribute(np.zeros(5), ("a", "b")), "b")
