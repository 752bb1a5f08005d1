"""What Learn shows of a moment beside its map: the picture, the figures in large type, the loss, the row of samples."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.timeline import Reel
from latent_explorer.engine.results import Results
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn.playback import Own
from latent_explorer.labs.learn.queries import CurvesValue, MomentValue, RowValue, SamplesValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.film_export import Keepsake, Row
from latent_explorer.scene.items import Film, Image, Item, Light, Line, Marker, Note, Panel, Text, class_colour
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

Curve = Mapping[str, Floats]
COLOURS = {"loss": "text", "reconstruction": "accent", "kl": "second"}
OTHERS = ("third", "warn", "good")
TITLES = {"kl": "KL", "loss": "loss", "train loss": "learnt ones"}
WAITING = {
    "picture": "what is under the mouse, by the weights of the moment",
    "chart": "the loss in its named parts, as it falls",
    "row": "ten images, and what is made of their codes",
}
"""What stands in the places of the parts until there is a reel."""
LONGEST = "reconstruction"
"""The longest name of a part: the plot leaves room for it before the loss is known, and a press finds its moment."""
LETTERS = 4
"""Of a value of the loss, likewise."""
NONE = np.zeros(0, np.float32)
FEW = 10
"""Moments in a saved strip."""
TRAIL = 12
"""Moments that the way of the followed sample goes back."""


def title(part: str) -> str:
    return TITLES.get(part, part.replace("_", " "))


def parts_of(curves: Curve) -> list[str]:
    """The loss's parts, and the loss itself where it has several; not those of the images it learns from."""
    own = [part for part in curves if part != "loss" and not part.startswith("train ")]
    return ["loss", *own] if len(own) > 1 and "loss" in curves else own


def colour_of(part: str, parts: list[str]) -> str:
    others = [one for one in parts if one not in COLOURS]
    return COLOURS.get(part) or OTHERS[others.index(part) % len(OTHERS)]


def curves_of(shown: Reel, found: CurvesValue | None) -> Curve:
    return shown.curves or (found.curves if found is not None else {})


def empty(own: Own, rect: Rect, parts: Mapping[str, Rect], u: float) -> list[Item]:
    """In place of a reel that is not there: what to do."""
    said = {
        "film": "No film of a training is here.\nMake one: python train.py digits-vae --snapshots 24",
        "sweep": "No sweep is here.\nMake one: python train.py digits-vae --sweep objective.beta=0.3,1,3,10",
        "live": f"Press Start: a model with {own.settings} is trained on 1,438 digits while you watch.",
    }[own.source]
    if own.source == "live" and own.runs:
        said = f"The training begins: {own.passing.settings} ..."
    middle = _middle(rect, u)
    items: list[Item] = [Panel(rect, "map"), Text(middle, said, "title", "text", "centre", wrap=True)]
    for name, place in parts.items():
        if name in WAITING:
            items += [Panel(place), Text(_middle(place, u), WAITING[name], "body", "muted", "centre", wrap=True)]
    return items


def _middle(rect: Rect, u: float) -> Rect:
    """Room for a few lines in the middle of a panel."""
    high = min(rect.height, round(110 * u))
    return Rect(rect.x, rect.y + (rect.height - high) // 2, rect.width, high).inset(round(8 * u))


def picture(state: State, own: Own, shown: Reel, dot: int | None, rect: Rect, results: Results) -> list[Item]:
    """What is under the mouse, by the weights of this moment."""
    value: MomentValue | None = results.value("picture", MomentValue)
    if value is None:
        failure = results.failure("picture")
        said = failure.message if failure else state.loading or "The decoder is being loaded."
        return [Panel(rect), Text(rect.inset(round(8 * state.unit)), said, "body", "muted", "centre", wrap=True)]
    label = int(shown.labels[dot]) if dot is not None else -1
    seen = results.between("picture") or value
    return [Image(rect, seen.picture, class_colour(label) if label >= 0 else "line", state.smooth, secret=True)]


def figures(state: State, own: Own, shown: Reel, curves: Curve, rect: Rect) -> list[Item]:
    """The moment and the loss in its parts, to be read from the last row."""
    u, t = state.unit, playback.moment(own, shown)
    head, rest = rect.top(round(40 * u), round(2 * u))
    items: list[Item] = [Text(head, shown.stills[t].label, "large", "text", bold=True)]
    about, short = _about(own, shown)
    line, rest = rest.top(round(22 * u), round(8 * u))
    items.append(map_panel.caption(line, about, short=short))
    parts = [part for part in parts_of(curves) if len(curves[part]) > t]
    for part in parts[: max(0, (rest.height - round(20 * u)) // round(30 * u))]:
        row, rest = rest.top(round(30 * u))
        mark, words = row.left(round(12 * u), round(8 * u))
        disc = Rect(mark.x, mark.y + (mark.height - mark.width) // 2, mark.width, mark.width)
        name, value = words.left(round(words.width * 0.66))
        items.append(Light(disc, colour_of(part, parts)))
        items.append(Text(name, title(part), "body", "text"))
        items.append(Text(value, f"{float(curves[part][t]):.1f}", "title", "text", "right", bold=True))
    if parts and rest.height > 18 * u:
        short = f"{unit(shown)} a picture"
        if "kl" in parts:
            beta = shown.stills[t].config.objective.beta
            weight = f"{beta:g} × " if beta != 1 else ""
            short = f"loss = reconstruction + {weight}KL, in {short}"
        said = f"{short}, of images that it does not learn from"
        high = round(16 * u)
        items.append(map_panel.caption(rest.top(min(4, rest.height // high) * high)[0], said, wrap=True, short=short))
    return items


def _about(own: Own, shown: Reel) -> tuple[str, str]:
    """What is shown, in one line and shorter."""
    if own.source != "live" or own.passing.settings is None:
        return shown.name, shown.name
    rate = f"{own.passing.rate:,.0f} images a second"
    if own.passing.over:
        return f"{own.passing.settings}: done", "done"
    return (rate, rate) if own.passing.playing else ("paused: Space goes on", "paused")


# -- the loss -------------------------------------------------------------------------------------------


def chart_items(state: State, own: Own, shown: Reel, curves: Curve, note: str, rect: Rect) -> list[Item]:
    chart = _chart(shown, curves, rect, state.unit, _last(own, shown))
    place = float(_places(shown)[playback.moment(own, shown)])
    label = "" if chart.bare else shown.stills[playback.moment(own, shown)].label
    found = Chart(
        chart.rect, chart.series, chart.x, chart.y, chart.title, (Cursor(place, "warn", label),), unit=state.unit
    )
    items: list[Item] = [Panel(rect), found]
    if not curves and not chart.bare:
        said = note or "The loss of every moment is being measured."
        items.append(Text(found.plot, said, "body", "muted", "centre", wrap=True))
    return items


def moment_at(state: State, own: Own, shown: Reel, rect: Rect, at: tuple[float, float]) -> int:
    """The moment nearest to a place of the chart (0..1 of its rectangle), as far as the eye can tell."""
    chart = _chart(shown, shown.curves, rect, state.unit, _last(own, shown))
    x, _ = chart.value_of(at)
    apart = np.abs(chart.x.shares(_places(shown)) - chart.x.share(x))
    return int(apart.argmin())


def _last(own: Own, shown: Reel) -> float:
    """Where the axis ends: at the end of a training that still runs."""
    return float(own.passing.settings.epochs) if shown.kind == "live" and own.passing.settings else 0.0


@lru_cache(maxsize=4)
def _places(shown: Reel) -> Floats:
    """(T,): where each moment lies on the axis; what is at zero, on a logarithmic one, at its begin."""
    low = _low(shown)
    return shown.at if low is None else np.maximum(shown.at, np.float32(low))


@lru_cache(maxsize=4)
def _low(shown: Reel) -> float | None:
    """Where a logarithmic axis begins; None for one that is not, where the values lie close together."""
    above = shown.at[shown.at > 0]
    if len(above) < 2 or float(shown.at.min()) < 0 or float(above.max()) < 8 * float(above.min()):
        return None
    return float(above.min()) * (0.7 if float(shown.at.min()) == 0 else 1.0)


def _chart(shown: Reel, curves: Curve, rect: Rect, u: float, last: float) -> Chart:
    low = _low(shown)
    high = max(float(shown.at[-1]), last)
    label = f"{shown.axis} (logarithmic)" if low is not None else shown.axis
    x = Axis(label, float(shown.at[0]) if low is None else low, high, log=low is not None)
    series, top = _series(shown, _Held(curves))
    if not any(one.label for one in series) and rect.width >= 200 * u:
        series = (*series, Series(NONE, NONE, label=LONGEST))
    return Chart(rect, series, x, Axis("", 0.0, top, letters=LETTERS), f"loss in {unit(shown)} a picture", unit=u)


def unit(shown: Reel) -> str:
    """What the loss is counted in."""
    objective = shown.stills[0].config.objective
    return "nats" if objective.loss == "bce" and objective.name != "robust" else "its own units"


class _Held:
    """A mapping as a key of a cache, by which one it is."""

    def __init__(self, curves: Curve) -> None:
        self.curves = curves

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.curves is other.curves

    def __hash__(self) -> int:
        return id(self.curves)


@lru_cache(maxsize=8)
def _series(shown: Reel, held: _Held) -> tuple[tuple[Series, ...], float]:
    """A line a part, and the highest value."""
    curves, parts = held.curves, parts_of(held.curves)
    found: list[Series] = []
    train = "train loss"
    if train in curves and parts:
        found.append(Series(_places(shown)[: len(curves[train])], curves[train], "muted", label="", width=1))
    for part in reversed(parts):
        values = curves[part]
        found.append(Series(_places(shown)[: len(values)], values, colour_of(part, parts), label=title(part), width=3))
    top = max((float(np.nanmax(one.y)) for one in found if len(one.y)), default=1.0)
    return tuple(found), top * 1.06


# -- the samples ----------------------------------------------------------------------------------------


def row(state: State, shown: Reel, dots: tuple[int, ...], value: RowValue | None, rect: Rect) -> list[Item]:
    """The same samples at every moment: as they are, and as this moment's weights decode their codes."""
    u = state.unit
    inside = rect.inset(round(8 * u))
    if value is None:
        return [Panel(rect)]
    head, rest = inside.top(round(18 * u), round(4 * u))
    said = "the same images all the time: as they are, and below what is made of their codes now"
    if not value.originals:
        said = f"the same samples all the time, made of their codes ({value.note})"
    items: list[Item] = [
        Panel(rect),
        map_panel.caption(head, said, short="the same images, above what is made of them"),
    ]
    gap = round(6 * u)
    if not value.originals:
        return [*items, Film(rest, value.pictures, len(dots), gap, smooth=state.smooth, secret=True)]
    above, below = rest.rows(2, gap)
    items.append(Film(above, value.originals, len(dots), gap, smooth=state.smooth))
    items.append(Film(below, value.pictures, len(dots), gap, smooth=state.smooth, secret=True))
    return items


def keepsake(state: State, shown: Reel, dots: tuple[int, ...], value: SamplesValue) -> Keepsake:
    """The same samples from the first moment to the last; a sweep goes back again."""
    rows = []
    for dot, pictures in zip(dots, value.pictures, strict=False):
        label = int(shown.labels[dot])
        rows.append(Row(shown.class_names[label] if label >= 0 else f"sample {dot + 1}", "", pictures))
    first, last = shown.stills[0].label, shown.stills[-1].label
    rows[0] = replace(rows[0], note=f"{shown.name}: {first} to {last}")
    seconds = playback.SECONDS[shown.kind]
    return Keepsake("learn", tuple(rows), FEW, seconds, shown.kind == "sweep", state.theme == "dark", state.smooth)


def trail(
    state: State, shown: Reel, dot: int, start: int, now: tuple[float, float], camera: Camera, rect: Rect
) -> list[Item]:
    """A ring around the followed sample, and the way it has come in the last moments."""
    px = camera.to_px(now, rect)
    items: list[Item] = []
    if shown.kind != "sweep":
        way = [shown.stills[t].plane.xy[dot] for t in range(max(0, start - TRAIL), start + 1)]
        points = (*(camera.to_px((float(x), float(y)), rect) for x, y in way), px)
        if len(way) > 1:
            items.append(Line(points, rect, "accent", 2))
    return [*items, Marker(px, rect, "accent", round(11 * state.mark))]


def magnified(shown: Reel, start: int, way: float, rect: Rect, u: float) -> list[Item]:
    """How much larger the dots are drawn than at the last moment, where that is to be said."""
    scales = [shown.stills[t].plane.frame.scale for t in (start, min(start + 1, len(shown) - 1))]
    times = scales[0] ** (1 - way) * scales[1] ** way / shown.stills[-1].plane.frame.scale
    if times < 1.5 or rect.side < 200 * u:
        return []
    written = f"{times:.0f}" if times >= 9.5 else f"{times:.1f}"
    return [Note(rect, (f"drawn {written} times as large as at the last moment",))]
