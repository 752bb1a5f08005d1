"""What lies on the map of Explore: the point, the trace, pins or codes, bookmarks, and a code changed by hand."""

import numpy as np

from latent_explorer.engine.queries.base import CodebookEntriesValue, GenerationValue
from latent_explorer.engine.queries.latent_edit import EditedLatentValue
from latent_explorer.labs.explore import (
    bookmarks,
    codebook_strip,
    explanation,
    panels,
    side_panel,
    strip,
)
from latent_explorer.labs.explore.state import (
    ExploreFrame,
    Marks,
    find_active_dot,
    find_active_point,
    get_active_panel,
    get_current_marks,
    is_edited,
)
from latent_explorer.scene import map_panel, map_path
from latent_explorer.scene.items import Item, Line, Marker
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State


def make_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    """Return what lies on the dots, from below: the point, the trace, pins or codes, bookmarks, and the edited code."""
    state, marks, panel = frame.state, get_current_marks(frame.state), get_active_panel(frame.state)
    edited = frame.results.get_value("moved", EditedLatentValue)
    is_looked_at = state.pointer.hover is not None or not marks.drawn
    shows_point = panel != panels.WAY and is_looked_at and not is_edited(state)
    return [
        *(_make_point_items(frame, rect) if shows_point else ()),
        *side_panel.make_map_items(panel, frame, rect),
        *(_make_trace_items(frame, rect, marks) if marks.trace or marks.drawn else ()),
        *(_make_pin_items(frame, rect, marks) if marks.pins or marks.part else ()),
        *bookmarks.make_map_items(frame, rect),
        *(_make_edited_items(state, rect, edited) if edited is not None else ()),
    ]


def _make_point_items(frame: ExploreFrame, rect: Rect) -> list[Item]:
    """Return the dot nearest to the point that is decoded, and why it became this picture."""
    state, point, dot = frame.state, find_active_point(frame.state), find_active_dot(frame.state)
    return [
        *(explanation.make_map_items(frame, point.xy, dot, rect) if frame.own.switches.on else []),
        map_panel.make_dot_marker(state, 0, dot, rect),
        *map_panel.make_place_items(state, 0, rect, point.xy, point.resolution),
    ]


def _make_trace_items(frame: ExploreFrame, rect: Rect, marks: Marks) -> list[Item]:
    """Return the traced path, and that of a sample which latent diffusion has generated."""
    state, camera = frame.state, frame.state.get_camera(0)
    items: list[Item] = []
    if marks.trace:
        items.append(Line(tuple(camera.to_px(p, rect) for p in marks.trace), rect, "accent", state.scale_line(3)))
    generated = frame.results.get_value("strip", GenerationValue) if marks.drawn else None
    if generated is not None:
        points = tuple(camera.to_px(xy, rect) for xy in generated.trajectory)
        spacing = frame.checkpoint.maps[state.get_map_name(0)].dot_spacing
        jumps = map_path.find_jumps(np.asarray(generated.trajectory), spacing)
        items += map_path.make_items(points, jumps, rect, "accent", state.scale_line(2))
        items.append(Marker(points[-1], rect, "accent", _get_size(state), "G", filled=True))
    return items


def _make_pin_items(frame: ExploreFrame, rect: Rect, marks: Marks) -> list[Item]:
    """Return the codes of a codebook, if they are shown, else the pins: numbered if their pictures are in the strip."""
    state, camera = frame.state, frame.state.get_camera(0)
    codes = frame.results.get_value("strip", CodebookEntriesValue) if marks.part else None
    if codes is not None:
        return [*codebook_strip.make_markers(state, codes, strip.find_strip_codes(state, codes), rect)]
    is_numbered = bool(marks.pins) and strip.are_pins_shown(state, frame.layout)
    size = _get_size(state) if is_numbered else round(0.6 * _get_size(state))
    return [
        Marker(camera.to_px(pin.xy, rect), rect, "accent", size, str(number) if is_numbered else "", filled=True)
        for number, pin in enumerate(marks.pins, 1)
    ]


def _make_edited_items(state: State, rect: Rect, edited: EditedLatentValue) -> list[Item]:
    """Return where a code lies that was changed by hand, with a line from where it was."""
    camera, ref, items = state.get_camera(0), edited.latent_ref, list[Item]()
    after = camera.to_px(edited.xy, rect)
    if ref.image is None and ref.which == state.get_map_name(0):
        before, small = camera.to_px(ref.xy, rect), round(4 * state.marker_scale)
        shift = Line((before, after), rect, "accent", state.scale_line(2), reveals_answer=True)
        items += [shift, Marker(before, rect, "accent", small)]
    return [*items, Marker(after, rect, "accent", _get_size(state), "z", filled=True, reveals_answer=True)]


def _get_size(state: State) -> int:
    """Return the radius of a lettered marker in pixels."""
    return round(9 * state.marker_scale)
