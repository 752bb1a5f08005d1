"""A critically damped spring: the quickest way to a target that does not swing past it.

    x'' = -2 w x' - w^2 x        for the offset x from the target; with offset x0 and velocity v0 at the start
    x(t) = (x0 + (v0 + w x0) t) exp(-w t)

That is solved, not stepped through, so that the way is the same at every frame rate (Juckett 2012, "Damped Springs",
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
"""The spring's w in radians a second: half of the way after 34 ms, 99% after 133 ms."""
REST = 0.2
"""Seconds after which a spring is put exactly on its target. Of a way that began at rest 11 exp(-10) is left then,
0.05%: an eighth of a grey level of 255 where all of them change. A quarter of a second is what the eye is promised;
the 50 ms up to it are for the frames, which do not come just then."""

Vector = NDArray[np.float64]


def step(offset: Vector, velocity: Vector, seconds: float) -> tuple[Vector, Vector]:
    """Offset from the target and velocity, each (d,), `seconds` >= 0 later; any step, however large, is exact."""
    t = min(seconds, 1000 / FREQUENCY)  # beyond it exp(-w t) is 0, and infinity times 0 would be no number
    fade = math.exp(-FREQUENCY * t)
    pull = velocity + FREQUENCY * offset
    return (offset + pull * t) * fade, (velocity - FREQUENCY * pull * t) * fade


@dataclass(frozen=True, eq=False)
class Spring:
    """A vector on its way to `target` (d,)."""

    target: Floats
    offset: Vector
    """(d,): where it is, seen from the target."""
    velocity: Vector
    """(d,), a second."""
    seconds: float = 0.0
    """How long the target has been where it is."""

    @staticmethod
    def at(target: Floats) -> "Spring":
        """At rest on `target`."""
        nothing = np.zeros(len(target))
        return Spring(target, nothing, nothing, REST)

    @property
    def resting(self) -> bool:
        return self.seconds >= REST

    @property
    def z(self) -> Floats:
        """Where it is, (d,); at rest the target itself, bit for bit."""
        return self.target if self.resting else (self.target + self.offset).astype(np.float32)

    def toward(self, target: Floats) -> "Spring":
        """The same place and velocity, with another target (d,)."""
        if target is self.target or np.array_equal(target, self.target, equal_nan=True):
            return self
        return Spring(target, self.offset + (self.target.astype(np.float64) - target), self.velocity)

    def after(self, seconds: float) -> "Spring":
        """`seconds` later."""
        if self.resting:
            return self
        seconds = max(0.0, seconds)
        passed = self.seconds + seconds
        if passed >= REST:
            return Spring.at(self.target)
        return Spring(self.target, *step(self.offset, self.velocity, seconds), passed)
