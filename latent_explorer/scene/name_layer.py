"""Keeps what is written on a map legible: the names of the classes lie over rings and lines and go aside from lettered
markers, and notes over pictures have a ground. It does not know how they are drawn."""

from dataclasses import replace

from latent_explorer.cache import Same, remember
from latent_explorer.scene.items import ClassNames, CornerNote, Line, Map, Marker, MosaicLayer, Rings, View
from latent_explorer.scene.rect import Rect


def lay_names(view: View) -> View:
    """Return the view with the names of each map's classes after all that marks it."""
    maps: list[Map] = []
    last: dict[Rect, int] = {}  # the last item on each map, by the map's rectangle
    taken: dict[Rect, list[Rect]] = {}  # what lettered markers cover, which must stay legible
    for i, item in enumerate(view):
        if isinstance(item, Map) and item.show_class_names:
            maps.append(item)
            last[item.rect], taken[item.rect] = i, []
        if not maps or not isinstance(item, Marker | Line | Rings):
            continue
        rect = item.rect if isinstance(item, Rings) else item.clip
        if rect in last:
            last[rect] = i
            if isinstance(item, Marker) and item.label and rect.contains(item.px):
                taken[rect].append(_cover(item, rect))
    if not maps:
        return view
    after: dict[int, list[ClassNames]] = {}
    for one in maps:
        after.setdefault(last[one.rect], []).append(_name_classes(Same(one), tuple(taken[one.rect])))
    return tuple([item for i, one in enumerate(view) for item in (one, *after.get(i, ()))])


@remember(8)
def _name_classes(dots: Same[Map], taken: tuple[Rect, ...]) -> ClassNames:
    """Return the names of a map's classes: the same object while nothing changes, so that it need not be compared."""
    return ClassNames(dots.value, taken)


def _cover(marker: Marker, rect: Rect) -> Rect:
    """Return what a marker covers, from the corner of the map in `rect`."""
    (x, y), size = marker.px, marker.size
    return Rect(round(x) - size - rect.x, round(y) - size - rect.y, 2 * size, 2 * size)


def ground_notes(view: View) -> View:
    """Return the view with a ground below the notes on maps of pictures."""
    places = {one.rect for one in view if isinstance(one, Map) and isinstance(one.layer, MosaicLayer)}
    if not places:
        return view
    return tuple([
        replace(one, has_ground=True) if isinstance(one, CornerNote) and one.rect in places else one for one in view
    ])  # fmt: skip
