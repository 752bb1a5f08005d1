"""The spring against its own differential equation, and what the window relies on."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from latent_explorer.engine.animation.spring import FREQUENCY, SETTLE_SECONDS, Spring, step

PROMISED = 0.25
"""Seconds after which the picture has to be the one under the mouse."""
FRAME = 1 / 60

numbers = st.floats(-100, 100)
times = st.floats(0, SETTLE_SECONDS * 0.9)


def vector(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def latent(d: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, d).astype(np.float32)


def test_a_step_solves_the_equation_of_a_critically_damped_spring():
    x, v, t = 1.5, -40.0, 0.06
    w = FREQUENCY
    exact = solve_ivp(lambda _, y: [y[1], -2 * w * y[1] - w * w * y[0]], (0, t), [x, v], rtol=1e-10, atol=1e-12)
    offset, velocity = step(vector(x), vector(v), t)
    assert offset[0] == pytest.approx(exact.y[0, -1], rel=1e-6)
    assert velocity[0] == pytest.approx(exact.y[1, -1], rel=1e-6)


@given(numbers, numbers, times, st.integers(2, 9))
def test_many_small_steps_are_one_large_one(x, v, t, parts):
    offset, velocity = vector(x), vector(v)
    for _ in range(parts):
        offset, velocity = step(offset, velocity, t / parts)
    at_once = step(vector(x), vector(v), t)
    assert offset == pytest.approx(at_once[0], rel=1e-9, abs=1e-9)
    assert velocity == pytest.approx(at_once[1], rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("d", [1, 2, 512])
def test_the_way_is_the_same_at_every_frame_rate(d):
    start, end, late = latent(d, 1), latent(d, 2), latent(d, 3)
    seen = []
    for rate in (20, 60, 240):
        spring = Spring.make_resting(start).with_target(end)
        for _ in range(round(0.1 * rate)):
            spring = spring.advance(1 / rate)
        spring = spring.with_target(late)  # in the middle of its way
        for _ in range(round(0.1 * rate)):
            spring = spring.advance(1 / rate)
        assert not spring.resting
        seen.append(spring.position)
    assert np.abs(seen[0] - late).max() > 1e-3
    for other in seen[1:]:
        assert other == pytest.approx(seen[0], rel=1e-5, abs=1e-5)


@given(numbers.filter(lambda x: abs(x) > 1e-3))
def test_from_rest_it_comes_nearer_all_the_time_and_never_swings_past(x):
    offset, velocity = vector(x), vector(0)
    for _ in range(200):
        before = offset
        offset, velocity = step(offset, velocity, 0.001)
        assert 0 < offset[0] / x < before[0] / x


@given(numbers, numbers)
def test_with_any_start_it_passes_its_target_once_at_most(x, v):
    ways = np.array([step(vector(x), vector(v), t)[0][0] for t in np.linspace(0, 0.5, 400)])
    signs = np.sign(ways[np.abs(ways) > 1e-9])
    assert np.count_nonzero(np.diff(signs)) <= 1


def test_what_is_left_cannot_be_seen_well_before_a_quarter_of_a_second():
    grey_level = 1 / 255
    offset, _ = step(vector(1), vector(0), 0.17)
    assert offset[0] < grey_level / 2
    fastest = FREQUENCY / math.e  # the greatest speed on the way from a distance of 1
    for x in (-1, 0, 1):
        offset, _ = step(vector(x), vector(fastest), SETTLE_SECONDS)
        assert abs(offset[0]) < grey_level / 2


@pytest.mark.parametrize("d", [1, 512])
@pytest.mark.parametrize("rate", [24, 60, 80, 144])
def test_at_a_quarter_of_a_second_it_is_its_target_bit_for_bit(d, rate):
    spring = Spring.make_resting(latent(d, 1)).with_target(latent(d, 2)).advance(0.05)
    target = latent(d, 3)
    spring = spring.with_target(target)
    frames = 0
    while not spring.resting:
        assert (spring.position != target).any()
        spring = spring.advance(1 / rate)
        frames += 1
    assert frames / rate <= PROMISED
    assert spring.position is target
    assert not spring.velocity.any()


def test_it_rests_where_it_began_and_an_equal_target_does_not_wake_it():
    z = latent(4, 1)
    spring = Spring.make_resting(z)
    assert spring.resting
    assert spring.position is z
    assert spring.with_target(z.copy()) is spring
    assert spring.advance(1.0) is spring


def test_an_equal_target_does_not_begin_the_way_anew():
    end = latent(4, 2)
    spring = Spring.make_resting(latent(4, 1)).with_target(end)
    for _ in range(math.ceil(PROMISED / FRAME)):
        spring = spring.with_target(end.copy()).advance(FRAME)
    assert spring.resting


def test_a_code_that_is_no_number_comes_to_rest_too():
    broken = np.array([np.nan, 1], np.float32)
    spring = Spring.make_resting(latent(2, 1)).with_target(broken)
    for _ in range(math.ceil(PROMISED / FRAME)):
        spring = spring.with_target(broken.copy()).advance(FRAME)
    assert spring.resting


@pytest.mark.parametrize("seconds", [1.0, 1e6, 1e308, math.inf])
def test_after_a_long_pause_it_is_there(seconds):
    offset, velocity = step(vector(1e6, -3), vector(-1e9, 7), seconds)
    assert offset == pytest.approx([0, 0], abs=1e-6)
    assert velocity == pytest.approx([0, 0], abs=1e-6)
    target = latent(512, 2)
    assert Spring.make_resting(latent(512, 1)).with_target(target).advance(seconds).position is target


def test_no_time_moves_nothing():
    start = latent(4, 1)
    spring = Spring.make_resting(start).with_target(latent(4, 2))
    for seconds in (0.0, -1.0):
        assert spring.advance(seconds).position == pytest.approx(start, abs=1e-5)
