import math
from dataclasses import replace

import numpy as np

from latent_explorer.engine.animation import picture_animation
from latent_explorer.engine.animation.picture_animation import Animations, AnimationTarget

Z = tuple(np.eye(3, 4, dtype=np.float32))


def aim(z: np.ndarray, subject: str = "a") -> AnimationTarget:
    return AnimationTarget("m", subject, z, 0)


def onward(glides: Animations, seconds: float, **aims: AnimationTarget) -> Animations:
    return picture_animation.advance(glides, aims, {place: one.z for place, one in aims.items()}, seconds)


def test_the_first_picture_of_a_place_is_there_at_once():
    there = onward({}, 0.01, left=aim(Z[0]))
    assert there["left"].spring.position is Z[0]


def test_a_move_glides_and_places_are_independent():
    there = onward({}, 0.0, left=aim(Z[0]), right=aim(Z[0]))
    there = onward(there, 0.02, left=aim(Z[1]), right=aim(Z[0]))
    assert not there["left"].spring.resting
    assert np.linalg.norm(there["left"].spring.position - Z[0]) > 0.1
    assert np.linalg.norm(there["left"].spring.position - Z[1]) > 0.1
    assert there["right"].spring.resting
    there = onward(there, math.inf, left=aim(Z[1]), right=aim(Z[0]))
    assert there["left"].spring.position is Z[1]


def test_another_subject_cuts_even_on_the_way():
    there = onward({}, 0.0, left=aim(Z[0]))
    there = onward(there, 0.02, left=aim(Z[1]))
    there = onward(there, 0.02, left=aim(Z[2], "another map"))
    assert there["left"].spring.position is Z[2]


def test_a_code_of_another_length_cuts():
    there = onward({}, 0.0, left=aim(Z[0]))
    longer = np.ones(9, np.float32)
    assert onward(there, 0.02, left=aim(longer))["left"].spring.position is longer


def test_a_place_that_was_gone_begins_anew():
    there = onward({}, 0.0, left=aim(Z[0]))
    there = onward(there, 0.0)
    assert dict(there) == {}
    assert onward(there, 0.0, left=aim(Z[1]))["left"].spring.position is Z[1]


def test_what_is_shown_beside_it_follows_the_aim():
    there = onward({}, 0.0, left=aim(Z[0]))
    there = onward(there, 0.0, left=replace(aim(Z[1]), variants=3))
    assert there["left"].target.variants == 3
