"""Picture animations: a move is animated, a change of subject cuts. Pure: time is an argument."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from latent_explorer.arrays import Floats
from latent_explorer.engine.spring import Spring


@dataclass(frozen=True, eq=False)
class Aim:
    """The target of an animated picture of a lab."""

    model: str
    subject: Hashable
    """Identity of what is pictured. A change of it, such as another model or map, cuts without an animation."""
    z: Floats
    """(d,): the latent of the answer."""
    dot: int
    """The sample whose label conditions a conditional decoder."""
    variants: int = 0
    """Number of labels under which the same latent is shown beside it."""


@dataclass(frozen=True, eq=False)
class Glide:
    aim: Aim
    spring: Spring
    """Spring of the decoder input: the latent, for a conditional model followed by the label weights."""


Glides = Mapping[str, Glide]
"""Animations by the place of the picture."""


def onward(glides: Glides, aims: Mapping[str, Aim], codes: Mapping[str, Floats], seconds: float) -> dict[str, Glide]:
    """Return the animations `seconds` later, each towards its target.

    `decoder_inputs` are the vectors of the targets, by place. A place that is new, or showed another subject, is at its
    target at once.
    """
    return {place: _onward(glides.get(place), aim, codes[place], seconds) for place, aim in aims.items()}


def _onward(before: Glide | None, aim: Aim, code: Floats, seconds: float) -> Glide:
    if before is None or before.aim.subject != aim.subject or len(before.spring.target) != len(code):
        return Glide(aim, Spring.at(code))
    return Glide(aim, before.spring.toward(code).after(seconds))
