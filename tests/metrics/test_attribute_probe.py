import numpy as np
import pytest

from latent_explorer.data.attributes import Attribute
from latent_explorer.metrics import attribute_probe
from latent_explorer.metrics.attribute_probe import MIN_SAMPLES, MIN_SKILL


def make_codes(count: int = 300, d: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, d)).astype(np.float32)


def test_a_number_that_is_a_line_through_the_code_is_read_and_chance_is_not():
    z = make_codes()
    probe = attribute_probe.fit(z, Attribute(2 * z[:, 1] - z[:, 3] + 7))
    assert probe.score == probe.skill == pytest.approx(1, abs=1e-3)
    assert probe.read(z)[:, 0] == pytest.approx(2 * z[:, 1] - z[:, 3] + 7, abs=0.1)
    assert not attribute_probe.fit(z, Attribute(make_codes(seed=1)[:, 0])).reads


def test_the_score_is_of_samples_that_the_probe_has_not_seen():
    """In many dimensions a regression reads its own samples, whatever they are."""
    z, noise = make_codes(60, 55), make_codes(60, 1, seed=1)[:, 0]
    probe = attribute_probe.fit(z, Attribute(noise))
    assert np.corrcoef(probe.read(z)[:, 0], noise)[0, 1] > 0.9
    assert probe.score < MIN_SKILL


@pytest.mark.parametrize("kind", ["numbers", "categories"])
def test_scale_place_and_order_of_the_dimensions_do_not_matter(kind):
    z = make_codes()
    rough = z[:, 0] - 0.5 * z[:, 2] + make_codes(seed=1)[:, 0]
    attribute = Attribute(rough) if kind == "numbers" else Attribute(np.digitize(rough, [-1, 1]), ("a", "b", "c"))
    other = (z * [1e-3, 10, 1, 500, 0.1] + [0, 5, -3, 0, 1])[:, [3, 0, 4, 2, 1]].astype(np.float32)
    first, second = attribute_probe.fit(z, attribute), attribute_probe.fit(other, attribute)
    assert 0.2 < first.score < 0.95
    assert second.score == pytest.approx(first.score, abs=0.01)
    assert second.read(other) == pytest.approx(first.read(z), abs=0.02)


def test_a_category_is_read_by_its_probability_and_one_that_does_not_occur_never():
    z = make_codes()
    probe = attribute_probe.fit(z, Attribute((z[:, 2] > 0).astype(np.float32) * 2, ("no", "never", "yes")))
    assert probe.score > 0.95
    assert probe.skill == pytest.approx(1, abs=0.1)
    there = np.zeros((1, 5), np.float32)
    there[0, 2] = 3
    assert probe.read(there)[0] == pytest.approx([0, 0, 1], abs=0.02)


def test_the_commonest_category_is_right_often_and_no_skill():
    rare = (np.arange(300) % 20 == 0).astype(np.float32)
    probe = attribute_probe.fit(make_codes(), Attribute(rare, ("no", "yes")))
    assert probe.score > 0.9
    assert not probe.reads


def test_unknown_values_are_left_out_and_too_few_or_equal_ones_make_no_probe():
    z = make_codes()
    values = z[:, 0].copy()
    values[:200] = np.nan
    probe = attribute_probe.fit(z, Attribute(values))
    assert (len(probe.samples), probe.score) == (100, pytest.approx(1, abs=1e-3))
    values[: 301 - MIN_SAMPLES] = np.nan
    assert attribute_probe.fit(z, Attribute(values)) is None
    assert attribute_probe.fit(z, Attribute(np.ones(300, np.float32))) is None
    assert attribute_probe.fit(z, Attribute(np.full(300, -1.0), ("no", "yes"))) is None


def test_a_dimension_that_never_changes_has_no_weight():
    z = make_codes()
    z[:, 4] = 3
    probe = attribute_probe.fit(z, Attribute(z[:, 0].copy()))
    assert probe.weights[4, 0] == 0
    assert np.isfinite(probe.offsets).all()
