"""What the colours of the dots show: the classes, or an attribute of the pictures."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.cache import remember
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.query import AnyQuery
from latent_explorer.metrics.mutual_information import find_known
from latent_explorer.scene import known_attributes, number_format
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.items import CornerNote, DotColours, get_class_colour
from latent_explorer.scene.map_notes import has_room
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name, say_title
from latent_explorer.scene.state import State
from latent_explorer.texts import format_number, mark, tr, tr_count

MEASURING = mark("Measuring {name} in the background; until then the colours are those of the classes.")
NO_ATTRIBUTES = mark("These models were saved without attributes: there are only the classes to colour by.")
CLASS = "class"
RANGE = (0.01, 0.99)
"""Quantiles of the values at the ends of the colour scale."""


def list_names(state: State, model_count: int) -> tuple[str, ...]:
    """Return the attributes that at least one of the displayed models has, or will have once they are measured."""
    key = "attributes", model_count
    if key not in state.derived:
        models = [known_attributes.list_names(state, slot) for slot in range(model_count)]
        state.derived[key] = tuple(dict.fromkeys(name for one in models for name in one if name != CLASS))
    names: tuple[str, ...] = state.derived[key]
    return names


def get_active(state: State, model_count: int) -> str:
    """Return the attribute that the colours show; `CLASS` if no displayed model has the chosen one."""
    name = state.view.colour_by
    return name if name != CLASS and name in list_names(state, model_count) else CLASS


def make_controls(state: State, model_count: int, *, lab_colours: bool) -> tuple[Choice, ...]:
    """Return the menu; none if nothing is known of the pictures besides their classes. `lab_colours` says that the lab
    may colour the dots otherwise than by class."""
    names = list_names(state, model_count)
    if not names:
        return ()
    first = (CLASS, tr("Lab's colours") if lab_colours else tr("Class"))
    options = (first, *((name, say_title(name)) for name in names))
    tip = tr("What the dots' colours show (Ctrl+L). Drag on a scale of numbers: only dots of that range; a click: all")
    return (Choice("colour", options, get_active(state, model_count), tip, menu=True),)


def choose(state: State, name: str) -> State:
    """Return the state with the dots coloured by `name`, without a layer: on one the dots are white."""
    layer = state.view.layer if name == CLASS else "none"
    return state.put(replace(state.view, colour_by=name, layer=layer, legend_page=0))


def choose_next(state: State, model_count: int, by: int) -> State:
    """Return the state with the next attribute, `by` 1, or the previous one, -1; a notice says that there are none."""
    names = (CLASS, *list_names(state, model_count))
    if len(names) == 1:
        return state.with_notice(known_attributes.explain_none(state, model_count) or tr(NO_ATTRIBUTES))
    return choose(state, names[(names.index(get_active(state, model_count)) + by) % len(names)])


def shows_classes(state: State, model_count: int) -> bool:
    """Return True if the colours are those of the classes: no attribute is chosen, or it is still to be measured."""
    return not _collect_attributes(state, model_count)


def make_queries(state: State, model_count: int) -> dict[str, AnyQuery]:
    """Return the queries that measure the active attribute where it is not known yet."""
    name = get_active(state, model_count)
    return {} if name == CLASS else known_attributes.make_queries(state, model_count, name)


def choose_hint(state: State, model_count: int, hint: str) -> str:
    """Return that the active attribute is being measured, or `hint`."""
    return tr(MEASURING, name=say_name(get_active(state, model_count))) if make_queries(state, model_count) else hint


def find_attribute(state: State, slot: int, model_count: int) -> Attribute | None:
    """Return the active attribute of a slot's dots; None if the colours show the classes, or if it has no values of the
    kind that the first model has."""
    having = _collect_attributes(state, model_count)
    attribute = having.get(slot)
    if attribute is None or attribute.is_categorical != next(iter(having.values())).is_categorical:
        return None
    return attribute


def collect_categories(state: State, model_count: int) -> dict[str, str]:
    """Return the colour of each category of the active attribute by its name: the first model's, then those that only
    others have; none if it is of numbers."""
    attributes = (find_attribute(state, slot, model_count) for slot in range(model_count))
    names = dict.fromkeys(name for one in attributes if one is not None for name in one.categories)
    return {name: get_class_colour(k) for k, name in enumerate(names)}


def find_range(state: State, model_count: int) -> tuple[float, float] | None:
    """Return the numbers at the ends of the colour scale, which all displayed maps share; None without numbers."""
    if not _collect_attributes(state, model_count):
        return None
    attributes = (find_attribute(state, slot, model_count) for slot in range(model_count))
    ends = [measure_range(one) for one in attributes if one is not None and not one.is_categorical]
    if not ends:
        return None
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return low, high if high > low else low + 1.0


def colour_dots(state: State, slot: int, model_count: int) -> DotColours | None:
    """Return the colours of the dots of a slot; None if they show no attribute. Unknown values are grey."""
    attribute = find_attribute(state, slot, model_count)
    if attribute is None:
        return None
    ends = find_range(state, model_count)
    if ends is not None:
        brush = find_brush(state, model_count)
        return DotColours(values=attribute.values, low=ends[0], high=ends[1], brush=brush)
    colours = collect_categories(state, model_count)
    return DotColours(_number_categories(attribute), tuple(colours[name] for name in attribute.categories))


def find_brush(state: State, model_count: int) -> tuple[float, float] | None:
    """Return the range of the active attribute outside of which dots are dimmed; None if all are shown."""
    brush = state.view.brushes.get(get_active(state, model_count))
    return (min(brush), max(brush)) if brush is not None else None


def describe_scale(state: State, model_count: int) -> str:
    """Return the label of the colour scale: the active attribute with its unit."""
    name = say_name(get_active(state, model_count))
    unit = next((one.unit for one in _collect_attributes(state, model_count).values()), "")
    return tr("{name}, in {unit}", name=name, unit=tr(unit)) if unit else name


def describe_brush(state: State, model_count: int) -> tuple[str, str]:
    """Return the selected range and the number of visible dots in it, in more words and in fewer; empty without one."""
    brush, ends = find_brush(state, model_count), find_range(state, model_count)
    if brush is None or ends is None:
        return "", ""
    digits = min(max(0, 1 - math.floor(math.log10(ends[1] - ends[0]))), 6)
    counts = [_count_inside(state, slot, model_count, brush) for slot in range(model_count)]
    dots = tr(" and ").join(format_number(count, ",") for count in counts if count is not None)
    low, high = (format_number(end, f".{digits}f") for end in brush)
    short = tr_count("{dots} dot", "{dots} dots", sum(count or 0 for count in counts), dots=dots)
    return tr("{low} to {high}: {dots}", low=low, high=high, dots=short), short


def describe_known(state: State, model_count: int) -> str:
    """Return of how many dots the active attribute is known; empty if it is of all."""
    attributes = [one for slot in range(model_count) if (one := find_attribute(state, slot, model_count)) is not None]
    known, every = sum(map(_count_known, attributes)), sum(len(one.values) for one in attributes)
    return tr("known of {known:,} of {every:,} dots", known=known, every=every) if known < every else ""


def make_notes(state: State, slot: int, rect: Rect, model_count: int) -> list[CornerNote]:
    """Return what the attribute says of the dot nearest to the mouse, or that the model has no such attribute."""
    name = get_active(state, model_count)
    if name == CLASS or not has_room(state, rect):
        return []
    attribute, hover = find_attribute(state, slot, model_count), state.pointer.hover
    if attribute is None and known_attributes.is_awaited(state, slot, name):
        text = tr("measuring {name}", name=say_name(name))
    elif attribute is None:
        text = tr("{name} is not known here: colours of the classes", name=say_name(name))
    elif hover is not None and hover.slot == slot:
        value = format_value(attribute, hover.dot)
        text = tr("nearest dot: {name} {value}", name=say_name(name), value=value)
    else:
        return []
    return [CornerNote(rect, (text,), at_left=False, at_bottom=False)]


def format_value(attribute: Attribute, dot: int) -> str:
    """Return the value of a dot in words."""
    value = float(attribute.values[dot])
    if attribute.is_categorical:
        return say_name(attribute.categories[int(value)]) if value >= 0 else tr("unknown")
    short = number_format.format_short(value)
    return tr("unknown") if np.isnan(value) else number_format.add_unit(short, attribute.unit)


# -- inside ---------------------------------------------------------------------------------------------


def _count_inside(state: State, slot: int, model_count: int, brush: tuple[float, float]) -> int | None:
    """Return the number of visible dots of a slot in a range; None without the attribute."""
    attribute = find_attribute(state, slot, model_count)
    if attribute is None:
        return None
    key = "dots in range", slot, brush
    if key not in state.derived:
        checkpoint = state.get_checkpoint(slot)
        hidden = [k for k, name in enumerate(checkpoint.class_names) if name in state.view.hidden]
        inside = (attribute.values >= brush[0]) & (attribute.values <= brush[1])
        state.derived[key] = int((inside & ~np.isin(checkpoint.labels, hidden)).sum())
    count: int = state.derived[key]
    return count


def _collect_attributes(state: State, model_count: int) -> dict[int, Attribute]:
    """Return the active attribute by slot, where a model has it."""
    key = "active attribute", model_count
    if key not in state.derived:
        name = get_active(state, model_count)
        models = [(slot, known_attributes.get(state, slot)) for slot in range(model_count)] if name != CLASS else []
        state.derived[key] = {slot: attributes[name] for slot, attributes in models if name in attributes}
    having: dict[int, Attribute] = state.derived[key]
    return having


@remember(64)
def _count_known(attribute: Attribute) -> int:
    return int(find_known(attribute).sum())


@remember(64)
def measure_range(attribute: Attribute) -> tuple[float, float]:
    """Return the numbers at the ends of the colour scale of an attribute."""
    known = attribute.values[np.isfinite(attribute.values)]
    low, high = np.quantile(known.astype(np.float64), RANGE) if len(known) else (0.0, 1.0)
    return float(low), float(high)


@remember(64)
def _number_categories(attribute: Attribute) -> NDArray[np.int64]:
    """Return the numbers of the categories as one array, so that equal colours are recognised as such."""
    return attribute.values.astype(np.int64)
