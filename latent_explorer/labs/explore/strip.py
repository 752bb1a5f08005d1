"""The strip of Explore: pins, a trace, a denoising trajectory, codes, labels, or the samples behind a picture."""

from dataclasses import dataclass

import numpy as np

from latent_explorer.engine.base_queries import (
    Codes,
    CodesValue,
    Generation,
    GenerationValue,
    StripValue,
    Trace,
    Variants,
)
from latent_explorer.engine.query import Query
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import codebook_strip, explanation
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.layout import STRIP
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Film, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World


@dataclass(frozen=True)
class _Row:
    """Pictures of the strip and their title."""

    title: str
    pictures: tuple[Picture, ...]
    numbered: bool = False
    """Whether the pictures carry the numbers of marks on the map."""


def request(state: State, rect: Rect, world: World) -> Query[object] | None:
    """Return the query of the strip while Why? is off, None if it needs none; `rect` is that of the map."""
    left, model, which = marks.left(state, world), state.models[0], state.map_of(0, world)
    if left.part:
        return Codes(model, left.part)
    if left.drawn:
        return Generation(model, which, left.drawn, STRIP)
    if left.trace:
        return Trace(model, which, evenly(left.trace, STRIP), 1 / state.camera(0, world).pixels(rect))
    if left.pins:
        return Trace(model, which, left.pins, None)
    if world[model].conditional and not marks.by_hand(state, world):
        code = marks.looked_at(state, world)
        return Variants(model, which, code.xy, code.resolution, STRIP)
    return None


def items(state: State, strip: Rect, results: Results, world: World) -> list[Item]:
    if marks.own(state).switches.on:
        if marks.by_hand(state, world):
            said = "Why? tells of places of the map; this latent was changed by hand (R: as it was)."
            return [Panel(strip), Text(strip.inset(8), said, "body", "muted", "centre", wrap=True)]
        code = marks.looked_at(state, world)
        return explanation.row(state, code.xy, map_panel.nearest(state, 0, code.xy, world)[1], strip, results, world)
    u = state.unit
    inside = strip.inset(round(6 * u))
    found = _shown(state, results, world)
    if isinstance(found, str):
        return [Panel(strip), Text(inside, found, "body", "muted", "centre")]
    head, row = inside.top(round(18 * u), round(2 * u))
    film = Film(row, found.pictures, STRIP, round(6 * u), smooth=state.smooth, secret=True)
    items: list[Item] = [Panel(strip), map_panel.caption(head, found.title), film]
    if found.numbered:
        size = round(9 * state.mark)
        for number, place in enumerate(film.places[: len(found.pictures)], 1):
            corner = (place.x + size, place.y + size)  # the same marker as on the map, to link the two
            items.append(Marker(corner, strip, "accent", size, str(number), filled=True))
    return items


def near(state: State, book: CodesValue, world: World) -> tuple[int, ...]:
    """Return the codes whose pictures are in the strip: those nearest to the active point."""
    return codebook_strip.nearest(state, book, marks.looked_at(state, world).xy, STRIP, world)


def _shown(state: State, results: Results, world: World) -> "_Row | str":
    """Return the content of the strip, or the text to display instead."""
    left, checkpoint = marks.left(state, world), world[state.models[0]]
    book: CodesValue | None = results.value("strip", CodesValue)
    generated: GenerationValue | None = results.value("strip", GenerationValue)
    strip: StripValue | None = results.value("strip", StripValue)
    if left.part or left.drawn:
        failure = results.failure("strip")
        if left.part and book is not None and checkpoint.codebook is not None:
            title = codebook_strip.title(book, checkpoint.codebook.parts)
            return _Row(title, codebook_strip.row(book, near(state, book, world)), numbered=True)
        if left.drawn and generated is not None:
            title = f"Sample {generated.seed} out of noise: its way from the prior to the data"
            return _Row(title, generated.pictures)
        waiting = "Placing the codes on the map." if left.part else "Drawing a sample, and finding its way."
        return failure.message if failure else waiting
    if strip is not None and left.trace:
        return _Row("Trace, from its start to its end", strip.pictures)
    if strip is not None and left.pins:
        return _Row("Pins", strip.pictures, numbered=True)
    if strip is not None and checkpoint.conditional:
        title = f"The same code under each label: {', '.join(checkpoint.class_names[:STRIP])}"
        between = results.between("point")
        return _Row(title, (between and between.variants) or strip.pictures)
    return "Pictures you pin and paths you trace appear here."


def evenly(way: tuple[Xy, ...], count: int) -> tuple[Xy, ...]:
    """Return `count` positions at equal distances along the polyline `path`."""
    points = np.asarray(way, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], count)
    return tuple(
        (float(x), float(y))
        for x, y in zip(np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1]), strict=True)
    )
