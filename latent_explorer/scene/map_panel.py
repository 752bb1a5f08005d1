"""The parts of the screen that every lab shares: toolbar, legend, hint, and the items of a map."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.engine.base_queries import PointValue
from latent_explorer.engine.explain_query import LinksValue
from latent_explorer.engine.picture_animation import Aim
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.scene import legend, map_notes, new_map
from latent_explorer.scene.dots import Dots
from latent_explorer.scene.events import Px, Xy
from latent_explorer.scene.items import Image, Item, Map, Marker, Paint, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

FAR_GAPS = 12.0  # dot distances beyond which a position counts as far from every sample
FAR_SHARE = 0.012  # the same in map units, for maps with very dense dots
TABS, ROW, CONTROL = 42, 48, 42
"""Heights in design pixels: the toolbar's row of labs, its row of controls, a row of a lab's own controls."""
SHORT = 430  # pixels of height up to which the labs are a menu among the controls
SNAP = 0.2  # of the distance between dots: nearer than this, the mouse is on the dot


def outline(size: tuple[int, int], u: float) -> tuple[Rect, Rect, Rect, Rect]:
    """Return the rectangles of toolbar, legend, hint and the body between them."""
    margin, gap = round(14 * u), round(8 * u)
    width, height = size
    bar, rest = Rect(0, 0, width, height).top(round(ROW * u) + (round(TABS * u) if height > SHORT else 0))
    body = rest.inset(margin)
    body = Rect(body.x, rest.y, body.width, max(0, body.bottom - rest.y))
    hint = Rect(body.x, body.bottom, body.width, 0)
    if height > 380:
        hint, body = body.below(round(24 * u), gap)
    legend_rect = Rect(body.x, body.y, body.width, 0)
    if height > 360:
        legend_rect, body = body.top(round(30 * u), gap)
    return bar, legend_rect, hint, body


def rows_of(bar: Rect, u: float) -> tuple[Rect | None, Rect]:
    """Return the toolbar's row of labs, None if the window is too low for it, and its row of controls."""
    if bar.height <= round(ROW * u):
        return None, bar
    tabs, row = bar.top(round(TABS * u))
    return tabs, row


@dataclass(frozen=True)
class Stage:
    """Layout of a lab with one map: the map with a strip below it, and a column beside or below it."""

    bar: Rect
    legend: Rect
    hint: Rect
    map: Rect
    side: Rect
    strip: Rect | None
    controls: Rect | None
    """The lab's own controls, at the top of the column."""


def stage(size: tuple[int, int], u: float, *, side: float = 0.36, strip: float = 112, controls: int = 0) -> Stage:
    """Return the layout of a lab with one map. `column_share` is the column's share of the width, `strip_height` is in
    design pixels, `control_rows` counts rows of the lab's own controls; the strip is left out if it does not fit."""
    bar, legend_rect, hint, body = outline(size, u)
    gap = round(14 * u)
    if body.width > body.height * 1.1:
        column, map_rect = body.right_part(round(body.width * side), gap)
    else:
        map_rect, column = body.top(round(body.height * 0.5), gap)
    low: Rect | None = None
    if strip and map_rect.height > 2.4 * strip * u and map_rect.width > 200:
        low, map_rect = map_rect.below(round(strip * u), round(8 * u))
    own: Rect | None = None
    if controls:
        own, column = column.top(round(controls * CONTROL * u), round(8 * u))
    return Stage(bar, legend_rect, hint, map_rect, column, low, own)


def common(state: State, hint_rect: Rect, legend_rect: Rect, hint: str, world: World, slots: int) -> list[Item]:
    """Return the items of legend and hint."""
    items: list[Item] = list(legend.chips(state, legend_rect, world, slots))
    if hint_rect.height:
        said = Text(hint_rect, state.loading or new_map.hint(state, hint, world), "body", "muted")
        items += new_map.progress(state, hint_rect, said)
    return items


def trouble(state: State, results: Results, hint_rect: Rect) -> list[Item]:
    """Return the message, the last background error, or the notice, in the hint's place; at the lower edge if there is
    no hint."""
    wrong = state.message or results.trouble()
    said = wrong or state.notice
    if not said:
        return []
    rect = hint_rect
    if not rect.height:
        height = round(2 * 24 * state.unit)
        rect = Rect(0, state.size[1] - height, state.size[0], height)
    colour = "warn" if wrong else "good"
    line = Text(rect.inset(2), said, "body", colour, wrap=not hint_rect.height, middle=not wrong)
    return [Panel(rect, "background"), line]


def map_items(
    state: State,
    slot: int,
    rect: Rect,
    world: World,
    links: LinksValue | None = None,
    paint: Paint | None = None,
) -> list[Item]:
    """Return the map of a slot on its panel: dots in their class colours or in `dot_colours`; with `links`, a line from
    each dot to its nearest neighbour in latent space."""
    camera = state.camera(slot, world)
    which = state.map_of(slot, world)
    hidden = legend.hidden(state, slot, world)
    before = state.came_from(slot, world)
    if state.moving is None or not before:
        dots = Map(rect, state.model(slot), which, camera, hidden, state.names, links=links, paint=paint)
        return [Panel(rect, "map"), dots, *map_notes.items(state, slot, rect, world)]
    way = state.moving.way
    first = replace(state, which=before).camera(slot, world)
    between = first.towards(camera, way)
    return [
        Panel(rect, "map"),
        Map(rect, state.model(slot), which, between, hidden, state.names, before=before, way=way, paint=paint),
    ]


def ring(
    state: State, slot: int, dot: int, rect: Rect, world: World, colour: str = "accent", label: str = ""
) -> Marker:
    """Return a ring around a dot."""
    return Marker(dot_px(state, slot, dot, rect, world), rect, colour, round(11 * state.mark), label)


def dot_px(state: State, slot: int, dot: int, rect: Rect, world: World) -> Px:
    xy, camera = dot_xy(state, slot, dot, world), state.camera(slot, world)
    before = state.came_from(slot, world)
    if state.moving is None or not before:
        return camera.to_px(xy, rect)
    old, way = replace(state, which=before), state.moving.way
    x, y = dot_xy(old, slot, dot, world)
    between = (x + (xy[0] - x) * way, y + (xy[1] - y) * way)
    return old.camera(slot, world).towards(camera, way).to_px(between, rect)


def dot_xy(state: State, slot: int, dot: int, world: World) -> Xy:
    x, y = world[state.model(slot)].maps[state.map_of(slot, world)].xy[dot]
    return float(x), float(y)


def nearest(state: State, slot: int, xy: Xy, world: World) -> tuple[float, int]:
    """Return distance in map units and number of the nearest visible dot."""
    checkpoint = world[state.model(slot)]
    return Dots.of(checkpoint, state.map_of(slot, world)).nearest(xy, legend.hidden(state, slot, world))


def seen(state: State, slot: int, xy: Xy, rect: Rect, world: World) -> tuple[Xy, float | None]:
    """Return position and resolution to decode for a mouse at `xy`; the exact dot and None if the mouse is on one."""
    pixel = 1 / state.camera(slot, world).pixels(rect)
    distance, dot = nearest(state, slot, xy, world)
    atlas = world[state.model(slot)].maps[state.map_of(slot, world)]
    if distance <= max(pixel, SNAP * min(atlas.gap, 40 * pixel)):
        x, y = atlas.xy[dot]
        return (float(x), float(y)), None
    return xy, pixel


def aim(state: State, slot: int, value: PointValue | SampleValue, world: World, variants: int = 0) -> Aim:
    """Return the animation target of the large picture of a slot. The picture is animated while the mouse moves on one
    map of one model in one lab; it jumps when the mouse enters or leaves."""
    model = state.models[slot]
    subject = (state.lab, model, state.map_of(slot, world), state.hover is not None)
    return Aim(model, subject, value.z, value.dot, variants)


def is_far(map_gaps: float, gap: float) -> bool:
    """Return True if a position is far from every sample: `map_gaps` distances `gap` between neighbouring dots."""
    return map_gaps > FAR_GAPS and map_gaps * gap > FAR_SHARE


def are_far(distances: Floats, gap: float) -> NDArray[np.bool_]:
    """Return which positions are far from every sample, by their `distances` in map units, (N,)."""
    return distances > max(FAR_GAPS * gap, FAR_SHARE)


def has_classes(state: State, slot: int, world: World) -> bool:
    return bool(world[state.model(slot)].class_names)


def class_name(state: State, slot: int, dot: int, world: World) -> str:
    checkpoint = world[state.model(slot)]
    label = int(checkpoint.labels[dot])
    return checkpoint.class_names[label] if label >= 0 else "no label"


def sample_items(state: State, sample: SampleValue | None, original: Rect, reconstruction: Rect) -> list[Item]:
    """Return a real sample beside its own reconstruction; if its original is missing, the reason in its place.

    Both reveal the pictures that are decoded near them.
    """
    if sample is None:
        return [Panel(original), Panel(reconstruction)]
    items: list[Item] = []
    if sample.original is not None:
        items.append(Image(original, sample.original, "line", state.smooth, secret=True))
    else:
        note = Text(original.inset(round(5 * state.unit)), sample.note, "small", "muted", "centre", wrap=True)
        items += [Panel(original), note]
    return [*items, Image(reconstruction, sample.reconstruction, "line", state.smooth, secret=True)]


def caption(rect: Rect, text: str, **options: object) -> Text:
    return Text(rect, text, **{"size": "small", "colour": "muted", **options})  # type: ignore[arg-type]
