"""A box layout: rows and columns of named boxes, of which the one with the lowest priority is left out first.

Lengths are given in design pixels and cut in whole pixels. The module knows nothing of labs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from latent_explorer.scene.rect import Rect

LARGE = 1_000_000
"""More pixels than any window has."""
TEXT_HEIGHT = 44
"""Design pixels of two lines of text."""
PRESENTED_SIDE = 56
"""Least side of a film's picture on a projector, in design pixels: 96 pixels on 1920x1080."""
SHARE_WEIGHT = 1_000
"""Weight of a box with a share: it is given its length before the others divide the rest."""


@dataclass(frozen=True)
class Box:
    """A place with a name, or a row or a column of boxes, or both: a panel and what lies on it."""

    name: str = ""
    title: str = ""
    """What a person calls it, or all that lies in it, where the window says what it has no room for."""
    width: float | tuple[float, float] = (0, LARGE)
    """Width, or the least and the largest."""
    height: float | tuple[float, float] = (0, LARGE)
    share: float = 1
    """Largest share of the length of its row or column; below 1 it gets it before the others divide the rest."""
    weight: float = 1
    """Its part of what is left, relative to that of its neighbours."""
    presented: tuple[float, float] = (0, 0)
    """Least width and height on a projector, where text is large: pictures of a film stay large too."""
    aspect: float = 0
    """Width divided by height; 0 for any."""
    priority: float = inf
    """The box with the lowest is left out first if not all get their least length; infinite: never left out."""
    fills: bool = False
    """Whether it gets the breadth of its row or column without counting for it."""
    children: tuple["Box", ...] = ()
    axis: int = 0
    """0: the children are columns, 1: they are rows."""
    even: bool = False
    """Whether all children get the same length, even one that cannot use it."""
    gap: float = 8
    pad: float = 0
    align: float = 0
    """Share of the room that a child leaves in its place which lies before it, 0 to 1."""
    ratio: float = 0
    """If not 0, only one child is shown: the first in a place wider than `ratio` times its height, else the second."""


def columns(*children: Box, **options: Any) -> Box:
    return Box(children=children, axis=0, **options)


def rows(*children: Box, **options: Any) -> Box:
    return Box(children=children, axis=1, **options)


def wide_or_tall(ratio: float, wide: Box, tall: Box, **options: Any) -> Box:
    """Return a box that shows `wide` in a place wider than `ratio` times its height, else `tall`."""
    return Box(children=(wide, tall), ratio=ratio, **options)


def at_least(length: float) -> tuple[float, float]:
    return length, LARGE


def at_most(length: float) -> tuple[float, float]:
    return 0, length


def place_boxes(box: Box, rect: Rect, ui_scale: float) -> dict[str, Rect]:
    """Return the rectangle of each named box that finds room in `rect`."""
    return dict(_Placement(ui_scale).place(box, rect))


def make_compact(box: Box, factor: float) -> Box:
    """Return the boxes with the least heights of pictures and charts times `factor`; a place of a few lines of text, no
    higher than `TEXT_HEIGHT`, keeps its own, and so does every width, since text is written across it."""

    height = box.height
    if isinstance(height, tuple):
        low, high = height
        height = max(min(low, TEXT_HEIGHT), factor * low), high
    return replace(box, height=height, children=tuple(make_compact(child, factor) for child in box.children))


def find_left_out(box: Box, parts: Mapping[str, Rect], title: str = "") -> dict[str, str]:
    """Return the title of each named box that is not among the placed `parts`, or is empty there: its own, that of the
    outermost box of which nothing is placed, or else the nearest one around it."""
    placed = {name for name, rect in parts.items() if rect.width and rect.height}
    title = box.title or title
    if box.title and not placed.intersection(list_names(box)):
        return dict.fromkeys(list_names(box), title)
    left_out = {box.name: title or box.name} if box.name and box.name not in placed else {}
    for child in box.children:
        left_out |= find_left_out(child, parts, title)
    return left_out


def make_film_size(cells: int, gap: float, beside: float = 0) -> tuple[float, float]:
    """Return the least width and height on a projector of a film of `cells` pictures, with room `beside` it."""
    return cells * (PRESENTED_SIDE + gap) + beside, PRESENTED_SIDE + gap


def list_names(box: Box) -> list[str]:
    """Return the names of a box and of all in it."""
    return [*([box.name] if box.name else []), *(name for child in box.children for name in list_names(child))]


class _Placement:
    """The arithmetic at one scale, in pixels; `along` is the length in the direction of a row or column, `across` the
    other one. What was computed of a box is remembered, since each row and column around it asks again."""

    def __init__(self, ui_scale: float) -> None:
        self.ui_scale = ui_scale
        self.least: dict[tuple[int, int], int] = {}
        self.most: dict[tuple[int, int, int], int] = {}

    def place(self, box: Box, rect: Rect) -> Iterator[tuple[str, Rect]]:
        if box.name:
            yield box.name, rect
        inside, gap = rect.inset(self.to_px(box.pad)), self.to_px(box.gap)
        if box.ratio:
            yield from self.place(box.children[rect.width <= box.ratio * rect.height], inside)
            return
        across, along = (inside.width, inside.height) if box.axis else (inside.height, inside.width)
        placed = self.choose(box, along, across)
        lengths = self.divide(box, placed, along, across)
        at = 0
        for child, length in zip(placed, lengths, strict=True):
            at = min(at, along)
            length = min(length, along - at)
            used = min(length, self.find_most(child, box.axis, across))
            thickness = min(across, self.find_most(child, 1 - box.axis, used))
            start, beside = at + int(box.align * (length - used)), int(box.align * (across - thickness))
            x, y, width, height = (beside, start, thickness, used) if box.axis else (start, beside, used, thickness)
            yield from self.place(child, Rect(inside.x + x, inside.y + y, width, height))
            at += length + gap

    def choose(self, box: Box, along: int, across: int) -> list[Box]:
        """Return the children that find room, taken in the order of their priority."""
        chosen: set[int] = set()
        for i, child in sorted(enumerate(box.children), key=lambda pair: -pair[1].priority):
            least = [self.find_least(box.children[k], box.axis) for k in (*chosen, i)]
            fits = sum(least) + self.to_px(box.gap) * len(chosen) <= along
            if child.priority == inf or (fits and self.find_least(child, 1 - box.axis) <= across):
                chosen.add(i)
        return [box.children[i] for i in sorted(chosen)]

    def divide(self, box: Box, chosen: list[Box], along: int, across: int) -> list[int]:
        """Return the length of each child: by its weight, but neither below its least nor above its largest length."""
        least = [self.find_least(child, box.axis) for child in chosen]
        most = [
            max(low, min(self.find_most(child, box.axis, across), round(child.share * along)))
            for child, low in zip(chosen, least, strict=True)
        ]
        weights = [child.weight * (SHARE_WEIGHT if child.share < 1 else 1) for child in chosen]
        room = along - self.to_px(box.gap) * (len(chosen) - 1)
        if box.even:
            return [max(0, room) // max(1, len(chosen))] * len(chosen)
        lengths: dict[int, int] = {}
        while rest := [i for i in range(len(chosen)) if i not in lengths]:
            unit = max(0, room - sum(lengths.values())) / sum(weights[i] for i in rest)
            equal = {i: int(unit * weights[i] + 1e-6) for i in rest}
            within = {i: min(max(length, least[i]), most[i]) for i, length in equal.items()}
            excess = sum(within.values()) - sum(equal.values())
            # those at the bound that binds keep it, and the others divide the rest again
            lengths |= {i: length for i, length in within.items() if excess * (length - equal[i]) > 0 or not excess}
        return [lengths[i] for i in range(len(chosen))]

    def find_least(self, box: Box, axis: int) -> int:
        """Return the least length of a box: its own, or that of the children that are never left out."""
        key = id(box), axis
        if key not in self.least:
            self.least[key] = self.compute_least(box, axis)
        return self.least[key]

    def compute_least(self, box: Box, axis: int) -> int:
        low, _ = self.find_bounds(box, axis)
        if not box.children or box.ratio:
            return low
        needed = [self.find_least(child, axis) for child in box.children if child.priority == inf]
        length = sum(needed) + self.to_px(box.gap) * (len(needed) - 1) if axis == box.axis else max(needed, default=0)
        return max(low, length + 2 * self.to_px(box.pad))

    def find_most(self, box: Box, axis: int, across: int) -> int:
        """Return the largest length that a box can use if it is `across` pixels in the other direction."""
        key = id(box), axis, across
        if key not in self.most:
            self.most[key] = self.compute_most(box, axis, across)
        return self.most[key]

    def compute_most(self, box: Box, axis: int, across: int) -> int:
        low, most = self.find_bounds(box, axis)
        if box.aspect:
            most = min(most, int(across / box.aspect if axis else across * box.aspect))
        by_room = box.even or any(child.share < 1 for child in box.children)  # what it is given sets their lengths
        if not box.children or box.ratio or (by_room and axis == box.axis):
            return most
        gap, pad = self.to_px(box.gap), 2 * self.to_px(box.pad)
        inside = max(0, across - pad)
        if axis == box.axis:
            length = sum(self.find_most(child, axis, inside) for child in box.children) + gap * (len(box.children) - 1)
        else:
            chosen = self.choose(box, inside, LARGE)
            lengths = zip(chosen, self.divide(box, chosen, inside, LARGE), strict=True)
            length = max((self.find_most(child, axis, one) for child, one in lengths if not child.fills), default=most)
        return max(low, min(most, length + pad))

    def find_bounds(self, box: Box, axis: int) -> tuple[int, int]:
        given = box.height if axis else box.width
        low, high = given if isinstance(given, tuple) else (given, given)
        return self.to_px(low), self.to_px(high)

    def to_px(self, length: float) -> int:
        return round(length * self.ui_scale)
