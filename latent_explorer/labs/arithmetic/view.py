"""View of the Arithmetic lab: the groups on the map, the equation in pictures, and the effect of its direction."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.arithmetic.examples import TRAIT_NAMES, GroupName
from latent_explorer.labs.arithmetic.layout import NEAREST_COUNT, STEPS, to_amount, to_share
from latent_explorer.labs.arithmetic.queries import (
    EquationValue,
    Group,
    GroupPositionsValue,
    SeparationValue,
    ShiftAlongDirectionValue,
    ShiftSource,
)
from latent_explorer.labs.arithmetic.separation import MIN_TEST_SAMPLES
from latent_explorer.labs.arithmetic.source_texts import describe_addition, describe_film
from latent_explorer.scene import map_panel, realism, sample_facts
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.events import Xy
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import (
    DotColours,
    FilmStrip,
    Image,
    Item,
    Line,
    Marker,
    Panel,
    StatusDot,
    Text,
    make_caption,
)
from latent_explorer.scene.number_format import format_auc, format_percent_number
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.straight_map import is_straight
from latent_explorer.texts import format_number, mark, tr, tr_count

GROUP_COLOURS = ("accent", "second", "third")
"""Colours of A, B and C."""
GROUPS = ("A", "B")
"""Letters of the groups that make the direction."""
PALETTE = (*GROUP_COLOURS, "line")
RESULT_COLOUR = "text"
NARROW_CHART = 320
"""Design pixels of width below which the title of a chart is short."""
MIN_USEFUL_AUC = 0.6
"""AUC below which a direction is described as hardly better than a coin."""
CLASS_NAME = mark("class {class_name}")
"""What all samples of a class are called."""
CHART_LOW, CHART_HIGH = -1.5, 2.5
"""Range of the histogram along A − B, extended if the shifted latent lies beyond."""
MAX_CHART_POSITION = 20.0
"""Positions farther out are drawn at the end of the histogram, which would shrink the groups otherwise."""


def choose_hint(frame: Frame[Any], groups: tuple[Group, ...], hint: str) -> str:
    """Return the hint for the current model, groups and map: what the example shows, if it comes out; on a linear map,
    why the arrows are equal."""
    state, value = frame.state, _get_equation(frame)
    if value is not None and (value.query.a, value.query.b, value.query.c) == groups and len(value.names) > len(groups):
        a, b, c, result = map(name_group, value.names)
        equation = f"{a[0].upper()}{a[1:]} − {b} + {c} = {result}"
        return tr('{equation}: what tells A from B is carried over to C. "Example" shows another.', equation=equation)
    if state.get_checkpoint(0).conditional:
        return tr(
            "This model is told the class beside the code, so its code need not hold it: what can A − B change then?"
        )
    if is_straight(state.get_checkpoint(0).maps[state.get_map_name(0)]):
        return tr(
            "This map is straight: the arrow from B to A and the one from C to the result are the same. t-SNE bends it."
        )
    return hint


@remember(4)
def assign_groups(value: EquationValue, count: int) -> NDArray[np.int64]:
    """Return (M,): the group of each sample: 0 A, 1 B, 2 C, 3 none; a sample of several groups is of the last."""
    groups = np.full(count, 3, np.int64)
    for k, dots in enumerate(value.dots):
        groups[dots] = k
    return groups


# -- the map ------------------------------------------------------------------------------------------


def colour_dots(frame: Frame[Any]) -> DotColours | None:
    value = _get_equation(frame)
    return None if value is None else DotColours(assign_groups(value, len(frame.checkpoint.labels)), PALETTE)


def make_map_items(frame: Frame[Any], source: ShiftSource, lasso: tuple[Xy, ...], rect: Rect) -> list[Item]:
    """Return the groups, the arrows between their means, what is shifted, and the lasso."""
    state, equation, camera = frame.state, _get_equation(frame), frame.state.get_camera(0)
    places = frame.results.get_value("places", GroupPositionsValue)
    hover, items, small = state.pointer.hover, list[Item](), round(6 * state.marker_scale)
    for dot in equation.nearest_dots if equation is not None else ():
        items.append(Marker(map_panel.get_dot_px(state, 0, dot, rect), rect, RESULT_COLOUR, small))
    thin, thick = state.scale_line(2), state.scale_line(3)
    if places is not None and state.map_task.transition is None and places.query.map_name == state.get_map_name(0):
        a, b, c, result = (camera.to_px(xy, rect) for xy in places.xy)
        items.append(Line((b, a), rect, "text", thin, arrow=True, dashed=True))
        items.append(Line((c, result), rect, "text", thick, arrow=True))
        marks = zip((a, b, c, result), "ABC=", (*GROUP_COLOURS, RESULT_COLOUR), strict=True)
        size = round(11 * state.marker_scale)
        items += [Marker(px, rect, colour, size, name, filled=True) for px, name, colour in marks]
    if isinstance(source, Dot):
        items.append(map_panel.make_dot_marker(state, 0, source.dot, rect, "good"))
    if hover is not None and not lasso:
        items.append(map_panel.make_dot_marker(state, 0, hover.dot, rect))
    if len(lasso) > 1:
        colour = GROUP_COLOURS["abc".index(frame.own.fill)]
        loop = tuple(camera.to_px(xy, rect) for xy in lasso)
        items += [Line(loop, rect, colour, thick), Line((loop[-1], loop[0]), rect, colour, thin, dashed=True)]
    return items


# -- the equation -------------------------------------------------------------------------------------


def name_group(name: GroupName) -> str:
    """Return the name of a group in words."""
    if not name.class_name:
        return tr("picked")
    said = {"class_name": say_name(name.class_name), "attribute": say_name(name.attribute) if name.attribute else ""}
    return tr(TRAIT_NAMES.get(name.trait, CLASS_NAME), **said)


def _get_equation(frame: Frame[Any]) -> EquationValue | None:
    return frame.results.get_value("equation", EquationValue)


def make_equation_items(frame: Frame[Any]) -> list[Item]:
    """Return A - B + C in pictures, with the number of samples, the verdict and the nearest samples."""
    state, parts, value = frame.state, frame.layout.parts, _get_equation(frame)
    if value is None or frame.results.get_failure("equation") is not None:
        return frame.wait_for(parts["equation"], "equation", tr("Computing A − B + C."), size="body", inset=8)
    items: list[Item] = [Panel(parts["equation"])]
    verdict = realism.judge(value.plausibility, value.gaps, frame.checkpoint.neighbours.far_threshold)
    frames = (*GROUP_COLOURS, verdict.colour)
    for i, sign in enumerate(("−", "+", "=")):
        items.append(Text(parts[f"sign {i}"], sign, "large", "text", "centre", bold=True))
    for name, picture, colour in zip(("a", "b", "c", "result"), value.pictures, frames, strict=True):
        items.append(Image(parts[name], picture, colour, reveals_answer=name == "result"))
    for name, what, dots, colour in zip("abc", value.names, value.dots, GROUP_COLOURS, strict=False):
        first, second = parts[f"{name} text"].split_rows(2, 0)
        margin = round(4 * state.ui_scale)  # between the names of two groups
        first = replace(first, x=first.x + margin, width=max(0, first.width - 2 * margin))
        bold = f"{name.upper()}: {name_group(what)}"
        smaller = realism.SMALLER["body"]
        items.append(Text(first, bold, "body", colour, "centre", bold=True, short=name.upper(), fallback_sizes=smaller))
        many = tr_count("{count:,} sample", "{count:,} samples", len(dots))
        items.append(make_caption(second, many, align="centre", short=f"{len(dots)}"))
    first, second = parts["result text"].split_rows(2, 0)
    items.append(Text(first, "A − B + C", "body", "text", "centre", bold=True))
    nearest = sample_facts.say_class_name(state, 0, value.nearest_dots[0]) if sample_facts.has_classes(state, 0) else ""
    if nearest and not state.overlay.pictures_hidden:
        items.append(
            make_caption(second, tr("nearest: {class_name}", class_name=nearest), align="centre", short=nearest)
        )
    if "verdict" in parts:
        words, numbers = parts["verdict"].split_left(round(parts["verdict"].width * 0.4), 6)
        items += realism.make_items(words, verdict, "title")
        items.append(make_gap_text(numbers, value.gaps))
    if "near" in parts:
        text, short = tr("nearest real samples, ringed on the map"), tr("nearest real samples")
        if value.nearest_note:
            short = tr("copies of the nearest samples")
            text = tr("copies of the nearest samples, ringed: {reason}", reason=tr(value.nearest_note))
        items.append(make_caption(parts["near text"], text, short=short))
        gap = round(6 * state.ui_scale)
        row, _ = parts["near"].split_left(NEAREST_COUNT * (parts["near"].height + gap) - gap)
        items.append(FilmStrip(row, value.nearest_pictures, NEAREST_COUNT, gap, reveals_answer=True))
    return items


def make_gap_text(rect: Rect, gaps: float) -> Text:
    """Return how far a code is from the nearest sample's."""
    text, short = tr("code {gaps:.1f} sample gaps from a sample's", gaps=gaps), tr("{gaps:.1f} gaps away", gaps=gaps)
    return Text(rect, text, "body", "muted", "right", short=short)


# -- the direction ------------------------------------------------------------------------------------


def _get_shift(frame: Frame[Any]) -> ShiftAlongDirectionValue | None:
    return frame.results.get_value("moved", ShiftAlongDirectionValue)


def make_direction_items(frame: Frame[Any], source: ShiftSource) -> list[Item]:
    """Return the picture before and after the shift, and how well the direction separates the groups."""
    parts, moved = frame.layout.parts, _get_shift(frame)
    separation = frame.results.get_value("separation", SeparationValue)
    items: list[Item] = [Panel(parts["direction"])] if "direction" in parts else []
    if not items or moved is None:
        return items
    amount = f"{format_number(frame.own.amount, '+g')} × (A − B)"
    title = describe_addition(frame.state, source, amount)
    items.append(Text(parts["direction text"], title, "body", "text", bold=True))
    verdict = realism.judge(moved.plausibility, moved.gaps, frame.checkpoint.neighbours.far_threshold)
    items.append(Image(parts["before"], moved.source_picture, "line", reveals_answer=True))
    items.append(Text(parts["arrow"], "→", "title", "muted", "centre", bold=True))
    items.append(Image(parts["after"], moved.picture, verdict.colour, reveals_answer=True))
    if separation is None:
        return items
    if "chart" in parts:
        is_held_out = separation.auc is not None
        title = tr("held-out samples along A − B") if is_held_out else tr("samples that made A − B, along it")
        if parts["chart"].width < NARROW_CHART * frame.ui_scale:
            title = tr("held out") if is_held_out else tr("along it")
        items.append(make_chart(parts["chart"], separation, moved.position, frame.ui_scale, GROUPS, title))
    if "separation" in parts:
        text, short = describe_separation(separation)
        items.append(Text(parts["separation"], text, "body", "muted", wrap=True, short=short))
    return items


def make_chart(
    rect: Rect, value: SeparationValue, position: float, ui_scale: float, names: tuple[str, str], title: str
) -> Chart:
    """Return the histograms of two groups, of such `names`, along a direction, and a mark at `position`."""
    series = tuple(
        Series(value.bin_centres, share, colour, "steps", name)
        for share, colour, name in zip(value.shares, GROUP_COLOURS, names, strict=False)
    )
    at = min(max(position, -MAX_CHART_POSITION), MAX_CHART_POSITION)
    # in whole steps, so that the groups do not creep while the amount is dragged
    low = CHART_LOW if at >= CHART_LOW else math.floor(at) - 0.5
    high = CHART_HIGH if at <= CHART_HIGH else math.ceil(at) + 0.5
    up = Axis("", 0.0, 1.1, ticks=(-1.0,))
    return Chart(rect, series, Axis("", low, high), up, title, (Cursor(at, "text", tr("here")),), ui_scale=ui_scale)


def describe_separation(value: SeparationValue) -> tuple[str, str]:
    """Return the separation of A and B along the direction in plain words, and in a short form."""
    if value.auc is None:
        count = MIN_TEST_SAMPLES
        return (
            tr("To say how well this direction tells A from B takes {count} samples in each group.", count=count),
            tr("A and B: {count} samples in each group needed.", count=count),
        )
    values = {"often": format_percent_number(value.auc), "auc": format_auc(value.auc)}
    if value.auc < MIN_USEFUL_AUC:
        text = tr(
            "Of a sample of A and one of B, A's lies farther along in {often} of 100 pairs (AUC {auc}): "
            "hardly better than a coin.",
            **values,
        )
        return text, tr("AUC {auc}: hardly better than a coin", auc=values["auc"])
    text = tr("Of a sample of A and one of B, A's lies farther along in {often} of 100 pairs (AUC {auc}).", **values)
    return text, tr("AUC {auc}: tells A from B in {often} of 100 pairs", **values)


def make_strip_items(
    frame: Frame[Any], source: ShiftSource, direction: str = "A − B", *, typical: bool = False
) -> list[Item]:
    """Return pictures over the whole range of amounts, with a scale and a mark at the current one."""
    parts, u, moved = frame.layout.parts, frame.ui_scale, _get_shift(frame)
    items: list[Item] = [Panel(parts["strip"])] if "strip" in parts else []
    if not items or moved is None or not moved.film:
        return items
    note = f" ({tr(moved.note)})" if moved.note else ""
    text = describe_film(frame.state, source, direction, typical=typical) + note
    short = tr("more or less of {direction}", direction=direction)
    items.append(make_caption(parts["strip text"], text, short=short))
    film = FilmStrip(parts["film"], moved.film, STEPS, round(6 * u), reveals_answer=True)
    items.append(film)
    row = parts["ticks"]
    for i, cell in enumerate(film.picture_rects):
        if i % 2 == 0:
            amount = to_amount((i + 0.5) / STEPS)
            under = Rect(cell.x - 8, row.y, cell.width + 16, row.height)
            items.append(make_caption(under, f"{amount:+.0f}".replace("-", "−") if amount else "0", align="centre"))
    x, size, thick = row.x + to_share(frame.own.amount) * row.width, round(10 * u), round(2 * u)
    items.append(Panel(Rect(row.x, row.y - thick, row.width, max(1, thick)), "line"))
    items.append(StatusDot(Rect(round(x - size / 2), row.y - thick - size // 2, size, size), "accent"))
    return items
