"""View of the traversals in Explore: one row of pictures per dimension, largest effect on top."""

from dataclasses import replace
from math import sqrt

from latent_explorer.labs.explore.state import ExploreFrame, find_active_point, find_resting_point, get_explore_state
from latent_explorer.labs.explore.traversals import STEPS, Traversals, TraversalsValue
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import FilmStrip, Item, Line, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

HINT = mark(
    "Each row moves one number of the latent vector, from −3 to 3 standard deviations, and holds the others: what "
    "does it change?"
)
UNITS = {
    "pixel": mark("number: levels of 255 that a pixel changes by, on average"),
    "point": mark("number: % of the range that a point changes by, on average"),
    "column": mark("number: % of the range that a column changes by, on average"),
    "letter": mark("number: % of the range that a letter changes by, on average"),
}
"""What the effect of a dimension is measured in, by what a value of the sample is called."""
CELL_SIDE = 58
"""Side of a picture in design pixels, if there is room."""


def split_panel(rect: Rect, ui_scale: float, aspect: float = 1) -> tuple[Rect, Rect, list[Rect], Rect]:
    """Split the panel into the title, the column names, the rows for pictures of an `aspect`, and the foot."""
    inside = rect.inset(round(8 * ui_scale))
    title, rest = inside.split_top(round(20 * ui_scale), round(2 * ui_scale))
    foot, rest = rest.split_bottom(round(38 * ui_scale), round(4 * ui_scale))
    names, rest = rest.split_top(round(18 * ui_scale), round(2 * ui_scale))
    gap = round(4 * ui_scale)
    width = max(1, (rest.width - compute_label_width(rest, ui_scale)) // STEPS)
    side = max(8, min(round(CELL_SIDE * ui_scale / sqrt(aspect)), int((width - gap) / aspect)))
    count = max(1, (rest.height + gap) // (side + gap))
    rows = []
    for _ in range(count):
        row, rest = rest.split_top(side, gap)
        rows.append(row)
    return title, names, rows, foot


def compute_label_width(rect: Rect, ui_scale: float) -> int:
    """Return the width of the dimension names."""
    return round(min(74 * ui_scale, rect.width * 0.2))


def make_query(state: State, rect: Rect) -> Traversals:
    own, ranked = get_explore_state(state), replace(find_resting_point(state), changes=())
    rows = len(_split_panel(rect, state)[2])
    return Traversals(state.models[0], find_active_point(state), ranked, rows, own.page, own.chosen)


def find_row_at(at: Xy, state: State, rect: Rect) -> int | None:
    """Return the row at the position `at` (0 to 1) of the traversals, None if there is none."""
    _, y = rect.to_px(at)
    return next((i for i, row in enumerate(_split_panel(rect, state)[2]) if row.y <= y < row.bottom), None)


def _split_panel(rect: Rect, state: State) -> tuple[Rect, Rect, list[Rect], Rect]:
    return split_panel(rect, state.ui_scale, state.get_checkpoint(0).picture_aspect)


def find_highlighted_dimension(frame: ExploreFrame) -> int | None:
    """Return the dimension to point out: of the row under the mouse, else of the bar, else the chosen one."""
    row, value = frame.own.passing.hovered_row, frame.results.get_value("films", TraversalsValue)
    if row is None:
        return frame.own.highlighted_dimension
    return value.dimensions[row] if value is not None and row < len(value.dimensions) else None


def make_items(frame: ExploreFrame) -> list[Item]:
    rect, u = frame.layout.parts.get("films"), frame.ui_scale
    if rect is None:
        return []
    value = frame.results.get_value("films", TraversalsValue)
    if value is None:
        return frame.wait_for(rect, "films", tr("Finding out what each dimension does."), "body", 8)
    title, names, rows, foot = _split_panel(rect, frame.state)
    intro = tr("What each dimension does: the strongest first")
    short = tr("What each dimension does")
    if any(value.first_steps):
        intro = short = tr("What each dimension does; left free: below 0, which no code is")
    items: list[Item] = [Panel(rect), Text(title, intro, "small", "text", bold=True, short=short)]
    _, heads = names.split_left(compute_label_width(rows[0], u))
    for step, place in enumerate(heads.split_columns(STEPS, _compute_gap(u))):
        at = step - STEPS // 2
        steps = f"{at:+d}".replace("-", "−") if at else "0"
        text = tr("{steps} sd", steps=steps) if at else tr("mean")
        items.append(make_caption(place, text, align="centre", short=steps))
    for index, row in enumerate(rows[: len(value.dimensions)]):
        items += _make_row_items(frame, value, index, row)
    first, last = foot.split_top(foot.height // 2)
    kind = frame.checkpoint.sample_kind
    silent, levels = describe_silent(value), tr(UNITS[kind.words.value])
    in_units = tr("in levels of 255") if kind.has_pixels else tr("in % of the range")
    short = describe_silent(value, short=True) or in_units
    items.append(make_caption(first, silent or levels, short=short))
    levels_rect, page_rect = last.split_left(round(last.width - 120 * u) if value.pages > 1 else last.width)
    if silent:
        brief = tr("number: change in levels") if kind.has_pixels else in_units
        items.append(make_caption(levels_rect, levels, short=brief))
    if value.pages > 1:
        page = tr("page {page} of {pages} (Y)", page=value.page + 1, pages=value.pages)
        items.append(make_caption(page_rect, page, align="right"))
    return items


def describe_silent(value: TraversalsValue, *, short: bool = False) -> str:
    """Return a line about the dimensions without a visible effect and the known reason, which the short form leaves
    out; empty if there are none."""
    quiet, off = len(value.effects.silent), len(value.effects.inactive)
    if not quiet:
        return ""
    if off == quiet and short:
        return tr_count("This dimension does nothing", "{count} dimensions do nothing", quiet)
    if off == quiet:
        return tr_count(
            "This dimension does nothing: the KL term switched it off",
            "{count} dimensions do nothing: the KL term switched them off",
            quiet,
        )
    if off and short:
        return tr("{count} dimensions change nothing you can see", count=quiet)
    if off:
        return tr(
            "{count} dimensions change nothing you can see: the KL term switched {off} of them off",
            count=quiet,
            off=off,
        )
    return tr_count(
        "This dimension changes nothing you can see here",
        "{count} dimensions change nothing you can see here",
        quiet,
    )


def _compute_gap(ui_scale: float) -> int:
    return round(4 * ui_scale)


def _make_row_items(frame: ExploreFrame, value: TraversalsValue, index: int, row: Rect) -> list[Item]:
    u, dimension = frame.ui_scale, value.dimensions[index]
    level, label_width = float(value.effects.grey_levels[dimension]), compute_label_width(row, u)
    if not frame.checkpoint.sample_kind.has_pixels:
        level *= 100 / 255
    name, _ = row.split_left(label_width - _compute_gap(u))
    upper, lower = name.inset(round(min(6 * u, name.height / 6))).split_top(name.height // 2)
    film_rect, first = row.split_left(label_width)[1], value.first_steps[index] if value.first_steps else 0
    left = film_rect.split_columns(STEPS, _compute_gap(u))[first].x  # what the encoder cannot give is left free
    film_rect = Rect(left, film_rect.y, film_rect.right - left, film_rect.height)
    film = FilmStrip(film_rect, value.pictures[index][first:], STEPS - first, _compute_gap(u), reveals_answer=True)
    colour = "accent" if dimension == find_highlighted_dimension(frame) else "text"
    items: list[Item] = [
        Text(upper, f"z {dimension + 1}", "body", colour, bold=True),
        make_caption(lower, format_number(level, ".1f") if level >= 0.05 else "0"),
        film,
    ]
    step = round(value.deviations[index]) + STEPS // 2
    step = max(step, first) if first else step
    if 0 <= step < STEPS:
        items.append(make_outline(film.picture_rects[step - first], "accent", max(2, round(3 * u))))
    return items


def make_outline(rect: Rect, colour: str, width: int) -> Line:
    """Return a frame around a picture."""
    left, top, right, bottom = rect.x, rect.y, rect.right - 1, rect.bottom - 1
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    around = Rect(left - width, top - width, rect.width + 2 * width, rect.height + 2 * width)
    return Line(corners, around, colour, width)
