"""Marks in the window around what a page of a lesson points at, until the user takes the mouse."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, HeatMapValue
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.errors import did_you_mean
from latent_explorer.labs import LABS
from latent_explorer.scene import legend, map_layers
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.hint_line import NOTE_LETTER_WIDTH
from latent_explorer.scene.items import ColourBar, Highlight, Item, Map, NoData, Panel, Text, View
from latent_explorer.scene.lesson_target import ALONE, NAMED, Target
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import toolbar

RING_RADIUS, POINTER_RADIUS, MIN_HOLE_RADIUS = 24, 40, 9
"""Design pixels of the rings around a place, around a lesson's pointer, and of the smallest around a hole."""
JOINED_GAP, MAX_ROW_HEIGHT = 8, 90
"""Design pixels between two rows up to which one outline encloses both, and the height of a row at most."""
MAX_HOLES, MIN_APART = 5, 3
"""Number of rings at most, and nodes of the heat map at least between one and the middle of the next, or its radius."""
HOLE_GAPS = 1.0
"""Sample gaps from the nearest sample's code beyond which a place is in a hole: what samples are from each other."""
AS_FAR = 0.03
"""Sample gaps by which distances of two places differ at most that count as the same."""
COVERED = 0.5
"""Opacity of the layer from which a place counts as between the dots."""
Rects = Mapping[str, Rect]
SHARED_PARTS = ("legend", "hint")
"""Parts that every lab has."""


def list_targets(state: State) -> tuple[Target, ...]:
    """Return what the lesson's page points at now; nothing once the user has taken the mouse."""
    given, pointer = state.overlay.lesson, state.pointer.by_lesson
    return () if given is None or pointer is None or pointer.moving else given.current_page.point_at


def make_queries(state: State) -> dict[str, AnyQuery]:
    """Return the queries of what the marks need: how far the codes between the dots are from the samples'."""
    given = state.overlay.lesson
    if given is None or Target("holes") not in given.current_page.point_at:
        return {}
    lab = LABS[state.lab]
    wanted: dict[str, AnyQuery] = {}
    for slot in range(len(lab.get_layout(state).maps)):
        if state.get_checkpoint(slot).can_decode:
            hidden, reach = legend.find_hidden_classes(state, slot), map_layers.compute_empty_distance(state, slot)
            name, which = state.get_model_name(slot), state.get_map_name(slot)
            wanted[f"holes {slot}"] = HeatMap(name, which, "distance", reach, hidden)
    return wanted


def make_items(state: State, results: Results, controls: Rects, shown: View) -> list[Item]:
    """Return the marks around all that the page points at, but for parts in which nothing is `shown` yet; `controls`
    are the places of the bar's controls."""
    if state.overlay.lesson is None or state.map_task.transition is not None:
        return []
    marks = list[Highlight]()
    for target in list_targets(state):
        found = mark(target, state, results, controls)
        marks += found if target.kind != "part" else [one for one in found if _is_filled(one.rect, shown)]
    return list(_join_rows(marks, state.ui_scale))


def find_missing(state: State, results: Results, controls: Rects) -> str:
    """Return what is wrong with the first target that is not on the screen; empty if all are. Holes that are not
    computed yet will be, and a presentation has no bar."""
    for target in list_targets(state):
        waits = target.kind == "holes" and not _are_holes_known(state, results)
        if waits or (target.kind == "control" and state.presents):
            continue
        if not mark(target, state, results, controls):
            return f"{target} arrived; {_say_allowed(target, state, controls)}"
    return ""


def outline_classes(view: View, state: State) -> View:
    """Return the view in which the dots of the classes that the page points at are outlined."""
    if state.overlay.lesson is None:
        return view
    names = {target.name for target in list_targets(state) if target.kind == "class"}
    if not names:
        return view
    return tuple(
        [replace(one, outlined=_find_classes(names, state, one.model)) if isinstance(one, Map) else one for one in view]
    )


def mark(target: Target, state: State, results: Results, controls: Rects) -> Sequence[Highlight]:
    """Return the marks around one target, of a class those around its chip; none if it is not on the screen."""
    layout, window = LABS[state.lab].get_layout(state), Rect(0, 0, *state.size)
    match target.kind:
        case "place":
            px = state.get_camera(0).to_px(target.xy, layout.maps[0])
            return _ring(px, RING_RADIUS * state.marker_scale, layout.maps[0])
        case "pointer":
            hover = state.pointer.hover
            if hover is None or hover.slot >= len(layout.maps):
                return ()
            return _ring(hover.px, POINTER_RADIUS * state.marker_scale, layout.maps[hover.slot])
        case "map":
            return [item for rect in layout.maps for item in _outline(rect, window)]
        case "class":
            shown = [_find_classes({target.name}, state, state.get_model_name(i)) for i in range(len(layout.maps))]
            chips = legend.make_chips(state, layout.legend, len(layout.maps))
            places = [one.rect for one in chips if one.name == target.name] or [layout.legend]
            return _outline(places[0], window) if any(shown) else ()
        case "holes":
            return _mark_holes(state, results, layout.maps)
        case "layer":
            return _outline(_find_scale(state, results), window)
        case "control":
            menu = toolbar.VIEW_MENU if target.name in [one.name for one in toolbar.make_switches(state)] else ""
            return _outline(controls.get(target.name) or controls.get(menu), window)
        case "part":
            shared = {"legend": layout.legend, "hint": layout.hint}
            return _outline({**shared, **layout.parts}.get(target.name), window)


# -- inside ---------------------------------------------------------------------------------------------


def _is_filled(rect: Rect, shown: View) -> bool:
    """Return whether there is more in a rectangle than panels, or a text that waits for all of a larger one."""
    for one in shown:
        place: Rect | None = getattr(one, "rect", None) or getattr(one, "clip", None)
        if isinstance(one, Panel) or place is None or not place.overlaps(rect):
            continue
        is_larger = place.width > rect.width and place.height > rect.height
        if not isinstance(one, Text) or (one.text.strip() and not is_larger):
            return True
    return False


def _join_rows(marks: Sequence[Highlight], ui_scale: float) -> list[Highlight]:
    """Return the marks with one outline for rows that follow each other closely, as those of a table do: several would
    lie over each other's letters."""
    joined, gap = list[Highlight](), round(JOINED_GAP * ui_scale)
    upper: Highlight | None = None
    for one in marks:
        is_row = not one.is_ring and one.rect.height <= MAX_ROW_HEIGHT * ui_scale
        if is_row and upper is not None and _follows(one.rect, upper.rect, gap):
            one = replace(one, rect=replace(upper.rect, height=one.rect.bottom - upper.rect.y))
            joined[-1] = one
        else:
            joined.append(one)
        upper = one if is_row else None
    return joined


def _follows(lower: Rect, upper: Rect, gap: int) -> bool:
    """Return whether a rectangle stands below another, with the same sides and at most `gap` pixels between them."""
    same_sides = abs(upper.x - lower.x) <= gap and abs(upper.right - lower.right) <= gap
    return same_sides and lower.y >= upper.y and lower.y - upper.bottom <= gap


def _ring(px: Px, radius: float, clip: Rect) -> Sequence[Highlight]:
    if not clip.contains(px):
        return ()
    side = round(2 * radius)
    return (Highlight(Rect(round(px[0] - radius), round(px[1] - radius), side, side), clip, is_ring=True),)


def _outline(rect: Rect | None, clip: Rect) -> Sequence[Highlight]:
    return () if rect is None or rect.shorter_side < 2 else (Highlight(rect, clip),)


def _find_classes(names: Collection[str], state: State, model: str) -> frozenset[int]:
    """Return the numbers of the classes of these names in a model, without hidden ones."""
    known = state.library[model].class_names
    return frozenset(k for k, name in enumerate(known) if name in names and name not in state.view.hidden)


def _mark_holes(state: State, results: Results, maps: Sequence[Rect]) -> Sequence[Highlight]:
    items = list[Highlight]()
    for slot, rect in enumerate(maps):
        value = results.get_value(f"holes {slot}", HeatMapValue)
        if value is None or not value.final:
            continue
        camera, least = state.get_camera(slot), MIN_HOLE_RADIUS * state.marker_scale
        for xy, radius in _find_holes(value):
            items += _ring(camera.to_px(xy, rect), max(least, radius * camera.compute_scale(rect)), rect)
    return items


def _are_holes_known(state: State, results: Results) -> bool:
    values = [results.get_value(slot, HeatMapValue) for slot in make_queries(state)]
    return all(value is not None and value.final for value in values)


@remember(4)
def _find_holes(value: HeatMapValue) -> tuple[tuple[Xy, float], ...]:
    """Return the centres and radii, in map units, of circles around the places where the codes are farthest from the
    nearest sample's, the farthest first: as large as all codes within are farther from it than samples are from each
    other. No two of them overlap."""
    from scipy.ndimage import distance_transform_edt, uniform_filter

    stride = (value.cover.shape[0] - 1) // max(1, value.values.shape[0] - 1)
    cover, step = value.cover[::stride, ::stride], stride * value.grid.step
    far = np.nan_to_num(value.values)
    inside = (far > HOLE_GAPS) & (cover > COVERED)
    room = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    depth = np.where(inside, uniform_filter(far, 3, mode="nearest"), 0)  # no single place, at the rim for example
    rows, columns = np.indices(room.shape)
    holes = list[tuple[Xy, float]]()
    for _ in range(MAX_HOLES):
        if depth.max() <= 0:
            break
        as_far = depth > depth.max() - AS_FAR  # of places about as far the one with most room around it
        row, column = np.unravel_index(int(np.where(as_far, room, -1).argmax()), room.shape)
        radius = float(room[row, column])
        holes.append(((value.grid.left + float(column) * step, value.grid.bottom + float(row) * step), radius * step))
        apart = np.hypot(rows - row, columns - column) - radius
        room = np.minimum(room, np.maximum(apart, 0))
        depth[apart < max(MIN_APART, radius)] = 0
    return tuple(holes)


def _find_scale(state: State, results: Results) -> Rect | None:
    """Return the rectangle around the legend of the layer or of the dots' colours; None if neither is shown."""
    lab = LABS[state.lab]
    layout, count = lab.get_layout(state), lab.count_models(state)
    items = map_layers.make_legend_items(state, layout, results, count) or legend.make_items(
        state, layout.legend, count
    )
    if not any(isinstance(one, ColourBar | NoData) for one in items):
        return None
    rects = [
        _fit_text(one, state.ui_scale) for one in items if isinstance(one, Text | ColourBar | NoData)
    ]  # fmt: skip
    left, top = min(one.x for one in rects), min(one.y for one in rects)
    right, bottom = max(one.right for one in rects), max(one.bottom for one in rects)
    return Rect(left, top, right - left, bottom - top)


def _fit_text(item: Item, ui_scale: float) -> Rect:
    """Return the rectangle of an item; of a text about what its letters cover."""
    assert isinstance(item, Text | ColourBar | NoData)
    rect = item.rect
    if not isinstance(item, Text):
        return rect
    width = min(rect.width, round(NOTE_LETTER_WIDTH * len(item.text) * ui_scale))
    return rect.split_right(width)[0] if item.align == "right" else rect.split_left(width)[0]


def _say_allowed(target: Target, state: State, controls: Rects) -> str:
    """Return what may be pointed at in place of something that is not on the screen."""
    layout = LABS[state.lab].get_layout(state)
    match target.kind:
        case "place":
            return "a place within the part of the map that is shown is allowed"
        case "pointer":
            return "a step of the page has to move the pointer onto a map first"
        case "class":
            names = [one for one in legend.collect_classes(state, len(layout.maps)) if one not in state.view.hidden]
            return f"one of the classes {', '.join(names[:20])} is allowed" if names else "there are no classes here"
        case "control":
            return f"one of the controls {', '.join(controls)} is allowed"
        case "holes":
            return "there is no place where codes are farther from the data than samples are from each other"
        case "layer":
            return "a step has to choose a layer first, `set: {layer: distance}` for example"
        case _:
            names = [*layout.parts, *SHARED_PARTS]
            if target.name in layout.left_out:
                return "the window has no room for it now"
            words = ", ".join((*ALONE, *(f"{kind} NAME" for kind in NAMED)))
            return (
                f"[x, y], {words}, or one of the parts {', '.join(names)} is allowed{did_you_mean(target.name, names)}"
            )
