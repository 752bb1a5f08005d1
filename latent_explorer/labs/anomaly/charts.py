"""Items of the error histogram and the ROC curve, with their captions."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.reconstruction_errors import NormalErrorsValue, find_error_range
from latent_explorer.metrics import anomaly_detection
from latent_explorer.metrics.anomaly_detection import Roc
from latent_explorer.scene.chart import ROW_HEIGHT, Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.number_format import format_percent_number
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

CHANCE_LINE = np.array([0.0, 1.0])
NO_ROC_MESSAGE = (
    "No class was left out of this model's training: nothing to draw a ROC curve of. digits-anomaly has one."
)


def make_errors_chart(rect: Rect, checkpoint: Checkpoint, ui_scale: float, max_percent: float = 20.0) -> Chart:
    """Return the empty histogram. The x axis does not depend on the drawn data, so a drag can be read from it alone."""
    low, high = find_error_range(checkpoint)
    x = Axis("error a pixel", low, high, log=True)
    return Chart(rect, (), x, Axis("% of pictures", 0, min(max(max_percent, 10.0), 99.0)), "Errors", ui_scale=ui_scale)


def make_roc_chart(rect: Rect, ui_scale: float) -> Chart:
    """Return the empty ROC chart."""
    share = (0.0, 0.5, 1.0)
    x, y = Axis("false alarms", 0, 1, ticks=share), Axis("found", 0, 1, ticks=share)
    return Chart(rect, (), x, y, "ROC", ui_scale=ui_scale)


def make_histogram_items(
    rect: Rect | None,
    checkpoint: Checkpoint,
    normal: NormalErrorsValue,
    threshold: float,
    marked_error: tuple[float, str] | None,
    state: State,
) -> list[Item]:
    """Return the histogram: normal errors as bars, errors of left-out classes as steps, `threshold` and `marked_error`
    (error, name) as vertical lines."""
    if rect is None:
        return []
    empty = make_errors_chart(rect, checkpoint, state.ui_scale)
    free = min(
        0.4, ROW_HEIGHT * state.ui_scale / empty.plot.height
    )  # above the highest bar, for the names of the lines
    empty = make_errors_chart(rect, checkpoint, state.ui_scale, _find_peak(normal) / (1 - free))
    if normal.source == "stand-in":
        empty = replace(empty, y=replace(empty.y, label="% of decoded samples"))
    series = [Series(normal.bin_centres, normal.percentages, "second", "bars", "normal")]
    if normal.left_out_percentages is not None:
        series.append(
            Series(
                normal.bin_centres,
                normal.left_out_percentages,
                "third",
                "steps",
                f"left out: {', '.join(normal.left_out_classes)}",
            )
        )
    cursors = [Cursor(threshold, "text", "threshold")]
    if marked_error is not None:
        error, name = marked_error
        low, high = empty.x.ends
        colour = "warn" if error > threshold else "good" if name == "this picture" else "muted"
        cursors.append(Cursor(min(max(error, low), high), colour, name, reveals_answer=True))
    return [Chart(rect, tuple(series), empty.x, empty.y, empty.title, tuple(cursors), ui_scale=state.ui_scale)]


def make_roc_items(
    rect: Rect | None, text_rect: Rect | None, normal: NormalErrorsValue, threshold: float, state: State
) -> list[Item]:  # fmt: skip
    """Return the ROC curve with the point of `threshold` on it, and the text lines that explain it."""
    if rect is None or text_rect is None:
        return []
    u = state.ui_scale
    if normal.roc is None or normal.left_out_errors is None:
        whole = Rect(rect.x, rect.y, text_rect.right - rect.x, rect.height)
        return [Panel(whole), Text(whole.inset(round(14 * u)), NO_ROC_MESSAGE, "body", "muted", "centre", wrap=True)]
    alarms, found = anomaly_detection.compute_rates(normal.errors, normal.left_out_errors, threshold)
    empty = make_roc_chart(rect, u)
    curve = (
        Series(CHANCE_LINE, CHANCE_LINE, "line", width=1),
        Series(*_thin_curve(normal.roc), "third"),
    )  # fmt: skip
    spots = (Spot(alarms, found, "text", "threshold", 6),)
    items: list[Item] = [Chart(rect, curve, empty.x, empty.y, empty.title, spots=spots, ui_scale=u)]
    left = " and ".join(normal.left_out_classes)
    lines = (  # said, said in few words, size, colour, height
        (f"AUC {normal.roc.auc:.2f}", "", "title", "text", 28),
        (f"Never learnt: {left}", "", "body", "third", 24),
        (
            f"{format_percent_number(found)} % of them are found",
            f"{format_percent_number(found)} % found",
            "body",
            "good",
            42,
        ),
        (
            f"{format_percent_number(alarms)} % of normal pictures are false alarms",
            f"{format_percent_number(alarms)} % false alarms",
            "body",
            "warn",
            42,
        ),
    )
    rest = text_rect
    for said, brief, size, colour, height in lines:
        line, rest = rest.split_top(round(height * u))
        if line.height >= round(height * u) - 2:
            items.append(Text(line, said, size, colour, bold=size == "title", wrap=height > 40, short=brief))
    return items


@lru_cache(maxsize=8)
def _find_peak(normal: NormalErrorsValue) -> float:
    """Return the highest percentage of the histogram."""
    both = (normal.percentages, normal.left_out_percentages)
    return max(float(values.max()) for values in both if values is not None)


@lru_cache(maxsize=8)
def _thin_curve(curve: Roc, max_points: int = 200) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return at most `max_points` points of `curve`, evenly spaced."""
    some = np.unique(np.linspace(0, len(curve.true_positive_rate) - 1, max_points).astype(int))
    return curve.false_positive_rate[some], curve.true_positive_rate[some]
