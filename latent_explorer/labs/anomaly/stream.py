"""A long signal runs through the model, one sample after the other: its error rises where something is unusual.

Recordings that were cut into windows run in their own order. Of single samples a long signal is put together: held-out
ones as far as they are on the map, and now and then one of a class that it never learnt.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data.attributes import POSITION
from latent_explorer.engine.measurements.reconstruction_errors import reconstruct
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.metrics import anomaly_detection
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import Item, Panel, get_class_colour
from latent_explorer.scene.number_format import format_error
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr, tr_count

PAGE = 16  # samples side by side
LENGTH = 20 * PAGE  # samples, after which the stream starts over
UNUSUAL_SHARE = 0.12  # of samples of classes that were not learnt
SECONDS = 0.8  # that a sample takes to run through
LETTERS = 6  # of the labels at the left, so that signal and error stand exactly one below the other
COLOURS = ("text", *(get_class_colour(k) for k in (1, 0, 9, 6, 7, 5, 14)))
"""Of the channels: those of the curves in the pictures."""
SIGNAL_SHARE = 0.52  # of the height, for the signal above its error


def find_unusual(checkpoint: Checkpoint) -> NDArray[np.bool_]:
    """Return of each sample (M,) whether it is of a class that the training left out."""
    unseen = [checkpoint.class_names.index(name) for name in checkpoint.config.data.leave_out or ()]
    return np.isin(checkpoint.labels, unseen)


@remember(8)
def list_dots(checkpoint: Checkpoint) -> NDArray[np.intp]:
    """Return the samples (K,) in the order in which they run."""
    order = checkpoint.attributes.get(POSITION)
    if checkpoint.config.data.window is not None and order is not None:
        return np.argsort(order.values, kind="stable")
    draw = np.random.default_rng(0)
    is_unusual = find_unusual(checkpoint)
    first = checkpoint.made_by.get("train_images", 0)
    normal = np.flatnonzero(~is_unusual & (checkpoint.indices >= first))
    normal = np.flatnonzero(~is_unusual) if not len(normal) else normal
    unusual = np.flatnonzero(is_unusual)
    count = min(LENGTH, len(normal))
    dots = draw.permutation(normal)[:count]
    if len(unusual):
        places = np.flatnonzero(draw.random(count) < UNUSUAL_SHARE)
        dots[places] = draw.choice(unusual, len(places), replace=len(unusual) < len(places))
    return dots


@remember(8)
def are_held_out(checkpoint: Checkpoint) -> bool:
    """Return whether what the model may know in the stream was held out from its training."""
    first = checkpoint.made_by.get("train_images", 0)
    dots = list_dots(checkpoint)
    return bool((checkpoint.indices[dots[~find_unusual(checkpoint)[dots]]] >= first).all())


def find_current_dot(checkpoint: Checkpoint, head: float) -> int:
    """Return the last sample that has run through wholly; the first one before."""
    dots = list_dots(checkpoint)
    return int(dots[max(0, int(head) - 1) % len(dots)])


@dataclass(frozen=True, eq=False)
class StreamPageValue:
    page: int
    x: Floats
    """(P,): positions of the points, in samples from the start of the stream."""
    signals: tuple[Floats, ...]
    """(P,) each: the channels in their own units."""
    errors: Floats
    """(n,): mean squared error of each sample of the page."""
    is_unusual: NDArray[np.bool_]
    """(n,): whether a sample is of a class that was not learnt."""
    note: str


@dataclass(frozen=True)
class StreamPage(Query[StreamPageValue]):
    """`PAGE` samples of the stream, from number `page` times `PAGE` on."""

    in_frame: ClassVar[bool] = False
    page: int

    def answer(self, context: QueryContext) -> StreamPageValue:
        checkpoint = context.get_checkpoint(self.model)
        every = list_dots(checkpoint)
        dots = every[self.page * PAGE : (self.page + 1) * PAGE]
        images = [context.find_image(self.model, Dot(int(dot))) for dot in dots]
        values = np.stack([image for image, _ in images])
        errors = anomaly_detection.compute_errors(values, reconstruct(checkpoint, values))
        points = values.shape[3]
        long = np.concatenate(list(values), axis=2)[None]  # (1, C, 1, P)
        signals = checkpoint.sample_kind.restore_units(long)[0]
        x = self.page * PAGE + (np.arange(len(dots) * points, dtype=np.float32) + 0.5) / points
        note = next((note for _, note in images if note), "")
        is_unusual = find_unusual(checkpoint)[dots]
        return StreamPageValue(self.page, x, tuple(signals), errors, is_unusual, note)


def find_page(checkpoint: Checkpoint, head: float) -> int:
    """Return the page on which a head is, `head` counted in samples."""
    return int(head % len(list_dots(checkpoint))) // PAGE


def make_items(frame: Frame[Any], rect: Rect, threshold: float | None) -> list[Item]:
    """Return the signal up to the head, and below it the error of each sample that has run through."""
    checkpoint = frame.state.get_checkpoint(0)
    head = frame.own.passing.head % len(list_dots(checkpoint))
    value = frame.results.get_value("stream", StreamPageValue)
    if value is None or value.page != find_page(checkpoint, head):
        return [Panel(rect)]
    upper, lower = rect.split_top(round(SIGNAL_SHARE * rect.height), round(6 * frame.ui_scale))
    return [
        _make_signal_chart(frame, upper, value, head), _make_error_chart(frame, lower, value, head, threshold),
    ]  # fmt: skip


def make_empty_chart(rect: Rect, state: State, head: float) -> Chart:
    """Return the chart of the page without curves, from which a place of the mouse can be read alone."""
    axis = _make_axis(find_page(state.get_checkpoint(0), head), "")
    return Chart(rect, (), axis, Axis("", 0, 1, min_label_letters=LETTERS), ui_scale=state.ui_scale)


def _make_axis(page: int, label: str) -> Axis:
    first = page * PAGE
    return Axis(label, first, first + PAGE, ticks=tuple(range(first, first + PAGE + 1, 4)))


def _make_signal_chart(frame: Frame[Any], rect: Rect, value: StreamPageValue, head: float) -> Chart:
    """Return the signal up to the head; several channels each in a lane of its own, in the colours of the pictures."""
    kind, count = frame.checkpoint.sample_kind, min(len(value.signals), len(COLOURS))
    shown = int(np.searchsorted(value.x, head))
    low, high = (np.array([f(one) for one in value.signals[:count]], np.float64) for f in (np.min, np.max))
    y = Axis(kind.value_unit, float(low[0]), float(high[0]), min_label_letters=LETTERS)
    lanes = list(value.signals[:count])
    if count > 1:
        span = np.maximum(high - low, 1e-12) * 1.15
        lanes = [(one - low[k]) / span[k] + count - 1 - k for k, one in enumerate(lanes)]
        y = Axis("", 0, count, ticks=(-1.0,), min_label_letters=LETTERS)  # each lane has a range of its own
    series = tuple(Series(value.x[:shown], one[:shown], COLOURS[k], width=1) for k, one in enumerate(lanes))
    names = [name for k in range(count) if (name := kind.name_channel(k))]
    title = _name_signal(", ".join(names), len(value.signals) - count)
    if value.note or not are_held_out(frame.checkpoint):
        title += f"; {tr(value.note) if value.note else tr('the model was trained on some of it')}"
    chart = Chart(rect, series, _make_axis(value.page, ""), y, title, ui_scale=frame.ui_scale)
    return _with_head(chart, head)


def _name_signal(channels: str, more: int) -> str:
    """Return the title of the signal: the names of its channels, if they have some, and how many are not shown."""
    if not more:
        return tr("Signal: {channels}", channels=channels) if channels else tr("Signal")
    if channels:
        return tr("Signal: {channels} and {count} more", channels=channels, count=more)
    return tr("Signal and {count} more", count=more)


def _make_error_chart(
    frame: Frame[Any], rect: Rect, value: StreamPageValue, head: float, threshold: float | None
) -> Chart:
    done = min(max(0, int(head) - value.page * PAGE), len(value.errors))
    x, errors = np.arange(done) + value.page * PAGE + 0.5, value.errors[:done]
    limit = np.inf if threshold is None else threshold
    known = value.errors if threshold is None else np.append(value.errors, threshold)
    low, high = max(float(known.min()) / 3, 1e-12), max(float(known.max()) * 1.5, 1e-11)
    series = [
        Series(x, np.where(errors > limit, errors, low), "warn", "bars"),
        Series(x, np.where(errors > limit, low, errors), "good", "bars"),
    ]
    if threshold is not None:
        ends = np.array([value.page * PAGE, (value.page + 1) * PAGE], np.float64)
        series.append(Series(ends, np.full(2, threshold), "text", width=1))
    y, title = Axis("", low, high, log=True, min_label_letters=LETTERS), describe(value, done, limit)
    kind = frame.checkpoint.sample_kind
    each = tr(kind.words.one)
    if kind.duration:
        each = tr("number of the {sample}, {duration} each", sample=each, duration=kind.duration)
    chart = Chart(rect, tuple(series), _make_axis(value.page, each), y, title, ui_scale=frame.ui_scale)
    return _with_head(chart, head)


def describe(value: StreamPageValue, done: int, threshold: float) -> str:
    """Return how many alarms there were on the page, and of what."""
    alarms = value.errors[:done] > threshold
    if not value.is_unusual.any() and not alarms.any():
        if np.isfinite(threshold):
            return tr("Error, alarm above {threshold}", threshold=format_error(threshold))
        return tr("Error")
    total, caught = int(value.is_unusual[:done].sum()), int((alarms & value.is_unusual[:done]).sum())
    wrong = int((alarms & ~value.is_unusual[:done]).sum())
    if not value.is_unusual.any():
        return tr_count("Error: {count} alarm", "Error: {count} alarms", int(alarms.sum()))
    if not total:
        return tr_count("Error: {count} false alarm", "Error: {count} false alarms", wrong)
    return tr_count(
        "Error: {found} of {total} never learnt found, {count} false alarm",
        "Error: {found} of {total} never learnt found, {count} false alarms",
        wrong, found=caught, total=total,
    )  # fmt: skip


def _with_head(chart: Chart, head: float) -> Chart:
    return replace(chart, cursors=(Cursor(head, "accent"),))
