"""Layers under the dots of a map: the menu, the queries, the items to draw, and explanations in words."""

from dataclasses import dataclass, replace
from functools import lru_cache

from latent_explorer.atlas import Atlas
from latent_explorer.engine import map_tiles
from latent_explorer.engine.explain_query import LinksValue
from latent_explorer.engine.map_layer_query import HEAT_KINDS, PROBE, HeatMap, HeatValue, Mosaic, MosaicValue, Survey
from latent_explorer.engine.query import Wanted
from latent_explorer.engine.results import Results
from latent_explorer.scene import legend, map_panel, number_format
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.items import Heat, Item, Map, Mosaics, Paint, Panel, Ramp, Text
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

NONE = "none"


@dataclass(frozen=True)
class Kind:
    """A kind of layer."""

    title: str
    """Entry in the menu."""
    legend: str
    """Label of the colour bar, with the unit."""
    short: str
    """Shorter label where there is little room."""
    means: str
    """Meaning of bright colours, in one line."""
    least: tuple[float, float] | None = None
    """Range that the colour scale covers at least, whatever the values are."""


KINDS = {
    NONE: Kind("No layer", "", "", ""),
    "distance": Kind(
        "Distance", "distance to the data, in sample gaps", "sample gaps",
        "Bright: a hole. The code is farther from every sample than samples are from the one next to them.",
        least=(0.6, 1.4),
    ),
    "cycle": Kind(
        "Cycle error", "cycle error, in sample gaps", "sample gaps",
        "Bright: decoded and encoded again, the code comes back somewhere else.", least=(0.0, 0.0),
    ),
    "stretch": Kind(
        "Stretch", "change of a pixel in %, a step of 1 % of the map", "% a step",
        "Bright: there a small step of the mouse changes the picture most.", least=(0.0, 0.0),
    ),
    "prior": Kind(
        "Prior", "log N(z; 0, I), in nats", "nats",
        "Bright: codes that are likely under the prior, from which new pictures are drawn.",
    ),
    "class": Kind(
        "Classes", f"share of the {PROBE} nearest samples, in %", "% agree",
        f"Colour: the class of most of the {PROBE} samples nearest in latent space; faded where they disagree.",
    ),
    "pictures": Kind(
        "Pictures", "", "",
        "Each cell is the decoded picture of its centre: zoom in, and more come in between.",
    ),
}  # fmt: skip
NO_PRIOR = "no prior: this model is not variational"
NO_CLASSES = "no classes: these samples have no labels"
AGREED = (0.4, 1.0)
"""Shares of agreeing neighbours at the palest and at the full colour."""


def options(state: State, world: World, slots: int) -> tuple[str, ...]:
    """Return the layers that at least one of the displayed models has."""
    key = "layers", slots, id(world)
    if key not in state.derived:
        state.derived[key] = tuple(
            kind for kind in KINDS if any(not missing(kind, slot, state, world) for slot in range(slots))
        )
    kinds: tuple[str, ...] = state.derived[key]
    return kinds


def missing(kind: str, slot: int, state: State, world: World) -> str:
    """Return the reason why the model of a slot has no layer `kind`; empty if it has one."""
    checkpoint = world[state.models[slot]]
    if kind == "prior" and checkpoint.config.objective.name not in ("variational", "conditional"):
        return NO_PRIOR
    if kind == "class" and not (checkpoint.class_names and _labelled(checkpoint.atlas)):
        return NO_CLASSES
    return ""


def chosen(state: State, world: World, slots: int) -> str:
    """Return the active layer; "none" if no displayed model has the selected one."""
    return state.layer if state.layer in options(state, world, slots) else NONE


def control(state: State, world: World, slots: int) -> Choice:
    shown = tuple((name, KINDS[name].title) for name in options(state, world, slots))
    return Choice("layer", shown, chosen(state, world, slots), "What lies under the dots (L)", menu=True)


def following(state: State, world: World, slots: int, by: int) -> State:
    """Return the state with the next available layer, `by` 1, or the previous one, -1."""
    names = options(state, world, slots)
    return replace(state, layer=names[(names.index(chosen(state, world, slots)) + by) % len(names)])


def requests(state: State, world: World, layout: Layout, slots: int, *, survey: bool = False) -> dict[str, Wanted]:
    """Return the queries of the layers, by slot; with `survey` also the two numbers of each map."""
    kind, wanted = chosen(state, world, slots), dict[str, Wanted]()
    for slot in range(slots):
        model, which, reach = state.models[slot], state.map_of(slot, world), _reach(state, slot, world)
        hidden = legend.hidden(state, slot, world)
        if kind != NONE and not missing(kind, slot, state, world):
            if kind in HEAT_KINDS:
                wanted[f"layer {slot}"] = HeatMap(model, which, kind, reach, hidden)
            elif layout.maps[slot].side > 0:
                span = _span(state, slot, layout.maps[slot], world)
                wanted[f"layer {slot}"] = Mosaic(model, which, span, reach, hidden)
        if survey:
            wanted[f"survey {slot}"] = Survey(model, which, reach)
    return wanted


def map_items(
    state: State,
    slot: int,
    rect: Rect,
    results: Results,
    world: World,
    slots: int,
    links: LinksValue | None = None,
    paint: Paint | None = None,
) -> list[Item]:
    """Return the map of a slot on its panel, with the layer under its dots or the reason why it has none; without a
    layer, the dots are in their class colours or in `dot_colours`."""
    found: list[Item] = []
    layer = _layer(state, slot, results, world, slots)
    for item in map_panel.map_items(state, slot, rect, world, links, paint):
        # dots on their way from one map to another pass over neither's layer
        found.append(replace(item, layer=layer) if isinstance(item, Map) and not item.before else item)
    why = missing(chosen(state, world, slots), slot, state, world)
    return [*found, *_note(rect, why, state.unit)] if why else found


def legend_items(state: State, layout: Layout, results: Results, world: World, slots: int) -> list[Item]:
    """Return the colour bar with the values at its ends: beside the classes, or in a corner of each map if there is no
    room.

    One colour bar serves all maps, unless each has its own scale.
    """
    found = ((slot, _layer(state, slot, results, world, slots)) for slot in range(slots))
    heats = {slot: layer for slot, layer in found if isinstance(layer, Heat)}
    if not heats:
        return []
    u, kind = state.unit, chosen(state, world, slots)
    chips = legend.chips(state, layout.legend, world, slots)
    left = max((chip.rect.right for chip in chips), default=layout.legend.x) + round(24 * u)
    room = Rect(left, layout.legend.y, max(0, layout.legend.right - left), layout.legend.height)
    one_scale = len({(heat.low, heat.high) for heat in heats.values()}) == 1
    if one_scale and room.height > 0 and room.width >= round(230 * u):
        return _bar(room, kind, next(iter(heats.values())), u)
    items: list[Item] = []
    for slot, heat in heats.items():
        rect, margin = layout.maps[slot], round(6 * u)
        box = Rect(rect.x + margin, rect.bottom - margin - round(26 * u), round(210 * u), round(26 * u))
        if rect.height >= 120 * u and rect.width >= box.width + 2 * margin:
            items += [Panel(box, "panel", "line"), *_bar(box.inset(round(5 * u)), kind, heat, u)]
    return items


def hint(state: State, world: World, slots: int, otherwise: str) -> str:
    """Return the explanation of the active layer; the lab's own hint if there is no layer."""
    return KINDS[chosen(state, world, slots)].means or otherwise


# -- inside ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def _labelled(atlas: Atlas) -> bool:
    return bool((atlas.labels >= 0).any())


def _reach(state: State, slot: int, world: World) -> float:
    """Return the distance from a dot, in map units, beyond which the map counts as empty."""
    return max(map_panel.FAR_GAPS * world[state.models[slot]].maps[state.map_of(slot, world)].gap, map_panel.FAR_SHARE)


def _span(state: State, slot: int, rect: Rect, world: World) -> map_tiles.Span:
    """Return the tiles of the visible part of the map, clipped to the area of the dots."""
    camera, xy = state.camera(slot, world), world[state.models[slot]].maps[state.map_of(slot, world)].xy
    reach = _reach(state, slot, world)
    (left, bottom), (right, top) = camera.to_xy((rect.x, rect.bottom), rect), camera.to_xy((rect.right, rect.y), rect)
    least, most = xy.min(axis=0), xy.max(axis=0)
    low = max(left, float(least[0]) - reach), max(bottom, float(least[1]) - reach)
    high = min(right, float(most[0]) + reach), min(top, float(most[1]) + reach)
    return map_tiles.span(map_tiles.level_of(camera.pixels(rect)), low, (max(low[0], high[0]), max(low[1], high[1])))


def _layer(state: State, slot: int, results: Results, world: World, slots: int) -> "Heat | Mosaics | None":
    kind = chosen(state, world, slots)
    pictures: MosaicValue | None = results.value(f"layer {slot}", MosaicValue)
    if kind == "pictures" and pictures is not None:
        return Mosaics(pictures, state.smooth)
    heat: HeatValue | None = results.value(f"layer {slot}", HeatValue)
    if heat is None or heat.kind != kind:
        return None
    return Heat(heat, *_scale(kind, slot, state, results, world, slots))


def _scale(kind: str, slot: int, state: State, results: Results, world: World, slots: int) -> tuple[float, float]:
    """Return the values at the ends of the colour scale: the same for all displayed maps, so that they are comparable.

    Only densities in spaces of different dimensions are not; each map has its own scale then.
    """
    if kind == "class":
        return AGREED
    values: list[HeatValue | None] = [results.value(f"layer {one}", HeatValue) for one in range(slots)]
    dimensions = {world[state.models[one]].latent_dim for one in range(slots)}
    own = kind == "prior" and len(dimensions) > 1
    known = [v for one, v in enumerate(values) if v is not None and v.kind == kind and (one == slot or not own)]
    low, high = min(one.low for one in known), max(one.high for one in known)
    least = KINDS[kind].least or (low, high)
    low, high = min(low, least[0]), max(high, least[1])
    return low, high if high > low else low + 1.0


def _bar(rect: Rect, kind: str, heat: Heat, u: float) -> list[Item]:
    """Return label, lowest value, colour bar and highest value; the label gets the room that the others leave."""
    low, high = (number_format.short(100 * v if kind == "class" else v) for v in (heat.low, heat.high))
    end, ramp = round(42 * u), min(round(150 * u), rect.width // 3)
    said, rest = rect.left(rect.width - 2 * end - ramp)
    first, rest = rest.left(end)
    colours, last = rest.left(ramp)
    thick = min(rect.height, round(12 * u))
    bar = Rect(colours.x, rect.y + (rect.height - thick) // 2, ramp, thick)
    gap = round(6 * u)
    return [
        Text(said, KINDS[kind].legend, "small", "muted", "right", short=KINDS[kind].short),
        Text(Rect(first.x, first.y, first.width - gap, first.height), low, "small", "text", "right"),
        Ramp(bar, "certainty" if kind == "class" else "values"),
        Text(Rect(last.x + gap, last.y, last.width - gap, last.height), high, "small", "text"),
    ]


def _note(rect: Rect, said: str, u: float) -> list[Item]:
    """Return the reason why a map has no such layer, along its lower edge."""
    line = rect.inset(round(4 * u)).below(round(24 * u))[0]
    return [Panel(line, "map"), Text(line, said[0].upper() + said[1:], "small", "muted", "centre", short="Not here")]
