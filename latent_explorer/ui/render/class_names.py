"""Places for the class names on a map, where none overlaps another. Knows rectangles and no colours.

Names are laid out around the middles of their classes, the largest class first, whatever part of the map is visible:
so none jumps while the map is moved. A name that finds no room near its class is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

MAX_NAMES = 40
"""Number of names at most: more would hide the dots, and would take long to place."""
MAX_TRIED = 100
"""Number of classes, the largest ones, whose names are tried."""
REACH = 5
"""Heights of a line, up and down, within which a name is moved away from the middle of its class."""
SHORT_REACH = 1
"""The same where there are so many classes that a name far aside would be taken for another's."""


@dataclass(frozen=True)
class PlacedName:
    index: int
    """Index among the names that were to be placed."""
    box: pygame.Rect
    middle: tuple[int, int]
    """Pixel of the middle of the class, which `box` may not contain."""
    leads: bool = True
    """Whether a line may lead to the middle: not where something else stands on it."""

    @property
    def middle_box(self) -> pygame.Rect:
        return pygame.Rect(self.middle, (1, 1))


def choose_tried(importance: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the indices of the names that `place` tries: those of largest `importance` (N,), in their order."""
    return np.sort(np.argsort(-importance, kind="stable")[:MAX_TRIED])


def place(
    middles: NDArray[np.intp], sizes: Sequence[tuple[int, int]], importance: NDArray[np.intp],
    reach: int = REACH, blocked: Sequence[pygame.Rect] = (),
) -> list[PlacedName]:  # fmt: skip
    """Return boxes of `sizes` (width, height) at the pixels `middles` (N, 2), none on another or on what is `blocked`;
    those of larger `importance` (N,) come first. What finds no room within `reach` lines is left out."""
    placed: list[PlacedName] = []
    taken = list(blocked)
    for i in np.argsort(-importance, kind="stable")[:MAX_TRIED].tolist():
        x, y = middles[i].tolist()
        box = pygame.Rect((x - sizes[i][0] // 2, y - sizes[i][1] // 2), sizes[i])
        offset = next((at for at in _list_offsets(*sizes[i], reach) if box.move(at).collidelist(taken) < 0), None)
        if offset is not None:
            taken.append(box.move(offset))
            leads = pygame.Rect(x, y, 1, 1).collidelist(blocked) < 0
            placed.append(PlacedName(i, taken[-1], (x, y), leads))
        if len(placed) == MAX_NAMES:
            break
    return placed


def are_blocked(placed: Sequence[PlacedName], blocked: Sequence[pygame.Rect]) -> bool:
    """Return whether something `blocked` would change these names, which `place` gave without it: each is at the first
    free place, and stays there unless that is taken."""
    return any(one.box.collidelist(blocked) >= 0 or one.middle_box.collidelist(blocked) >= 0 for one in placed)


def move_inside(placed: Sequence[PlacedName], view: pygame.Rect) -> list[PlacedName]:
    """Return the names whose classes have their middles in `view`, each whole in `view`; of those that would then
    overlap, the first."""
    visible: list[PlacedName] = []
    boxes: list[pygame.Rect] = []
    for one in placed:
        if not view.collidepoint(one.middle):
            continue
        box = one.box.clamp(view)
        if view.contains(box) and box.collidelist(boxes) < 0:
            boxes.append(box)
            visible.append(PlacedName(one.index, box, one.middle, one.leads))
    return visible


@lru_cache(maxsize=512)
def _list_offsets(width: int, height: int, reach: int) -> list[tuple[int, int]]:
    """Return the offsets from the middle of a class at which its name is tried, the nearest first."""
    steps, aside = range(-2 * reach, 2 * reach + 1), max(width / 4, height * 0.6)
    offsets = [(round(a * aside), round(b * height / 2)) for a in (-2, -1, 0, 1, 2) for b in steps]
    return sorted(offsets, key=lambda at: (at[0] ** 2 + at[1] ** 2, at[1], at[0]))
