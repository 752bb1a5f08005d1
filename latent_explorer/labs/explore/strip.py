"""The strip of Explore: pins, a trace, a denoising trajectory, codes, labels, or the samples behind a picture."""

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
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import codebook_strip, explanation
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.state import ExploreFrame, active_point, current_marks, find_trace_places, is_edited
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import FilmStrip, Item, Marker, Panel, Text
from latent_explorer.scene.state import State


def make_query(state: State) -> Query[object] | None:
    """Return the query of the strip while Why? is off, None if it needs none."""
    marks, model, which = current_marks(state), state.models[0], state.get_map_name(0)
    if marks.part:
        return CodebookEntries(model, marks.part)
    if marks.drawn:
        return Generation(model, which, marks.drawn, STRIP_LENGTH)
    if marks.trace:
        return Trace(model, which, find_trace_places(state, resample_evenly(marks.trace, STRIP_LENGTH)))
    if marks.pins:
        return Trace(model, which, marks.pins)
    if state.library[model].conditional and not is_edited(state):
        code = active_point(state)
        return Variants(model, which, code.xy, code.resolution, STRIP_LENGTH)
    return None


def make_items(frame: ExploreFrame) -> list[Item]:
    strip, u = frame.get_part("strip"), frame.u
    if strip is None:
        return []
    if frame.own.switches.on:
        if not is_edited(frame.state):
            return explanation.make_strip_items(frame, active_point(frame.state).xy, strip)
        text = "Why? tells of places of the map; this latent was changed by hand (R: as it was)."
        return [Panel(strip), Text(strip.inset(8), text, "body", "muted", "centre", wrap=True)]
    inside = strip.inset(round(6 * u))
    title, pictures, is_numbered = _choose_content(frame)
    if not pictures:
        return [Panel(strip), Text(inside, title, "body", "muted", "centre")]
    head, row = inside.split_top(round(18 * u), round(2 * u))
    film = FilmStrip(row, pictures, STRIP_LENGTH, round(6 * u), reveals_answer=True)
    items: list[Item] = [Panel(strip), map_panel.make_caption(head, title), film]
    size = round(9 * frame.state.marker_scale)
    for number, place in enumerate(film.picture_rects[: len(pictures)] if is_numbered else (), 1):
        corner = (place.x + size, place.y + size)  # the same marker as on the map, to link the two
        items.append(Marker(corner, strip, "accent", size, str(number), filled=True))
    return items


def find_strip_codes(state: State, book: CodebookEntriesValue) -> tuple[int, ...]:
    """Return the codes whose pictures are in the strip: those nearest to the active point."""
    return codebook_strip.find_nearest(state, book, active_point(state).xy, STRIP_LENGTH)


def _choose_content(frame: ExploreFrame) -> tuple[str, tuple[Picture, ...], bool]:
    """Return title and pictures of the strip, and whether they carry the numbers of marks on the map; without pictures
    the title is the text to display instead."""
    state, results = frame.state, frame.results
    marks, checkpoint = current_marks(state), frame.checkpoint
    if marks.part or marks.drawn:
        codes = results.get_value("strip", CodebookEntriesValue)
        if marks.part and codes is not None and checkpoint.codebook is not None:
            pictures = codebook_strip.select_pictures(codes, find_strip_codes(state, codes))
            return codebook_strip.make_title(codes, checkpoint.codebook.part_count), pictures, True
        generated = results.get_value("strip", GenerationValue)
        if marks.drawn and generated is not None:
            title = f"Sample {generated.seed} out of noise: its way from the prior to the data"
            return title, generated.pictures, False
        failure = results.get_failure("strip")
        waiting = "Placing the codes on the map." if marks.part else "Drawing a sample, and finding its way."
        return failure.message if failure else waiting, (), False
    strip = results.get_value("strip", StripValue)
    if strip is not None and marks.trace:
        return "Trace, from its start to its end", strip.pictures, False
    if strip is not None and marks.pins:
        return "Pins", strip.pictures, True
    if strip is not None and checkpoint.conditional:
        title = f"The same code under each label: {', '.join(checkpoint.class_names[:STRIP_LENGTH])}"
        between = results.get_transition("point")
        return title, (between and between.variants) or strip.pictures, False
    return "Pictures you pin and paths you trace appear here.", (), False


def resample_evenly(path: tuple[Xy, ...], count: int) -> tuple[Xy, ...]:
    """Return `count` positions at equal distances along the polyline `path`."""
    points = np.asarray(path, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], count)
    x, y = (np.interp(at, length, column) for column in points.T)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))
