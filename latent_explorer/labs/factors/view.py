"""View of the table: what each dimension tells of each attribute, the pictures of the chosen dimension, the scores."""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.labs.factors.course import NUMBERS
from latent_explorer.labs.factors.factor_table import FactorTable, count_rows
from latent_explorer.labs.factors.grid import Grid, make_grid
from latent_explorer.labs.factors.queries import MAX_SCORED, STEPS, Scores, TraversalValue
from latent_explorer.metrics import dci
from latent_explorer.metrics.mutual_information import find_known
from latent_explorer.scene import map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import FilmStrip, Item, Panel, StatusDot, Text, get_class_colour, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.texts import format_number, mark, tr, tr_count

WAITING = mark("Comparing dimensions with attributes.")
NOT_KNOWN = mark("Not known of this model.")
NOT_ON_MAP = mark("This sample is not on this map.")
CAPTION = mark(
    "Area: mutual information, as a share of all there is to know of the attribute (its entropy); the largest is "
    "{share:.0%}"
)
SHORT_CAPTION = mark("Area: what z tells of it; the largest {share:.0%}")
SCORE_LETTER_WIDTH = 8.6
"""Design pixels of a letter of a score at most."""
MIN_SCALE = 0.05
"""Share of the entropy that fills a cell at least: less is never drawn as much."""
MIN_NUMBER_WIDTH = 20.0
"""Design pixels that the number of a dimension needs."""
SAME_MODEL_HINT = mark("Both sides show the same model: choose another one in a menu above (M, Shift+M).")
UNUSED_HINT = mark("Grey numbers: dimensions that the KL term switched off. What they tell, the decoder does not hear.")
SENTENCES = {
    "mig": (
        "MIG",
        mark("how far the best dimension of an attribute is ahead of the next, in mutual information"),
        mark("lead of the best dimension, by information"),
    ),
    "dci": (
        "DCI",
        mark(
            "does a dimension serve one attribute (D), does one dimension suffice (C), and is it in the code at all "
            "(I)?"
        ),
        mark("D, C: one to one? I: in the code at all?"),
    ),
    "sap": (
        "SAP",
        mark("how much better the best dimension alone predicts an attribute than the next one alone"),
        mark("lead of the best dimension, by prediction"),
    ),
}
"""Name of each score, what it asks, and the same for a narrow place; each is 0 to 1, more is better."""


def get_table(frame: Frame[Any], slot: int) -> FactorTable | None:
    return frame.results.get_value(f"table {slot}", FactorTable)


def choose_hint(frame: Frame[Any], default: str) -> str:
    if frame.own.count > 1 and frame.state.models[0] == frame.state.models[1]:
        return tr(SAME_MODEL_HINT)
    tables = [(slot, get_table(frame, slot)) for slot in range(frame.own.count)]
    note = next((table.note for _, table in tables if table is not None and table.note), "")
    cells = [(table, _find_cell(frame, slot)) for slot, table in tables if table is not None]
    if note or not any(cell is not None and table.unused[cell[1]] for table, cell in cells):
        return note or default
    return tr(UNUSED_HINT)


def make_map_items(frame: Frame[Any], slot: int, rect: Rect, dot: int | None) -> list[Item]:
    """Return a ring around the sample whose code is moved."""
    return [] if dot is None else [map_panel.make_dot_marker(frame.state, slot, dot, rect)]


def make_model_items(frame: Frame[Any], slot: int, dot: int | None) -> list[Item]:
    return [*make_title_items(frame, slot), *_make_table_items(frame, slot), *_make_detail_items(frame, slot, dot)]


def make_title_items(frame: Frame[Any], slot: int) -> list[Item]:
    """Return the name of a model of two."""
    rect = frame.get_part(f"title {slot}")
    if rect is None:
        return []
    return [Text(rect, frame.state.models[slot], "body", "text", bold=True, shorten_middle=True)]


# -- the table ----------------------------------------------------------------------------------------


def _make_table_items(frame: Frame[Any], slot: int) -> list[Item]:
    panel, rect = frame.get_part(f"table panel {slot}"), frame.get_part(f"table {slot}")
    if panel is None or rect is None:
        return []
    table = get_table(frame, slot)
    if table is None:
        return frame.wait_for(panel, f"table {slot}", tr(WAITING), "body", 8)
    checkpoint = frame.state.get_checkpoint(slot)
    grid = make_grid(rect, count_rows(checkpoint), checkpoint.latent_dim, frame.ui_scale)
    items: list[Item] = [Panel(panel)]
    chosen = _find_cell(frame, slot)
    if chosen is not None and chosen[0] < grid.rows:
        row, last = grid.place_name(chosen[0]), grid.place_cell(chosen[0], grid.columns - 1)
        items.append(Panel(Rect(row.x, row.y, last.right - row.x, row.height), "hover"))
    if chosen is not None and chosen[1] < grid.columns:
        top, bottom = grid.place_number(chosen[1]), grid.place_cell(min(grid.rows, len(table.names)) - 1, chosen[1])
        items.append(Panel(Rect(top.x, top.y, top.width, bottom.bottom - top.y), "hover"))
    items += _make_heads(grid, table, chosen, frame.ui_scale)
    largest = max(_find_largest(get_table(frame, one)) for one in range(frame.own.count))
    discs = _make_discs(grid, table, max(MIN_SCALE, largest))
    for number, name in enumerate(table.names[: grid.rows]):
        ink = "accent" if chosen is not None and chosen[0] == number else "text"
        items.append(Text(grid.place_name(number), say_name(name), "small", ink, "right"))
    items += [replace(one, colour="accent") if at == chosen else one for at, one in discs]
    caption = frame.get_part(f"table text {slot}")
    if caption is not None:
        text = _describe_cell(frame, table, checkpoint, slot, grid) or tr(CAPTION, share=largest)
        items.append(make_caption(caption, text, short=tr(SHORT_CAPTION, share=largest)))
    return items


def _make_heads(grid: Grid, table: FactorTable, chosen: tuple[int, int] | None, ui_scale: float) -> list[Item]:
    """Return the numbers of the dimensions, as many as find room; that of the chosen one always."""
    every = max(1, math.ceil(MIN_NUMBER_WIDTH * ui_scale / grid.column_width))
    places = list(range(0, grid.columns, every))
    items: list[Item] = []
    if chosen is not None and chosen[1] < grid.columns:
        places = [chosen[1], *(one for one in places if abs(one - chosen[1]) >= every)]
    for column in places:
        middle, wide = grid.place_number(column), round(every * grid.column_width)
        place = Rect(round(middle.centre[0]) - wide // 2, middle.y, wide, middle.height)
        ink = "accent" if chosen is not None and chosen[1] == column else "muted" if table.unused[column] else "text"
        items.append(Text(place, str(table.dimensions[column] + 1), "small", ink, "centre"))
    label = Text(Rect(grid.names.x, grid.head.y, grid.names.width, grid.head.height), "z", "small", "muted", "right")
    return [label, *items]


@remember(8)
def _find_largest(table: FactorTable | None) -> float:
    return 0.0 if table is None else float(np.nan_to_num(table.shares).max(initial=0))


@remember(8)
def _make_discs(grid: Grid, table: FactorTable, scale: float) -> tuple[tuple[tuple[int, int], StatusDot], ...]:
    """Return the disc of each cell by row and column: one of the share `scale` fills its cell, and one smaller than a
    pixel is left out. Kept, since there are hundreds."""
    discs = []
    for (row, column), share in np.ndenumerate(np.nan_to_num(table.shares[: grid.rows, : grid.columns])):
        cell = grid.place_cell(row, column)
        side = 2 * round((cell.shorter_side / 2 - 1) * math.sqrt(share / scale))
        if side >= 2:
            x, y = round(cell.centre[0] - side / 2), round(cell.centre[1] - side / 2)
            disc = StatusDot(Rect(x, y, side, side), "second" if row == column else "muted")
            discs.append(((row, column), disc))
    return tuple(discs)


def _find_cell(frame: Frame[Any], slot: int) -> tuple[int, int] | None:
    """Return the chosen cell in the table of a slot: in the other one, that of the same attribute."""
    chosen, row, column = frame.own.active_cell
    table, other = get_table(frame, slot), get_table(frame, chosen)
    if table is None or not table.names:
        return None
    if chosen == slot or frame.state.models[chosen] == frame.state.models[slot]:
        return min(row, len(table.names) - 1), min(column, len(table.dimensions) - 1)
    if other is None or not other.names:
        return None
    return table.find_diagonal(other.names[min(row, len(other.names) - 1)])


def _describe_cell(frame: Frame[Any], table: FactorTable, checkpoint: Checkpoint, slot: int, grid: Grid) -> str:
    """Return what the cell under the mouse says, else what has no room; empty if there is neither."""
    if frame.own.passing.hovered is not None:
        cell = _find_cell(frame, slot)
        if cell is not None and math.isfinite(table.shares[cell]):
            dimension = f"z {table.dimensions[cell[1]] + 1}"
            share, attribute = float(table.shares[cell]), say_name(table.names[cell[0]])
            return tr(
                "{dimension} tells {share:.0%} of {attribute}", dimension=dimension, share=share, attribute=attribute
            )
    attributes, dimensions = len(table.names) - grid.rows, checkpoint.latent_dim - grid.columns
    if attributes > 0 and dimensions > 0:
        return tr(
            "No room for {attributes} and {dimensions}; the best are shown",
            attributes=tr_count("{count} attribute", "{count} attributes", attributes),
            dimensions=tr_count("{count} dimension", "{count} dimensions", dimensions),
        )
    if attributes > 0:
        return tr_count(
            "No room for {count} attribute; the best are shown",
            "No room for {count} attributes; the best are shown",
            attributes,
        )
    if dimensions > 0:
        return tr_count(
            "No room for {count} dimension; the best are shown",
            "No room for {count} dimensions; the best are shown",
            dimensions,
        )
    return ""


# -- the chosen dimension -----------------------------------------------------------------------------


def _make_detail_items(frame: Frame[Any], slot: int, dot: int | None) -> list[Item]:
    panel, film, text, chart = (frame.get_part(f"{name} {slot}") for name in ("detail", "film", "film text", "chart"))
    if panel is None or film is None or text is None:
        return []
    value = frame.results.get_value(f"film {slot}", TraversalValue)
    if value is None:
        return frame.wait_for(panel, f"film {slot}", _find_obstacle(frame, slot, dot), "body", 8)
    name = f"z {value.dimension + 1}"
    words = tr("{dimension} over its range (1 to 99% of the samples), the others held", dimension=name)
    short = tr("{dimension}, its range", dimension=name)
    items: list[Item] = [Panel(panel), make_caption(text, words, short=short)]
    items.append(FilmStrip(film, value.pictures, STEPS, round(3 * frame.ui_scale), reveals_answer=True))
    if chart is not None:
        items.append(_make_chart(chart, value, frame.ui_scale))
    return items


def _find_obstacle(frame: Frame[Any], slot: int, dot: int | None) -> str:
    """Return why there will be no pictures of the chosen cell; empty if they are still being made."""
    if dot is None:
        return tr(NOT_ON_MAP)
    table, other = get_table(frame, slot), get_table(frame, frame.own.active_cell[0])
    if table is None or other is None:
        return ""
    cell = _find_cell(frame, slot)
    return "" if cell is not None and find_known(table.attributes[cell[0]]).any() else tr(NOT_KNOWN)


def _make_chart(rect: Rect, value: TraversalValue, ui_scale: float) -> Chart:
    """Return the course of the attribute along the dimension, and where the sample is."""
    attribute, curves, name = value.attribute, value.curves, say_name(value.name)
    single = len(curves) == 1
    series = tuple(
        Series(value.across, curve, "second" if single else get_class_colour(k)) for k, curve in curves.items()
    )
    low, high = 0.0, 100.0
    title = f"{name}, %" if attribute.is_categorical else tr("mean {attribute}", attribute=name)
    if NUMBERS in curves:
        known = attribute.values[np.isfinite(attribute.values)]
        low, high = (float(end) for end in np.quantile(known, (0.05, 0.95)))
        low, high = min(low, float(curves[NUMBERS].min())), max(high, float(curves[NUMBERS].max()))
    elif single:
        title = f"{name}: {say_name(attribute.categories[next(iter(curves))])}, %"
    across = Axis(f"z {value.dimension + 1}", float(value.across.min()), float(value.across.max()))
    return Chart(
        rect,
        series,
        across,
        Axis("", low, high),
        title,
        (Cursor(value.value, "accent"),),
        ui_scale=ui_scale,
        background="",
    )


# -- the scores ---------------------------------------------------------------------------------------


def make_score_items(frame: Frame[Any], count: int) -> list[Item]:
    """Return MIG, DCI and SAP of each model, and what each asks."""
    panel = frame.get_part("scores")
    if panel is None:
        return []
    items: list[Item] = [Panel(panel)]
    heads = frame.get_part("score heads")
    if heads is not None:
        _, places, rest = _split_score(heads, count, frame.ui_scale)
        for slot, place in enumerate(places):
            items.append(make_caption(place, frame.state.models[slot], shorten_middle=True))
        items.append(make_caption(rest, tr("from 0 to 1; more is better")))
    tables = [get_table(frame, slot) for slot in range(count)]
    is_cut = any(table is not None and len(table.names) > MAX_SCORED for table in tables)
    classes = max((_count_scored_classes(table) for table in tables if table is not None), default=0)
    for score, (name, sentence, short) in SENTENCES.items():
        line = frame.get_part(f"score {score}")
        if line is None:
            continue
        said = [tr(sentence), tr(short)]
        if is_cut and score != "mig":
            said = [tr("of the first {count} rows: {sentence}", count=MAX_SCORED, sentence=one) for one in said]
        if classes and score == "dci":
            said = [
                tr("{sentence} Of the {count} most common categories.", sentence=one, count=classes) for one in said
            ]
        title, places, rest = _split_score(line, count, frame.ui_scale)
        items.append(Text(title, name, "body", "text", bold=True))
        for slot, place in enumerate(places):
            items.append(_write_score(frame, place, score, slot))
        items.append(make_caption(rest, said[0], wrap=line.height > 33.5 * frame.ui_scale, short=said[1]))
    return items


@remember(8)
def _count_scored_classes(table: FactorTable) -> int:
    """Return how many categories of an attribute DCI is measured of; 0 if of all."""
    scored = table.attributes[:MAX_SCORED]
    most = dci.count_classes(scored)
    return most if any(len(one.categories) > most for one in scored) else 0


def _split_score(rect: Rect, count: int, ui_scale: float) -> tuple[Rect, list[Rect], Rect]:
    """Return the places of a score's name, of its value for each model, and of its sentence."""
    gap = round(16 * ui_scale)
    name, rest = rect.split_left(round(42 * ui_scale), gap // 2)
    wide = min(round(176 * ui_scale), rest.width // (count + 1))
    values, rest = rest.split_left(count * wide + (count - 1) * gap, gap)
    return name, values.split_columns(count, gap), rest


def _write_score(frame: Frame[Any], rect: Rect, score: str, slot: int) -> Text:
    """Return the value of a score; a dash where it means nothing, dots while it is measured."""
    table, scores = get_table(frame, slot), frame.results.get_value(f"scores {slot}", Scores)
    values: tuple[float, ...] | None
    if score == "mig":
        values = None if table is None else (table.gap,)
        failure = frame.results.get_failure(f"table {slot}")
    else:
        failure = frame.results.get_failure(f"scores {slot}")
        values = None if scores is None else (scores.sap,) if score == "sap" else scores.dci.as_tuple
    if values is None:
        return make_caption(rect, tr(failure.message) if failure else tr("measuring …"), wrap=bool(failure))
    numbers = ["–" if math.isnan(one) else format_number(one, ".2f") for one in values]
    named = (
        [f"{letter} {number}" for letter, number in zip("DCI", numbers, strict=False)] if len(values) > 1 else numbers
    )
    text = "  ".join(named)
    # of all models in one size, whatever their digits
    size = "body" if rect.width >= SCORE_LETTER_WIDTH * len(text) * frame.ui_scale else "small"
    return Text(rect, text, size, "text", short=" ".join(numbers))
