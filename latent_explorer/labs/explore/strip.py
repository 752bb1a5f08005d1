"""The strip of Explore: pins, a trace, a denoising trajectory, codes, labels, or the samples behind a picture."""

from dataclasses import dataclass

import numpy as np

from latent_explorer.engine.base_queries import (
    CodebookEntries,
    CodebookEntriesValue,
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
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import FilmStrip, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State


@dataclass(frozen=True)
class _StripContent:
    """Pictures of the strip and their title."""

    title: str
    pictures: tuple[Picture, ...]
    numbered: bool = False
    """Whether the pictures carry the numbers of marks on the map."""


def make_query(state: State, rect: Rect) -> Query[object] | None:
    """Return the query of the strip while Why? is off, None if it needs none; `rect` is that of the map."""
    left, model, which = marks.current_marks(state), state.models[0], state.get_map_name(0)
    if left.part:
        return CodebookEntries(model, left.part)
    if left.drawn:
        return Generation(model, which, left.drawn, STRIP_LENGTH)
    if left.trace:
        return Trace(
            model, which, resample_evenly(left.trace, STRIP_LENGTH), 1 / state.get_camera(0).compute_scale(rect)
        )
    if left.pins:
        return Trace(model, which, left.pins, None)
    if state.library[model].conditional and not marks.is_edited(state):
        code = marks.active_point(state)
        return Variants(model, which, code.xy, code.resolution, STRIP_LENGTH)
    return None


def make_items(state: State, strip: Rect, results: Results) -> list[Item]:
    if marks.get_explore_state(state).switches.on:
        if marks.is_edited(state):
            said = "Why? tells of places of the map; this latent was changed by hand (R: as it was)."
            return [Panel(strip), Text(strip.inset(8), said, "body", "muted", "centre", wrap=True)]
        code = marks.active_point(state)
        return explanation.make_strip_items(
            state, code.xy, map_panel.find_nearest_dot(state, 0, code.xy)[1], strip, results
        )
    u = state.ui_scale
    inside = strip.inset(round(6 * u))
    found = _choose_content(state, results)
    if isinstance(found, str):
        return [Panel(strip), Text(inside, found, "body", "muted", "centre")]
    head, row = inside.split_top(round(18 * u), round(2 * u))
    film = FilmStrip(row, found.pictures, STRIP_LENGTH, round(6 * u), reveals_answer=True)
    items: list[Item] = [Panel(strip), map_panel.make_caption(head, found.title), film]
    if found.numbered:
        size = round(9 * state.marker_scale)
        for number, place in enumerate(film.picture_rects[: len(found.pictures)], 1):
            corner = (place.x + size, place.y + size)  # the same marker as on the map, to link the two
            items.append(Marker(corner, strip, "accent", size, str(number), filled=True))
    return items


def find_strip_codes(state: State, book: CodebookEntriesValue) -> tuple[int, ...]:
    """Return the codes whose pictures are in the strip: those nearest to the active point."""
    return codebook_strip.find_nearest(state, book, marks.active_point(state).xy, STRIP_LENGTH)


def _choose_content(state: State, results: Results) -> "_StripContent | str":
    """Return the content of the strip, or the text to display instead."""
    left, checkpoint = marks.current_marks(state), state.get_checkpoint(0)
    book: CodebookEntriesValue | None = results.get_value("strip", CodebookEntriesValue)
    generated: GenerationValue | None = results.get_value("strip", GenerationValue)
    strip: StripValue | None = results.get_value("strip", StripValue)
    if left.part or left.drawn:
        failure = results.get_failure("strip")
        if left.part and book is not None and checkpoint.codebook is not None:
            title = codebook_strip.make_title(book, checkpoint.codebook.part_count)
            return _StripContent(
                title, codebook_strip.select_pictures(book, find_strip_codes(state, book)), numbered=True
            )
        if left.drawn and generated is not None:
            title = f"Sample {generated.seed} out of noise: its way from the prior to the data"
            return _StripContent(title, generated.pictures)
        waiting = "Placing the codes on the map." if left.part else "Drawing a sample, and finding its way."
        return failure.message if failure else waiting
    if strip is not None and left.trace:
        return _StripContent("Trace, from its start to its end", strip.pictures)
    if strip is not None and left.pins:
        return _StripContent("Pins", strip.pictures, numbered=True)
    if strip is not None and checkpoint.conditional:
        title = f"The same code under each label: {', '.join(checkpoint.class_names[:STRIP_LENGTH])}"
        between = results.get_transition("point")
        return _StripContent(title, (between and between.variants) or strip.pictures)
    return "Pictures you pin and paths you trace appear here."


def resample_evenly(path: tuple[Xy, ...], count: int) -> tuple[Xy, ...]:
    """Return `count` positions at equal distances along the polyline `path`."""
    points = np.asarray(path, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], count)
    return tuple(
        (float(x), float(y))
        for x, y in zip(np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1]), strict=True)
    )
