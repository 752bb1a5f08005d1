"""Quantised codes: how far they are rounded, and what they cost."""

import numpy as np
import pytest

from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.labs.compress.latent_quantiser import Quantiser

DRAW = np.random.default_rng(0)


def test_even_codes_cost_all_their_bits():
    latents = DRAW.random((60_000, 3)).astype(np.float32)
    for bits in (2, 5, 6, 9, 16):
        assert Quantiser.fit(latents, bits).bytes_per_picture == pytest.approx(3 * bits / 8, rel=0.01)


def test_codes_that_are_often_alike_cost_less():
    latents = DRAW.normal(size=(20_000, 2)).astype(np.float32)
    quantiser = Quantiser.fit(latents, 6)
    # h(N) - log2(step), the entropy of finely quantised normal values (Cover and Thomas 2006, theorem 8.3.1)
    expected = 0.5 * np.log2(2 * np.pi * np.e) - np.log2(quantiser.step)
    assert quantiser.entropy == pytest.approx(expected, abs=0.05)
    assert quantiser.bytes_per_picture < 2 * 6 / 8


def test_each_bit_halves_the_error():
    latents = DRAW.random((5000, 2)).astype(np.float32)
    off = [np.abs(Quantiser.fit(latents, bits).quantise(latents) - latents).max() for bits in (4, 5, 6)]
    assert off[0] / off[1] == pytest.approx(2, rel=0.1)
    assert off[1] / off[2] == pytest.approx(2, rel=0.1)


def test_a_dimension_that_hardly_varies_costs_nothing():
    latents = np.stack([DRAW.normal(size=900), 7 + 0.001 * DRAW.normal(size=900)], axis=1).astype(np.float32)
    quantiser = Quantiser.fit(latents, 8)
    assert quantiser.entropy[1] == 0
    assert quantiser.quantise(latents)[:, 1] == pytest.approx(7, abs=0.01)
    assert "1 of 2 hardly varies" in quantiser.description


def test_codes_beyond_the_range_are_rounded_to_its_ends():
    quantiser = Quantiser.fit(DRAW.random((500, 1)).astype(np.float32), 3)
    low, high = quantiser.quantise(np.array([[-50], [50]], np.float32))[:, 0]
    assert -0.1 < low < 0.2 < 0.8 < high < 1.1


def test_one_value_for_all_costs_nothing():
    assert Quantiser.fit(np.ones((40, 3), np.float32), 4).bytes_per_picture == 0


def test_a_codebook_costs_the_entropy_of_its_numbers():
    table = np.arange(4, dtype=np.float32)[:, None]
    latents = np.repeat(table, 10, axis=0) @ np.ones((1, 2), np.float32)
    quantiser = Quantiser.from_codebook(Codebook(table, latents))
    assert quantiser.bytes_per_picture == pytest.approx(2 * 2 / 8)
    assert (quantiser.quantise(latents) == latents).all()


def test_a_dimension_counts_by_its_range_wherever_it_lies():
    draws = DRAW.random((900, 2)) * (1.0, 0.1)
    for centre in (0.0, 1000.0, -1000.0):
        quantiser = Quantiser.fit((draws + centre).astype(np.float32), 4)
        assert (quantiser.step > 0).all()


def test_a_label_costs_its_entropy_beside_the_numbers_and_is_said():
    bare = Quantiser.fit(DRAW.random((400, 3)).astype(np.float32), 4)
    labelled = bare.with_labels(np.arange(400) % 4 + 7)
    assert labelled.bytes_per_picture - bare.bytes_per_picture == pytest.approx(2 / 8)
    assert bare.description in labelled.description != bare.description
