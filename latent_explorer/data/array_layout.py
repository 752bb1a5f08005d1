"""How an array's axes are read as pictures: grey or with channels first or last. It knows no values."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError

CHANNELS = (1, 3, 4)
MAX_SIDE = 4096
ALLOWED = "(N, H, W), (N, H, W, C) or (N, C, H, W) with 1, 3 or 4 channels C"


@dataclass(frozen=True)
class Layout:
    count: int
    channels: int
    height: int
    width: int
    channels_axis: int | None
    """Axis of the channels in the array; None if it has none."""
    remark: str = ""
    """How the axes were read, if they could be read otherwise."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W), with a channel of transparency."""
        return self.channels, self.height, self.width

    def arrange(self, block: NDArray[Any]) -> NDArray[Any]:
        """Return rows of the array as (n, C, H, W)."""
        return block[:, None] if self.channels_axis is None else np.moveaxis(block, self.channels_axis, 1)


def find_layout(shape: tuple[int, ...], wanted: tuple[int, int, int] | None = None) -> Layout:
    """Return the layout of an array of `shape`. Of two possible ones it is the one with pictures of the shape `wanted`,
    else with the squarer pictures, else with the channels last, as in picture files. Raises `InputError` for another
    number of axes, and for sides that are not allowed."""
    if len(shape) not in (3, 4):
        hint = "; rows of numbers are data.name table" if len(shape) == 2 else ""
        raise InputError(f"{_describe(shape)} arrived; {ALLOWED} is allowed{hint}")
    if 0 in shape:
        raise InputError(f"{_describe(shape)} arrived, which holds nothing; {ALLOWED} is allowed")
    possible = _list_layouts(shape)
    if not possible:
        raise InputError(f"{_describe(shape)} arrived, where no axis is of 1, 3 or 4 channels; {ALLOWED} is allowed")
    best = max(possible, key=lambda one: (one.image_shape == wanted, _compute_squareness(one), one.channels_axis == 3))
    if max(best.height, best.width) > MAX_SIDE:
        raise InputError(
            f"pictures of {best.height:,}x{best.width:,} pixels arrived; sides of 1 to {MAX_SIDE:,} are allowed"
        )
    may_be_one_picture = len(shape) == 3 and shape[-1] in CHANNELS[1:]
    if (len(possible) == 1 and not may_be_one_picture) or best.image_shape == wanted:
        return best
    words = f"{best.height}x{best.width} pixels and {best.channels} channel{'s' * (best.channels > 1)}"
    remark = f"{_describe(shape)}: read as {best.count:,} pictures of {words}"
    return replace(best, remark=remark)


def _list_layouts(shape: tuple[int, ...]) -> list[Layout]:
    if len(shape) == 3:
        return [Layout(shape[0], 1, shape[1], shape[2], None)]
    count, first, middle, last = shape
    possible = []
    if first in CHANNELS:
        possible.append(Layout(count, first, middle, last, 1))
    if last in CHANNELS:
        possible.append(Layout(count, last, first, middle, 3))
    return possible


def _compute_squareness(layout: Layout) -> float:
    return min(layout.height, layout.width) / max(layout.height, layout.width)


def _describe(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if len(shape) <= 8 else f"an array of {len(shape)} dimensions"
