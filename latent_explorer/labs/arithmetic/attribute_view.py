"""View of the direction of an attribute: the picture that is moved along it, how sure it is, and what else changes."""

from typing import Any

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.checkpoint.direction import YES_NO
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic import view
from latent_explorer.labs.arithmetic.attribute_direction import AttributeKey
from latent_explorer.labs.arithmetic.attribute_queries import (
    AttributeDirectionValue,
    AttributeShiftValue,
    Change,
)
from latent_explorer.labs.arithmetic.layout import place_changes
from latent_explorer.labs.arithmetic.queries import SeparationValue, ShiftSource
from latent_explorer.labs.arithmetic.separation import MIN_TEST_SAMPLES
from latent_explorer.labs.arithmetic.source_texts import describe_addition
from latent_explorer.metrics.attribute_probe import Probe
from latent_explorer.metrics.mutual_information import find_known
from latent_explorer.scene import colour_by, map_panel, number_format, realism
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Image, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.texts import format_number, mark, tr, tr_count

FULL_SCALE = 2.0
"""Standard deviations of a full bar; of a category a full bar is all probability."""
NAME_WIDTH, SCORE_WIDTH = 112, 54
"""Design pixels of the name of an attribute, and of a score."""
CHART_SAMPLES = 200
WAITING = mark("Fitting a linear probe to each attribute.")


def describe_unit(key: AttributeKey, amount: float) -> str:
    """Return how much of a direction is added, in words."""
    written = format_number(amount, "+g")
    if key.category:
        return f"{written} × {say_key(key)}"
    number = abs(amount)
    return tr_count(
        "{amount} standard deviation of {attribute}",
        "{amount} standard deviations of {attribute}",
        int(number) if number == int(number) else 2,  # a part of one is written as several are
        amount=written, attribute=say_name(key.name),
    )  # fmt: skip


def choose_hint(frame: Frame[Any], key: AttributeKey) -> str:
    if frame.checkpoint.conditional:
        return tr("This model is told the class beside the code: what hangs on the class alone cannot change.")
    if key.category:
        return tr(
            "One step leads from the mean of all samples without it to the mean of those with it. What else changes?"
        )
    shown = colour_by.find_attribute(frame.state, 0, 1)
    if shown is not None and colour_by.get_active(frame.state, 1) != key.name:  # the colours are those of another one
        return tr("Add some {attribute} to a picture: does only that change?", attribute=say_name(key.name))
    value = _get_direction(frame)
    if value is not None and _has_unknown(value.probe.attribute):
        return tr(
            "The brighter a dot (grey: unknown), the more {attribute}. Add some to a picture: does only that change?",
            attribute=say_name(key.name),
        )
    return tr(
        "The brighter a dot, the more {attribute}. Add some to a picture: does only that change?",
        attribute=say_name(key.name),
    )


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
        items.append(map_panel.make_dot_marker(state, 0, source.dot, rect, "good"))
    if state.pointer.hover is not None:
        items.append(map_panel.make_dot_marker(state, 0, state.pointer.hover.dot, rect))
    return items


def make_items(frame: Frame[Any], key: AttributeKey, source: ShiftSource, *, typical: bool) -> list[Item]:
    """Return all beside the map; `typical` if nobody chose the sample that is moved."""
    return [
        *_make_direction_items(frame, key, source, typical=typical),
        *_make_change_items(frame, key),
        *view.make_strip_items(frame, source, say_key(key), typical=typical),
    ]


# -- the direction ------------------------------------------------------------------------------------


def _make_direction_items(frame: Frame[Any], key: AttributeKey, source: ShiftSource, *, typical: bool) -> list[Item]:
    parts, moved, value = frame.layout.parts, _get_shift(frame), _get_direction(frame)
    if moved is None:
        return frame.wait_for(parts["direction"], "moved", tr(WAITING), "body", 8)
    amount = frame.own.amount
    title = describe_addition(frame.state, source, describe_unit(key, amount), typical=typical)
    short = describe_unit(key, amount)
    if not key.category:
        short = tr("{amount} SD of {attribute}", amount=format_number(amount, "+g"), attribute=say_key(key))
    items: list[Item] = [Panel(parts["direction"])]
    items.append(Text(parts["direction text"], title, "body", "text", bold=True, short=short))
    verdict = realism.judge(moved.plausibility, moved.gaps, frame.checkpoint.neighbours.far_threshold)
    items.append(Image(parts["before"], moved.source_picture, "line", reveals_answer=True))
    items.append(Text(parts["arrow"], "→", "title", "muted", "centre", bold=True))
    items.append(Image(parts["after"], moved.picture, verdict.colour, reveals_answer=True))
    if "verdict" in parts:
        words, numbers = parts["verdict"].split_left(round(parts["verdict"].width * 0.4), 6)
        items += realism.make_items(words, verdict, "title")
        items.append(view.make_gap_text(numbers, moved.gaps))
    if value is None:
        return items
    if "chart" in parts:
        items.append(_make_chart(parts["chart"], value, moved.position, frame.ui_scale))
    if "separation" in parts:
        text, short = describe_direction(value)
        colour = "muted" if value.separation is not None or value.probe.reads else "warn"
        items.append(Text(parts["separation"], text, "body", colour, wrap=True, short=short))
    return items


def describe_direction(value: AttributeDirectionValue) -> tuple[str, str]:
    """Return how sure a direction is in plain words, and in a short form."""
    if value.separation is not None:
        return _describe_separation(value.separation)
    score = f"R² {format_score(value.probe)}"
    if value.probe.reads:
        text = tr("A linear regression reads it from the code: {score}, on samples it has not seen.", score=score)
        return text, tr("held out: {score}", score=score)
    text = tr(
        "{score} on samples not seen: no straight line in the code tells it. This direction is mostly chance.",
        score=score,
    )
    return text, tr("{score}, held out: mostly chance", score=score)


def _describe_separation(value: SeparationValue) -> tuple[str, str]:
    """Return the separation of the samples with a category from those without it, and a short form."""
    if value.auc is None:
        count = MIN_TEST_SAMPLES
        return (
            tr(
                "To say how well this direction tells with it from without takes {count} samples in each group.",
                count=count,
            ),
            tr("with it and without: {count} samples in each group needed.", count=count),
        )
    values = {"often": number_format.format_percent_number(value.auc), "auc": number_format.format_auc(value.auc)}
    if value.auc < view.MIN_USEFUL_AUC:
        text = tr(
            "Of a sample with it and one without, the first lies farther along in {often} of 100 pairs "
            "(AUC {auc}): hardly better than a coin.",
            **values,
        )
        return text, tr("AUC {auc}: hardly better than a coin", auc=values["auc"])
    text = tr(
        "Of a sample with it and one without, the first lies farther along in {often} of 100 pairs (AUC {auc}).",
        **values,
    )
    return text, tr("AUC {auc}: tells with it from without in {often} of 100 pairs", **values)


def _make_chart(rect: Rect, value: AttributeDirectionValue, position: float, ui_scale: float) -> Chart:
    if value.separation is not None:
        title = tr("along it") if value.separation.auc is None else tr("held out")
        return view.make_chart(rect, value.separation, position, ui_scale, (tr("with"), tr("without")), title)
    read, true, (low, high) = _choose_dots(value)
    at = min(max(position, 2 * low - high), 2 * high - low)
    series = Series(read, true, "accent", "dots")
    across = Axis("", min(low, at), max(high, at))
    title, cursor = tr("held out: true over read"), Cursor(at, "text", tr("here"))
    return Chart(rect, (series,), across, Axis("", low, high), title, (cursor,), ui_scale=ui_scale)


@remember(4)
def _choose_dots(value: AttributeDirectionValue) -> tuple[Any, Any, tuple[float, float]]:
    """Return some of the readings and the numbers, and the range of both; the same arrays from frame to frame."""
    every = slice(None, None, max(1, len(value.read) // CHART_SAMPLES))
    read, true = value.read[every], value.true[every]
    ends = np.concatenate([read, true])
    return read, true, (float(ends.min()), float(ends.max()))


# -- what else changes --------------------------------------------------------------------------------


def _make_change_items(frame: Frame[Any], key: AttributeKey) -> list[Item]:
    parts, moved, value, u = frame.layout.parts, _get_shift(frame), _get_direction(frame), frame.ui_scale
    if "changes panel" not in parts:
        return []
    if moved is None:
        return [Panel(parts["changes panel"])]
    places = place_changes(parts["changes"], len(moved.changes), u)
    shown = _choose_changes(moved.changes, len(places))
    items: list[Item] = [Panel(parts["changes panel"])]
    scores, count = tr("Grey: held-out R² or accuracy. Full bar: 2 SD or 100%"), len(shown)
    if count == len(moved.changes):
        text = tr("What changed in the picture, read by linear probes.")
        short = tr("What changed. Grey: held-out R² or accuracy")
    else:
        text = tr("What changed in the picture, the {count} that changed most, read by linear probes.", count=count)
        short = tr("What changed, the {count} that changed most. Grey: held-out R² or accuracy", count=count)
    text = f"{text} {scores}"
    items.append(make_caption(parts["changes text"], text, short=short))
    for rect, change in zip(places, shown, strict=True):
        items += _make_row(rect, change, "accent" if change.name == key.name else "second", u)
    if "unread" in parts and value is not None and value.unread:
        names = ", ".join(f"{say_name(name)} ({_describe_failure(probe)})" for name, probe in value.unread)
        few = ", ".join(say_name(name) for name, _ in value.unread)
        text, short = (
            tr("No linear probe reads {attributes}.", attributes=names),
            tr("Not read: {attributes}", attributes=few),
        )
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


def _make_row(rect: Rect, change: Change, colour: str, ui_scale: float) -> list[Item]:
    """Return the row of a change: name, held-out score, a bar to either side of its middle, and the change in words."""
    gap = round(6 * ui_scale)
    name, rest = rect.split_left(min(round(NAME_WIDTH * ui_scale), round(0.36 * rect.width)), gap)
    score, rest = rest.split_left(round(SCORE_WIDTH * ui_scale), gap)
    bar, words = rest.split_left(round(0.34 * rest.width), gap)
    middle, y = bar.centre
    end = middle + _to_share(change) * bar.width / 2
    items: list[Item] = [
        Text(name, say_name(change.name), "small", "accent" if colour == "accent" else "text"),
        make_caption(score, format_score(change.probe)),
        Panel(Rect(bar.x, round(y), bar.width, max(1, round(ui_scale))), "line"),
        Panel(Rect(round(middle), bar.y + gap // 2, max(1, round(ui_scale)), bar.height - gap), "line"),
    ]
    if abs(end - middle) >= 1:
        items.append(Line(((middle, y), (end, y)), bar, colour, round(8 * ui_scale), reveals_answer=True))
    text, short = describe_change(change)
    items.append(Text(words, text, "small", "text", short=short, reveals_answer=True))
    return items


def describe_change(change: Change) -> tuple[str, str]:
    """Return a change in few characters, and in fewer."""
    if not change.is_probability:
        by = change.difference
        short = number_format.format_short(by)
        short = f"+{short}" if by > 0 and any(digit in short for digit in "123456789") else short
        return number_format.add_unit(short, change.probe.attribute.unit), short
    before, after = (100 * one for one in change.chances)
    is_yes_no = change.probe.attribute.categories == YES_NO
    if is_yes_no and change.likeliest[0] != YES_NO[1]:  # of glasses, without a word: how sure it is that there are any
        before, after = 100 - before, 100 - after
    chances = tr("{before:.0f} → {after:.0f}%", before=before, after=after)
    first, last = map(say_name, change.likeliest)
    if first != last:
        return f"{first} → {last}", chances if is_yes_no else last
    return (chances, chances) if is_yes_no else (f"{first} {chances}", f"{first} {tr('{share:.0f}%', share=after)}")


def format_score(probe: Probe) -> str:
    """Return the held-out score of a probe: accuracy or R²."""
    if probe.attribute.is_categorical:
        return number_format.format_percent(probe.score)
    return format_number(probe.score, ".2f").replace("-", "−")


def _describe_failure(probe: Probe | None) -> str:
    """Return why an attribute is not read: the held-out score, or that there was no probe."""
    return tr("too few known, or too many kinds") if probe is None else format_score(probe)


# -- inside ---------------------------------------------------------------------------------------------


def say_key(key: AttributeKey) -> str:
    """Return what makes a direction in words: an attribute, and its category if that is not just yes."""
    name = say_name(key.name)
    return name if key.category in ("", YES_NO[1]) else f"{name}: {say_name(key.category)}"


@remember(16)
def _has_unknown(attribute: Attribute) -> bool:
    return not find_known(attribute).all()


def _get_direction(frame: Frame[Any]) -> AttributeDirectionValue | None:
    return frame.results.get_current("direction", AttributeDirectionValue)


def _get_shift(frame: Frame[Any]) -> AttributeShiftValue | None:
    return frame.results.get_current("moved", AttributeShiftValue)
