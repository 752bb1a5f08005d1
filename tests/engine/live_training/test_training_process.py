"""A training tells of its moments, and can be paused."""

import numpy as np

from latent_explorer.engine.live_training.settings import Settings
from latent_explorer.engine.live_training.training_process import Ended
from tests.engine.live_training.conftest import SHORT


def test_a_training_tells_of_its_moments_from_first_to_last(pupil):
    pupil.pipe.send(("train", 7, SHORT))
    run, begun = pupil.told()
    assert (run, begun.steps, begun.steps_per_epoch) == (7, 23, 23)
    *seen, over = pupil.all()
    assert [one.step for one in seen] == [0, 6, 23]
    assert over == Ended()
    assert all(one.latents.shape == (1797, 2) for one in seen)
    assert set(seen[0].loss_parts) == {
        "loss", "reconstruction", "kl", "train loss", "train reconstruction", "train kl"
    }  # fmt: skip
    assert seen[-1].loss_parts["loss"] < seen[0].loss_parts["loss"]
    assert seen[-1].images_per_second > 0


def test_the_same_settings_make_the_same_moments(pupil):
    pupil.pipe.send(("train", 1, SHORT))
    first = pupil.all()
    pupil.pipe.send(("train", 2, SHORT))
    second = pupil.all()
    np.testing.assert_array_equal(first[-2].latents, second[-2].latents)


def test_noise_makes_a_denoising_model(pupil):
    pupil.pipe.send(("train", 1, Settings(noise_level=0.5, epochs=1, moments=2, moment_interval=0.0)))
    begun, *_, last, _ = pupil.all()
    assert (begun.config.objective.name, begun.config.objective.noise_level) == ("denoising", 0.5)
    assert "kl" not in last.loss_parts


def test_a_paused_training_tells_nothing_until_it_goes_on(pupil):
    pupil.pipe.send(("train", 1, Settings(epochs=1, moments=23, moment_interval=0.02)))
    pupil.told()
    pupil.pipe.send(("pause",))
    while pupil.pipe.poll(0.5):
        pupil.pipe.recv()
    pupil.pipe.send(("go on",))
    assert isinstance(pupil.all()[-1], Ended)
