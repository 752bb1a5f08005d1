"""The legend: one chip a class, which shows or hides the class on every map that has it."""

from dataclasses import replace

from latent_explorer.scene.events import Px
from latent_explorer.scene.items import Chip, get_class_colour
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State


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
    names = list(collect_classes(state, model_count))
    if key in names:
        return key
    place = (int(key) - 1) % 10
    return names[place] if place < len(names) else None


def make_chips(state: State, rect: Rect, model_count: int = 1) -> list[Chip]:
    """Return one chip a class; if not all fit into `rect`, a page of them and a last chip that turns the page."""
    colours = collect_classes(state, model_count)
    u, gap = state.ui_scale, round(6 * state.ui_scale)
    if not colours or rect.height < 8 or rect.width < 90 * u:
        return []
    widths = {name: round((34 + 9 * len(name)) * u) for name in colours}
    turn = round(60 * u)
    whole = sum(widths.values()) + gap * (len(colours) - 1) <= rect.width
    pages = [list(colours)] if whole else _split_pages(widths, rect.width - turn - gap, gap)
    chips, x = [], rect.x
    for name in pages[state.view.legend_page % len(pages)]:
        width = min(widths[name], rect.width if whole else rect.width - turn - gap)
        chips.append(Chip(Rect(x, rect.y, width, rect.height), name, colours[name], name not in state.view.hidden))
        x += width + gap
    if not whole:
        chips.append(Chip(Rect(x, rect.y, turn, rect.height), f"+{len(colours) - len(chips)}", None, True))
    return chips


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
    """Return the state after a click on the legend; None if no chip is under `px`."""
    for chip in make_chips(state, rect, model_count):
        if rect.contains(px) and chip.rect.contains(px):
            if chip.colour is None:
                return state.put(replace(state.view, legend_page=state.view.legend_page + 1))
            return state.put(replace(state.view, hidden=state.view.hidden ^ {chip.text}))
    return None
