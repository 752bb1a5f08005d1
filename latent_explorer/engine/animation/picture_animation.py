"""Picture animations: a move is animated, a change of subject cuts. Pure: time is an argument."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from latent_explorer.arrays import Floats
from latent_explorer.engine.animation.spring import Spring


@dataclass(frozen=True, eq=False)
class AnimationTarget:
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
class Animation:
    target: AnimationTarget
    spring: Spring
    """Spring of the decoder input: the latent, for a conditional model followed by the label weights."""


Animations = Mapping[str, Animation]
"""Animations by the place of the picture."""


def advance(
    animations: Animations, targets: Mapping[str, AnimationTarget], decoder_inputs: Mapping[str, Floats], seconds: float
) -> dict[str, Animation]:
    """Return the animations `seconds` later, each towards its target.

    `decoder_inputs` are the vectors of the targets, by place. A place that is new, or showed another subject, is at its
    target at once.
    """
    return {
        place: _advance_one(animations.get(place), aim, decoder_inputs[place], seconds)
        for place, aim in targets.items()
    }


def _advance_one(before: Animation | None, target: AnimationTarget, decoder_input: Floats, seconds: float) -> Animation:
    if before is None or before.target.subject != target.subject or len(before.spring.target) != len(decoder_input):
        return Animation(target, Spring.make_resting(decoder_input))
    return Animation(target, before.spring.with_target(decoder_input).advance(seconds))
