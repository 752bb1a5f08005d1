"""View of the direction of an attribute: the picture that is moved along it, how sure it is, and what else changes."""

from functools import lru_cache
from typing import Any

import numpy as np

from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import view
from latent_explorer.labs.arithmetic.attribute_direction import YES_NO, AttributeKey
from latent_explorer.labs.arithmetic.attribute_queries import (
    AttributeDirectionValue,
    AttributeShiftValue,
    Change,
    format_score,
)
from latent_explorer.labs.arithmetic.layout import place_changes
from latent_explorer.labs.arithmetic.queries import ShiftSource
from latent_explorer.metrics.mutual_information import find_known
from latent_explorer.scene import colour_by, map_panel, realism
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Image, Item, Line, Marker, Panel, Text
from latent_explorer.scene.rect import Rect

FULL_SCALE = 2.0
"""Standard deviations of a full bar; of a category a full bar is all probability."""
NAME_WIDTH, SCORE_WIDTH = 112, 40
"""Design pixels of the name of an attribute, and of a score."""
CHART_SAMPLES = 200
WAITING = "Fitting a linear probe to each attribute."


def describe_unit(key: AttributeKey, amount: float) -> str:
    """Return how much of a direction is added, in words."""
    if not key.category:
        return f"{amount:+g} standard deviation{'s' * (abs(amount) != 1)} of {key.name}"
    return f"{amount:+g} × {_name(key)}"


def choose_hint(frame: Frame[Any], key: AttributeKey) -> str:
    if frame.checkpoint.conditional:
        return "This model is told the class beside the code: what hangs on the class alone cannot change."
    if key.category:
        return "One step leads from the mean of all samples without it to the mean of those with it. What else changes?"
    shown = colour_by.find_attribute(frame.state, 0, 1)
    if shown is not None and colour_by.get_active(frame.state, 1) != key.name:  # the colours are those of another one
        return f"Add some {key.name} to a picture: does only that change?"
    value = _get_direction(frame)
    grey = " (grey: unknown)" if value is not None and _has_unknown(value.probe.attribute) else ""
    return f"The brighter a dot{grey}, the more {key.name}. Add some to a picture: does only that change?"


def colour_dots(frame: Frame[Any]) -> DotColours | None:
    value = _get_direction(frame)
    if value is None:
        return None
    if value.separation is not None:
        return DotColours(value.has, view.GROUP_COLOURS[:2])
    low, high = colour_by.measure_range(value.probe.attribute)
    return DotColours(values=value.probe.attribute.values, low=low, high=high)


def make_map_items(frame: Frame[Any], source: ShiftSource, rect: Rect) -> list[Item]:
    """Return the sample that is moved, and the one whose code is nearest to where it got."""
    state, moved, items = frame.state, _get_shift(frame), list[Item]()
    if moved is not None and state.map_task.transition is None:
        start = map_panel.get_dot_px(state, 0, moved.nearest_dot, rect)
        items.append(Marker(start, rect, "text", round(7 * state.marker_scale), reveals_answer=True))
    if isinstance(source, Dot):
        items.append(map_panel.dot_marker(state, 0, source.dot, rect, "good"))
    if state.pointer.hover is not None:
        items.append(map_panel.dot_marker(state, 0, state.pointer.hover.dot, rect))
    return items


def make_items(frame: Frame[Any], key: AttributeKey, source: str) -> list[Item]:
    return [
        *_make_direction_items(frame, key, source),
        *_make_change_items(frame, key),
        *view.make_strip_items(frame, source, _name(key)),
    ]


# -- the direction ------------------------------------------------------------------------------------


def _make_direction_items(frame: Frame[Any], key: AttributeKey, source: str) -> list[Item]:
    parts, moved, value = frame.layout.parts, _get_shift(frame), _get_direction(frame)
    if moved is None:
        return frame.wait_for(parts["direction"], "moved", WAITING, "body", 8)
    title = f"{describe_unit(key, frame.own.amount)}, added to {source}"
    short = f"{frame.own.amount:+g} {'×' if key.category else 'SD of'} {_name(key)}"
    items: list[Item] = [Panel(parts["direction"])]
    items.append(Text(parts["direction text"], title, "body", "text", bold=True, short=short))
    verdict = realism.judge(moved.plausibility, moved.gaps, frame.checkpoint.neighbours.far_threshold)
    items.append(Image(parts["before"], moved.source_picture, "line", reveals_answer=True))
    items.append(Text(parts["arrow"], "→", "title", "muted", "centre", bold=True))
    items.append(Image(parts["after"], moved.picture, verdict.colour, reveals_answer=True))
    if "verdict" in parts:
        words, numbers = parts["verdict"].split_left(round(parts["verdict"].width * 0.4), 6)
        items += realism.make_items(words, verdict, "title")
        text = f"code {moved.gaps:.1f} sample gaps from a sample's"
        items.append(Text(numbers, text, "body", "muted", "right", short=f"{moved.gaps:.1f} gaps away"))
    if value is None:
        return items
    if "chart" in parts:
        items.append(_make_chart(parts["chart"], value, moved.position, frame.u))
    if "separation" in parts:
        text, short = describe_direction(value)
        colour = "muted" if value.separation is not None or value.probe.reads else "warn"
        items.append(Text(parts["separation"], text, "body", colour, wrap=True, short=short))
    return items


def describe_direction(value: AttributeDirectionValue) -> tuple[str, str]:
    """Return how sure a direction is in plain words, and in a short form."""
    if value.separation is not None:
        return view.describe_separation(value.separation, ("with it", "without"))
    score = f"R² {format_score(value.probe)}"
    if value.probe.reads:
        text = f"A linear regression reads it from the code: {score}, on samples it has not seen."
        return text, f"held out: {score}"
    text = f"{score} on samples not seen: no straight line in the code tells it. This direction is mostly chance."
    return text, f"{score}, held out: mostly chance"


def _make_chart(rect: Rect, value: AttributeDirectionValue, position: float, unit: float) -> Chart:
    if value.separation is not None:
        title = "along it" if value.separation.auc is None else "held out"
        return view.make_chart(rect, value.separation, position, unit, ("with", "without"), title)
    read, true, (low, high) = _choose_dots(value)
    at = min(max(position, 2 * low - high), 2 * high - low)
    series = Series(read, true, "accent", "dots")
    across = Axis("", min(low, at), max(high, at))
    title = "held out: true value over reading"
    return Chart(rect, (series,), across, Axis("", low, high), title, (Cursor(at, "text", "here"),), ui_scale=unit)


@lru_cache(maxsize=4)
def _choose_dots(value: AttributeDirectionValue) -> tuple[Any, Any, tuple[float, float]]:
    """Return some of the readings and the numbers, and the range of both; the same arrays from frame to frame."""
    every = slice(None, None, max(1, len(value.read) // CHART_SAMPLES))
    read, true = value.read[every], value.true[every]
    ends = np.concatenate([read, true])
    return read, true, (float(ends.min()), float(ends.max()))


# -- what else changes --------------------------------------------------------------------------------


def _make_change_items(frame: Frame[Any], key: AttributeKey) -> list[Item]:
    parts, moved, value, u = frame.layout.parts, _get_shift(frame), _get_direction(frame), frame.u
    if "changes panel" not in parts:
        return []
    if moved is None:
        return [Panel(parts["changes panel"])]
    places = place_changes(parts["changes"], len(moved.changes), u)
    shown = _choose_changes(moved.changes, len(places))
    items: list[Item] = [Panel(parts["changes panel"])]
    some = "" if len(shown) == len(moved.changes) else f", the {len(shown)} that changed most"
    scores = "Grey: held-out R² or accuracy. Full bar: 2 SD or 100%"
    text = f"What changed in the picture{some}, read by linear probes. {scores}"
    short = f"What changed{some}. Grey: held-out R² or accuracy"
    items.append(map_panel.make_caption(parts["changes text"], text, short=short))
    for rect, change in zip(places, shown, strict=True):
        items += _make_row(rect, change, "accent" if change.name == key.name else "second", u)
    if "unread" in parts and value is not None and value.unread:
        names = ", ".join(f"{name} ({score})" for name, score in value.unread)
        few = ", ".join(name for name, _ in value.unread)
        text, short = f"No linear probe reads {names}.", f"Not read: {few}"
        items.append(Text(parts["unread"], text, "small", "muted", wrap=True, short=short))
    return items


def _choose_changes(changes: tuple[Change, ...], count: int) -> tuple[Change, ...]:
    """Return as many changes as find room, in their order: the first, and those of the others that are largest."""
    largest = sorted(changes[1:], key=lambda one: -abs(_to_share(one)))[: max(0, count - 1)]
    return tuple(one for k, one in enumerate(changes) if (k == 0 and count) or one in largest)


def _to_share(change: Change) -> float:
    """Return the length of a bar, -1 to 1."""
    share = change.change if change.is_probability else change.change / FULL_SCALE
    return min(max(share, -1.0), 1.0)


def _make_row(rect: Rect, change: Change, colour: str, u: float) -> list[Item]:
    """Return the row of a change: name, held-out score, a bar to either side of its middle, and the change in words."""
    gap = round(6 * u)
    name, rest = rect.split_left(min(round(NAME_WIDTH * u), round(0.36 * rect.width)), gap)
    score, rest = rest.split_left(round(SCORE_WIDTH * u), gap)
    bar, words = rest.split_left(round(0.34 * rest.width), gap)
    middle, y = bar.centre
    end = middle + _to_share(change) * bar.width / 2
    items: list[Item] = [
        Text(name, change.name, "small", "accent" if colour == "accent" else "text"),
        map_panel.make_caption(score, change.score),
        Panel(Rect(bar.x, round(y), bar.width, max(1, round(u))), "line"),
        Panel(Rect(round(middle), bar.y + gap // 2, max(1, round(u)), bar.height - gap), "line"),
    ]
    if abs(end - middle) >= 1:
        items.append(Line(((middle, y), (end, y)), bar, colour, round(8 * u), reveals_answer=True))
    items.append(Text(words, change.text, "small", "text", short=change.short, reveals_answer=True))
    return items


# -- inside ---------------------------------------------------------------------------------------------


def _name(key: AttributeKey) -> str:
    return key.name if key.category in ("", YES_NO[1]) else key.label


@lru_cache(maxsize=16)
def _has_unknown(attribute: Attribute) -> bool:
    return not find_known(attribute).all()


def _get_direction(frame: Frame[Any]) -> AttributeDirectionValue | None:
    return frame.results.get_current("direction", AttributeDirectionValue)


def _get_shift(frame: Frame[Any]) -> AttributeShiftValue | None:
    return frame.results.get_current("moved", AttributeShiftValue)
