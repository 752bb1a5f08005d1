"""View of the Learn lab beside the map: the picture, the losses in large type, the loss chart, the row of samples."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.engine.results import Results
from latent_explorer.labs.learn import playback
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.labs.learn.queries import LossCurvesValue, MomentPointValue, MomentRowValue, TimelineSamplesValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.items import (
    CornerNote,
    FilmStrip,
    Image,
    Item,
    Line,
    Marker,
    Panel,
    StatusDot,
    Text,
    get_class_colour,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

CurvesByPart = Mapping[str, Floats]
PART_COLOURS = {"loss": "text", "reconstruction": "accent", "kl": "second"}
OTHER_COLOURS = ("third", "warn", "good")
PART_TITLES = {"kl": "KL", "loss": "loss", "train loss": "learnt ones"}
PLACEHOLDER_TEXTS = {
    "picture": "what is under the mouse, by the weights of the moment",
    "chart": "the loss in its named parts, as it falls",
    "row": "ten images, and what is made of their codes",
}
"""Texts in place of the parts until there is a timeline."""
LONGEST_PART_NAME = "reconstruction"
"""Longest name of a loss part: the plot leaves room for it before the loss is known, so a press finds its moment."""
VALUE_LETTERS = 4
"""Letters of a loss value, for the same reason."""
NO_VALUES = np.zeros(0, np.float32)
EXPORT_STRIP_LENGTH = 10
"""Number of moments in a saved strip."""
TRAIL_MOMENTS = 12
"""Number of past moments in the trail of the followed sample."""


def get_part_title(part: str) -> str:
    return PART_TITLES.get(part, part.replace("_", " "))


def list_parts(curves: CurvesByPart) -> list[str]:
    """List the loss parts on held-out images, preceded by the loss itself if it has several."""
    own = [part for part in curves if part != "loss" and not part.startswith("train ")]
    return ["loss", *own] if len(own) > 1 and "loss" in curves else own


def get_part_colour(part: str, parts: list[str]) -> str:
    others = [one for one in parts if one not in PART_COLOURS]
    return PART_COLOURS.get(part) or OTHER_COLOURS[others.index(part) % len(OTHER_COLOURS)]


def get_curves(timeline: Timeline, loss_curves: LossCurvesValue | None) -> CurvesByPart:
    return timeline.loss_curves or (loss_curves.curves if loss_curves is not None else {})


def make_placeholder_items(lab_state: LearnState, rect: Rect, parts: Mapping[str, Rect], ui_scale: float) -> list[Item]:
    """Return instructions in place of a timeline that does not exist."""
    said = {
        "film": "No film of a training is here.\nMake one: python train.py digits-vae --snapshots 24",
        "sweep": "No sweep is here.\nMake one: python train.py digits-vae --sweep objective.beta=0.3,1,3,10",
        "live": f"Press Start: a model with {lab_state.settings} is trained on 1,438 digits while you watch.",
    }[lab_state.source]
    if lab_state.source == "live" and lab_state.is_training:
        said = f"The training begins: {lab_state.passing.settings} ..."
    middle = _place_middle(rect, ui_scale)
    items: list[Item] = [Panel(rect, "map"), Text(middle, said, "title", "text", "centre", wrap=True)]
    for name, place in parts.items():
        if name in PLACEHOLDER_TEXTS:
            items += [
                Panel(place),
                Text(_place_middle(place, ui_scale), PLACEHOLDER_TEXTS[name], "body", "muted", "centre", wrap=True),
            ]
    return items


def _place_middle(rect: Rect, ui_scale: float) -> Rect:
    """Return a rectangle for a few lines in the middle of a panel."""
    high = min(rect.height, round(110 * ui_scale))
    return Rect(rect.x, rect.y + (rect.height - high) // 2, rect.width, high).inset(round(8 * ui_scale))


def make_picture_items(
    state: State, lab_state: LearnState, timeline: Timeline, dot: int | None, rect: Rect, results: Results
) -> list[Item]:
    """Return the picture under the mouse, decoded by the weights of this moment."""
    value: MomentPointValue | None = results.get_value("picture", MomentPointValue)
    if value is None:
        failure = results.get_failure("picture")
        said = failure.message if failure else state.status.loading or "The decoder is being loaded."
        return [Panel(rect), Text(rect.inset(round(8 * state.ui_scale)), said, "body", "muted", "centre", wrap=True)]
    label = int(timeline.labels[dot]) if dot is not None else -1
    seen = results.get_transition("picture") or value
    return [Image(rect, seen.picture, get_class_colour(label) if label >= 0 else "line", reveals_answer=True)]


def make_loss_items(
    state: State, lab_state: LearnState, timeline: Timeline, curves: CurvesByPart, rect: Rect
) -> list[Item]:
    """Return the moment's name and its loss parts in large type."""
    u, t = state.ui_scale, playback.find_moment(lab_state, timeline)
    head, rest = rect.split_top(round(40 * u), round(2 * u))
    items: list[Item] = [Text(head, timeline.moments[t].label, "large", "text", bold=True)]
    about, short = _describe_timeline(lab_state, timeline)
    line, rest = rest.split_top(round(22 * u), round(8 * u))
    items.append(map_panel.make_caption(line, about, short=short))
    parts = [part for part in list_parts(curves) if len(curves[part]) > t]
    for part in parts[: max(0, (rest.height - round(20 * u)) // round(30 * u))]:
        row, rest = rest.split_top(round(30 * u))
        mark, words = row.split_left(round(12 * u), round(8 * u))
        disc = Rect(mark.x, mark.y + (mark.height - mark.width) // 2, mark.width, mark.width)
        name, value = words.split_left(round(words.width * 0.66))
        items.append(StatusDot(disc, get_part_colour(part, parts)))
        items.append(Text(name, get_part_title(part), "body", "text"))
        items.append(Text(value, f"{float(curves[part][t]):.1f}", "title", "text", "right", bold=True))
    if parts and rest.height > 18 * u:
        short = f"{get_loss_unit(timeline)} a picture"
        if "kl" in parts:
            beta = timeline.moments[t].config.objective.beta
            weight = f"{beta:g} × " if beta != 1 else ""
            short = f"loss = reconstruction + {weight}KL, in {short}"
        said = f"{short}, of images that it does not learn from"
        high = round(16 * u)
        items.append(
            map_panel.make_caption(rest.split_top(min(4, rest.height // high) * high)[0], said, wrap=True, short=short)
        )
    return items


def _describe_timeline(lab_state: LearnState, timeline: Timeline) -> tuple[str, str]:
    """Describe the timeline in one line, in long and in short."""
    if lab_state.source != "live" or lab_state.passing.settings is None:
        return timeline.name, timeline.name
    rate = f"{lab_state.passing.images_per_second:,.0f} images a second"
    if lab_state.passing.ended:
        return f"{lab_state.passing.settings}: done", "done"
    return (rate, rate) if lab_state.passing.playing else ("paused: Space goes on", "paused")


# -- the loss -------------------------------------------------------------------------------------------


def make_chart_items(
    state: State, lab_state: LearnState, timeline: Timeline, curves: CurvesByPart, note: str, rect: Rect
) -> list[Item]:
    chart = _make_chart(timeline, curves, rect, state.ui_scale, _find_axis_end(lab_state, timeline))
    place = float(_compute_positions(timeline)[playback.find_moment(lab_state, timeline)])
    label = "" if chart.curves_only else timeline.moments[playback.find_moment(lab_state, timeline)].label
    found = Chart(
        chart.rect,
        chart.series,
        chart.x,
        chart.y,
        chart.title,
        (Cursor(place, "warn", label),),
        ui_scale=state.ui_scale,
    )
    items: list[Item] = [Panel(rect), found]
    if not curves and not chart.curves_only:
        said = note or "The loss of every moment is being measured."
        items.append(Text(found.plot, said, "body", "muted", "centre", wrap=True))
    return items


def find_moment_at(
    state: State, lab_state: LearnState, timeline: Timeline, rect: Rect, position: tuple[float, float]
) -> int:
    """Return the moment nearest on the screen to `position` of the chart (0..1 of its rectangle)."""
    chart = _make_chart(timeline, timeline.loss_curves, rect, state.ui_scale, _find_axis_end(lab_state, timeline))
    x, _ = chart.find_values_at_share(position)
    apart = np.abs(chart.x.to_shares(_compute_positions(timeline)) - chart.x.to_share(x))
    return int(apart.argmin())


def _find_axis_end(lab_state: LearnState, timeline: Timeline) -> float:
    """Return the minimum end of the axis: the planned epochs of a live training, else 0."""
    return float(lab_state.passing.settings.epochs) if timeline.kind == "live" and lab_state.passing.settings else 0.0


@lru_cache(maxsize=4)
def _compute_positions(timeline: Timeline) -> Floats:
    """Compute the positions (T,) of the moments on the axis; zero lies at the start of a logarithmic one."""
    low = _find_log_start(timeline)
    return timeline.axis_values if low is None else np.maximum(timeline.axis_values, np.float32(low))


@lru_cache(maxsize=4)
def _find_log_start(timeline: Timeline) -> float | None:
    """Return the start of a logarithmic axis; None for a linear one, if the values are close together."""
    above = timeline.axis_values[timeline.axis_values > 0]
    if len(above) < 2 or float(timeline.axis_values.min()) < 0 or float(above.max()) < 8 * float(above.min()):
        return None
    return float(above.min()) * (0.7 if float(timeline.axis_values.min()) == 0 else 1.0)


def _make_chart(timeline: Timeline, curves: CurvesByPart, rect: Rect, ui_scale: float, axis_end: float) -> Chart:
    low = _find_log_start(timeline)
    high = max(float(timeline.axis_values[-1]), axis_end)
    label = f"{timeline.axis} (logarithmic)" if low is not None else timeline.axis
    x = Axis(label, float(timeline.axis_values[0]) if low is None else low, high, log=low is not None)
    series, top = _make_series(timeline, _IdentityKey(curves))
    if not any(one.label for one in series) and rect.width >= 200 * ui_scale:
        series = (*series, Series(NO_VALUES, NO_VALUES, label=LONGEST_PART_NAME))
    return Chart(
        rect,
        series,
        x,
        Axis("", 0.0, top, min_label_letters=VALUE_LETTERS),
        f"loss in {get_loss_unit(timeline)} a picture",
        ui_scale=ui_scale,
    )


def get_loss_unit(timeline: Timeline) -> str:
    """Return the unit of the loss."""
    return "nats" if timeline.moments[0].config.objective.is_in_nats else "its own units"


class _IdentityKey:
    """Cache key: a mapping that is compared by identity."""

    def __init__(self, curves: CurvesByPart) -> None:
        self.curves = curves

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _IdentityKey) and self.curves is other.curves

    def __hash__(self) -> int:
        return id(self.curves)


@lru_cache(maxsize=8)
def _make_series(timeline: Timeline, key: _IdentityKey) -> tuple[tuple[Series, ...], float]:
    """Return a curve per loss part, and the upper end of the y axis."""
    curves, parts = key.curves, list_parts(key.curves)
    found: list[Series] = []
    train = "train loss"
    if train in curves and parts:
        found.append(
            Series(_compute_positions(timeline)[: len(curves[train])], curves[train], "muted", label="", width=1)
        )
    for part in reversed(parts):
        values = curves[part]
        found.append(
            Series(
                _compute_positions(timeline)[: len(values)],
                values,
                get_part_colour(part, parts),
                label=get_part_title(part),
                width=3,
            )
        )
    top = max((float(np.nanmax(one.y)) for one in found if len(one.y)), default=1.0)
    return tuple(found), top * 1.06


# -- the samples ----------------------------------------------------------------------------------------


def make_row_items(
    state: State, timeline: Timeline, dots: tuple[int, ...], value: MomentRowValue | None, rect: Rect
) -> list[Item]:
    """Return the row of samples: the originals, and below the pictures decoded by this moment's weights."""
    u = state.ui_scale
    inside = rect.inset(round(8 * u))
    if value is None:
        return [Panel(rect)]
    head, rest = inside.split_top(round(18 * u), round(4 * u))
    said = "the same images all the time: as they are, and below what is made of their codes now"
    if not value.originals:
        said = f"the same samples all the time, made of their codes ({value.note})"
    items: list[Item] = [
        Panel(rect),
        map_panel.make_caption(head, said, short="the same images, above what is made of them"),
    ]
    gap = round(6 * u)
    if not value.originals:
        return [
            *items,
            FilmStrip(rest, value.pictures, len(dots), gap, reveals_answer=True),
        ]
    above, below = rest.split_rows(2, gap)
    items.append(FilmStrip(above, value.originals, len(dots), gap))
    items.append(FilmStrip(below, value.pictures, len(dots), gap, reveals_answer=True))
    return items


def make_film_export(
    state: State, timeline: Timeline, dots: tuple[int, ...], value: TimelineSamplesValue
) -> FilmExport:
    """Return the film of the samples from the first moment to the last; a sweep plays back again."""
    rows = []
    for dot, pictures in zip(dots, value.pictures, strict=False):
        label = int(timeline.labels[dot])
        rows.append(FilmRow(timeline.class_names[label] if label >= 0 else f"sample {dot + 1}", "", pictures))
    first, last = timeline.moments[0].label, timeline.moments[-1].label
    rows[0] = replace(rows[0], note=f"{timeline.name}: {first} to {last}")
    seconds = playback.PLAY_SECONDS[timeline.kind]
    return FilmExport(
        "learn",
        tuple(rows),
        EXPORT_STRIP_LENGTH,
        seconds,
        timeline.kind == "sweep",
        state.preferences.theme == "dark",
        state.preferences.smooth_pixels,
    )


def make_trail_items(
    state: State, timeline: Timeline, dot: int, start: int, current_xy: tuple[float, float], camera: Camera, rect: Rect
) -> list[Item]:
    """Return a ring around the followed sample, and its trail over the last moments."""
    px = camera.to_px(current_xy, rect)
    items: list[Item] = []
    if timeline.kind != "sweep":
        way = [timeline.moments[t].plane.xy[dot] for t in range(max(0, start - TRAIL_MOMENTS), start + 1)]
        points = (*(camera.to_px((float(x), float(y)), rect) for x, y in way), px)
        if len(way) > 1:
            items.append(Line(points, rect, "accent", 2))
    return [*items, Marker(px, rect, "accent", round(11 * state.marker_scale))]


def make_magnification_note(timeline: Timeline, start: int, progress: float, rect: Rect, ui_scale: float) -> list[Item]:
    """Return a note on the magnification of the map relative to the last moment, if it is considerable."""
    scales = [timeline.moments[t].plane.frame.scale for t in (start, min(start + 1, len(timeline) - 1))]
    times = scales[0] ** (1 - progress) * scales[1] ** progress / timeline.moments[-1].plane.frame.scale
    if times < 1.5 or rect.shorter_side < 200 * ui_scale:
        return []
    written = f"{times:.0f}" if times >= 9.5 else f"{times:.1f}"
    return [CornerNote(rect, (f"drawn {written} times as large as at the last moment",))]
