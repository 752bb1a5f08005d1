"""The legend: one chip a class, which shows or hides the class on every map that has it; or the meaning of the colours
if they show an attribute."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene import colour_by, number_format
from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Chip, ColourBar, Text, get_class_colour
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State

FEW_CLASSES = 20
"""Classes up to which the legend keeps their own order."""
LegendItem = Chip | Text | ColourBar


def collect_classes(state: State, model_count: int) -> dict[str, str]:
    """Return the colour of each class by its name: the first model's classes, then those that only others have."""
    colours: dict[str, str] = {}
    for slot in range(model_count):
        for k, name in enumerate(state.get_checkpoint(slot).class_names):
            colours.setdefault(name, get_class_colour(k))
    return colours


def find_hidden_classes(state: State, slot: int) -> frozenset[int]:
    """Return the numbers of the hidden classes in the model of a slot."""
    if not state.view.hidden:
        return frozenset()
    return frozenset(k for k, name in enumerate(state.get_checkpoint(slot).class_names) if name in state.view.hidden)


def find_class_of_key(key: str, state: State, model_count: int = 1) -> str | None:
    """Return the class that a digit key shows or hides: the one with that name, else by position; 0 is the tenth."""
    names = list(order_classes(state, model_count))
    if key in names:
        return key
    place = (int(key) - 1) % 10
    return names[place] if place < len(names) else None


def make_chips(state: State, rect: Rect, model_count: int = 1) -> list[Chip]:
    """Return one chip a class, or a category of the attribute that the colours show; if not all fit into `rect`, a page
    of them and a last chip that turns the page. Numbers have no chips."""
    is_class = colour_by.shows_classes(state, model_count)
    colours = (collect_classes if is_class else colour_by.collect_categories)(state, model_count)
    if is_class and len(colours) > FEW_CLASSES:
        colours = order_classes(state, model_count)
    hidden: frozenset[str] = state.view.hidden if is_class else frozenset()
    u, gap = state.ui_scale, round(6 * state.ui_scale)
    if not colours or rect.height < 8 or rect.width < 90 * u:
        return []
    widths = {name: _measure(name, u) for name in colours}
    turn = max(round(60 * u), _measure(f"+{len(colours)}", u))
    whole = sum(widths.values()) + gap * (len(colours) - 1) <= rect.width
    pages = [list(colours)] if whole else _split_pages(widths, rect.width - turn - gap, gap)
    chips, x = [], rect.x
    for name in pages[state.view.legend_page % len(pages)]:
        width = min(widths[name], rect.width if whole else rect.width - turn - gap)
        place = Rect(x, rect.y, width, rect.height)
        chips.append(Chip(place, say_name(name), colours[name], name not in hidden, name))
        x += width + gap
    if not whole:
        chips.append(Chip(Rect(x, rect.y, turn, rect.height), f"+{len(colours) - len(chips)}", None, True))
    return chips


def order_classes(state: State, model_count: int) -> dict[str, str]:
    """Return the colour of each class, in the order of the legend: where there are many, those with the most samples
    first; Ctrl+F finds the others."""
    colours = collect_classes(state, model_count)
    if len(colours) <= FEW_CLASSES:
        return colours
    counts: dict[str, int] = dict.fromkeys(colours, 0)
    for slot in range(model_count):
        for name, count in _count_samples(state.get_checkpoint(slot)).items():
            counts[name] += count
    return {name: colours[name] for name in sorted(colours, key=lambda name: -counts[name])}


@remember(16)
def _count_samples(checkpoint: Checkpoint) -> dict[str, int]:
    labels = checkpoint.labels[checkpoint.labels >= 0]
    return dict(
        zip(checkpoint.class_names, np.bincount(labels, minlength=len(checkpoint.class_names)).tolist(), strict=True)
    )


def make_items(state: State, rect: Rect, model_count: int = 1) -> list[LegendItem]:
    """Return the chips, or the colour scale of the numbers that the colours show."""
    ends = colour_by.find_range(state, model_count)
    if ends is None:
        return list(make_chips(state, rect, model_count))
    label, u = colour_by.describe_scale(state, model_count), state.ui_scale
    low, high = (number_format.format_short(one) for one in ends)
    ramp, words = round(120 * u), round((7 * len(label) + 12) * u)
    width = min(rect.width, max(round(240 * u), words + ramp + 2 * _measure_end((low, high), u)))
    if rect.height < 8 or width < 240 * u:
        return []
    brush = colour_by.find_brush(state, model_count)
    name = say_name(colour_by.get_active(state, model_count))
    items = make_colour_bar(
        replace(rect, width=width), (label, name), (low, high), colours="values", ramp=ramp, ui_scale=u, align="left"
    )
    if brush is None:
        note = colour_by.describe_known(state, model_count)
        return [*items, _make_note(rect, width, (note, ""), u)] if note else items
    first, last = ((value - ends[0]) / (ends[1] - ends[0]) for value in brush)
    selected = min(max(first, 0.0), 1.0), min(max(last, 0.0), 1.0)
    said = _make_note(rect, width, colour_by.describe_brush(state, model_count), u)
    return [*(replace(one, selected=selected) if isinstance(one, ColourBar) else one for one in items), said]


def drop_colours(items: Sequence[LegendItem]) -> list[LegendItem]:
    """Return the items with chips that show and hide classes, but say no colour."""
    return [replace(one, colour=None) if isinstance(one, Chip) else one for one in items]


def _make_note(rect: Rect, width: int, texts: tuple[str, str], ui_scale: float) -> Text:
    """Return a line, or its shorter form, behind a colour scale of `width`."""
    _, place = rect.split_left(width, round(6 * ui_scale))
    place = replace(place, width=max(0, min(place.width, round(8 * len(texts[0]) * ui_scale))))
    return Text(place, texts[0], "small", "text", short=texts[1])


def find_right_end(state: State, rect: Rect, model_count: int) -> int:
    """Return where the rest of the legend's row begins, in pixels."""
    return max((one.rect.right for one in make_items(state, rect, model_count)), default=rect.x)


def make_colour_bar(
    rect: Rect,
    label: tuple[str, str],
    ends: tuple[str, str],
    *,
    colours: str,
    ramp: int,
    ui_scale: float,
    align: str = "right",
) -> list[LegendItem]:
    """Return label (a long and a short one), lowest value, colour bar of the width `ramp`, and highest value; the label
    gets the room that the others leave, at whose end it is written, or as `align` says."""
    end = _measure_end(ends, ui_scale)
    words, rest = rect.split_left(rect.width - 2 * end - ramp)
    first, rest = rest.split_left(end)
    middle, last = rest.split_left(ramp)
    thick = min(rect.height, round(12 * ui_scale))
    bar = Rect(middle.x, rect.y + (rect.height - thick) // 2, ramp, thick)
    gap = round(6 * ui_scale)
    return [
        Text(words, label[0], "small", "muted", align, short=label[1]),
        Text(Rect(first.x, first.y, first.width - gap, first.height), ends[0], "small", "text", "right"),
        ColourBar(bar, colours),
        Text(Rect(last.x + gap, last.y, last.width - gap, last.height), ends[1], "small", "text"),
    ]


def _measure_end(ends: tuple[str, str], ui_scale: float) -> int:
    """Return the room beside a colour bar for its lowest and its highest value each."""
    return round((42 if max(map(len, ends)) < 5 else 54) * ui_scale)


def _measure(name: str, ui_scale: float) -> int:
    """Return about how wide the chip of a class is; capital letters are the wide ones."""
    said = say_name(name)
    return round((34 + 9 * len(said) + 3 * sum(map(str.isupper, said))) * ui_scale)


def _split_pages(widths: dict[str, int], room: int, gap: int) -> list[list[str]]:
    """Return the names in their order, split into pages of width `room`, at least one name a page."""
    pages: list[list[str]] = [[]]
    used = 0
    for name, width in widths.items():
        if pages[-1] and used + width > room:
            pages.append([])
            used = 0
        pages[-1].append(name)
        used += width + gap
    return pages


def handle_click(state: State, px: Px, rect: Rect, model_count: int = 1) -> State | None:
    """Return the state after a click on the legend; None if no chip is under `px`. A category cannot be hidden."""
    is_class = colour_by.shows_classes(state, model_count)
    for chip in make_chips(state, rect, model_count):
        if rect.contains(px) and chip.rect.contains(px):
            if chip.colour is None:
                return state.put(replace(state.view, legend_page=state.view.legend_page + 1))
            return state.put(replace(state.view, hidden=state.view.hidden ^ {chip.name})) if is_class else None
    return None
