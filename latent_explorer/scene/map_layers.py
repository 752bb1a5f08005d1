"""Layers under the dots of a map: the menu, the queries, the items to draw, and explanations in words."""

from dataclasses import dataclass, replace

from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.map_layers import map_tiles
from latent_explorer.engine.map_layers.map_layer_query import (
    CLASS_NEIGHBOURS,
    HEAT_KINDS,
    HeatMap,
    HeatMapValue,
    Mosaic,
    MosaicValue,
)
from latent_explorer.engine.queries.explain import NearestSamplesValue
from latent_explorer.engine.queries.posteriors import Posteriors, PosteriorsValue, has_ellipses
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.scene import colour_by, legend, map_panel, number_format
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.items import (
    DotColours,
    EllipseLayer,
    HeatLayer,
    Item,
    Map,
    MosaicLayer,
    NoData,
    Panel,
    Text,
    make_caption,
)
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NONE = "none"


@dataclass(frozen=True)
class LayerKind:
    """A kind of layer."""

    title: str
    """Entry in the menu."""
    legend: str
    """Label of the colour bar, with the unit."""
    short: str
    """Shorter label where there is little room."""
    explanation: str
    """Meaning of bright colours, in one line."""
    min_range: tuple[float, float] | None = None
    """Range that the colour scale covers at least, whatever the values are."""


KINDS = {
    NONE: LayerKind(mark("No layer"), "", "", ""),
    "distance": LayerKind(
        mark("Distance"),
        mark("between the dots: distance of the code to the nearest sample's, in sample gaps"),
        mark("sample gaps"),
        mark(
            "Bright: the code decoded between the dots is farther from all samples' than these are from each other. "
            "On a dot it is the sample's own, at no distance."
        ),
        min_range=(0.6, 1.4),
    ),
    "cycle": LayerKind(
        mark("Cycle error"),
        mark("cycle error, in sample gaps"),
        mark("sample gaps"),
        mark("Bright: decoded and encoded again, the code comes back somewhere else."),
        min_range=(0.0, 0.0),
    ),
    "stretch": LayerKind(
        mark("Stretch"),
        mark("distance of the codes for 1% of the map, in sample gaps"),
        mark("gaps for 1%"),
        mark(
            "Bright: the codes of dots side by side lie far apart. On a map true to scale all would be of one colour."
        ),
        min_range=(0.0, 0.0),
    ),
    "prior": LayerKind(
        mark("Prior"),
        mark("log N(z; 0, I), in nats"),
        mark("nats"),
        mark(
            "Bright: near the middle of the prior, where it is densest. In many dimensions hardly a draw falls there."
        ),
    ),
    "class": LayerKind(
        mark("Classes"),
        mark("share of the {neighbours} nearest samples, in %"),
        mark("% agree"),
        mark(
            "Colour: the class of most of the {neighbours} samples nearest in latent space; faded where they disagree."
        ),
    ),
    "pictures": LayerKind(
        mark("Pictures"),
        "",
        "",
        mark("Each cell shows what is decoded at its centre: zoom in, and more come in between."),
    ),
    "posteriors": LayerKind(
        mark("Posteriors"),
        "",
        "",
        mark(
            "Each ellipse holds 90% of one sample's posterior q(z|x), to scale. As many random samples as stay legible."
        ),
    ),
}
DECODING_KINDS = ("distance", "cycle", "prior", "pictures", "posteriors")
"""Layers of what is decoded between the dots."""
NO_DECODER = mark("nothing between the dots: there is no decoder")
NO_POSTERIORS = mark("no posteriors: this model is not variational")
NOT_LINEAR = mark("no ellipses: this map is not linear")
NO_PRIOR = mark("no prior: this model is not variational")
NO_CLASSES = mark("no classes: these samples have no labels")
NO_DATA = mark("no data")
NO_DATA_WIDTH = 86
"""Width of the sample of the hatching and its name in the legend, in design pixels."""
ELLIPSE_LEGEND_WIDTH = 110
"""Least width of the number of posteriors in the legend, in design pixels."""
AGREEMENT_RANGE = (0.4, 1.0)
"""Shares of agreeing neighbours at the palest and at the full colour."""


def list_layers(state: State, model_count: int) -> tuple[str, ...]:
    """Return the layers that at least one of the displayed models has."""
    key = "layers", model_count
    if key not in state.derived:
        checkpoints = [state.get_checkpoint(slot) for slot in range(model_count)]
        maps = [one.maps[state.get_map_name(slot)] for slot, one in enumerate(checkpoints)]
        state.derived[key] = _list_kinds(tuple(zip(checkpoints, maps, strict=True)))
    kinds: tuple[str, ...] = state.derived[key]
    return kinds


@remember(8)
def _list_kinds(displayed: tuple[tuple[Checkpoint, Atlas], ...]) -> tuple[str, ...]:
    missing = [kind for kind in KINDS if all(find_unavailable_reason(kind, *one) for one in displayed)]
    return tuple([kind for kind in KINDS if kind not in missing])


def find_unavailable_reason(kind: str, checkpoint: Checkpoint, atlas: Atlas) -> str:
    """Return the reason why a model has no layer `kind` on a map; empty if it has one."""
    if kind in DECODING_KINDS and not checkpoint.can_decode:
        return NO_DECODER
    if kind == "posteriors" and not checkpoint.variational:
        return NO_POSTERIORS
    if kind == "posteriors" and not has_ellipses(atlas):
        return NOT_LINEAR
    if kind == "prior" and not checkpoint.traits.has_prior_density:
        return NO_PRIOR
    if kind == "class" and not (checkpoint.class_names and _has_labels(checkpoint.atlas)):
        return NO_CLASSES
    return ""


def _find_reason(state: State, slot: int, kind: str) -> str:
    checkpoint = state.get_checkpoint(slot)
    return find_unavailable_reason(kind, checkpoint, checkpoint.maps[state.get_map_name(slot)])


def get_active_layer(state: State, model_count: int) -> str:
    """Return the active layer; "none" if no displayed model has the selected one."""
    layer = state.view.layer
    return layer if layer != NONE and layer in list_layers(state, model_count) else NONE


def make_control(state: State, model_count: int) -> Choice:
    options = tuple([(name, tr(KINDS[name].title)) for name in list_layers(state, model_count)])
    return Choice("layer", options, get_active_layer(state, model_count), tr("What lies under the dots (L)"), menu=True)


def step_layer(state: State, model_count: int, by: int) -> State:
    """Return the state with the next available layer, `by` 1, or the previous one, -1."""
    names = list_layers(state, model_count)
    return choose(state, names[(names.index(get_active_layer(state, model_count)) + by) % len(names)])


def choose(state: State, layer: str) -> State:
    """Return the state with a layer. On one the dots are white: they show no attribute."""
    by = state.view.colour_by if layer == NONE else colour_by.CLASS
    return state.put(replace(state.view, layer=layer, colour_by=by))


def make_queries(state: State, layout: Layout, model_count: int) -> dict[str, AnyQuery]:
    """Return the queries of the layers, by slot."""
    kind, wanted = get_active_layer(state, model_count), dict[str, AnyQuery]()
    for slot in range(model_count):
        model, which, reach = (
            state.models[slot],
            state.get_map_name(slot),
            compute_empty_distance(state, slot),
        )
        hidden = legend.find_hidden_classes(state, slot)
        if kind != NONE and not _find_reason(state, slot, kind):
            if kind == "posteriors":
                wanted[f"posteriors {slot}"] = Posteriors(model, which)
            elif kind in HEAT_KINDS:
                wanted[f"layer {slot}"] = HeatMap(model, which, kind, reach, hidden)
            elif layout.maps[slot].shorter_side > 0:
                span = _compute_tile_span(state, slot, layout.maps[slot])
                wanted[f"layer {slot}"] = Mosaic(model, which, span, reach, hidden)
    return wanted


def compute_empty_distance(state: State, slot: int) -> float:
    """Return the distance from a dot, in map units, beyond which the map counts as empty."""
    return max(
        map_panel.FAR_GAPS * state.library[state.models[slot]].maps[state.get_map_name(slot)].dot_spacing,
        map_panel.FAR_SHARE,
    )


def make_map_items(
    state: State,
    slot: int,
    rect: Rect,
    *,
    results: Results,
    model_count: int,
    links: NearestSamplesValue | None = None,
    dot_colours: DotColours | None = None,
) -> list[Item]:
    """Return the map of a slot on its panel, with the layer under its dots or the reason why it has none; without a
    layer, the dots are in their class colours or in `dot_colours`."""
    dots = map_panel.make_map_items(state, slot, rect, links, dot_colours)
    if state.view.layer == NONE:
        return dots
    items: list[Item] = []
    layer = _make_layer(state, slot, results, model_count)
    for item in dots:
        # dots on their way from one map to another pass over neither's layer
        items.append(replace(item, layer=layer) if isinstance(item, Map) and not item.previous_map else item)
    why = _find_reason(state, slot, get_active_layer(state, model_count))
    return [*items, *_make_note(rect, tr(why), state.ui_scale)] if why else items


def make_legend_items(state: State, layout: Layout, results: Results, model_count: int) -> list[Item]:
    """Return the colour bar with the values at its ends, and what the hatching means: beside the classes, or in a
    corner of each map if there is no room.

    One colour bar serves all maps, unless each has its own scale; decoded pictures have none.
    """
    if state.view.layer == NONE:
        return []
    layers = ((slot, _make_layer(state, slot, results, model_count)) for slot in range(model_count))
    under = {slot: layer for slot, layer in layers if layer is not None and not isinstance(layer, EllipseLayer)}
    if not under:
        return _make_ellipse_legend(state, layout.legend, results, model_count)
    u, kind = state.ui_scale, get_active_layer(state, model_count)
    left = legend.find_right_end(state, layout.legend, model_count) + round(24 * u)
    room = Rect(left, layout.legend.y, max(0, layout.legend.right - left), layout.legend.height)
    one_scale = len({(one.low, one.high) for one in under.values() if isinstance(one, HeatLayer)}) <= 1
    bar_width = 200 if kind in HEAT_KINDS else 0
    if one_scale and room.height > 0 and room.width >= round((bar_width + NO_DATA_WIDTH) * u):
        return _make_legend(room, kind, next(iter(under.values())), u)
    items: list[Item] = []
    for slot, layer in under.items():
        rect, margin = layout.maps[slot], round(6 * u)
        width, height = round((bar_width + NO_DATA_WIDTH + 10) * u), round(26 * u)
        box = Rect(rect.x + margin, rect.bottom - margin - height, min(width, rect.width - 2 * margin), height)
        if rect.height >= 120 * u and box.width >= round(min(width, 210 * u)):
            items += [Panel(box, "panel", "line"), *_make_legend(box.inset(round(5 * u)), kind, layer, u)]
    return items


def choose_hint(state: State, model_count: int, default: str) -> str:
    """Return the explanation of the active layer; the lab's own hint if there is no layer."""
    words = KINDS[get_active_layer(state, model_count)].explanation
    return tr(words, neighbours=CLASS_NEIGHBOURS) if words else default


# -- inside ---------------------------------------------------------------------------------------------


@remember(32)
def _has_labels(atlas: Atlas) -> bool:
    return bool((atlas.labels >= 0).any())


def _compute_tile_span(state: State, slot: int, rect: Rect) -> map_tiles.TileSpan:
    """Return the tiles of the visible part of the map, clipped to the area of the dots."""
    camera, reach = state.get_camera(slot), compute_empty_distance(state, slot)
    least, most = state.library[state.models[slot]].maps[state.get_map_name(slot)].corners
    (left, bottom), (right, top) = camera.to_xy((rect.x, rect.bottom), rect), camera.to_xy((rect.right, rect.y), rect)
    low = max(left, least[0] - reach), max(bottom, least[1] - reach)
    high = min(right, most[0] + reach), min(top, most[1] + reach)
    return map_tiles.find_span(
        map_tiles.choose_level(camera.compute_scale(rect)), low, (max(low[0], high[0]), max(low[1], high[1]))
    )


def _make_layer(
    state: State, slot: int, results: Results, model_count: int
) -> "HeatLayer | MosaicLayer | EllipseLayer | None":
    kind = get_active_layer(state, model_count)
    posteriors = results.get_value(f"posteriors {slot}", PosteriorsValue)
    if kind == "posteriors" and posteriors is not None:
        return EllipseLayer(posteriors)
    pictures: MosaicValue | None = results.get_value(f"layer {slot}", MosaicValue)
    if kind == "pictures" and pictures is not None:
        return MosaicLayer(pictures, state.preferences.smooth_pixels)
    heat: HeatMapValue | None = results.get_value(f"layer {slot}", HeatMapValue)
    if heat is None or heat.kind != kind:
        return None
    return HeatLayer(heat, *_compute_colour_range(kind, slot, state, results, model_count))


def _compute_colour_range(
    kind: str, slot: int, state: State, results: Results, model_count: int
) -> tuple[float, float]:
    """Return the values at the ends of the colour scale: the same for all displayed maps, so that they are comparable.

    Only densities in spaces of different dimensions are not; each map has its own scale then.
    """
    if kind == "class":
        return AGREEMENT_RANGE
    values: list[HeatMapValue | None] = [results.get_value(f"layer {one}", HeatMapValue) for one in range(model_count)]
    dimensions = {state.library[state.models[one]].latent_dim for one in range(model_count)}
    own = kind == "prior" and len(dimensions) > 1
    compared = [v for one, v in enumerate(values) if v is not None and v.kind == kind and (one == slot or not own)]
    low, high = min(one.low for one in compared), max(one.high for one in compared)
    least = KINDS[kind].min_range or (low, high)
    low, high = min(low, least[0]), max(high, least[1])
    return low, high if high > low else low + 1.0


def _make_legend(rect: Rect, kind: str, layer: HeatLayer | MosaicLayer, ui_scale: float) -> list[Item]:
    """Return the colour bar of a heat map, and at its right end what the hatching around the data means."""
    chip, rest = rect.split_right(round(NO_DATA_WIDTH * ui_scale))
    thick = min(rect.height, round(12 * ui_scale))
    sample, word = chip.split_left(round(22 * ui_scale), round(6 * ui_scale))
    sample = Rect(sample.x, rect.y + (rect.height - thick) // 2, sample.width, thick)
    bar = _make_colour_bar(rest, kind, layer, ui_scale) if isinstance(layer, HeatLayer) else []
    return [*bar, NoData(sample), make_caption(word, tr(NO_DATA))]


def _make_ellipse_legend(state: State, rect: Rect, results: Results, model_count: int) -> list[Item]:
    """Return how many of the posteriors there are, beside the classes; nothing on another layer."""
    layers = [_make_layer(state, slot, results, model_count) for slot in range(model_count)]
    shown = [one.value for one in layers if isinstance(one, EllipseLayer)]
    if not shown:
        return []
    left = legend.find_right_end(state, rect, model_count) + round(24 * state.ui_scale)
    room = Rect(left, rect.y, max(0, rect.right - left), rect.height)
    if room.height == 0 or room.width < round(ELLIPSE_LEGEND_WIDTH * state.ui_scale):
        return []
    counts = [tr("{shown:,} of {count:,}", shown=len(one.dots), count=one.sample_count) for one in shown]
    return [make_caption(room, tr("posteriors: {counts} samples", counts=", ".join(counts)), short=counts[0])]


def _make_colour_bar(rect: Rect, kind: str, heat: HeatLayer, ui_scale: float) -> list[Item]:
    low, high = (number_format.format_short(100 * v if kind == "class" else v) for v in (heat.low, heat.high))
    colours = "certainty" if kind == "class" else "values"
    label = tr(KINDS[kind].legend, neighbours=CLASS_NEIGHBOURS), tr(KINDS[kind].short)
    ramp = min(round(150 * ui_scale), rect.width // 3)
    return [*legend.make_colour_bar(rect, label, (low, high), colours=colours, ramp=ramp, ui_scale=ui_scale)]


def _make_note(rect: Rect, reason: str, ui_scale: float) -> list[Item]:
    """Return the reason why a map has no such layer, along its lower edge."""
    line = rect.inset(round(4 * ui_scale)).split_bottom(round(24 * ui_scale))[0]
    return [
        Panel(line, "map"),
        Text(line, reason[0].upper() + reason[1:], "small", "muted", "centre", short=tr("Not here")),
    ]
