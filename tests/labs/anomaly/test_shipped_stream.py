"""The stream of the shipped model is of beats that its training did not see."""

import numpy as np

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.labs.anomaly import stream


def test_the_beats_that_the_model_may_know_were_held_out():
    checkpoint = checkpoint_file.load("beats-anomaly", "cpu")
    dots = stream.list_dots(checkpoint)
    assert stream.are_held_out(checkpoint)
    assert len(np.unique(dots)) > 200
    unusual = np.isin(checkpoint.labels[dots], np.arange(1, 5)).mean()
    assert 0.05 < unusual < 0.25
