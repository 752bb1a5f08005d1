"""The legend: a chip a class, which switches the class on every map that has it."""

from dataclasses import replace

from latent_explorer.labs.actions import Px
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import Chip, class_colour


def classes(state: State, world: World, slots: int) -> dict[str, str]:
    """The colour of each class by its name: the first model's classes, then those that only a second one has."""
    found: dict[str, str] = {}
    for model in state.models[:slots]:
        for k, name in enumerate(world[model].class_names):
            found.setdefault(name, class_colour(k))
    return found


def hidden(state: State, slot: int, world: World) -> frozenset[int]:
    """The classes of a slot's model that are not to be shown, by their numbers there."""
    if not state.hidden:
        return frozenset()
    return frozenset(k for k, name in enumerate(world[state.models[slot]].class_names) if name in state.hidden)


def class_of_key(key: str, state: State, world: World, slots: int = 1) -> str | None:
    """The class that a digit key switches: the one so named, else the one in that place; 0 is the tenth."""
    names = list(classes(state, world, slots))
    if key in names:
        return key
    place = (int(key) - 1) % 10
    return names[place] if place < len(names) else None


def chips(state: State, rect: Rect, world: World, slots: int = 1) -> list[Chip]:
    """As many chips as fit into `rect`; where that is not all, the last one says how many more and turns the page."""
    found = list(classes(state, world, slots).items())
    if not found or rect.height < 8:
        return []
    gap = round(6 * state.unit)
    longest = max(len(name) for name, _ in found)
    wanted = round((34 + 9 * longest) * state.unit)
    width = min(wanted, (rect.width - gap * (len(found) - 1)) // len(found))
    if width < min(wanted - 8 * state.unit, 48 * state.unit):  # too narrow for all: pages, at a readable width
        width = min(wanted, rect.width)
    fit = (rect.width + gap) // max(1, width + gap)
    if fit < 1 or width < 8:
        return []
    first, after = 0, len(found)
    if fit < len(found):
        each = max(1, fit - 1)
        first = (state.legend_page % -(-len(found) // each)) * each
        after = min(first + each, len(found))
    places = [Rect(rect.x + i * (width + gap), rect.y, width, rect.height) for i in range(fit)]
    shown = [
        Chip(place, name, colour, name not in state.hidden)
        for place, (name, colour) in zip(places, found[first:after], strict=False)
    ]
    if fit < len(found) and fit > 1:
        shown.append(Chip(places[len(shown)], f"+{len(found) - (after - first)}", None, True))
    return shown


def clicked(state: State, px: Px, rect: Rect, world: World, slots: int = 1) -> State | None:
    """The state after a click on the legend; None where there is no chip."""
    for chip in chips(state, rect, world, slots):
        if rect.contains(px) and chip.rect.contains(px):
            if chip.colour is None:
                return replace(state, legend_page=state.legend_page + 1)
            return replace(state, hidden=state.hidden ^ {chip.text})
    return None
