"""Which pictures are on their way, and how far: a move glides, another subject cuts. Pure: time is an argument."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from latent_explorer.arrays import Floats
from latent_explorer.engine.spring import Spring


@dataclass(frozen=True, eq=False)
class Aim:
    """Where a picture that a lab shows has to end."""

    model: str
    subject: Hashable
    """What it is a picture of. To another one, such as another model or map, there is no way to show: it cuts."""
    z: Floats
    """(d,): the latent that was answered."""
    dot: int
    """The sample whose label a conditional decoder is told."""
    variants: int = 0
    """How many labels the same code is shown under beside it."""


@dataclass(frozen=True, eq=False)
class Glide:
    aim: Aim
    spring: Spring
    """Of the latent and, for a conditional model, of the shares of its labels behind it."""


Glides = Mapping[str, Glide]
"""By the place of the picture."""


def onward(glides: Glides, aims: Mapping[str, Aim], codes: Mapping[str, Floats], seconds: float) -> dict[str, Glide]:
    """The glides `seconds` later, each to its aim.

    `codes` are the vectors of the aims, by place. A place that was not there before, or showed another subject, is
    at rest at once.
    """
    return {place: _onward(glides.get(place), aim, codes[place], seconds) for place, aim in aims.items()}


def _onward(before: Glide | None, aim: Aim, code: Floats, seconds: float) -> Glide:
    if before is None or before.aim.subject != aim.subject or len(before.spring.target) != len(code):
        return Glide(aim, Spring.at(code))
    return Glide(aim, before.spring.toward(code).after(seconds))
