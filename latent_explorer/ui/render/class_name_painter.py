"""Draws the names of the classes of a map over what marks it. They are kept until the map's view changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from latent_explorer.cache import LeastRecentlyUsed
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.items import ClassNames, Map, MosaicLayer
from latent_explorer.scene.said_names import say_name
from latent_explorer.texts import get_language
from latent_explorer.ui.render import class_names, near_view
from latent_explorer.ui.render.class_names import PlacedName
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.render.theme import Colour, Theme

MAX_CACHED_MAPS = 8
MAX_NAME_SHARE = 0.4
"""Width of a class name at most, as a share of the map's."""
FEW_CLASSES = 20
"""Classes up to which the names are large, and may go far aside."""
Pixel = tuple[int, int]


@dataclass(frozen=True)
class _WrittenName:
    """A name as it is drawn, at places in pixels of the window."""

    box: pygame.Rect
    """All that it covers; a plate fills it."""
    blits: list[tuple[pygame.Surface, pygame.Rect]]
    """The halo, unless there is a plate, and the text over it."""
    plate: Colour | None
    """The colour of the class, that of the plate's outline; None where there is a halo."""
    leader: tuple[Pixel, Pixel] | None
    """The ends of the line to the middle of a class whose name had to go aside."""


@dataclass(frozen=True)
class _NamesOfView:
    """The names that a view of a map has room for, before they have their places."""

    classes: list[int]
    middles: NDArray[np.intp]
    """(N, 2): pixels of the map."""
    sizes: list[tuple[int, int]]
    """Width and height of each with its halo or plate."""
    counts: NDArray[np.intp]
    """(N,): samples of each class."""


@dataclass(frozen=True)
class _WrittenNames:
    """The names of a map where nothing blocks them."""

    names: _NamesOfView
    placed: list[PlacedName]
    """All of them, also those that the map's edges cut off."""
    shown: list[PlacedName]
    drawn: list[_WrittenName]
    """As many as are `shown`."""


class ClassNamePainter:
    def __init__(self) -> None:
        self._written: LeastRecentlyUsed[tuple[object, ...], _WrittenNames] = LeastRecentlyUsed(MAX_CACHED_MAPS)
        self._moved: LeastRecentlyUsed[tuple[object, ...], list[_WrittenName]] = LeastRecentlyUsed(MAX_CACHED_MAPS)
        """The names that go aside from markers, by these too."""

    def paint(
        self, surface: pygame.Surface, item: ClassNames, checkpoint: Checkpoint, theme: Theme, lettering: Lettering,
        origin: Checkpoint | None = None,
    ) -> None:  # fmt: skip
        """Draw the names of the visible classes near their middle dots, none on another, with a halo that keeps them
        readable on the dots; a short line leads to the middle of a class whose name had to go aside. `origin` is the
        model of the map that a transition starts from, if it is another one."""
        of_map = item.map
        writer = _NameWriter(of_map, checkpoint, theme, lettering)
        taken = [pygame.Rect(one.x, one.y, one.width, one.height) for one in item.taken]
        if of_map.previous_map:  # no two frames of a transition are equal
            before = Dots.of(origin or checkpoint, of_map.previous_map)
            names = writer.write(writer.find_names(before), taken).drawn
        else:
            key = (
                id(checkpoint), of_map.model, of_map.map_name, of_map.rect, of_map.camera, of_map.hidden,
                isinstance(of_map.layer, MosaicLayer), theme.name, lettering.ui_scale, get_language().code,
            )  # fmt: skip
            free = self._written.get_or_make(key, lambda: writer.write(writer.find_names()))
            names = free.drawn
            if taken and class_names.are_blocked(free.placed, taken):
                names = self._moved.get_or_make((*key, item.taken), lambda: writer.write(free.names, taken, free).drawn)
        _draw(surface, names, theme, lettering.ui_scale)


class _NameWriter:
    """Writes the names of a map in their places."""

    def __init__(self, item: Map, checkpoint: Checkpoint, theme: Theme, lettering: Lettering) -> None:
        self.map, self.checkpoint, self.theme, self.lettering = item, checkpoint, theme, lettering
        self.room = max(1, round(MAX_NAME_SHARE * item.rect.width))

    def write(
        self, names: _NamesOfView, taken: Sequence[pygame.Rect] = (), known: _WrittenNames | None = None
    ) -> _WrittenNames:
        """Return the names in their places, aside from what is `taken`; those that are where `known` has them are taken
        from it."""
        reach = class_names.REACH if self._has_few_classes else class_names.SHORT_REACH
        placed = class_names.place(names.middles, names.sizes, names.counts, reach, taken)
        shown = class_names.move_inside(placed, pygame.Rect(0, 0, *self.map.rect.size))
        pairs = zip(known.shown, known.drawn, strict=True) if known is not None else ()
        before = {place.index: (place, written) for place, written in pairs}
        drawn: list[_WrittenName] = []
        for one in shown:
            entry = before.get(one.index)
            drawn.append(entry[1] if entry and entry[0] == one else self._write_name(names.classes[one.index], one))
        return _WrittenNames(names, placed, shown, drawn)

    def find_names(self, before: Dots | None = None) -> _NamesOfView:
        """Return the names of the visible classes; `before`: the dots that a transition starts from."""
        item, dots = self.map, Dots.of(self.checkpoint, self.map.map_name)
        whole = pygame.Rect(0, 0, *item.rect.size)
        classes = [k for k in dots.median_dots if k >= 0 and k not in item.hidden]
        if not classes:
            return _NamesOfView([], np.empty((0, 2), np.intp), [], np.empty(0, np.intp))
        middles = dots.atlas.xy[[dots.median_dots[k] for k in classes]]
        if before is not None:
            old = before.atlas.xy[[dots.median_dots[k] for k in classes]]
            middles = old + (middles - old) * np.float32(item.progress)
        scale, (x, y) = item.camera.compute_scale(item.rect), item.camera.centre
        corner = item.rect.width / 2 - x * scale, item.rect.height / 2 + y * scale
        # rounded one by one, so that names keep their distances while the map is moved
        pixels = np.rint(middles.astype(np.float64) * (scale, -scale)) + np.rint(corner)
        near = [near_view.is_near((x, y), whole) for x, y in pixels.tolist()]
        classes, pixels = [k for k, is_near in zip(classes, near, strict=True) if is_near], pixels[near]
        counts = np.array([dots.class_sizes[k] for k in classes], np.intp)
        tried = class_names.choose_tried(counts).tolist()  # to measure a thousand names takes longer than to draw dots
        classes, pixels, counts = [classes[i] for i in tried], pixels[tried], counts[tried]
        return _NamesOfView(classes, pixels.astype(np.intp), [self._measure_name(k) for k in classes], counts)

    @property
    def _has_few_classes(self) -> bool:
        return len(self.checkpoint.class_names) <= FEW_CLASSES

    @property
    def _name_size(self) -> str:
        return "title" if self._has_few_classes else "body"

    def _measure_name(self, k: int) -> tuple[int, int]:
        """Return width and height of the name of class `k` with its halo or plate."""
        width, height = self.lettering.measure(say_name(self.checkpoint.class_names[k]), self._name_size, bold=True)
        margin = round((16 if self._has_plates else 4) * self.lettering.ui_scale)
        return min(width, self.room) + margin, height

    @property
    def _has_plates(self) -> bool:
        """Whether a plate sets each name apart from pictures of digits."""
        return isinstance(self.map.layer, MosaicLayer)

    def _write_name(self, k: int, placed: PlacedName) -> _WrittenName:
        u, (x, y) = self.lettering.ui_scale, (self.map.rect.x, self.map.rect.y)
        box, middle = placed.box.move(x, y), (placed.middle[0] + x, placed.middle[1] + y)
        name = say_name(self.checkpoint.class_names[k])
        text, halo = (
            self.lettering.render_line(name, self._name_size, self.theme[role], bold=True, width=self.room, middle=True)
            for role in ("text", "map")
        )
        at, leader = text.get_rect(center=box.center), None
        if placed.leads and not box.collidepoint(middle):
            leader = (min(max(middle[0], box.left), box.right), min(max(middle[1], box.top), box.bottom)), middle
        if self._has_plates:
            plate = at.inflate(round(14 * u), round(2 * u))
            return _WrittenName(plate, [(text, at)], self.theme.get_class_colour(k), leader)
        reach = max(1, round(2 * u))
        around = [(halo, at.move(dx, dy)) for dx in (-reach, 0, reach) for dy in (-reach, 0, reach)]
        return _WrittenName(at.inflate(2 * reach, 2 * reach), [*around, (text, at)], None, leader)


def _draw(surface: pygame.Surface, names: Sequence[_WrittenName], theme: Theme, ui_scale: float) -> None:
    """Draw those of the names that are in the surface's clipping area."""
    for one in names:  # below all names: the middle of a class may be under the name of another
        if one.leader is not None:
            for role, width in (("map", 4 * ui_scale), ("text", 1.5 * ui_scale)):
                pygame.draw.line(surface, theme[role], *one.leader, max(1, round(width)))
    clip = surface.get_clip()
    for one in names:
        if not one.box.colliderect(clip):
            continue
        if one.plate is not None:
            pygame.draw.rect(surface, theme["panel"], one.box, border_radius=one.box.height // 2)
            pygame.draw.rect(surface, one.plate, one.box, 2, border_radius=one.box.height // 2)
        surface.fblits(one.blits)
