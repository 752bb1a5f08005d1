"""A critically damped spring: the quickest motion to a target without overshoot.

    x'' = -2 w x' - w^2 x        for the offset x from the target; with offset x0 and velocity v0 at the start
    x(t) = (x0 + (v0 + w x0) t) exp(-w t)

This is the closed-form solution, so that the motion is the same at every frame rate (Juckett 2012, "Damped Springs",
ryanjuckett.com/damped-springs; for pictures that follow a hand Lowe 2004, "Critically Damped Ease-In/Ease-Out
Smoothing", Game Programming Gems 4). It knows no clock and no picture: seconds are an argument, and a position is any
vector.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

FREQUENCY = 50.0
"""The spring's w in radians a second: half of the distance after 34 ms, 99% after 133 ms."""
SETTLE_SECONDS = 0.2
"""Seconds after which a spring is put exactly on its target. From rest, 11 exp(-10) = 0.05% of the distance remains
then: an eighth of a grey level for a change by 255. Animations must end within a quarter of a second; the remaining
50 ms allow for the frame interval."""

Vector = NDArray[np.float64]


def step(offset: Vector, velocity: Vector, seconds: float) -> tuple[Vector, Vector]:
    """Return offset from the target and velocity, each (d,), `seconds` >= 0 later; exact for any step size."""
    t = min(seconds, 1000 / FREQUENCY)  # beyond it exp(-w t) is 0, and infinity times 0 would be NaN
    fade = math.exp(-FREQUENCY * t)
    pull = velocity + FREQUENCY * offset
    return (offset + pull * t) * fade, (velocity - FREQUENCY * pull * t) * fade


@dataclass(frozen=True, eq=False)
class Spring:
    """A vector that moves towards `target` (d,)."""

    target: Floats
    offset: Vector
    """(d,): position minus target."""
    velocity: Vector
    """(d,), per second."""
    seconds: float = 0.0
    """Seconds since the target last changed."""

    @staticmethod
    def make_resting(target: Floats) -> "Spring":
        """Make a spring at rest on `target`."""
        nothing = np.zeros(len(target))
        return Spring(target, nothing, nothing, SETTLE_SECONDS)

    @property
    def resting(self) -> bool:
        """Whether it has come to rest on its target."""
        return self.seconds >= SETTLE_SECONDS

    @property
    def position(self) -> Floats:
        """Current position (d,); at rest the target itself, bit for bit."""
        return self.target if self.resting else (self.target + self.offset).astype(np.float32)

    def with_target(self, target: Floats) -> "Spring":
        """Return a spring with the same position and velocity and another target (d,)."""
        if target is self.target or np.array_equal(target, self.target, equal_nan=True):
            return self
        return Spring(target, self.offset + (self.target.astype(np.float64) - target), self.velocity)

    def advance(self, seconds: float) -> "Spring":
        """Return the spring `seconds` later."""
        if self.resting:
            return self
        seconds = max(0.0, seconds)
        passed = self.seconds + seconds
        if passed >= SETTLE_SECONDS:
            return Spring.make_resting(self.target)
        return Spring(self.target, *step(self.offset, self.velocity, seconds), passed)
