"""Codes as compressed pictures, beside JPEG, WebP and PNG at the same bytes."""

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.compress.latent_quantiser import Quantiser
from latent_explorer.labs.compress.queries import (
    BITS,
    CodecRateDistortion,
    CodecReconstructions,
    LatentReconstruction,
    RateDistortion,
)
from tests import stage
from tests.labs.compress.on_screen import NAME


def test_the_class_that_a_conditional_decoder_is_told_is_counted_and_used():
    told = stage.make_checkpoint("told", seed=7, objective=config.Objective(name="conditional", classes=3))
    bare = Quantiser.fit(told.latents, 8)
    share = np.bincount(told.labels) / len(told.labels)
    label_bytes = -(share * np.log2(share)).sum() / 8
    asked = LatentReconstruction("told", Dot(7), 8)
    code = asked.answer(QueryContext({"told": told}, {})).compressed
    assert code.byte_count == pytest.approx(bare.bytes_per_picture + label_bytes)
    wanted = told.decode(bare.quantise(told.encode(told.decode(told.latents[[7]], told.labels[[7]]), told.labels[[7]])),
                         told.labels[[7]])  # fmt: skip
    assert np.abs(code.picture - 255 * wanted[0, 0]).max() <= 0.51
    rates = RateDistortion("told").answer(QueryContext({"told": told}, {told.data_key: "not here"}))
    assert rates.curve.byte_counts[rates.bits.index(8)] == pytest.approx(code.byte_count)


def test_more_bits_cost_more_and_serve_until_the_decoder_is_the_limit(digits_at_hand):
    value = RateDistortion(NAME).answer(QueryContext(*digits_at_hand))
    curve = value.curve
    assert value.bits == BITS
    assert (value.latent_dim, value.note) == (8, "")
    assert (np.diff(curve.byte_counts) > 0).all()
    assert curve.psnr[3] > curve.psnr[0] + 1
    assert abs(curve.psnr[-1] - curve.psnr[5]) < 0.1
    made = digits_at_hand[0][NAME]
    assert curve.psnr[-1] == pytest.approx(-10 * np.log10(made.metrics["test"]["mse"]), abs=1)


def test_what_takes_long_is_computed_once_it_is_known_whether_the_data_set_is_here(digits_at_hand):
    checkpoints = digits_at_hand[0]
    for query in (CodecReconstructions(NAME, Dot(3), 8), CodecRateDistortion(NAME), RateDistortion(NAME)):
        assert query.answer(QueryContext(checkpoints, {})) is None
        missing = dict.fromkeys(digits_at_hand[1], "not here")
        assert query.answer(QueryContext(checkpoints, missing)) is not None


def test_one_picture_beside_the_codecs(digits_at_hand):
    value = LatentReconstruction(NAME, Dot(3), 8).answer(QueryContext(*digits_at_hand))
    others = CodecReconstructions(NAME, Dot(3), 8).answer(QueryContext(*digits_at_hand)).compressed
    rates = RateDistortion(NAME).answer(QueryContext(*digits_at_hand))
    assert value.compressed.byte_count == rates.curve.byte_counts[rates.find_index(8)]
    assert [one.name for one in others] == ["JPEG", "WebP", "PNG"]
    assert [one.name for one in others] == [
        one.name for one in CodecRateDistortion(NAME).answer(QueryContext(*digits_at_hand)).curves
    ]
    assert value.raw_bytes == 64
    for one in others:
        assert one.fits == (
            one.byte_count <= value.compressed.byte_count * 1.1
        )  # another picture on the sheet takes about as much
        assert one.picture.shape == value.original.shape
        assert one.psnr < value.compressed.psnr, "at 4 bytes nothing but a code learnt from digits looks like one"


def test_without_the_data_set_it_says_what_stands_in(world):
    context = QueryContext(world, {world["first"].data_key: "not here"})
    assert "stand in" in RateDistortion("first").answer(context).note
    assert "stands in" in LatentReconstruction("first", Dot(0), 4).answer(context).note


def test_without_the_data_set_the_codes_are_no_better_than_with_it(digits_at_hand):
    """Decoded samples are easy for the model that decoded them: by ten decibels, were its own error left out."""
    world, originals = digits_at_hand
    here, away = (
        RateDistortion(NAME).answer(QueryContext(world, where))
        for where in (originals, dict.fromkeys(originals, "not here"))
    )
    assert away.note
    assert away.curve.psnr == pytest.approx(here.curve.psnr, abs=1.0)
