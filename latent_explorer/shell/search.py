"""The search field (Ctrl+F): typing lists what matches, Enter goes there, Enter again to the next sample."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.scene import known_attributes, number_search
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import Key, Px
from latent_explorer.scene.items import Item, Marker, Panel, StatusDot, Text
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.sample_search import FILE, MAX_MATCHES, MAX_TEXT, NUMBERS, TEXT, Match, find_matches
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import Search
from latent_explorer.shell import mouse
from latent_explorer.texts import format_number, tr

ROWS = 8
ROW_HEIGHT, WIDTH, PADDING = 28, 430, 10
"""Design pixels."""
MAX_RINGED = 300
CLASS_SHARE = 0.35
"""Share of the map's shorter side that the samples of a match fill."""
SAMPLE_ZOOM, MAX_CLASS_ZOOM = 8.0, 30.0


def open_field(state: State, lab: AnyLab) -> State:
    """Return the state with an empty field; without one if the lab has no map."""
    if not lab.get_layout(state).maps:
        return state.with_notice(tr("There is no map here to search."))
    hover = state.pointer.hover
    return state.put(Search(text="", slot=hover.slot if hover is not None else 0))


def handle_key(state: State, key: Key, lab: AnyLab) -> State:
    """Return the state after a key while the field is open; it has the keyboard."""
    search = state.search
    text = search.text or ""
    match key.name:
        case "escape":
            return state.put(Search())
        case "return":
            return _go_on(state.put(replace(search, compact=True)), lab)
        case "up" | "down":
            count = len(find_matches(state, _find_slot(state, lab), text))
            chosen = search.chosen + (1 if key.name == "down" else -1)
            at = min(max(chosen, 0), max(0, count - 1))
            return state.put(replace(search, chosen=at, visited=0, compact=False))
        case "backspace":
            return state.put(Search(text=text[:-1], slot=search.slot))
        case "tab":
            known = known_attributes.get(state, _find_slot(state, lab))
            return state.put(Search(text=number_search.complete(known, text)[:MAX_TEXT], slot=search.slot))
        case "ctrl f":
            return state.put(Search(text="", slot=search.slot) if text else Search())
    typed = " " if key.name == "space" else key.text or (key.name if len(key.name) == 1 else "")
    if typed.isprintable() and typed:
        return state.put(Search(text=(text + typed)[:MAX_TEXT], slot=search.slot))
    return state


def covers(state: State, px: Px, lab: AnyLab) -> bool:
    """Return whether the open field or its list lies over a pixel."""
    return bool(lab.get_layout(state).maps) and _lay_out(state, lab)[0].contains(px)


def handle_press(state: State, px: Px, lab: AnyLab) -> State:
    """Return the state after a press on the field or its list: a row shows its samples, one after the other."""
    for k, row in enumerate(_lay_out(state, lab)[1]):
        if row.contains(px):
            chosen = _find_first_row(state.search) + k
            again = state.search.visited if chosen == state.search.chosen else 0
            return _go_on(state.put(replace(state.search, chosen=chosen, visited=again)), lab)
    return state


def make_items(state: State, lab: AnyLab) -> list[Item]:
    """Return the field, its matches, and rings around the samples of the chosen one."""
    if state.search.text is None or not lab.get_layout(state).maps:
        return []
    slot, search = _find_slot(state, lab), state.search
    matches = find_matches(state, slot, search.text or "")
    rect, rows = _lay_out(state, lab)
    u, first = state.ui_scale, _find_first_row(search)
    items: list[Item] = _ring(state, lab, slot, matches[search.chosen : search.chosen + 1])
    items.append(Panel(rect, "panel", "accent"))
    pad = round(PADDING * u)
    field = Rect(rect.x + pad, rect.y, rect.width - 2 * pad, round(ROW_HEIGHT * u))
    count = f"{len(matches)}{'+' if len(matches) == MAX_MATCHES else ''}"
    items.append(Text(field, f"{search.text}|" if search.text else _describe_field(state, slot), "body"))
    items.append(Text(field, count if search.text else "", "small", "muted", "right"))
    for k, row in enumerate(rows, start=first):
        is_chosen = k == search.chosen
        items += [Panel(row, "chosen")] if is_chosen else []
        inner = Rect(row.x + pad, row.y, max(0, row.width - 2 * pad), row.height)
        items += _make_row(matches[k], inner, u, search.visited if is_chosen else 0)
    if rect.height > field.height * (1 + len(rows)):
        line = Rect(field.x, field.bottom + field.height * len(rows), field.width, field.height)
        items.append(Text(line, _explain_numbers(state, slot) or tr("Nothing matches."), "small", "muted"))
    return items


def _make_row(one: Match, row: Rect, ui_scale: float, visited: int) -> list[Item]:
    dot, words = row.split_left(round(18 * ui_scale))
    note = tr("{visited} of {count:,}", visited=visited, count=one.count) if visited else format_number(one.count, ",")
    is_sample = one.kind in (FILE, TEXT)
    title = one.title if is_sample or one.kind == NUMBERS else say_name(one.title)
    if not is_sample and one.kind not in ("class", NUMBERS):
        title = f"{say_name(one.kind)}: {title}"
    name, count = words.split_left(max(0, words.width - round((40 if is_sample else 120) * ui_scale)))
    side = round(12 * ui_scale)
    disc = Rect(dot.x, dot.y + (dot.height - side) // 2, side, side)
    mark: list[Item] = [StatusDot(disc, one.colour)] if one.colour else []
    return [
        *mark,
        Text(name, title, "body", shorten_middle=one.kind == FILE),
        Text(count, tr(one.kind) if is_sample else note, "small", "muted", "right"),
    ]


def _describe_field(state: State, slot: int) -> str:
    has_texts = bool(state.get_checkpoint(slot).kept.texts)
    return f"{tr('Find a class, a category, a text') if has_texts else tr('Find a class, a category, a file')}|"


def _explain_numbers(state: State, slot: int) -> str:
    return number_search.explain(known_attributes.get(state, slot), state.search.text or "")


def _go_on(state: State, lab: AnyLab) -> State:
    """Return the state that shows the samples of the chosen match, or the next one of them."""
    slot, search = _find_slot(state, lab), state.search
    matches = find_matches(state, slot, search.text or "")
    if not matches:
        return state
    chosen = min(search.chosen, len(matches) - 1)
    dots = _sort_from_middle(_get_atlas(state, slot), matches[chosen])
    visited = search.visited % len(dots) + 1
    state = _show_class(state, slot, int(dots[visited - 1]))
    xy = _get_atlas(state, slot).xy
    x, y = xy[dots[visited - 1]].tolist()
    rect = lab.get_layout(state).maps[slot]
    zoom = state.get_camera(slot).zoom
    camera = Camera((x, y), zoom) if search.visited else _fit(xy[dots], (x, y), zoom)
    state = state.with_camera(slot, camera).put(replace(search, chosen=chosen, visited=visited))
    return mouse.on_move(state, camera.to_px((x, y), rect), lab)


def _fit(xy: Floats, middle: tuple[float, float], zoom: float) -> Camera:
    """Return the camera that shows most of some dots, or one dot closer."""
    if len(xy) == 1:
        return Camera(middle, max(zoom, SAMPLE_ZOOM))
    low, high = np.quantile(xy, (0.1, 0.9), axis=0)
    size = float((high - low).max())
    return Camera(middle, min(max(CLASS_SHARE / max(size, 1e-6), 1.0), MAX_CLASS_ZOOM))


def _show_class(state: State, slot: int, dot: int) -> State:
    """Return the state in which the class of a dot is not hidden: its neighbour would be shown in its place."""
    checkpoint = state.get_checkpoint(slot)
    label = int(checkpoint.labels[dot])
    name = checkpoint.class_names[label] if label >= 0 else ""
    return state.put(replace(state.view, hidden=state.view.hidden - {name})) if name in state.view.hidden else state


@remember(4)
def _sort_from_middle(atlas: Atlas, match: Match) -> NDArray[np.intp]:
    """Return the dots of a match, the nearest to their middle first."""
    xy = atlas.xy[match.dots]
    away = np.square(xy - np.median(xy, axis=0)).sum(axis=1)
    return match.dots[np.argsort(away, kind="stable")]


def _get_atlas(state: State, slot: int) -> Atlas:
    return state.get_checkpoint(slot).maps[state.get_map_name(slot)]


def _find_slot(state: State, lab: AnyLab) -> int:
    """Return the slot that is searched: that of the mouse when the field was opened, else the first."""
    return state.search.slot if state.search.slot < len(lab.get_layout(state).maps) else 0


def _find_first_row(search: Search) -> int:
    """Return the first match that is listed; the chosen one is always among them."""
    return search.chosen if search.compact else max(0, search.chosen - ROWS + 1)


def _lay_out(state: State, lab: AnyLab) -> tuple[Rect, list[Rect]]:
    """Return the rectangle of the field with its list, and those of the rows."""
    slot = _find_slot(state, lab)
    matches, area = find_matches(state, slot, state.search.text or ""), lab.get_layout(state).maps[slot]
    u, first = state.ui_scale, _find_first_row(state.search)
    high, width = round(ROW_HEIGHT * u), min(round(WIDTH * u), area.width)
    room = max(0, area.height // high - 1)
    count = min(1 if state.search.compact else ROWS, max(0, len(matches) - first), room)
    top = area.y
    rows = [Rect(area.x, top + high * (k + 1), width, high) for k in range(count)]
    has_line = not count or (not state.search.compact and bool(_explain_numbers(state, slot)))
    lines = 1 + min(room, count + has_line)
    return Rect(area.x, top, width, high * lines), rows


def _ring(state: State, lab: AnyLab, slot: int, chosen: Sequence[Match]) -> list[Item]:
    rect, camera, atlas = lab.get_layout(state).maps[slot], state.get_camera(slot), _get_atlas(state, slot)
    size = round(5 * state.marker_scale)
    return [
        Marker(camera.to_px((x, y), rect), rect, "accent", size)
        for one in chosen
        for x, y in atlas.xy[_sort_from_middle(atlas, one)[:MAX_RINGED]].tolist()
    ]
