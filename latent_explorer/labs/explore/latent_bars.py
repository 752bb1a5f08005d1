"""The draggable bars of the latent vector: which dimension lies under the mouse, and what a drag or key sets it to."""

from dataclasses import replace

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import latent_edit_query
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.state import Own
from latent_explorer.scene.events import Xy
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

NARROWEST = 6
"""Smallest width of a bar that can still be hit, in design pixels."""
OUTSIDE = 10
"""Distance from the mean, in standard deviations, from which the caption gives no number any more."""
STEP = 0.25
"""Change of a dimension by one key press, in standard deviations."""


def shown(state: State, rect: Rect, world: World) -> range:
    """Return the dimensions with visible bars: all of them, or the page around the chosen one if too many to be hit."""
    count = world[state.models[0]].latent_dim
    most = max(1, int(rect.width / (NARROWEST * state.unit)))
    if count <= most:
        return range(count)
    first = (marks.own(state).chosen or 0) // most * most
    return range(first, min(count, first + most))


def dimension_at(at: Xy, some: range) -> int:
    return some[min(len(some) - 1, max(0, int(at[0] * len(some))))]


def value_at(at: Xy, checkpoint: Checkpoint) -> float:
    """Return the value of a dimension at the height `at` of the bars: 0 in the middle, +-`bar_scale` at the ends."""
    return float((1 - 2 * min(1.0, max(0.0, at[1]))) * checkpoint.reach)


def set_to(state: State, world: World, dimension: int, value: float) -> State:
    """Set one `dimension` of the resting point to `value`."""
    code = marks.rest(state, world).changed(dimension, value)
    left = marks.left(state, world)
    return marks.with_marks(state, world, replace(left, at=code, drawn=0))


def stepped(state: State, world: World, by: int) -> State:
    """Change the chosen dimension by `by` steps of `STEP` standard deviations, within the scale of the bars."""
    own, checkpoint = marks.own(state), world[state.models[0]]
    dimension = own.chosen or 0
    z, _ = latent_edit_query.latent(checkpoint, marks.rest(state, world))
    deviation = float(np.sqrt(checkpoint.neighbours.variance[dimension]))
    value = float(np.clip(z[dimension] + by * STEP * deviation, -checkpoint.reach, checkpoint.reach))
    return set_to(marks.with_own(state, chosen=dimension), world, dimension, value)


def following(own: Own, count: int, by: int) -> int:
    """Return the dimension `by` places after the chosen one, cyclically; the first if none is chosen."""
    return 0 if own.chosen is None else (own.chosen + by) % count


def reset(state: State, world: World, dimension: int | None = None) -> State:
    """Undo the edit of `dimension`, by default of all; without edits, return to the previous resting point."""
    left = marks.left(state, world)
    if left.at is None:
        return state
    after = left.at.reset(dimension) if dimension is not None else replace(left.at, changes=())
    return marks.with_marks(state, world, replace(left, at=after if after != left.at else None))


def said(z: Floats, dimension: int | None, some: range, known: LatentNeighbours) -> tuple[str, str]:
    """Return the caption of the bars and its short form: name and value of `dimension`, else what the bars are."""
    count = len(z)
    if dimension is None or dimension >= count:
        part = "" if len(some) == count else f", {some[0] + 1} to {some[-1] + 1} shown"
        return f"latent vector z, {count} dimensions{part}: drag a bar", f"z, {count} dimensions{part}"
    deviation = float(np.sqrt(known.variance[dimension]))
    value = round(float(z[dimension]), 2) + 0.0  # no -0.00
    away = (value - known.mean[dimension]) / deviation if deviation > 0 else 0.0
    where = f" ({away:+.1f} sd)" if abs(away) < OUTSIDE else " (far outside the data)"
    return f"z {dimension + 1} of {count} = {value:.2f}{where}", f"z {dimension + 1} = {value:.2f}"
