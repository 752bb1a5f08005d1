"""Errors of normal pictures where neither the data set nor the file says them."""

import pytest

from latent_explorer.engine.measurements.reconstruction_errors import NormalErrors
from latent_explorer.engine.query_context import QueryContext


def test_without_either_decoded_samples_stand_in_at_the_training_s_mean_error(world):
    value = NormalErrors("first").answer(QueryContext(world, {}))
    assert value.source == "stand-in"
    assert "stand in" in value.note
    assert value.errors.mean() == pytest.approx(world["first"].metrics["test"]["mse"], rel=1e-3)
    assert value.left_out_errors is None
    assert value.roc is None
