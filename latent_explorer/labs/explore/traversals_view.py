"""View of the traversals in Explore: one row of pictures per dimension, largest effect on top."""

from dataclasses import replace

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import state as marks
from latent_explorer.labs.explore.traversals import STEPS, Films, FilmsValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.events import Xy
from latent_explorer.scene.items import Film, Item, Line, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

MEANS = (
    "Each row moves one number of the latent vector, from -3 to 3 standard deviations, and holds the others: what "
    "does it do to the picture?"
)
CELL = 58
"""Side of a picture in design pixels, if there is room."""


def cut(rect: Rect, u: float) -> tuple[Rect, Rect, list[Rect], Rect]:
    """Split the panel into the title, the column names, one rectangle per row, and the foot."""
    inside = rect.inset(round(8 * u))
    title, rest = inside.top(round(20 * u), round(2 * u))
    foot, rest = rest.below(round(38 * u), round(4 * u))
    names, rest = rest.top(round(18 * u), round(2 * u))
    gap = round(4 * u)
    width = max(1, (rest.width - label(rest, u)) // STEPS)
    side = max(8, min(round(CELL * u), width - gap))
    count = max(1, (rest.height + gap) // (side + gap))
    rows = []
    for _ in range(count):
        row, rest = rest.top(side, gap)
        rows.append(row)
    return title, names, rows, foot


def label(rect: Rect, u: float) -> int:
    """Return the width of the dimension names."""
    return round(min(74 * u, rect.width * 0.2))


def request(state: State, world: World, rect: Rect) -> Films:
    own = marks.own(state)
    rest = marks.rest(state, world)
    ranked = replace(rest, changes=())
    rows = len(cut(rect, state.unit)[2])
    return Films(state.models[0], marks.looked_at(state, world), ranked, rows, own.page, own.chosen)


def row_at(at: Xy, state: State, rect: Rect) -> int | None:
    """Return the row at the position `at` (0 to 1) of the traversals, None if there is none."""
    _, y = rect.px_of(at)
    return next((i for i, row in enumerate(cut(rect, state.unit)[2]) if row.y <= y < row.bottom), None)


def dimension(state: State, results: Results) -> int | None:
    """Return the dimension of the row under the mouse, None if there is none."""
    value: FilmsValue | None = results.value("films", FilmsValue)
    row = marks.own(state).passing.row
    return value.dimensions[row] if value is not None and row is not None and row < len(value.dimensions) else None


def items(state: State, rect: Rect, results: Results, named: int | None) -> list[Item]:
    u = state.unit
    found: list[Item] = [Panel(rect)]
    value: FilmsValue | None = results.value("films", FilmsValue)
    if value is None:
        failure = results.failure("films")
        said = failure.message if failure else state.loading or "Finding out what each dimension does."
        return [*found, Text(rect.inset(round(8 * u)), said, "body", "muted", "centre", wrap=True)]
    title, names, rows, foot = cut(rect, u)
    said = "What each dimension does: the one that changes the picture most first"
    found.append(Text(title, said, "small", "text", bold=True, short="What each dimension does"))
    wide = label(rows[0], u)
    _, heads = names.left(wide)
    for step, place in enumerate(heads.columns(STEPS, _gap(u))):
        at = step - STEPS // 2
        text = f"{at:+d} sd".replace("-", "−") if at else "mean"
        found.append(map_panel.caption(place, text, align="centre", short=text.split()[0] if at else "0"))
    for row, one, pictures, now in zip(rows, value.dimensions, value.pictures, value.now, strict=False):
        found += _row(row, one, float(value.effects.levels[one]), pictures, now, one == named, wide, state)
    first, last = foot.top(foot.height // 2)
    about = silent(value)
    pages = f"page {value.page + 1} of {value.pages} (Y)" if value.pages > 1 else ""
    levels = "number: grey levels of 255 that a pixel changes by, on average"
    found.append(
        map_panel.caption(first, about or levels, short=about.split(":")[0] if about else "in grey levels of 255")
    )
    said_at, page_at = last.left(round(last.width - 120 * u) if pages else last.width)
    if about:
        found.append(map_panel.caption(said_at, levels, short="number: change in grey levels"))
    return [*found, map_panel.caption(page_at, pages, align="right")] if pages else found


def silent(value: FilmsValue) -> str:
    """Return a line about the dimensions without a visible effect and the known reason; empty if there are none."""
    quiet, off = len(value.effects.silent), len(value.effects.switched_off)
    if not quiet:
        return ""
    these, do = ("This dimension", "does") if quiet == 1 else (f"{quiet} dimensions", "do")
    if off == quiet:
        return f"{these} {do} nothing: the KL term switched {'it' if quiet == 1 else 'them'} off"
    if off:
        return f"{quiet} dimensions change nothing you can see: the KL term switched {off} of them off"
    return f"{these} {'changes' if quiet == 1 else 'change'} nothing you can see in this picture"


def _gap(u: float) -> int:
    return round(4 * u)


def _film(row: Rect, pictures: tuple[Picture, ...], wide: int, u: float, smooth: bool = True) -> Film:
    _, place = row.left(wide)
    return Film(place, pictures, STEPS, _gap(u), smooth=smooth, secret=True)


def _row(
    row: Rect, one: int, level: float, pictures: tuple[Picture, ...], now: float, named: bool, wide: int, state: State
) -> list[Item]:
    u = state.unit
    name, _ = row.left(wide - _gap(u))
    upper, lower = name.inset(round(min(6 * u, name.height / 6))).top(name.height // 2)
    film = _film(row, pictures, wide, u, state.smooth)
    found: list[Item] = [
        Text(upper, f"z {one + 1}", "body", "accent" if named else "text", bold=True),
        map_panel.caption(lower, f"{level:.1f}" if level >= 0.05 else "0"),
        film,
    ]
    step = round(now) + STEPS // 2
    if 0 <= step < STEPS:
        found.append(outline(film.places[step], "accent", max(2, round(3 * u))))
    return found


def outline(rect: Rect, colour: str, width: int) -> Line:
    """Return a frame around a picture."""
    left, top, right, bottom = rect.x, rect.y, rect.right - 1, rect.bottom - 1
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    around = Rect(left - width, top - width, rect.width + 2 * width, rect.height + 2 * width)
    return Line(corners, around, colour, width)
