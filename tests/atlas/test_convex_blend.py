import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latent_explorer.atlas.convex_blend import find_convex_blend

coordinates = st.floats(-5, 5, width=32)


@given(arrays(np.float32, (7, 3), elements=coordinates), arrays(np.float32, 3, elements=coordinates))
def test_shares_are_those_of_a_mean_and_no_sample_alone_is_nearer(samples, z):
    shares, missing = find_convex_blend(z, samples)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert missing == pytest.approx(np.linalg.norm(shares @ samples.astype(float) - z), abs=1e-6)
    assert missing <= np.linalg.norm(samples.astype(float) - z, axis=1).min() + 1e-3


def test_a_latent_within_the_samples_is_their_blend():
    samples = np.array([[0, 0], [1, 0], [0, 1], [9, 9]], np.float32)
    shares, missing = find_convex_blend(np.array([0.25, 0.5], np.float32), samples)
    assert missing == pytest.approx(0, abs=1e-3)
    assert shares @ samples == pytest.approx([0.25, 0.5], abs=1e-3)


def test_outside_them_the_rest_is_the_distance_to_their_hull():
    samples = np.array([[0, 0], [1, 0], [0, 1]], np.float32)
    shares, missing = find_convex_blend(np.array([0.5, -2], np.float32), samples)
    assert missing == pytest.approx(2, abs=1e-3)
    assert shares == pytest.approx([0.5, 0.5, 0], abs=1e-3)


def test_a_sample_is_its_own_blend_and_equal_ones_share_it():
    samples = np.array([[1, 2], [3, 4], [1, 2]], np.float32)
    assert find_convex_blend(samples[1], samples) == (pytest.approx([0, 1, 0]), 0)
    assert find_convex_blend(samples[0], samples) == (pytest.approx([0.5, 0, 0.5]), 0)
