"""The panel of the directions of the data around a code: a row a direction, a click walks along it."""

from dataclasses import replace

from latent_explorer.engine.queries.latent_edit import LatentRef, compute_latent
from latent_explorer.labs.explore.directions import (
    MIN_SHARE,
    STEPS,
    Directions,
    DirectionsValue,
    find_directions,
)
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    change_marks,
    find_active_point,
    find_resting_point,
    get_explore_state,
    with_explore_state,
)
from latent_explorer.scene.events import PartEvent, Xy
from latent_explorer.scene.items import FilmStrip, Item, Panel, Text, make_caption
from latent_explorer.scene.number_format import round_shares
from latent_explorer.scene.rect import Rect, find_nearest
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

HINT = mark(
    "Each row: a direction in which the samples around this code differ most. Click the map to keep a place, then a "
    "picture to go there. R: back."
)
CELL_SIDE = 92
"""Side of a picture in design pixels, if there is room."""
MIN_CELL_SIDE = 40
"""Side of a picture in design pixels below which there are fewer rows."""
MAX_ROWS = 6
LABEL_WIDTH, MIN_DEVIATION_WIDTH = 64, 56
"""Width of the label of a row, and of one with the standard deviation, in design pixels."""
HEAD_HEIGHT = 20


def place_pictures(rect: Rect, ui_scale: float, latent_dim: int) -> tuple[Rect, list[Rect], list[Rect]]:
    """Return the place of the names of the columns, and of each row its label and its pictures."""
    names, rest = rect.split_top(round(HEAD_HEIGHT * ui_scale), round(2 * ui_scale))
    gap, label = round(5 * ui_scale), round(min(LABEL_WIDTH * ui_scale, 0.2 * rect.width))
    width = max(1, (rest.width - label) // len(STEPS) - gap)
    side = max(1, min(round(CELL_SIDE * ui_scale), width))
    # smaller pictures rather than fewer than four rows
    wanted = min(MAX_ROWS, latent_dim)
    side = max(min(side, round(MIN_CELL_SIDE * ui_scale)), min(side, (rest.height + gap) // min(4, wanted) - gap))
    count = min(wanted, max(1, (rest.height + gap) // (side + gap)))
    labels, films = list[Rect](), list[Rect]()
    for _ in range(count):
        row, rest = rest.split_top(side, gap)
        left, right = row.split_left(label)
        labels.append(left)
        films.append(replace(right, width=min(right.width, len(STEPS) * (side + gap) - gap)))
    return replace(names, x=films[0].x, width=films[0].width), labels, films


def make_query(state: State, rect: Rect) -> Directions:
    rows = len(place_pictures(rect, state.ui_scale, state.get_checkpoint(0).latent_dim)[2])
    return Directions(state.models[0], find_active_point(state), rows)


def find_cell_at(at: Xy, state: State, rect: Rect) -> tuple[int, int] | None:
    """Return row and column of the picture at a position (0 to 1) of the panel; None if there is none."""
    px = rect.to_px(at)
    _, _, films = place_pictures(rect, state.ui_scale, state.get_checkpoint(0).latent_dim)
    for row, film in enumerate(films):
        if film.contains(px):
            return row, find_nearest(_split_cells(film, state.ui_scale), px)
    return None


def _split_cells(film: Rect, ui_scale: float) -> list[Rect]:
    return film.split_columns(len(STEPS), round(5 * ui_scale))


def handle_touch(state: State, event: PartEvent, rect: Rect) -> State:
    """Return the state with the picture under the mouse pointed out, or after a press the walk to it."""
    cell = find_cell_at(event.position, state, rect)
    state = with_explore_state(state, passing=replace(get_explore_state(state).passing, hovered_cell=cell))
    return walk(state, *cell) if event.phase == "press" and cell is not None else state


def walk(state: State, row: int, column: int) -> State:
    """Return the state with the latent of a picture in place of the resting point."""
    checkpoint, start = state.get_checkpoint(0), find_resting_point(state)
    z, _ = compute_latent(checkpoint, start)
    directions = find_directions(checkpoint.neighbours, z)
    if row >= int((directions.shares >= MIN_SHARE).sum()) or STEPS[column] == 0:
        return state
    there = directions.step(z, row, STEPS[column]).tolist()
    return change_marks(state, at=_with_latent(start, there), drawn=0)


def _with_latent(code: LatentRef, z: list[float]) -> LatentRef:
    return replace(code, changes=tuple(enumerate(z)))


def make_items(frame: ExploreFrame) -> list[Item]:
    """Return the panel: what the directions are, and a row for each."""
    panel, rect, u = frame.layout.parts["panel"], frame.layout.parts["directions"], frame.ui_scale
    value = frame.results.get_value("directions", DirectionsValue)
    if frame.results.get_failure("directions") or value is None:
        return frame.wait_for(panel, "directions", tr("Looking at the samples around this code."), "body", 8)
    names, labels, films = place_pictures(rect, u, frame.checkpoint.latent_dim)
    head = frame.layout.parts["panel head"]
    upper, lower = head.split_top(head.height // 2)
    count, directions = value.directions.neighbour_count, value.directions
    percents = round_shares(directions.shares[: min(len(value.pictures), len(films))].tolist())
    shown = sum(percents) / 100
    title = tr_count(
        "Main directions of the {count} sample around this code",
        "Main directions of the {count} samples around this code",
        count,
    )
    text = tr("Shares of their variance, {share:.0%} together; steps in standard deviations", share=shown)
    used = min(panel.height, films[-1].bottom - panel.y + rect.x - panel.x)
    items: list[Item] = [
        Panel(replace(panel, height=used)),
        Text(upper, title, "small", "text", bold=True, short=tr("Directions of the data here")),
        make_caption(lower, text, short=tr("{share:.0%} of their variance", share=shown)),
    ]
    for by, place in zip(STEPS, _split_cells(names, u), strict=True):
        steps = f"{by:+d}".replace("-", "−")
        name = tr("{steps} sd", steps=steps) if by else tr("here")
        items.append(make_caption(place, name, align="centre", short=steps if by else name))
    for row, pictures in enumerate(value.pictures[: len(films)]):
        items += _make_label(percents[row], float(directions.deviations[row]), labels[row], u)
        outlines = ["accent" if by == 0 else "line" for by in STEPS]
        if frame.own.passing.hovered_cell is not None and frame.own.passing.hovered_cell[0] == row:
            outlines[frame.own.passing.hovered_cell[1]] = "second"
        gap = round(5 * u)
        items.append(FilmStrip(films[row], pictures, len(STEPS), gap, reveals_answer=True, outlines=tuple(outlines)))
    return items


def _make_label(percent: int, deviation: float, place: Rect, ui_scale: float) -> list[Item]:
    """Return the share of a direction in the variance, and below it the deviation along it, if there is room."""
    inside, _ = place.split_bottom(place.height - round(min(6 * ui_scale, place.height / 6)))
    first, second = inside.split_top(round(20 * ui_scale))
    share = format_number(percent / 100, ".0%")
    items: list[Item] = [Text(first, share, "body", "text", bold=True, fallback_sizes=("small",))]
    if place.width >= MIN_DEVIATION_WIDTH * ui_scale and second.height >= 18 * ui_scale:
        text = tr("sd {deviation:.2f}", deviation=deviation)
        items.append(make_caption(second.split_top(round(18 * ui_scale))[0], text))
    return items
