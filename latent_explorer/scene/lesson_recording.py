"""What was done in the window, as the steps of a lesson's pages. It does not know how a step is found or written."""

import math
from dataclasses import dataclass, replace
from typing import Any

from latent_explorer.scene.events import Xy

POINTING = ("move", "click", "double_click", "scroll", "drag", "pan")
"""Steps after which the pointer is on a map."""
FORGETTING = ("lab", "touch", "draw")
"""Steps after which it is elsewhere."""


@dataclass(frozen=True)
class RecordedStep:
    """One step, as a script writes it."""

    verb: str
    value: Any
    """Text, number, a tuple of them, or a mapping of one control."""
    slot: int = 0
    """The map that it is on."""


Steps = tuple[RecordedStep, ...]


def add_step(steps: Steps, step: RecordedStep) -> Steps:
    """Return the steps with one more; of several values of one control, places of the pointer and turns of the wheel at
    one place the last one stays, and pauses are added up."""
    last = steps[-1] if steps else None
    if last is None or last.verb != step.verb or last.slot != step.slot:
        return (*steps, step)
    match step.verb:
        case "set" if last.value.keys() == step.value.keys() and None not in step.value.values():
            return (*steps[:-1], step)
        case "move":
            return (*steps[:-1], step)
        case "wait":
            return (*steps[:-1], replace(step, value=round(last.value + step.value, 3)))
        case "scroll" if is_near(last.value[:2], step.value[:2]):
            return (*steps[:-1], replace(step, value=(*last.value[:2], last.value[2] + step.value[2])))
    return (*steps, step)


def find_pointer(pages: tuple[Steps, ...]) -> tuple[int, Xy] | None:
    """Return the map and the place where the pointer is after all steps; None if it is on no map."""
    for step in reversed([step for steps in pages for step in steps]):
        if step.verb in FORGETTING:
            return None
        if step.verb in POINTING:
            # the map moves with a pan, and the place below the pointer stays
            place = step.value[0] if step.verb == "pan" else step.value[-1] if step.verb == "drag" else step.value[:2]
            return step.slot, (place[0], place[1])
    return None


def is_near(one: Xy, other: Xy) -> bool:
    """Return whether two places are one for a step."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) < 2e-3


def simplify(path: tuple[Xy, ...], tolerance: float = 0.004) -> tuple[Xy, ...]:
    """Return the corners of a path from which none of its points is farther than `tolerance` (Douglas and Peucker)."""
    if len(path) < 3:
        return path
    (x0, y0), (x1, y1) = path[0], path[-1]
    length = math.dist((x0, y0), (x1, y1))

    def measure(at: Xy) -> float:
        if length < 1e-9:
            return math.dist(at, (x0, y0))
        return abs((x1 - x0) * (y0 - at[1]) - (x0 - at[0]) * (y1 - y0)) / length

    far = max(range(1, len(path) - 1), key=lambda i: measure(path[i]))
    if measure(path[far]) <= tolerance:
        return path[0], path[-1]
    return (*simplify(path[: far + 1], tolerance)[:-1], *simplify(path[far:], tolerance))
