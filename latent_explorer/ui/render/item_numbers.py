"""Numbers the items of views: what looks the same has the same number, so that a frame compares whole numbers."""

from functools import lru_cache
from itertools import count

import numpy as np

from latent_explorer.scene import items
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.items import Item, View

Identity = tuple[object, ...]


class ItemNumbers:
    """Gives each item of a view a number: that of an item of the last view if it looks the same, else one that no other
    has had. An item that was in the last view, the very object, is looked up by its id, which is fast."""

    def __init__(self) -> None:
        self._shown: dict[int, tuple[Item, int, Identity]] = {}
        """The items of the last view by id, with number and identity: they are held, so that no other has their id."""
        self._numbers: dict[Identity, int] = {}
        """The number of each identity in the last view, and of no other: the ids in others may be another picture's."""
        self._next = count(1)

    def number(self, view: View) -> tuple[int, ...]:
        """Return the number of each item of the next view."""
        before, self._shown = self._shown, dict[int, tuple[Item, int, Identity]]()
        for item in view:
            entry = before.get(id(item))
            if entry is None:
                identity = make_identity(item)
                number = self._numbers.get(identity)
                if number is None:
                    number = self._numbers[identity] = next(self._next)
                entry = item, number, identity
            self._shown[id(item)] = entry
        numbers = tuple([self._shown[id(item)][1] for item in view])
        present = set(numbers)
        for _, number, identity in before.values():
            if number not in present:
                self._numbers.pop(identity, None)  # two items that looked the same have one
        return numbers


def make_identity(item: Item) -> Identity:
    """Return a key that is equal for items that look the same; pictures are compared by id, which is fast."""
    if isinstance(item, Chart):
        return ("Chart", *item.identity)
    values = vars(item)
    if isinstance(item, items.FilmStrip):
        values = {**values, "pictures": id(item.pictures)}
    parts: list[object] = [type(item).__name__, *values.values()]
    if any(map(_is_array, map(type, parts))):  # a few items alone, and this runs for every new one of every frame
        for i, value in enumerate(parts):
            if isinstance(value, np.ndarray):
                parts[i] = id(value)
    return tuple(parts)


@lru_cache
def _is_array(kind: type) -> bool:
    return issubclass(kind, np.ndarray)
