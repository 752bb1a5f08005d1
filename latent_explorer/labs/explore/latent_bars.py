"""The draggable bars of the latent vector: which dimension lies under the mouse, and what a drag or key sets it to."""

from dataclasses import replace

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries import latent_edit
from latent_explorer.labs.explore.state import (
    ExploreState,
    change_marks,
    find_resting_point,
    get_current_marks,
    get_explore_state,
    with_explore_state,
)
from latent_explorer.scene.events import Xy
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, tr, tr_count

MIN_BAR_WIDTH = 6
"""Smallest width of a bar that can still be hit, in design pixels."""
MAX_SHOWN_DEVIATIONS = 10
"""Distance from the mean, in standard deviations, from which the caption gives no number any more."""
STEP = 0.25
"""Change of a dimension by one key press, in standard deviations."""


def find_visible_dimensions(state: State, rect: Rect) -> range:
    """Return the dimensions with visible bars: all of them, or the page around the chosen one if too many to be hit."""
    count = state.get_checkpoint(0).latent_dim
    most = max(1, int(rect.width / (MIN_BAR_WIDTH * state.ui_scale)))
    if count <= most:
        return range(count)
    first = (get_explore_state(state).chosen or 0) // most * most
    return range(first, min(count, first + most))


def find_dimension_at(at: Xy, dimensions: range) -> int:
    return dimensions[min(len(dimensions) - 1, max(0, int(at[0] * len(dimensions))))]


def compute_value_at(at: Xy, checkpoint: Checkpoint) -> float:
    """Return the value of a dimension at the height `at` of the bars: 0 in the middle, +-`bar_scale` at the ends; one
    that the encoder can give."""
    value = float((1 - 2 * min(1.0, max(0.0, at[1]))) * checkpoint.bar_scale)
    return max(value, checkpoint.neighbours.lower_bound)


def set_dimension(state: State, dimension: int, value: float) -> State:
    """Set one `dimension` of the resting point to `value`."""
    return change_marks(state, at=find_resting_point(state).with_change(dimension, value), drawn=0)


def step_dimension(state: State, by: int) -> State:
    """Change the chosen dimension by `by` steps of `STEP` standard deviations, within the scale of the bars."""
    own, checkpoint = get_explore_state(state), state.get_checkpoint(0)
    dimension = own.chosen or 0
    z, _ = latent_edit.compute_latent(checkpoint, find_resting_point(state))
    deviation = float(np.sqrt(checkpoint.neighbours.variance[dimension]))
    low = max(-checkpoint.bar_scale, checkpoint.neighbours.lower_bound)
    value = float(np.clip(z[dimension] + by * STEP * deviation, low, checkpoint.bar_scale))
    return set_dimension(with_explore_state(state, chosen=dimension), dimension, value)


def find_next_dimension(lab_state: ExploreState, count: int, by: int) -> int:
    """Return the dimension `by` places after the chosen one, cyclically; the first if none is chosen."""
    return 0 if lab_state.chosen is None else (lab_state.chosen + by) % count


def reset(state: State, dimension: int | None = None) -> State:
    """Undo the edit of `dimension`, by default of all; without edits, return to the previous resting point."""
    before = get_current_marks(state).at
    if before is None:
        return state
    after = before.reset(dimension) if dimension is not None else replace(before, changes=())
    return change_marks(state, at=after if after != before else None)


def describe_bars(
    z: Floats, dimension: int | None, dimensions: range, neighbours: LatentNeighbours, *, can_be_dragged: bool = True
) -> tuple[str, str]:
    """Return the caption of the bars and its short form: name and value of `dimension`, else what the bars are."""
    count = len(z)
    if dimension is None or dimension >= count:
        return _describe_vector(count, dimensions, can_be_dragged)
    deviation = float(np.sqrt(neighbours.variance[dimension]))
    value = round(float(z[dimension]), 2) + 0.0  # no -0.00
    away = round(float((value - neighbours.mean[dimension]) / deviation), 1) + 0.0 if deviation > 0 else 0.0
    number = dimension + 1
    short = f"z {number} = {format_number(value, '.2f')}"
    if abs(away) >= MAX_SHOWN_DEVIATIONS:
        text = tr("z {number} of {count} = {value:.2f} (far outside the data)", number=number, count=count, value=value)
        return text.replace("-", "−"), short.replace("-", "−")
    text = tr(
        "z {number} of {count} = {value:.2f} ({away:+.1f} sd)", number=number, count=count, value=value, away=away
    )
    return text.replace("-", "−"), short.replace("-", "−")


def _describe_vector(count: int, dimensions: range, can_be_dragged: bool) -> tuple[str, str]:
    if len(dimensions) == count:
        short = tr_count("z, {count} dimension", "z, {count} dimensions", count)
        if not can_be_dragged:
            return tr_count("its vector, {count} dimension", "its vector, {count} dimensions", count), short
        text = tr_count(
            "latent vector z, {count} dimension: drag a bar", "latent vector z, {count} dimensions: drag a bar", count
        )
        return text, short
    shown = {"count": count, "first": dimensions[0] + 1, "last": dimensions[-1] + 1}
    short = tr("z, {count} dimensions, {first} to {last} shown", **shown)
    if not can_be_dragged:
        return tr("its vector, {count} dimensions, {first} to {last} shown", **shown), short
    return tr("latent vector z, {count} dimensions, {first} to {last} shown: drag a bar", **shown), short
