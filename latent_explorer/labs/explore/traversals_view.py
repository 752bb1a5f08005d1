"""View of the traversals in Explore: one row of pictures per dimension, largest effect on top."""

from dataclasses import replace

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.traversals import STEPS, Traversals, TraversalsValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import FilmStrip, Item, Line, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

HINT = (
    "Each row moves one number of the latent vector, from -3 to 3 standard deviations, and holds the others: what "
    "does it do to the picture?"
)
CELL_SIDE = 58
"""Side of a picture in design pixels, if there is room."""


def split_panel(rect: Rect, u: float) -> tuple[Rect, Rect, list[Rect], Rect]:
    """Split the panel into the title, the column names, one rectangle per row, and the foot."""
    inside = rect.inset(round(8 * u))
    title, rest = inside.split_top(round(20 * u), round(2 * u))
    foot, rest = rest.split_bottom(round(38 * u), round(4 * u))
    names, rest = rest.split_top(round(18 * u), round(2 * u))
    gap = round(4 * u)
    width = max(1, (rest.width - compute_label_width(rest, u)) // STEPS)
    side = max(8, min(round(CELL_SIDE * u), width - gap))
    count = max(1, (rest.height + gap) // (side + gap))
    rows = []
    for _ in range(count):
        row, rest = rest.split_top(side, gap)
        rows.append(row)
    return title, names, rows, foot


def compute_label_width(rect: Rect, u: float) -> int:
    """Return the width of the dimension names."""
    return round(min(74 * u, rect.width * 0.2))


def make_query(state: State, rect: Rect) -> Traversals:
    own = marks.get_explore_state(state)
    rest = marks.resting_point(state)
    ranked = replace(rest, changes=())
    rows = len(split_panel(rect, state.ui_scale)[2])
    return Traversals(state.models[0], marks.active_point(state), ranked, rows, own.page, own.chosen)


def find_row_at(at: Xy, state: State, rect: Rect) -> int | None:
    """Return the row at the position `at` (0 to 1) of the traversals, None if there is none."""
    _, y = rect.to_px(at)
    return next((i for i, row in enumerate(split_panel(rect, state.ui_scale)[2]) if row.y <= y < row.bottom), None)


def find_hovered_dimension(state: State, results: Results) -> int | None:
    """Return the dimension of the row under the mouse, None if there is none."""
    value: TraversalsValue | None = results.get_value("films", TraversalsValue)
    row = marks.get_explore_state(state).passing.hovered_row
    return value.dimensions[row] if value is not None and row is not None and row < len(value.dimensions) else None


def make_items(state: State, rect: Rect, results: Results, highlighted_dimension: int | None) -> list[Item]:
    u = state.ui_scale
    found: list[Item] = [Panel(rect)]
    value: TraversalsValue | None = results.get_value("films", TraversalsValue)
    if value is None:
        failure = results.get_failure("films")
        said = failure.message if failure else state.status.loading or "Finding out what each dimension does."
        return [*found, Text(rect.inset(round(8 * u)), said, "body", "muted", "centre", wrap=True)]
    title, names, rows, foot = split_panel(rect, u)
    said = "What each dimension does: the one that changes the picture most first"
    found.append(Text(title, said, "small", "text", bold=True, short="What each dimension does"))
    wide = compute_label_width(rows[0], u)
    _, heads = names.split_left(wide)
    for step, place in enumerate(heads.split_columns(STEPS, _compute_gap(u))):
        at = step - STEPS // 2
        text = f"{at:+d} sd".replace("-", "−") if at else "mean"
        found.append(map_panel.make_caption(place, text, align="centre", short=text.split()[0] if at else "0"))
    for row, one, pictures, now in zip(rows, value.dimensions, value.pictures, value.deviations, strict=False):
        found += _make_row_items(
            row, one, float(value.effects.grey_levels[one]), pictures, now, one == highlighted_dimension, wide, state
        )
    first, last = foot.split_top(foot.height // 2)
    about = describe_silent(value)
    pages = f"page {value.page + 1} of {value.pages} (Y)" if value.pages > 1 else ""
    levels = "number: grey levels of 255 that a pixel changes by, on average"
    found.append(
        map_panel.make_caption(first, about or levels, short=about.split(":")[0] if about else "in grey levels of 255")
    )
    said_at, page_at = last.split_left(round(last.width - 120 * u) if pages else last.width)
    if about:
        found.append(map_panel.make_caption(said_at, levels, short="number: change in grey levels"))
    return [*found, map_panel.make_caption(page_at, pages, align="right")] if pages else found


def describe_silent(value: TraversalsValue) -> str:
    """Return a line about the dimensions without a visible effect and the known reason; empty if there are none."""
    quiet, off = len(value.effects.silent), len(value.effects.inactive)
    if not quiet:
        return ""
    these, do = ("This dimension", "does") if quiet == 1 else (f"{quiet} dimensions", "do")
    if off == quiet:
        return f"{these} {do} nothing: the KL term switched {'it' if quiet == 1 else 'them'} off"
    if off:
        return f"{quiet} dimensions change nothing you can see: the KL term switched {off} of them off"
    return f"{these} {'changes' if quiet == 1 else 'change'} nothing you can see in this picture"


def _compute_gap(u: float) -> int:
    return round(4 * u)


def _make_film(row: Rect, pictures: tuple[Picture, ...], label_width: int, u: float) -> FilmStrip:
    _, place = row.split_left(label_width)
    return FilmStrip(place, pictures, STEPS, _compute_gap(u), reveals_answer=True)


def _make_row_items(
    row: Rect,
    dimension: int,
    level: float,
    pictures: tuple[Picture, ...],
    deviation: float,
    highlighted: bool,
    label_width: int,
    state: State,
) -> list[Item]:
    u = state.ui_scale
    name, _ = row.split_left(label_width - _compute_gap(u))
    upper, lower = name.inset(round(min(6 * u, name.height / 6))).split_top(name.height // 2)
    film = _make_film(row, pictures, label_width, u)
    found: list[Item] = [
        Text(upper, f"z {dimension + 1}", "body", "accent" if highlighted else "text", bold=True),
        map_panel.make_caption(lower, f"{level:.1f}" if level >= 0.05 else "0"),
        film,
    ]
    step = round(deviation) + STEPS // 2
    if 0 <= step < STEPS:
        found.append(make_outline(film.picture_rects[step], "accent", max(2, round(3 * u))))
    return found


def make_outline(rect: Rect, colour: str, width: int) -> Line:
    """Return a frame around a picture."""
    left, top, right, bottom = rect.x, rect.y, rect.right - 1, rect.bottom - 1
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    around = Rect(left - width, top - width, rect.width + 2 * width, rect.height + 2 * width)
    return Line(corners, around, colour, width)
