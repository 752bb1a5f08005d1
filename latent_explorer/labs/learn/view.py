"""View of the Learn lab: the dots of a moment, and beside them the picture, the losses in large type, the loss chart,
and the row of samples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.timeline import Timeline
from latent_explorer.labs.learn import playback, wording
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.labs.learn.queries import LossCurvesValue, MomentPointValue, MomentRowValue, TimelineSamplesValue
from latent_explorer.scene import hint_line, legend
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Xy
from latent_explorer.scene.film_export import FilmExport, FilmRow
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import (
    CornerNote,
    FilmStrip,
    Image,
    Item,
    Line,
    Map,
    Marker,
    Panel,
    StatusDot,
    Text,
    get_class_colour,
    make_caption,
)
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr

LearnFrame = Frame[LearnState]
PART_COLOURS = {"loss": "text", "reconstruction": "accent", "kl": "second"}
OTHER_COLOURS = ("third", "warn", "good")
PLACEHOLDER_TEXTS = {
    "picture": mark("what is under the mouse, by the weights of the moment"),
    "chart": mark("the loss in its named parts, as it falls"),
    "row": mark("ten pictures, and what is made of their codes"),
}
"""Texts in place of the parts until there is a timeline."""
WIDE_CHART = 330
"""Width of the chart, in design pixels, from which the label of its axis is written out."""
LONGEST_PART_NAME = wording.PART_TITLES["reconstruction"]
"""Longest name of a loss part: the plot leaves room for it before the loss is known, so a press finds its moment."""
VALUE_LETTERS = 4
"""Letters of a loss value, for the same reason."""
NO_VALUES = np.zeros(0, np.float32)
EXPORT_STRIP_LENGTH = 10
"""Number of moments in a saved strip."""
ROW_SAMPLES = 10
"""Largest number of samples in the row."""
SMALLER = ("body", "small")
"""Sizes in which instructions are tried before they are cut."""
MIN_PART_ROW, MAX_PART_ROW = 18, 30
"""Heights of a row of the loss, in design pixels."""
TRAIL_MOMENTS = 12
"""Number of past moments in the trail of the followed sample."""


def make_items(frame: LearnFrame, timeline: Timeline, dot: int | None) -> list[Item]:
    """Return everything beside the map; the large picture shows `dot`, or a place between the dots."""
    loss = frame.results.get_value("curves", LossCurvesValue)
    return [
        *_make_picture_items(frame, timeline, dot),
        *_make_loss_items(frame, timeline, loss),
        *_make_chart_items(frame, timeline, loss),
        *_make_row_items(frame, timeline, loss),
    ]


def make_placeholder_items(frame: LearnFrame) -> list[Item]:
    """Return instructions in place of a timeline that does not exist."""
    own = frame.own
    if own.follows_training and own.passing.settings is not None:
        text = tr("The training begins: {settings} ...", settings=tr(own.passing.settings.describe()))
    elif own.source == "film":
        text = tr("No film of a training is here.\nMake one: python train.py digits-vae --snapshots 24")
    elif own.source == "sweep":
        text = tr("No sweep is here.\nMake one: python train.py digits-vae --sweep objective.beta=0.3,1,3,10")
    else:
        settings = tr(own.settings.describe())
        text = tr("Press Start: a model with {settings} is trained on 1,438 digits while you watch.", settings=settings)
    return make_placeholders(frame, [text], PLACEHOLDER_TEXTS)


def make_placeholders(frame: LearnFrame, map_texts: Sequence[str], part_texts: Mapping[str, str]) -> list[Item]:
    """Return a panel with a text in place of each map and of each part."""
    items = list[Item]()
    for rect, text in zip(frame.layout.maps, map_texts, strict=True):
        middle = _place_middle(rect, frame.ui_scale)
        items += [Panel(rect, "map"), Text(middle, text, "title", "text", "centre", wrap=True, fallback_sizes=SMALLER)]
    for name, place in frame.layout.parts.items():
        if name in part_texts:
            middle = _place_middle(place, frame.ui_scale)
            words = tr(part_texts[name])
            line = Text(middle, words, "body", "muted", "centre", wrap=True, fallback_sizes=SMALLER[1:])
            items += [Panel(place), line]
    return items


def _place_middle(rect: Rect, ui_scale: float) -> Rect:
    """Return a rectangle for a few lines in the middle of a panel."""
    high = min(rect.height, round(160 * ui_scale))
    return Rect(rect.x, rect.y + (rect.height - high) // 2, rect.width, high).inset(round(8 * ui_scale))


# -- the map --------------------------------------------------------------------------------------------


def make_map_items(frame: LearnFrame, timeline: Timeline, slot: int = 0) -> list[Item]:
    """Return the dots, interpolated between two moments, and the trail of the followed sample."""
    state, rect = frame.state, frame.layout.maps[slot]
    start, share = playback.find_transition(frame.own, timeline)
    end = min(start + 1, len(timeline) - 1)
    moment, names = start if share <= 0 else end, timeline.model_names
    hidden, named = legend.find_hidden_classes(state, slot), state.preferences.show_class_names
    dots = Map(rect, names[moment], "pca", state.get_camera(slot), hidden, named)
    if moment != start and share < 1:
        dots = replace(dots, previous_map="pca", previous_model=names[start], progress=share)
    trail = _make_trail_items(frame, timeline, slot, start, end, share)
    return [Panel(rect, "map"), dots, *trail, *make_magnification_note(timeline, start, share, rect, frame.ui_scale)]


def find_followed_dot(frame: LearnFrame, timeline: Timeline) -> int:
    """Return the sample under the mouse, on any of the maps; else the one that was clicked."""
    hover = frame.state.pointer.hover
    return hover.dot if hover is not None else min(frame.own.dot, len(timeline.labels) - 1)


def _make_trail_items(
    frame: LearnFrame, timeline: Timeline, slot: int, start: int, end: int, share: float
) -> list[Item]:
    """Return a ring around the followed sample, and its trail over the last moments."""
    state, rect, dot = frame.state, frame.layout.maps[slot], find_followed_dot(frame, timeline)
    passed = [timeline.moments[t].plane.xy[dot] for t in range(max(0, start - TRAIL_MOMENTS), start + 1)]
    x, y = (float(a + (b - a) * share) for a, b in zip(passed[-1], timeline.moments[end].plane.xy[dot], strict=True))
    camera = state.get_camera(slot)
    px = camera.to_px((x, y), rect)
    ring: list[Item] = [Marker(px, rect, "accent", round(11 * state.marker_scale))]
    if timeline.kind == "sweep" or len(passed) < 2:
        return ring
    points = (*(camera.to_px((float(x), float(y)), rect) for x, y in passed), px)
    return [Line(points, rect, "accent", state.scale_line(2)), *ring]


def make_magnification_note(timeline: Timeline, start: int, progress: float, rect: Rect, ui_scale: float) -> list[Item]:
    """Return a note on how much larger than the last moment the map is drawn; of a sweep, whose maps share one scale,
    on how much closer together the codes lie than in the model where they lie farthest apart. Empty if it is little."""
    sizes = _compute_spreads(timeline) if timeline.kind == "sweep" else _compute_scales(timeline)
    widest = int(sizes.argmax())
    size = sizes[start] ** (1 - progress) * sizes[min(start + 1, len(sizes) - 1)] ** progress
    times = sizes[widest] / size if timeline.kind == "sweep" else size / sizes[-1]
    if times < 1.5 or rect.shorter_side < 200 * ui_scale:
        return []
    written = format_number(times, ".0f" if times >= 9.5 else ".1f")
    if timeline.kind == "sweep":
        moment = wording.name_moment(timeline, widest)
        text = tr("codes {times} times closer together than at {moment}", times=written, moment=moment)
    else:
        text = tr("drawn {times} times as large as at the last moment", times=written)
    return [CornerNote(rect, (text,))]


def _compute_scales(timeline: Timeline) -> NDArray[np.float64]:
    return np.array([one.plane.frame.scale for one in timeline.moments])


@remember(4)
def _compute_spreads(timeline: Timeline) -> NDArray[np.float64]:
    """Compute the root mean square distance (T,) of the dots from their middle, in units of the codes."""
    spreads = [np.sqrt(one.plane.xy.var(axis=0, dtype=np.float64).sum()) for one in timeline.moments]
    sizes: NDArray[np.float64] = np.maximum(spreads / _compute_scales(timeline), 1e-12)
    return sizes


# -- the picture and the losses -------------------------------------------------------------------------


def _make_picture_items(frame: LearnFrame, timeline: Timeline, dot: int | None) -> list[Item]:
    """Return the picture under the mouse, decoded by the weights of this moment."""
    rect, results = frame.layout.parts["picture"], frame.results
    value = results.get_value("picture", MomentPointValue)
    if value is None:
        return frame.wait_for(rect, "picture", tr("The decoder is being loaded."), "body", 8)
    label = int(timeline.labels[dot]) if dot is not None else -1
    drawn = results.get_transition("picture") or value
    return [Image(rect, drawn.picture, get_class_colour(label) if label >= 0 else "line", reveals_answer=True)]


def list_parts(curves: Mapping[str, Floats]) -> list[str]:
    """List the loss parts on held-out images, preceded by the loss itself if it has several."""
    parts = [part for part in curves if part != "loss" and not part.startswith("train ")]
    return ["loss", *parts] if len(parts) > 1 and "loss" in curves else parts


def get_part_colour(part: str, parts: list[str]) -> str:
    others = [one for one in parts if one not in PART_COLOURS]
    return PART_COLOURS.get(part) or OTHER_COLOURS[others.index(part) % len(OTHER_COLOURS)]


def get_curves(timeline: Timeline, loss: LossCurvesValue | None) -> Mapping[str, Floats]:
    return timeline.loss_curves or (loss.curves if loss is not None else {})


def _make_loss_items(frame: LearnFrame, timeline: Timeline, loss: LossCurvesValue | None) -> list[Item]:
    """Return the moment's name and its loss parts in large type."""
    u, t, curves = frame.ui_scale, playback.find_moment(frame.own, timeline), get_curves(timeline, loss)
    head, rest = frame.layout.parts["figures"].split_top(round(40 * u), round(2 * u))
    name = wording.name_moment(timeline, t)
    items: list[Item] = [Text(head, name, "large", "text", bold=True, fallback_sizes=("title", "body"))]
    parts = [part for part in list_parts(curves) if len(curves[part]) > t]
    line, below = rest.split_top(round(22 * u), round(8 * u))
    # a loss without its terms would say something else: the line goes and they stand closer before one is left out
    if below.height >= len(parts) * int(MIN_PART_ROW * u):
        description, short = wording.describe_timeline(frame.own, timeline)
        items.append(make_caption(line, description, short=short))
        rest = below
    high = int(min(MAX_PART_ROW * u, max(MIN_PART_ROW * u, rest.height / max(1, len(parts)))))
    size = "title" if high > 26 * u else "body" if high > 21 * u else "small"
    words_size = "small" if size == "small" else "body"
    for part in parts[: max(0, rest.height // high)]:
        row, rest = rest.split_top(high)
        square, words = row.split_left(round(12 * u), round(8 * u))
        disc = Rect(square.x, square.y + (square.height - square.width) // 2, square.width, square.width)
        title, value = words.split_left(round(words.width * 0.66))
        items += [
            StatusDot(disc, get_part_colour(part, parts)),
            Text(title, wording.get_part_title(part), words_size, "text", fallback_sizes=("small",)),
            Text(value, format_number(float(curves[part][t]), ".1f"), size, "text", "right", bold=True),
        ]
    if parts and rest.height > 18 * u:
        text, short, unit = wording.explain_loss(timeline, t, "kl" in parts)
        high = round(16 * u)
        foot, _ = rest.split_top(min(4, rest.height // high) * high)
        fits = len(short) * hint_line.NOTE_LETTER_WIDTH * u <= foot.width * foot.height // high
        items.append(make_caption(foot, text if fits else unit, wrap=True, short=short if fits else unit))
    return items


def _say_moment(frame: LearnFrame, timeline: Timeline, loss: LossCurvesValue | None) -> str:
    """Return the moment's name and its loss parts in one line."""
    t, curves = playback.find_moment(frame.own, timeline), get_curves(timeline, loss)
    parts = [part for part in list_parts(curves) if len(curves[part]) > t]
    values = [f"{wording.get_part_title(part)} {format_number(float(curves[part][t]), '.1f')}" for part in parts]
    return "   ".join([wording.name_moment(timeline, t), *values])


# -- the chart ------------------------------------------------------------------------------------------


def _make_chart_items(frame: LearnFrame, timeline: Timeline, loss: LossCurvesValue | None) -> list[Item]:
    rect, t = frame.get_part("chart"), playback.find_moment(frame.own, timeline)
    if rect is None:
        return []
    chart = _make_chart(frame.own, timeline, loss, rect, frame.ui_scale)
    label = "" if chart.curves_only else wording.name_moment(timeline, t)
    cursors = (Cursor(float(_compute_positions(timeline)[t]), "warn", label),)
    items: list[Item] = [Panel(rect), replace(chart, cursors=cursors)]
    if not get_curves(timeline, loss) and not chart.curves_only:
        text = tr("The loss of every moment is being measured.")
        if loss is not None and loss.note:
            text = tr("no loss without the images: {reason}", reason=tr(loss.note))
        items.append(Text(chart.plot, text, "body", "muted", "centre", wrap=True))
    return items


def find_moment_at(state: State, lab_state: LearnState, timeline: Timeline, rect: Rect, position: Xy) -> int:
    """Return the moment nearest on the screen to `position` of the chart (0..1 of its rectangle)."""
    chart = _make_chart(lab_state, timeline, None, rect, state.ui_scale)
    return find_nearest_moment(chart, _compute_positions(timeline), position)


def find_nearest_moment(chart: Chart, positions: Floats, position: Xy) -> int:
    """Return which of the moments' `positions` (T,) on the axis is nearest on the screen to `position` of `chart`."""
    x, _ = chart.find_values_at_share(position)
    return int(np.abs(chart.x.to_shares(positions) - chart.x.to_share(x)).argmin())


@remember(4)
def _compute_positions(timeline: Timeline) -> Floats:
    """Compute the positions (T,) of the moments on the axis; zero lies at the start of a logarithmic one."""
    low = _find_log_start(timeline)
    return timeline.axis_values if low is None else np.maximum(timeline.axis_values, np.float32(low))


@remember(4)
def _find_log_start(timeline: Timeline) -> float | None:
    """Return the start of a logarithmic axis; None for a linear one, if the values are close together."""
    above = timeline.axis_values[timeline.axis_values > 0]
    if len(above) < 2 or float(timeline.axis_values.min()) < 0 or float(above.max()) < 8 * float(above.min()):
        return None
    return float(above.min()) * (0.7 if float(timeline.axis_values.min()) == 0 else 1.0)


def _make_chart(
    lab_state: LearnState, timeline: Timeline, loss: LossCurvesValue | None, rect: Rect, ui_scale: float
) -> Chart:
    """Return the chart without its cursor; its axis reaches to the planned end of a live training."""
    settings, start = lab_state.passing.settings, _find_log_start(timeline)
    low, high = (float(timeline.axis_values[i]) for i in (0, -1))
    if timeline.kind == "live" and settings is not None:
        high = max(high, float(settings.epochs))
    label = wording.name_axis(timeline)
    if start is not None and rect.width < WIDE_CHART * ui_scale:
        label = tr("{axis} (log)", axis=label)
    elif start is not None and low == 0:
        label = tr("{axis} (0, then logarithmic)", axis=label)
    elif start is not None:
        label = tr("{axis} (logarithmic)", axis=label)
    x = Axis(label, low if start is None else start, high, log=start is not None)
    parts = list_parts(get_curves(timeline, loss))
    series, top = _make_series(timeline, loss, tuple(wording.get_part_title(part) for part in parts))
    if not any(one.label for one in series) and rect.width >= 200 * ui_scale:
        series = (*series, Series(NO_VALUES, NO_VALUES, label=tr(LONGEST_PART_NAME)))
    y = Axis("", 0.0, top, min_label_letters=VALUE_LETTERS)
    title = tr("loss in nats a picture") if wording.is_in_nats(timeline) else tr("loss in its own units a picture")
    return Chart(rect, series, x, y, title, ui_scale=ui_scale)


@remember(8)
def _make_series(
    timeline: Timeline, loss: LossCurvesValue | None, titles: tuple[str, ...]
) -> tuple[tuple[Series, ...], float]:
    """Return a curve per loss part, of these titles, and the upper end of the y axis."""
    curves, positions, series = get_curves(timeline, loss), _compute_positions(timeline), list[Series]()
    parts = list_parts(curves)
    if "train loss" in curves and parts:
        values = curves["train loss"]
        series.append(Series(positions[: len(values)], values, "muted", label="", width=1))
    for part, title in reversed([*zip(parts, titles, strict=True)]):
        values, colour = curves[part], get_part_colour(part, parts)
        series.append(Series(positions[: len(values)], values, colour, label=title, width=3))
    top = max((float(np.nanmax(one.y)) for one in series if len(one.y)), default=1.0)
    return tuple(series), top * 1.06


# -- the samples ----------------------------------------------------------------------------------------


def select_samples(timeline: Timeline) -> tuple[int, ...]:
    """Return the first sample of each class; the same at every moment."""
    return _find_first_samples(timeline.labels.tobytes(), len(timeline.class_names))


@lru_cache(maxsize=8)
def _find_first_samples(labels: bytes, classes: int) -> tuple[int, ...]:
    numbers = np.frombuffer(labels, np.int64)
    firsts = [int(np.flatnonzero(numbers == k)[0]) for k in range(min(classes, ROW_SAMPLES)) if (numbers == k).any()]
    return tuple(firsts or range(min(ROW_SAMPLES, len(numbers))))


def _make_row_items(frame: LearnFrame, timeline: Timeline, loss: LossCurvesValue | None) -> list[Item]:
    """Return the row of samples: the originals, and below the pictures decoded by this moment's weights. Where the
    figures are on another page of a presentation, the row says its moment and the loss itself."""
    u, rect, value = frame.ui_scale, frame.get_part("row"), frame.results.get_value("row", MomentRowValue)
    if rect is None or value is None:
        return [] if rect is None else [Panel(rect)]
    head, rest = rect.inset(round(8 * u)).split_top(round(18 * u), round(4 * u))
    text = tr("the same pictures all the time: as they are, and below what is made of their codes now")
    if not value.originals:
        text = tr("the same samples all the time, made of their codes ({reason})", reason=tr(value.note))
    items: list[Item] = [Panel(rect)]
    figures = frame.get_part("figures")
    if figures is not None and not 0 <= figures.x < frame.state.window_size[0]:
        head, right = head.split_left(round(head.width * 0.58), round(8 * u))
        items.append(Text(right, _say_moment(frame, timeline, loss), "small", "text", "right", bold=True))
    items.append(make_caption(head, text, short=tr("the same pictures, above what is made of them")))
    gap, count = round(6 * u), len(select_samples(timeline))
    if value.originals:
        above, rest = rest.split_rows(2, gap)
        items.append(FilmStrip(above, value.originals, count, gap))
    return [*items, FilmStrip(rest, value.pictures, count, gap, reveals_answer=True)]


def make_film_export(state: State, timeline: Timeline, value: TimelineSamplesValue) -> FilmExport:
    """Return the film of the samples from the first moment to the last; a sweep plays back again."""
    rows = []
    for dot, pictures in zip(select_samples(timeline), value.pictures, strict=False):
        label = int(timeline.labels[dot])
        title = say_name(timeline.class_names[label]) if label >= 0 else tr("sample {number}", number=dot + 1)
        rows.append(FilmRow(title, "", pictures))
    first, last = wording.name_moment(timeline, 0), wording.name_moment(timeline, -1)
    rows[0] = replace(rows[0], note=tr("{name}: {first} to {last}", name=timeline.name, first=first, last=last))
    seconds, preferences = playback.PLAY_SECONDS[timeline.kind], state.preferences
    look = preferences.theme == "dark", preferences.smooth_pixels
    return FilmExport("learn", tuple(rows), EXPORT_STRIP_LENGTH, seconds, timeline.kind == "sweep", *look)
