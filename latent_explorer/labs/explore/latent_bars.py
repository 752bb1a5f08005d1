"""The bars of the latent vector, each to be dragged: which one lies under the mouse, and what a drag makes of it."""

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
"""Design pixels of a bar that can still be hit."""
OUTSIDE = 10
"""Standard deviations from which nobody wants to know how many."""
STEP = 0.25
"""Standard deviations that a key changes a dimension by."""


def shown(state: State, rect: Rect, world: World) -> range:
    """The dimensions whose bars are shown: all of them, or as many as can be hit, those around the chosen one."""
    count = world[state.models[0]].latent_dim
    most = max(1, int(rect.width / (NARROWEST * state.unit)))
    if count <= most:
        return range(count)
    first = (marks.own(state).chosen or 0) // most * most
    return range(first, min(count, first + most))


def dimension_at(at: Xy, some: range) -> int:
    return some[min(len(some) - 1, max(0, int(at[0] * len(some))))]


def value_at(at: Xy, checkpoint: Checkpoint) -> float:
    """The middle is 0, the ends are as far as bars reach."""
    return float((1 - 2 * min(1.0, max(0.0, at[1]))) * checkpoint.reach)


def set_to(state: State, world: World, dimension: int, value: float) -> State:
    """What is at rest with one dimension changed."""
    code = marks.rest(state, world).changed(dimension, value)
    left = marks.left(state, world)
    return marks.with_marks(state, world, replace(left, at=code, drawn=0))


def stepped(state: State, world: World, by: int) -> State:
    """The chosen dimension, changed by a step."""
    own, checkpoint = marks.own(state), world[state.models[0]]
    dimension = own.chosen or 0
    z, _ = latent_edit_query.latent(checkpoint, marks.rest(state, world))
    deviation = float(np.sqrt(checkpoint.neighbours.variance[dimension]))
    value = float(np.clip(z[dimension] + by * STEP * deviation, -checkpoint.reach, checkpoint.reach))
    return set_to(marks.with_own(state, chosen=dimension), world, dimension, value)


def following(own: Own, count: int, by: int) -> int:
    """The dimension chosen next."""
    return 0 if own.chosen is None else (own.chosen + by) % count


def reset(state: State, world: World, dimension: int | None = None) -> State:
    """All dimensions, or one, as they were; without changes, what was looked at before."""
    left = marks.left(state, world)
    if left.at is None:
        return state
    after = left.at.reset(dimension) if dimension is not None else replace(left.at, changes=())
    return marks.with_marks(state, world, replace(left, at=after if after != left.at else None))


def said(z: Floats, dimension: int | None, some: range, known: LatentNeighbours) -> tuple[str, str]:
    """Over the bars: which dimension is meant and where it stands, else what the bars are; and the same in short."""
    count = len(z)
    if dimension is None or dimension >= count:
        part = "" if len(some) == count else f", {some[0] + 1} to {some[-1] + 1} shown"
        return f"latent vector z, {count} dimensions{part}: drag a bar", f"z, {count} dimensions{part}"
    deviation = float(np.sqrt(known.variance[dimension]))
    value = round(float(z[dimension]), 2) + 0.0  # no -0.00
    away = (value - known.mean[dimension]) / deviation if deviation > 0 else 0.0
    where = f" ({away:+.1f} sd)" if abs(away) < OUTSIDE else " (far outside the data)"
    return f"z {dimension + 1} of {count} = {value:.2f}{where}", f"z {dimension + 1} = {value:.2f}"
