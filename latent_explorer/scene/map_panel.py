"""The parts of the screen that every lab shares: toolbar, legend, hint, and the items of a map."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.engine.base_queries import PointValue
from latent_explorer.engine.explain_query import NearestSamplesValue
from latent_explorer.engine.picture_animation import AnimationTarget
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.scene import dataset_offer, dot_texts, latent_axes, legend, map_notes, new_map
from latent_explorer.scene.box_layout import (
    Box,
    at_least,
    columns,
    find_left_out,
    make_compact,
    place_boxes,
    rows,
    wide_or_tall,
)
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.items import DotColours, Image, Item, Line, Map, Marker, Panel, Text, View
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NO_LABEL = mark("no label")
"""Of a sample that has none: what stands for its class."""
FAR_GAPS = 12.0  # dot distances beyond which a position counts as far from every sample
FAR_SHARE = 0.012  # the same in map units, for maps with very dense dots
LAB_ROW_HEIGHT, CONTROL_ROW_HEIGHT, LAB_CONTROL_HEIGHT = 42, 48, 42
"""Heights in design pixels: the toolbar's row of labs, its row of controls, a row of a lab's own controls."""
COMPACT_FACTORS = (1.0, 0.8, 0.6)
"""Of the least heights of pictures and charts: the first is taken with which the fewest parts are left out."""
LARGE_HINT_HEIGHT = 42
"""Height of the hint in a presentation, in design pixels: two lines."""
NOTE_LETTER_WIDTH = 7.4
"""Design pixels that are kept for a letter of a small line."""
LAB_MENU_MAX_HEIGHT = 430  # pixels of height up to which the labs are a menu among the controls
SNAP_SHARE = 0.2  # of the distance between dots: nearer than this, the mouse is on the dot


def split_window(size: tuple[int, int], ui_scale: float, *, has_toolbar: bool = True) -> tuple[Rect, Rect, Rect, Rect]:
    """Return the rectangles of toolbar, legend, hint and the body between them."""
    margin, gap = round(14 * ui_scale), round(8 * ui_scale)
    width, height = size
    bar_height = round(CONTROL_ROW_HEIGHT * ui_scale)
    bar_height += round(LAB_ROW_HEIGHT * ui_scale) if height > LAB_MENU_MAX_HEIGHT else 0
    bar, rest = Rect(0, 0, width, height).split_top(bar_height if has_toolbar else 0)
    rest = rest if has_toolbar else rest.split_top(0, gap)[1]
    body = rest.inset(margin)
    body = Rect(body.x, rest.y, body.width, max(0, body.bottom - rest.y))
    hint = Rect(body.x, body.bottom, body.width, 0)
    if height > 380:
        hint, body = body.split_bottom(round((24 if has_toolbar else LARGE_HINT_HEIGHT) * ui_scale), gap)
    legend_rect = Rect(body.x, body.y, body.width, 0)
    if height > 360:
        legend_rect, body = body.split_top(round(30 * ui_scale), gap)
    return bar, legend_rect, hint, body


def split_toolbar(toolbar: Rect, ui_scale: float) -> tuple[Rect | None, Rect]:
    """Return the toolbar's row of labs, None if the window is too low for it, and its row of controls."""
    if toolbar.height <= round(CONTROL_ROW_HEIGHT * ui_scale):
        return None, toolbar
    tabs, row = toolbar.split_top(round(LAB_ROW_HEIGHT * ui_scale))
    return tabs, row


def make_single_map(column: Box, *, column_share: float = 0.36, strip: Box | None = None, control_rows: int = 0) -> Box:
    """Return the boxes of a lab with one map: the map, a `strip` below it, and a column beside or below it. The strip
    is left out if the map would be low; `control_rows` counts rows of the lab's own controls above the column."""
    place = Box("map 0")
    if strip is not None:
        assert isinstance(strip.height, int | float)
        low = replace(strip, priority=0, width=at_least(300))
        place = rows(replace(place, height=at_least(1.4 * strip.height)), low)
    if control_rows:
        column = rows(Box("controls", height=control_rows * LAB_CONTROL_HEIGHT), column)
    beside = columns(place, replace(column, share=column_share), gap=14)
    return wide_or_tall(1.1, beside, rows(replace(place, share=0.5), column, gap=14))


def fill_window(size: tuple[int, int], ui_scale: float, content: Box) -> Layout:
    """Return the layout of a window with `content` below the legend. Its boxes "map 0", "map 1"… are the maps, its box
    "controls" is the place of the lab's own controls. Pictures and charts shrink before a part is left out."""
    toolbar, legend_rect, hint, body = split_window(size, ui_scale)
    parts, left_out = dict[str, Rect](), dict[str, str]()
    for factor in COMPACT_FACTORS:
        placed = place_boxes(make_compact(content, factor), body, ui_scale)
        missing = find_left_out(content, placed)
        missing.pop("controls", None)  # they are in the toolbar then
        if not parts or len(missing) < len(left_out):
            parts, left_out = placed, missing
        if not left_out:
            break
    maps = tuple(parts.pop(name) for name in sorted(parts) if name.startswith("map "))
    controls = parts.pop("controls", None)
    return Layout(toolbar, legend_rect, maps, hint, parts, controls, left_out, content)


def make_shared_items(state: State, layout: Layout, hint: str, model_count: int) -> list[Item]:
    """Return the items of legend and hint; at the right end of the hint stands what the window has no room for."""
    items: list[Item] = [*legend.make_items(state, layout.legend, model_count)]
    hint_rect = layout.hint
    if hint_rect.height:
        if layout.page_note:
            note, hint_rect = _make_note(hint_rect, layout.page_note, "muted", state.ui_scale)
            items.append(note)
        if layout.left_out:
            note, hint_rect = _make_room_note(hint_rect, map(tr, layout.left_out.values()), state.ui_scale)
            items.append(note)
        text = Text(
            hint_rect,
            state.status.loading or new_map.choose_hint(state, dataset_offer.choose_hint(state, hint)),
            "body",
            "muted",
            fallback_sizes=("small",),
            wrap=state.presents,
        )
        items += new_map.make_progress_items(state, hint_rect, text)
    return items


def name_unplaced(view: View, layout: Layout, titles: Sequence[str], ui_scale: float) -> View:
    """Return the view with controls that found no room named at the right end of the hint, beside the parts."""
    hint = layout.hint
    if not titles or not hint.height:
        return view
    note, rest = _make_room_note(hint, [*map(tr, layout.left_out.values()), *titles], ui_scale)
    items = list[Item]()
    for one in view:
        if not isinstance(one, Text) or one.rect.y != hint.y:
            items.append(one)
        elif one.rect.x == hint.x:
            items.append(replace(one, rect=rest))
        elif one.rect.right != hint.right:  # the note without the controls is there
            items.append(one)
    return (*items, note)


def _make_room_note(hint: Rect, titles: Iterable[str], ui_scale: float) -> tuple[Text, Rect]:
    """Return what has no room, at the right end of the hint, and the rest of the hint."""
    return _make_note(hint, tr("No room for: {parts}", parts=", ".join(dict.fromkeys(titles))), "warn", ui_scale)


def _make_note(hint: Rect, text: str, colour: str, ui_scale: float) -> tuple[Text, Rect]:
    """Return a text at the right end of the hint, and the rest of the hint."""
    wide = min(round(NOTE_LETTER_WIDTH * len(text) * ui_scale), round(0.6 * hint.width))
    place, rest = hint.split_right(wide, round(14 * ui_scale))
    return Text(place, text, "small", colour, "right"), rest


def make_message_items(state: State, results: Results, hint_rect: Rect) -> list[Item]:
    """Return the message, the last background error, or the notice, in the hint's place; at the lower edge if there is
    no hint."""
    wrong = state.status.message or results.get_last_error()
    text = tr(wrong or state.status.notice or state.status.remark)
    if not text:
        return []
    rect = hint_rect
    if not rect.height:
        height = round(2 * 24 * state.ui_scale)
        rect = Rect(0, state.size[1] - height, state.size[0], height)
    colour = "warn" if wrong else "good" if state.status.notice else "muted"
    line = Text(rect.inset(2), text, "body", colour, wrap=not hint_rect.height, shorten_middle=not wrong)
    round_corner = round(8 * state.ui_scale)  # beside the hint, of which they would show what they leave free
    ground = Rect(rect.x - round_corner, rect.y, rect.width + 2 * round_corner, rect.height)
    return [Panel(ground, "background"), line]


def make_map_items(
    state: State, slot: int, rect: Rect, links: NearestSamplesValue | None = None, dot_colours: DotColours | None = None
) -> list[Item]:
    """Return the map of a slot on its panel: dots in their class colours or in `dot_colours`; with `links`, a line from
    each dot to its nearest neighbour in latent space."""
    is_explained = map_notes.is_quality_hovered(state, slot, _find_note_place(state, slot, rect))
    return state.derive_at_rest(("map items", slot), _make_map_items, slot, rect, links, dot_colours, is_explained)


def _find_note_place(state: State, slot: int, rect: Rect) -> Rect:
    """Return the part of a map in whose corners its notes stand: beside the ticks, if it has any."""
    return state.derive_at_rest(("note place", slot), latent_axes.inset_notes, slot, rect)


def _make_map_items(
    state: State, slot: int, rect: Rect, links: NearestSamplesValue | None, dot_colours: DotColours | None,
    is_explained: bool,
) -> list[Item]:  # fmt: skip
    camera = state.get_camera(slot)
    which = state.get_map_name(slot)
    hidden = legend.find_hidden_classes(state, slot)
    before = state.get_transition_source(slot)
    if state.map_task.transition is None or not before:
        dots = Map(
            rect,
            state.get_model_name(slot),
            which,
            camera,
            hidden,
            state.preferences.show_class_names,
            links=links,
            dot_colours=dot_colours,
        )
        axes = latent_axes.make_items(state, slot, rect)
        notes = map_notes.make_items(state, slot, _find_note_place(state, slot, rect), is_explained=is_explained)
        return [Panel(rect, "map"), dots, *dot_texts.make_items(state, slot, rect), *axes, *notes]
    progress = state.map_task.transition.progress
    first = state.put(replace(state.view, map_name=before)).get_camera(slot)
    between = first.interpolate(camera, progress)
    return [
        Panel(rect, "map"),
        Map(
            rect,
            state.get_model_name(slot),
            which,
            between,
            hidden,
            state.preferences.show_class_names,
            previous_map=before,
            progress=progress,
            dot_colours=dot_colours,
        ),
    ]


def make_dot_marker(state: State, slot: int, dot: int, rect: Rect, colour: str = "accent") -> Marker:
    """Return a ring around a dot."""
    return Marker(get_dot_px(state, slot, dot, rect), rect, colour, round(11 * state.marker_scale))


def make_place_items(state: State, slot: int, rect: Rect, xy: Xy, resolution: float | None) -> list[Item]:
    """Return a small cross at a decoded place, as `snap_to_dot` gives it, if nothing else marks it: a dot has its ring,
    and else the mouse is there, or a lesson's pointer."""
    is_marked = resolution is None or state.pointer.hover is not None
    if is_marked or state.map_task.transition is not None:
        return []
    (x, y), arm = state.get_camera(slot).to_px(xy, rect), round(7 * state.marker_scale)
    width = state.scale_line(2)
    return [Line(ends, rect, "accent", width) for ends in (((x - arm, y), (x + arm, y)), ((x, y - arm), (x, y + arm)))]


def get_dot_px(state: State, slot: int, dot: int, rect: Rect) -> Px:
    xy, camera = get_dot_xy(state, slot, dot), state.get_camera(slot)
    before = state.get_transition_source(slot)
    if state.map_task.transition is None or not before:
        return camera.to_px(xy, rect)
    old, share = state.put(replace(state.view, map_name=before)), state.map_task.transition.progress
    x, y = get_dot_xy(old, slot, dot)
    between = (x + (xy[0] - x) * share, y + (xy[1] - y) * share)
    return old.get_camera(slot).interpolate(camera, share).to_px(between, rect)


def get_dot_xy(state: State, slot: int, dot: int) -> Xy:
    x, y = state.get_checkpoint(slot).maps[state.get_map_name(slot)].xy[dot]
    return float(x), float(y)


def find_nearest_dot(state: State, slot: int, xy: Xy) -> tuple[float, int]:
    """Return distance in map units and number of the nearest visible dot."""
    dots, hidden = state.derive_at_rest(("dots", slot), _find_dots, slot)
    return dots.find_nearest(xy, hidden)


def _find_dots(state: State, slot: int) -> tuple[Dots, frozenset[int]]:
    """Return the dots of a slot, and which classes of them are hidden."""
    return Dots.of(state.get_checkpoint(slot), state.get_map_name(slot)), legend.find_hidden_classes(state, slot)


def snap_to_dot(state: State, slot: int, xy: Xy, pixel: float) -> tuple[Xy, float | None]:
    """Return position and resolution to decode for a mouse at `xy` while a pixel covers `pixel` map units; the exact
    dot and None if the mouse is on one. Without a decoder there is nothing between the dots: the nearest one is it."""
    distance, dot = find_nearest_dot(state, slot, xy)
    checkpoint = state.get_checkpoint(slot)
    atlas = checkpoint.maps[state.get_map_name(slot)]
    if not checkpoint.can_decode or distance <= max(pixel, SNAP_SHARE * min(atlas.dot_spacing, 40 * pixel)):
        x, y = atlas.xy[dot]
        return (float(x), float(y)), None
    return xy, pixel


def make_animation_target(
    state: State, slot: int, value: PointValue | SampleValue, variants: int = 0
) -> AnimationTarget:
    """Return the animation target of the large picture of a slot. The picture is animated while the mouse moves on one
    map of one model in one lab; it jumps when the mouse enters or leaves."""
    model = state.models[slot]
    subject = (state.lab, model, state.get_map_name(slot), state.pointer.hover is not None)
    return AnimationTarget(model, subject, value.z, value.dot, variants)


def is_far(map_gaps: float, gap: float) -> bool:
    """Return True if a position is far from every sample: `map_gaps` distances `gap` between neighbouring dots."""
    return map_gaps > FAR_GAPS and map_gaps * gap > FAR_SHARE


def are_far(distances: Floats, gap: float) -> NDArray[np.bool_]:
    """Return which positions are far from every sample, by their `distances` in map units, (N,)."""
    return distances > max(FAR_GAPS * gap, FAR_SHARE)


def has_classes(state: State, slot: int) -> bool:
    return bool(state.get_checkpoint(slot).class_names)


def get_class_name(state: State, slot: int, dot: int) -> str:
    checkpoint = state.get_checkpoint(slot)
    label = int(checkpoint.labels[dot])
    return checkpoint.class_names[label] if label >= 0 else NO_LABEL


def say_class_name(state: State, slot: int, dot: int) -> str:
    """Return the class of a dot in the language of the window."""
    checkpoint = state.get_checkpoint(slot)
    label = int(checkpoint.labels[dot])
    return say_name(checkpoint.class_names[label]) if label >= 0 else tr(NO_LABEL)


def get_file_name(state: State, slot: int, dot: int) -> str:
    """Return the file that a sample's picture came from; empty unless it is one of a folder on this machine."""
    checkpoint = state.get_checkpoint(slot)
    names, index = state.knowledge.file_names.get(checkpoint.data_key, ()), int(checkpoint.indices[dot])
    return names[index] if index < len(names) else ""


def get_file_path(state: State) -> str:
    """Return the file of the sample that the mouse is at, in whole; empty if it is not known."""
    hover = state.pointer.hover
    if hover is None:
        return ""
    name = get_file_name(state, hover.slot, hover.dot)
    folder = state.knowledge.folders.get(state.get_checkpoint(hover.slot).data_key, "")
    return f"{folder}/{name}" if name and folder else ""


def make_sample_items(
    state: State, slot: int, sample: SampleValue | None, original: Rect, reconstruction: Rect
) -> list[Item]:
    """Return a real sample beside its own reconstruction; if its original is missing, the reason in its place.

    Both reveal the pictures that are decoded near them.
    """
    if sample is None:
        return [Panel(original), Panel(reconstruction)]
    items: list[Item] = []
    if sample.original is not None:
        items.append(Image(original, sample.original, "line", reveals_answer=True))
    else:
        data = state.get_checkpoint(slot).config.data.name
        items += dataset_offer.make_box_items(state, data, original, sample.note)
    return [
        *items,
        Image(reconstruction, sample.reconstruction, "line", reveals_answer=True),
    ]


def make_caption(rect: Rect, text: str, **options: object) -> Text:
    return Text(rect, text, **{"size": "small", "colour": "muted", **options})  # type: ignore[arg-type]
