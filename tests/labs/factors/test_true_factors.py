"""The true factors of a face as positions of sliders."""

import numpy as np
import pytest

from latent_explorer.data import face_set, faces
from latent_explorer.labs.factors import true_factors


@pytest.mark.parametrize("limit", [None, 1500])
def test_the_factors_of_an_image_are_those_that_the_data_set_draws(limit):
    training = limit or face_set.TRAINING
    for index in (0, 7, training - 1, training, training + 3):
        shares = np.array([true_factors.find_shares(index, limit)])
        train, held_out = face_set.make_splits(16, limit)
        truth = (train if index < training else held_out).get_image(index if index < training else index - training)
        assert (faces.draw(true_factors.to_factors(shares), 16)[0] == truth.numpy()).all()


def test_categories_snap_and_steps_stay_within_the_range():
    hair, turn = true_factors.NAMES.index("hair"), true_factors.NAMES.index("head_turn")
    assert [true_factors.describe(hair, true_factors.snap(hair, s)) for s in (0, 0.3, 0.6, 1)] == list(
        faces.HAIR_STYLES
    )
    assert true_factors.step(hair, 0.875, 1) == 0.875
    assert true_factors.step(hair, 0.125, 1) == 0.375
    assert true_factors.step(turn, 0.98, 1) == 1
    assert true_factors.step(turn, 0.0, -1) == 0
    assert true_factors.describe(turn, 1.0) == "20°"


def test_no_value_is_written_as_one_that_cannot_be_drawn():
    for k, (name, factor) in enumerate(faces.factors.FACTORS.items()):
        if isinstance(factor, faces.factors.Continuous) and not factor.unit:
            ends = [float(true_factors.describe(k, share).replace("−", "-")) for share in (0.0, 1.0)]
            assert ends == [factor.low, factor.high], name
    width = true_factors.NAMES.index("face_width")
    assert true_factors.describe(width, 0.7) != true_factors.describe(width, 0.85)


def test_beyond_the_last_image_there_are_the_factors_of_the_last_one():
    last = face_set.TRAINING + face_set.HELD_OUT - 1
    assert true_factors.find_shares(10**7, None) == true_factors.find_shares(last, None)
    assert true_factors.find_shares(last, None) != true_factors.find_shares(last - 1, None)
