"""Telling two groups of latents apart along the direction between their means, fairly."""

import numpy as np
import pytest

from latent_explorer.labs.arithmetic import separation


def measure_auc(z, a, b) -> float:
    return separation.compute_auc(separation.project_held_out(z, a, b))


def test_groups_that_lie_apart_are_told_apart_and_one_group_is_not(cloud):
    z, labels = cloud(200, 6, 2)
    a, b = (np.flatnonzero(labels == k) for k in range(2))
    assert measure_auc(z, a, b) == pytest.approx(1.0)
    assert measure_auc(z, b, a) == pytest.approx(1.0)  # the direction turns with them
    assert measure_auc(z, a, a) == pytest.approx(0.5)


def test_a_direction_is_tested_on_samples_it_was_not_made_of():
    """Two random halves of noise in many dimensions: on its own samples any direction would tell them apart."""
    z = np.random.default_rng(0).normal(size=(60, 200)).astype(np.float32)
    a, b = np.arange(0, 30), np.arange(30, 60)
    own = np.concatenate([z[a], z[b]]) @ (z[a].mean(axis=0) - z[b].mean(axis=0))
    assert (own[:30] > 0).mean() > 0.9
    assert (own[30:] < 0).mean() > 0.9
    assert measure_auc(z, a, b) == pytest.approx(0.5, abs=0.2)


def test_fewer_samples_than_can_be_halved_are_not_tested():
    z, few = np.zeros((20, 3), np.float32), np.arange(separation.MIN_TEST_SAMPLES - 1)
    assert separation.project_held_out(z, few, np.arange(10, 20)) is None


def test_equal_positions_count_half():
    above, below = np.array([1.0, 2.0], np.float32), np.array([1.0, 0.0], np.float32)
    assert separation.compute_auc([(above, below)]) == (0.5 + 1 + 1 + 1) / 4
