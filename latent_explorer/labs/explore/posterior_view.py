"""The panel of the posterior: mean and deviation of each number, ten codes drawn from it, and the dial that turns one
number of them."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours
from latent_explorer.cache import remember
from latent_explorer.engine.query import Query
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.labs.explore.panels import DRAW_COUNT, DRAW_ROWS, MAX_EPSILON
from latent_explorer.labs.explore.posterior_queries import Draws, DrawsValue, TurnedCode, TurnedCodeValue
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    find_active_point,
    get_explore_state,
    with_explore_state,
)
from latent_explorer.scene import map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import PartEvent
from latent_explorer.scene.items import Bars, FilmStrip, Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

HINT = mark(
    "The encoder gives a cloud, not a point. Do its draws decode to much the same picture? Click a sample to keep it."
)
PARTS = ("means", "dial")
"""The parts that react to the mouse."""
REDRAW_SECONDS = 1.5
EPSILON_STEP = 0.25
MIN_BAR_WIDTH = 14
"""Width of a bar with a whisker, in design pixels; what varies least has none where there are too many."""
MIN_NUMBER_WIDTH = 22
"""Width of a bar from which its number stands below, in design pixels."""
_X = np.linspace(-MAX_EPSILON, MAX_EPSILON, 61)
_DENSITY = Series(_X, np.exp(-(_X**2) / 2) / np.sqrt(2 * np.pi), "second", "area")


# -- what is asked --------------------------------------------------------------------------------------


def find_subject(state: State) -> Subject:
    """Return whose posterior is shown: the user image if it is looked at, else the sample nearest to the place."""
    code, which = find_active_point(state), state.get_map_name(0)
    if code.image is not None:
        return code.image
    if code.which == which:
        return Dot(map_panel.find_nearest_dot(state, 0, code.xy)[1])
    _, dots = state.get_checkpoint(0).maps[code.which].find_nearest(np.asarray([code.xy], np.float32))
    return Dot(int(dots[0]))


def make_queries(state: State) -> dict[str, Query[object]]:
    own, model, subject = get_explore_state(state), state.models[0], find_subject(state)
    return {
        "draws": Draws(model, state.get_map_name(0), subject, own.passing.turn),
        "turned": TurnedCode(model, subject, find_dimension(state), own.epsilon),
    }


def find_dimension(state: State) -> int:
    """Return the dimension that the dial turns: the chosen one, else that which varies most among the samples."""
    chosen, neighbours = get_explore_state(state).chosen, state.get_checkpoint(0).neighbours
    return _order_dimensions(neighbours)[0] if chosen is None else min(chosen, len(neighbours.variance) - 1)


def find_shown_dimensions(state: State, rect: Rect) -> tuple[int, ...]:
    """Return the dimensions with a bar, from left to right: those that vary most among the samples."""
    order = _order_dimensions(state.get_checkpoint(0).neighbours)
    shown = order[: max(1, int(rect.width / (MIN_BAR_WIDTH * state.ui_scale)))]
    turned = find_dimension(state)
    return shown if turned in shown else (*shown[:-1], turned)


@remember(16)
def _order_dimensions(neighbours: LatentNeighbours) -> tuple[int, ...]:
    return tuple(np.argsort(-neighbours.variance, kind="stable").tolist())


# -- the mouse, keys and time ---------------------------------------------------------------------------


def handle_touch(state: State, event: PartEvent, rect: Rect) -> State:
    """Return the state after a press on a bar, which chooses it, or on the dial, which goes where the mouse is."""
    if event.phase not in ("press", "drag"):
        return state
    if event.part == "means":
        shown = find_shown_dimensions(state, rect)
        at = min(len(shown) - 1, int(event.position[0] * len(shown)))
        return with_explore_state(state, chosen=shown[at], page=0)
    epsilon, _ = _make_dial(state, rect).find_values_at(rect.to_px(event.position))
    return set_epsilon(state, epsilon)


def step_epsilon(state: State, by: int) -> State:
    return set_epsilon(state, get_explore_state(state).epsilon + by * EPSILON_STEP)


def set_epsilon(state: State, epsilon: float) -> State:
    return with_explore_state(state, epsilon=round(min(max(epsilon, -MAX_EPSILON), MAX_EPSILON), 2))


def let_pass(state: State, seconds: float) -> State:
    """Return the state after some time, in which the codes may have been drawn again."""
    passing = get_explore_state(state).passing
    since = passing.seconds + seconds
    if since < REDRAW_SECONDS:
        return with_explore_state(state, passing=replace(passing, seconds=since))
    return with_explore_state(state, passing=replace(passing, seconds=0.0, turn=passing.turn + 1))


# -- what is drawn --------------------------------------------------------------------------------------


def make_items(frame: ExploreFrame) -> list[Item]:
    parts, state = frame.layout.parts, frame.state
    if frame.results.get_failure("draws") or frame.results.get_value("draws", DrawsValue) is None:
        return frame.wait_for(parts["panel"], "draws", tr("Encoding the image."), "body", 8)
    value = frame.results.get_value("draws", DrawsValue)
    assert value is not None
    items: list[Item] = [Panel(parts["panel"])]
    if "means" in parts:
        shown = find_shown_dimensions(state, parts["means"])
        items += [*_make_head_items(frame, value, len(shown)), *_make_mean_items(frame, value, shown)]
    if "draws" in parts:
        text = tr_count("{count} code drawn from it, decoded", "{count} codes drawn from it, decoded", DRAW_COUNT)
        if state.preferences.animate_pictures:
            text = tr_count(
                "{count} code drawn from it, decoded; a new one while the mouse is on the map",
                "{count} codes drawn from it, decoded; new ones while the mouse is on the map",
                DRAW_COUNT,
            )
        short = tr_count("{count} draw", "{count} draws", DRAW_COUNT)
        film = FilmStrip(
            parts["draws"], value.pictures, DRAW_COUNT // DRAW_ROWS, round(4 * frame.ui_scale), rows=DRAW_ROWS,
            reveals_answer=True,
        )  # fmt: skip
        items += [make_caption(parts["draws text"], text, short=short), film]
    return items + (_make_dial_items(frame, value) if "dial" in parts else [])


def make_map_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    """Return the drawn codes as dots."""
    value, camera = frame.results.get_value("draws", DrawsValue), frame.state.get_camera(0)
    if value is None or value.subject != find_subject(frame.state):
        return []
    size = max(2, round(2 * frame.state.marker_scale))
    return [Marker(camera.to_px(xy, rect), rect, "text", size, filled=True) for xy in value.places]


def _make_head_items(frame: ExploreFrame, value: DrawsValue, shown: int) -> list[Item]:
    upper, lower = frame.layout.parts["panel head"].split_top(frame.layout.parts["panel head"].height // 2)
    if not isinstance(value.subject, Dot):
        title = tr("Posterior q(z|x) of your picture: mean μ, deviation σ")
    elif value.note:  # its image is not on this machine
        title = tr("Posterior q(z|x) of the nearest sample's copy: mean μ, deviation σ")
    else:
        title = tr("Posterior q(z|x) of the nearest sample: mean μ, deviation σ")
    count = len(value.mean)
    text = tr("What varies most among samples first. Whisker ± σ as long as the prior's (dashed): not in use.")
    if shown < count:
        text = tr(
            "Bar: μ, whisker: ± σ, dashed: the prior's; {shown} of {count} numbers, what varies most first",
            shown=shown,
            count=count,
        )
    return [
        Text(upper, title, "small", "text", bold=True, short=tr("Posterior q(z|x): μ and σ")),
        make_caption(lower, text, short=tr("Most varied first; whisker ± σ, dashed ± 1")),
    ]


def _make_mean_items(frame: ExploreFrame, value: DrawsValue, shown: tuple[int, ...]) -> list[Item]:
    rect, u, turned = frame.layout.parts["means"], frame.ui_scale, find_dimension(frame.state)
    numbered = rect.width >= MIN_NUMBER_WIDTH * u * len(shown)
    numbers, plot = rect.split_bottom(round(16 * u)) if numbered else (rect, rect)
    mean, sigma = value.mean[list(shown)], value.sigma[list(shown)]
    scale = compute_scale(mean, sigma)
    highlighted = shown.index(turned)
    items: list[Item] = [Bars(plot, _keep(mean.tobytes()), scale, highlighted=highlighted)]
    middle, unit = plot.y + plot.height // 2, plot.height / 2 / scale
    for one in (-1, 1):
        y = middle - one * unit
        items.append(Line(((plot.x, y), (plot.right, y)), plot, "muted", frame.state.scale_line(1), dashed=True))
    for place, (m, s) in enumerate(zip(mean.tolist(), sigma.tolist(), strict=True)):
        x, cap = plot.x + (place + 0.5) * plot.width / len(shown), min(6 * u, 0.25 * plot.width / len(shown))
        low, high = middle - (m - s) * unit, middle - (m + s) * unit
        whisker = (x - cap, low), (x + cap, low), (x, low), (x, high), (x - cap, high), (x + cap, high)
        items.append(Line(whisker, plot, "second", max(1, round(2 * u))))
    if numbered:
        for one, column in zip(shown, numbers.split_columns(len(shown), 0), strict=True):
            bold = one == turned
            text = f"z {one + 1}" if column.width >= 34 * u else str(one + 1)
            if column.width >= 120 * u:
                text += f": {_format(float(value.mean[one]))} ± {_format_sigma(float(value.sigma[one]))}"
            items.append(Text(column, text, "small", "accent" if bold else "muted", "centre", bold=bold))
    return items


def compute_scale(mean: Floats, sigma: Floats) -> float:
    """Return the value at the upper end of the bars: all of the whiskers has room, and so has the prior's deviation."""
    return 1.1 * max(1.0, float((np.abs(mean) + sigma).max()))


def _format(value: float) -> str:
    return format_number(value, ".2f").replace("-", "−")


def _format_sigma(sigma: float) -> str:
    """Return a deviation with two digits that count."""
    return format_number(sigma, ".2f" if sigma >= 0.1 else ".3f")


@lru_cache(maxsize=4)
def _keep(values: bytes) -> NDArray[np.float32]:
    """Return the values as one array, so that equal bars are recognised as such."""
    array: Floats = np.frombuffer(values, np.float32)
    return array


def _make_dial_items(frame: ExploreFrame, value: DrawsValue) -> list[Item]:
    parts, epsilon, dimension = frame.layout.parts, frame.own.epsilon, find_dimension(frame.state)
    mean, sigma = float(value.mean[dimension]), float(value.sigma[dimension])
    name, z = f"z {dimension + 1}", mean + sigma * epsilon
    turned_by = f"({_format(epsilon)})" if epsilon < 0 else _format(epsilon)
    formula = f"{name} = μ + σ · ε = {_format(mean)} + {_format_sigma(sigma)} · {turned_by} = {_format(z)}"
    upper, lower = parts["dial text"].split_top(parts["dial text"].height // 2)
    text = tr("Drag ε: this one number moves, all others stay at μ. Click another bar.")
    items: list[Item] = [
        Text(upper, formula, "body", "text", bold=True, short=f"{name} = {format_number(z, '.2f')}",
             fallback_sizes=("small",)),
        make_caption(lower, text, short=tr("Drag ε; the others stay at μ")),
        _make_dial(frame.state, parts["dial"]),
    ]  # fmt: skip
    turned = frame.results.get_value("turned", TurnedCodeValue)
    if turned is not None:
        items.append(Image(parts["dial picture"], turned.picture, "accent", reveals_answer=True))
    return items


def _make_dial(state: State, rect: Rect) -> Chart:
    epsilon = get_explore_state(state).epsilon
    x, y = Axis("ε ~ N(0, 1)", -MAX_EPSILON, MAX_EPSILON), Axis("", 0.0, 0.42, ticks=(-1.0,))
    cursor = Cursor(epsilon, label=f"ε = {_format(epsilon)}")
    return Chart(rect, (_DENSITY,), x, y, cursors=(cursor,), ui_scale=state.ui_scale, background="")
