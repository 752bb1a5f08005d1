"""The histogram of errors and the ROC curve, as charts and in words."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.reconstruction_errors import NormalValue, span
from latent_explorer.metrics import anomaly_detection
from latent_explorer.metrics.anomaly_detection import Roc
from latent_explorer.scene.chart import ROW, Axis, Chart, Cursor, Series, Spot
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.number_format import of_hundred
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

CHANCE = np.array([0.0, 1.0])
NONE = "No class was left out of this model's training: nothing to draw a ROC curve of. digits-anomaly has one."


def errors_chart(rect: Rect, checkpoint: Checkpoint, unit: float, most: float = 20.0) -> Chart:
    """The empty histogram; where a value lies does not depend on what is drawn, so a drag can be read without it."""
    low, high = span(checkpoint)
    x = Axis("error a pixel", low, high, log=True)
    return Chart(rect, (), x, Axis("% of pictures", 0, min(max(most, 10.0), 99.0)), "Errors", unit=unit)


def roc_chart(rect: Rect, unit: float) -> Chart:
    share = (0.0, 0.5, 1.0)
    x, y = Axis("false alarms", 0, 1, ticks=share), Axis("found", 0, 1, ticks=share)
    return Chart(rect, (), x, y, "ROC", unit=unit)


def histogram(
    rect: Rect | None,
    checkpoint: Checkpoint,
    normal: NormalValue,
    threshold: float,
    picture: tuple[float, str] | None,
    state: State,
) -> list[Item]:
    """Normal errors as bars, those of classes left out as steps, the threshold and a `picture`'s error with its name as
    lines."""
    if rect is None:
        return []
    empty = errors_chart(rect, checkpoint, state.unit)
    free = min(0.4, ROW * state.unit / empty.plot.height)  # above the highest bar, for the names of the lines
    empty = errors_chart(rect, checkpoint, state.unit, _peak(normal) / (1 - free))
    if normal.source == "stand-in":
        empty = replace(empty, y=replace(empty.y, label="% of decoded samples"))
    series = [Series(normal.middles, normal.shares, "second", "bars", "normal")]
    if normal.unusual_shares is not None:
        series.append(
            Series(normal.middles, normal.unusual_shares, "third", "steps", f"left out: {', '.join(normal.left_out)}")
        )
    cursors = [Cursor(threshold, "text", "threshold")]
    if picture is not None:
        error, name = picture
        low, high = empty.x.ends
        colour = "warn" if error > threshold else "good" if name == "this picture" else "muted"
        cursors.append(Cursor(min(max(error, low), high), colour, name, secret=True))
    return [Chart(rect, tuple(series), empty.x, empty.y, empty.title, tuple(cursors), unit=state.unit)]


def roc(
    rect: Rect | None, words: Rect | None, normal: NormalValue, threshold: float, state: State
) -> list[Item]:  # fmt: skip
    """The curve with the threshold's point on it, and in words what that means."""
    if rect is None or words is None:
        return []
    u = state.unit
    if normal.roc is None or normal.unusual is None:
        whole = Rect(rect.x, rect.y, words.right - rect.x, rect.height)
        return [Panel(whole), Text(whole.inset(round(14 * u)), NONE, "body", "muted", "centre", wrap=True)]
    alarms, found = anomaly_detection.rates(normal.errors, normal.unusual, threshold)
    empty = roc_chart(rect, u)
    curve = (
        Series(CHANCE, CHANCE, "line", width=1),
        Series(*_thinned(normal.roc), "third"),
    )  # fmt: skip
    spots = (Spot(alarms, found, "text", "threshold", 6),)
    items: list[Item] = [Chart(rect, curve, empty.x, empty.y, empty.title, spots=spots, unit=u)]
    left = " and ".join(normal.left_out)
    lines = (  # said, said in few words, size, colour, height
        (f"AUC {normal.roc.auc:.2f}", "", "title", "text", 28),
        (f"Never learnt: {left}", "", "body", "third", 24),
        (f"{of_hundred(found)} % of them are found", f"{of_hundred(found)} % found", "body", "good", 42),
        (
            f"{of_hundred(alarms)} % of normal pictures are false alarms",
            f"{of_hundred(alarms)} % false alarms",
            "body",
            "warn",
            42,
        ),
    )
    rest = words
    for said, brief, size, colour, height in lines:
        line, rest = rest.top(round(height * u))
        if line.height >= round(height * u) - 2:
            items.append(Text(line, said, size, colour, bold=size == "title", wrap=height > 40, short=brief))
    return items


@lru_cache(maxsize=8)
def _peak(normal: NormalValue) -> float:
    both = (normal.shares, normal.unusual_shares)
    return max(float(values.max()) for values in both if values is not None)


@lru_cache(maxsize=8)
def _thinned(curve: Roc, most: int = 200) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most so many points of it."""
    some = np.unique(np.linspace(0, len(curve.found) - 1, most).astype(int))
    return curve.false_alarms[some], curve.found[some]
