"""Details beside the map of Explore: the large picture, its realism, the nearest sample, and the latent as bars."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.base_queries import GenerationValue, PointValue
from latent_explorer.engine.latent_edit_query import EditedLatentValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import latent_bars
from latent_explorer.labs.explore import state as marks
from latent_explorer.scene import map_panel, realism
from latent_explorer.scene.items import Bars, Gauge, Image, Item, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

FULL_GAUGE = 4.0
"""Distance from the data, in latent gaps, at which the gauge is full."""


def make_items(
    state: State, parts: Mapping[str, Rect], results: Results, highlighted_dimension: int | None
) -> list[Item]:
    """Return the items of the details; the bar of `highlighted_dimension` is described above the bars."""
    point: PointValue | None = results.get_value("point", PointValue)
    moved: EditedLatentValue | None = results.get_value("moved", EditedLatentValue)
    if point is None and moved is None:
        failure = results.get_failure("point") or results.get_failure("moved")
        text = failure.message if failure else state.status.loading or "The decoder is being loaded."
        return [Panel(parts["picture"]), Text(parts["picture"], text, "body", "muted", "centre", wrap=True)]
    generated: GenerationValue | None = results.get_value("strip", GenerationValue)
    if state.pointer.hover is None and generated is not None and marks.current_marks(state).drawn:
        items: list[Item] = [Image(parts["picture"], generated.pictures[-1], "accent", reveals_answer=True)]
        if "verdict" in parts:
            items.append(Text(parts["verdict"], "A new sample", "title", "accent", bold=True))
        return items
    if point is not None:
        shown = results.get_transition("point") or point
        found = _describe_point(state, point, parts)
        sample: SampleValue | None = results.get_value("sample", SampleValue)
        return [
            Image(parts["picture"], shown.picture, found[0], reveals_answer=True),
            *found[1],
            *_make_sample_items(state, parts, sample, "nearest real sample: original and its reconstruction"),
            *_make_bar_items(state, parts, shown.z, highlighted_dimension),
        ]
    assert moved is not None
    colour, told = _describe_edited_latent(state, moved, parts)
    said = "nearest real sample in latent space: original, reconstruction"
    return [
        _make_image(state, parts, moved.picture, colour),
        *told,
        *_make_sample_items(state, parts, moved.sample, said),
        *_make_bar_items(state, parts, moved.z, highlighted_dimension),
    ]


def _make_image(state: State, parts: Mapping[str, Rect], picture: Picture, colour: str) -> Image:
    return Image(parts["picture"], picture, colour, reveals_answer=True)


def _describe_point(state: State, point: PointValue, parts: Mapping[str, Rect]) -> tuple[str, list[Item]]:
    """Return the realism colour of the picture at a map position, and the items that describe it."""
    atlas = state.get_checkpoint(0).maps[state.get_map_name(0)]
    verdict = realism.realism_at_map_position(point, atlas.dot_spacing)
    items = _make_verdict_items(
        state, parts, verdict, map_panel.find_nearest_dot(state, 0, marks.active_point(state).xy)[1]
    )
    away = point.latent_distance
    said = f"{point.latent_distance:.1f} sample gaps from the data, in latent space"
    short = f"{point.latent_distance:.1f} sample gaps away"
    if map_panel.is_far(point.map_distance, atlas.dot_spacing):
        # z is blended of samples at the map's edge, which lies near the data although the mouse does not
        away = point.map_distance
        said = f"no data here: the nearest edge is shown, {point.map_distance:.0f} dot gaps away"
        short = "no data here"
    full, colour = min(1.0, away / FULL_GAUGE), verdict.colour
    if marks.get_explore_state(state).switches.on and verdict is not realism.FAR:
        # a full gauge is good here, but bad without Why?: the other colour marks it as another quantity
        full, colour = point.agreement, "accent"
        said = f"trust: the samples that it blends are {point.agreement:.0%} alike"
        short = f"blends what is {point.agreement:.0%} alike"
    return verdict.colour, [*items, *_make_gauge_items(parts, full, colour, said, short)]


def _describe_edited_latent(
    state: State, value: EditedLatentValue, parts: Mapping[str, Rect]
) -> tuple[str, list[Item]]:
    """Return the realism colour of an edited latent, and the items that describe it."""
    verdict = realism.realism_by_distance(value.latent_distance)
    items = _make_verdict_items(state, parts, verdict, value.sample.dot)
    came = (
        "changed by hand"
        if value.latent_ref.changes
        else "your picture"
        if value.latent_ref.image
        else "kept on another map"
    )
    said = f"{came}: {value.latent_distance:.1f} sample gaps from the data"
    short = f"{value.latent_distance:.1f} gaps away, {came}"
    full = min(1.0, value.latent_distance / FULL_GAUGE)
    return verdict.colour, [*items, *_make_gauge_items(parts, full, verdict.colour, said, short)]


def _make_verdict_items(state: State, parts: Mapping[str, Rect], verdict: realism.Verdict, dot: int) -> list[Item]:
    if "verdict" not in parts:
        return []
    wide = parts["verdict"].width > 300 * state.ui_scale
    said_at, named_at = parts["verdict"].split_left(round(parts["verdict"].width * (0.68 if wide else 1.0)), 6)
    items = realism.make_items(said_at, verdict, "title")
    if wide and map_panel.has_classes(state, 0):
        nearest = f"nearest: {map_panel.get_class_name(state, 0, dot)}"
        items.append(Text(named_at, nearest, "body", "text", "right", reveals_answer=True))
    return items


def _make_gauge_items(parts: Mapping[str, Rect], fraction: float, colour: str, caption: str, short: str) -> list[Item]:
    if "gauge" not in parts:
        return []
    text = map_panel.make_caption(parts["gauge text"], caption, short=short, reveals_answer=True)
    return [Gauge(parts["gauge"], fraction, colour, reveals_answer=True), text]


def _make_sample_items(state: State, parts: Mapping[str, Rect], sample: SampleValue | None, caption: str) -> list[Item]:
    if "sample" not in parts:
        return []
    return [
        map_panel.make_caption(parts["sample text"], caption, short="nearest sample, reconstruction"),
        *map_panel.make_sample_items(state, sample, parts["sample"], parts["reconstruction"]),
    ]


def _make_bar_items(
    state: State, parts: Mapping[str, Rect], z: NDArray[np.float32], highlighted_dimension: int | None
) -> list[Item]:
    if "bars" not in parts:
        return []
    checkpoint = state.get_checkpoint(0)
    some = latent_bars.find_visible_dimensions(state, parts["bars"])
    said, short = latent_bars.describe_bars(z, highlighted_dimension, some, checkpoint.neighbours)
    told = highlighted_dimension is not None
    caption = Text(
        parts["bars text"], said, "small", "text" if told else "muted", bold=told, short=short
    )  # fmt: skip
    changed = frozenset(one for one, _ in marks.active_point(state).changes)
    return [
        caption,
        Panel(parts["bars"]),
        Bars(parts["bars"], z, checkpoint.bar_scale, some.start, some.stop, highlighted_dimension, changed),
    ]
