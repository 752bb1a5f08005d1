"""Samples that are decoded and encoded again, and the distance of a copy, against plain loops."""

import gc
import weakref

import numpy as np
import pytest

from latent_explorer.atlas import LatentNeighbours
from latent_explorer.labs.generate import reference_samples
from latent_explorer.labs.generate.reference_samples import CANDIDATE_COUNT, COPY_QUANTILE, COPY_ROWS


class Lossy:
    """A conditional model whose pictures lose a part of the code, each class another, and lie in a place of its own."""

    conditional = True

    def __init__(self, latents, labels, lost):
        self.latents, self.labels, self.neighbours = latents, labels, LatentNeighbours(latents)
        self.kept = np.linspace(1, 1 - lost, 6, dtype=np.float32) ** (1 + labels[:, None])
        """(N, 6): the share of each number that the picture of a sample shows."""
        self.shares = {label: self.kept[labels == label][0] for label in set(labels.tolist())}
        self.decoded = []

    def decode(self, z, labels):
        self.decoded += [tuple(one) for one in z.tolist()]
        shares = np.stack([self.shares[label] for label in labels.tolist()])
        return (z * shares + 100 * labels[:, None]).reshape(len(z), 1, 2, -1)

    def encode(self, x, labels):
        return x.reshape(len(x), -1) - 100 * labels[:, None].astype(np.float32)


def make_model(*counts: int, seed: int = 0, lost: float = 0.9) -> Lossy:
    """Return a model with so many samples in each class, mixed."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.repeat(np.arange(len(counts)), counts))
    spread = 0.1 + labels[:, None]  # so that a copy is another distance in each class
    return Lossy((spread * random.standard_normal((len(labels), 6))).astype(np.float32), labels, lost)


def find_nearest(model: Lossy, latent: np.ndarray, others: list[int]) -> tuple[int, float]:
    """The sample whose picture is nearest to one with this latent, of those with the nearest codes; and how near."""
    near = sorted(others, key=lambda one: np.square(latent - model.latents[one]).sum())
    gaps = {one: float(np.linalg.norm(latent - model.latents[one] * model.kept[one])) for one in near[:CANDIDATE_COUNT]}
    nearest = min(gaps, key=lambda one: gaps[one])
    return nearest, gaps[nearest]


def find_gap(model: Lossy, dot: int, dots: list[int]) -> float:
    """The distance of a sample to the nearest other one."""
    return find_nearest(model, model.latents[dot] * model.kept[dot], [one for one in dots if one != dot])[1]


@pytest.mark.parametrize("counts", [(30, 50), (8, 9), (150, 250), (450, 20)])
def test_a_copy_is_as_near_as_one_in_a_hundred_pairs_of_its_class(counts):
    model = make_model(*counts)
    for label, count in enumerate(counts):
        dots = np.flatnonzero(model.labels == label).tolist()
        rows = dots[:: max(1, count // COPY_ROWS)]
        expected = np.quantile([find_gap(model, dot, dots) for dot in rows], COPY_QUANTILE)
        assert reference_samples.get_copy_distance(model, label) == pytest.approx(expected, rel=1e-4)
        assert reference_samples.get_copy_distance(model, label) > 0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("lost", [0, 0.9])
@pytest.mark.parametrize("counts", [(2,), (9, 30), (300, 500)])
def test_the_bound_is_no_smaller_and_found_of_few_samples(counts, lost, seed):
    model = make_model(*counts, seed=seed, lost=lost)
    bounds = [reference_samples.get_copy_bound(model, label) for label in range(len(counts))]
    asked = len(model.decoded)
    for label, bound in enumerate(bounds):
        distance = reference_samples.get_copy_distance(model, label)
        assert distance * (1 - 1e-6) <= bound <= distance * (3 if lost else 1.2)
    if sum(counts) > 500:
        assert asked < len(model.decoded) / 3


def test_a_class_of_few_samples_is_compared_with_all():
    model = make_model(40, 3)
    dots, data = reference_samples.get_class(model, 1)
    assert (len(dots), data) == (43, model.neighbours)


@pytest.mark.parametrize("count", [2, 9, 150, 600])
def test_copies_are_the_same_whether_or_not_all_pairs_are_compared(count):
    model = make_model(count)
    away = np.linspace(0.001, 2, 200)
    expected = away <= reference_samples.get_copy_distance(make_model(count), 0)
    assert reference_samples.find_copies(model, away, 0).tolist() == expected.tolist()
    assert not reference_samples.find_copies(make_model(count), away + 10, 0).any()


@pytest.mark.parametrize("label", [None, 1])
def test_the_nearest_is_that_of_the_pictures_of_all_samples_or_of_a_class(label):
    model = make_model(200, 200)
    dots, data = reference_samples.get_class(model, label)
    assert set(model.labels[dots]) == ({0, 1} if label is None else {label})
    latents = np.random.default_rng(1).normal(0, 1, (20, 6)).astype(np.float32)
    near, away = reference_samples.find_nearest(model, latents, dots, data)
    for latent, found, gap in zip(latents, near.tolist(), away, strict=True):
        expected = find_nearest(model, latent, dots.tolist())
        assert (found, gap) == (expected[0], pytest.approx(expected[1], rel=1e-4))


def test_a_sample_is_decoded_once():
    model = make_model(40, 60)
    for _ in range(2):
        for label in (0, 1):
            reference_samples.get_copy_bound(model, label)
            reference_samples.get_copy_distance(model, label)
    assert len(model.decoded) == len(set(model.decoded)) == 100


def test_one_sample_alone_has_no_copy():
    model = make_model(1)
    assert reference_samples.get_copy_distance(model, None) == reference_samples.get_copy_bound(model, None) == 0


def test_what_is_known_goes_with_the_checkpoint():
    model = make_model(40, 3)
    for label in (None, 0, 1):
        reference_samples.get_copy_distance(model, label)
    gone = weakref.ref(model.neighbours)
    del model
    gc.collect()
    assert gone() is None
