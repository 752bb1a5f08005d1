"""The strip of Explore: pins, and beside them a trace or a denoising trajectory; or codes, labels, or the samples
behind a picture."""

import numpy as np

from latent_explorer.engine.queries.base import (
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
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    Marks,
    find_active_point,
    find_trace_places,
    get_current_marks,
    get_explore_state,
    is_edited,
)
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import FilmStrip, Item, Marker, Panel, Text, make_caption
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

MIN_STEPS = 5
"""Number of pictures along a trace at least, however many pins there are."""
EMPTY = {
    "picture": mark("Pictures you pin and paths you trace appear here."),
    "curve": mark("Curves you pin and paths you trace appear here."),
    "row": mark("Rows you pin and paths you trace appear here."),
    "text": mark("Texts you pin and paths you trace appear here."),
}
"""What stands in the empty strip, for each kind of sample."""


def make_queries(state: State) -> dict[str, Query[object]]:
    """Return the queries of the strip while Why? is off; "pins" is asked for if they are beside something else."""
    marks, model, which = get_current_marks(state), state.models[0], state.get_map_name(0)
    if marks.part:
        return {"strip": CodebookEntries(model, marks.part)}
    pins = {"pins": Trace(model, which, marks.pins)} if marks.pins else {}
    if marks.drawn:
        return {**pins, "strip": Generation(model, which, marks.drawn, _count_steps(marks))}
    if marks.trace:
        positions = resample_evenly(marks.trace, _count_steps(marks))
        return {**pins, "strip": Trace(model, which, find_trace_places(state, positions))}
    if marks.pins:
        return {"strip": pins["pins"]}
    if state.library[model].conditional and not is_edited(state):
        code = find_active_point(state)
        return {"strip": Variants(model, which, code.xy, code.resolution, STRIP_LENGTH)}
    return {}


def are_pins_shown(state: State, layout: Layout) -> bool:
    """Return True if the strip shows the pins, so that their numbers on the map mean something."""
    return "strip" in layout.parts and not get_explore_state(state).switches.on and not get_current_marks(state).part


def make_items(frame: ExploreFrame) -> list[Item]:
    strip, u = frame.get_part("strip"), frame.ui_scale
    if strip is None:
        return []
    if frame.own.switches.on:
        if not is_edited(frame.state):
            return explanation.make_strip_items(frame, find_active_point(frame.state).xy, strip)
        text = tr("Why? tells of places of the map; this latent was changed by hand (R: as it was).")
        return [Panel(strip), Text(strip.inset(8), text, "body", "muted", "centre", wrap=True)]
    inside, marks, pins = strip.inset(round(6 * u)), get_current_marks(frame.state), list[Item]()
    if marks.pins and (marks.drawn or marks.trace):
        left, inside = inside.split_left(_compute_pins_width(marks, inside.width), round(16 * u))
        pinned = frame.results.get_value("pins", StripValue)
        if pinned is not None:
            pins = _make_film_items(frame, left, tr("Pins"), pinned.pictures, len(marks.pins), is_numbered=True)
    title, pictures, is_numbered = _choose_content(frame)
    if not pictures and not pins and not frame.checkpoint.can_decode and not is_edited(frame.state):
        return explanation.make_strip_items(frame, find_active_point(frame.state).xy, strip)
    if not pictures:
        return [Panel(strip), *pins, Text(inside, title, "body", "muted", "centre")]
    cells = _count_steps(marks) if marks.drawn or marks.trace else STRIP_LENGTH
    return [Panel(strip), *pins, *_make_film_items(frame, inside, title, pictures, cells, is_numbered=is_numbered)]


def _make_film_items(
    frame: ExploreFrame, rect: Rect, title: str, pictures: tuple[Picture, ...], cells: int, *, is_numbered: bool
) -> list[Item]:
    head, row = rect.split_top(round(18 * frame.ui_scale), round(2 * frame.ui_scale))
    film = FilmStrip(row, pictures, cells, round(6 * frame.ui_scale), reveals_answer=True)
    items: list[Item] = [make_caption(head, title), film]
    size = round(9 * frame.state.marker_scale)
    for number, place in enumerate(film.picture_rects[: len(pictures)] if is_numbered else (), 1):
        corner = (place.x + size, place.y + size)  # the same marker as on the map, to link the two
        items.append(Marker(corner, frame.layout.parts["strip"], "accent", size, str(number), filled=True))
    return items


def _count_steps(marks: Marks) -> int:
    """Return the number of pictures along a trace or a denoising trajectory: the pins beside it take their room."""
    return max(MIN_STEPS, STRIP_LENGTH - len(marks.pins))


def _compute_pins_width(marks: Marks, width: int) -> int:
    return round(width * len(marks.pins) / (len(marks.pins) + _count_steps(marks)))


def find_strip_codes(state: State, book: CodebookEntriesValue) -> tuple[int, ...]:
    """Return the codes whose pictures are in the strip: those nearest to the active point."""
    return codebook_strip.find_nearest(state, book, find_active_point(state).xy, STRIP_LENGTH)


def _choose_content(frame: ExploreFrame) -> tuple[str, tuple[Picture, ...], bool]:
    """Return title and pictures of the strip, and whether they carry the numbers of marks on the map; without pictures
    the title is the text to display instead."""
    state, results = frame.state, frame.results
    marks, checkpoint = get_current_marks(state), frame.checkpoint
    if marks.part or marks.drawn:
        codes = results.get_value("strip", CodebookEntriesValue)
        if marks.part and codes is not None and checkpoint.codebook is not None:
            pictures = codebook_strip.select_pictures(codes, find_strip_codes(state, codes))
            return codebook_strip.make_title(codes, checkpoint.codebook.part_count), pictures, True
        generated = results.get_value("strip", GenerationValue)
        if marks.drawn and generated is not None:
            title = tr("Sample {number} out of noise: its way from the prior to the data", number=generated.seed)
            return title, generated.pictures, False
        failure = results.get_failure("strip")
        waiting = tr("Placing the codes on the map.") if marks.part else tr("Drawing a sample, and finding its way.")
        return tr(failure.message) if failure else waiting, (), False
    strip = results.get_value("strip", StripValue)
    if strip is not None and marks.trace:
        return tr("Trace, from its start to its end"), strip.pictures, False
    if strip is not None and marks.pins:
        return tr("Pins"), strip.pictures, True
    if strip is not None and checkpoint.conditional:
        labels = ", ".join(map(say_name, checkpoint.class_names[:STRIP_LENGTH]))
        title = tr("The same code under each label: {labels}", labels=labels)
        between = results.get_transition("point")
        return title, (between and between.variants) or strip.pictures, False
    return tr(EMPTY[checkpoint.sample_kind.words.one]), (), False


def resample_evenly(path: tuple[Xy, ...], count: int) -> tuple[Xy, ...]:
    """Return `count` positions at equal distances along the polyline `path`."""
    points = np.asarray(path, np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, length[-1], count)
    x, y = (np.interp(at, length, column) for column in points.T)
    return tuple(zip(x.tolist(), y.tolist(), strict=True))
