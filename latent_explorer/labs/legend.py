"""The legend: a chip a class, which switches the class on the map."""

from latent_explorer.labs.actions import Px
from latent_explorer.labs.rect import Rect
from latent_explorer.labs.state import State, World
from latent_explorer.labs.view import Chip, class_colour


def class_of_key(key: str, state: State, world: World) -> int | None:
    """The class that a digit key switches: the one so named, else the one in that place, counted from 1."""
    names = world[state.models[0]].class_names
    if key in names:
        return names.index(key)
    place = int(key) - 1
    return place if 0 <= place < len(names) else None


def chips(state: State, rect: Rect, world: World) -> list[Chip]:
    """As many chips as fit into `rect`, in the order of the classes."""
    names = world[state.models[0]].class_names
    gap = round(6 * state.unit)
    longest = max((len(name) for name in names), default=1)
    wanted = round((34 + 9 * longest) * state.unit)
    if not names or rect.height < 8:
        return []
    width = min(wanted, (rect.width - gap * (len(names) - 1)) // len(names))
    if width < 20 * state.unit:  # too narrow for all: the first ones at a readable width
        width = wanted
    found = []
    for k, name in enumerate(names):
        chip = Rect(rect.x + k * (width + gap), rect.y, width, rect.height)
        if chip.right > rect.right + 1:
            break
        found.append(Chip(chip, name, class_colour(k), k not in state.hidden))
    return found


def class_at(state: State, px: Px, rect: Rect, world: World) -> int | None:
    if not rect.contains(px):
        return None
    for k, chip in enumerate(chips(state, rect, world)):
        if chip.rect.contains(px):
            return k
    return None
