"""Details beside the map of Explore: the large picture, its realism, the nearest sample, and the latent as bars."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.base_queries import GenerationValue, PointValue
from latent_explorer.engine.latent_edit_query import MovedValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.sample_query import SampleValue
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.explore import latent_bars
from latent_explorer.labs.explore import state as marks
from latent_explorer.scene import map_panel, realism
from latent_explorer.scene.items import Bars, Gauge, Image, Item, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

FULL_GAUGE = 4.0
"""Distance from the data, in latent gaps, at which the gauge is full."""


def items(state: State, parts: Mapping[str, Rect], results: Results, named: int | None, world: World) -> list[Item]:
    """Return the items of the details; the bar of `highlighted_dimension` is described above the bars."""
    point: PointValue | None = results.value("point", PointValue)
    moved: MovedValue | None = results.value("moved", MovedValue)
    if point is None and moved is None:
        failure = results.failure("point") or results.failure("moved")
        text = failure.message if failure else state.loading or "The decoder is being loaded."
        return [Panel(parts["picture"]), Text(parts["picture"], text, "body", "muted", "centre", wrap=True)]
    generated: GenerationValue | None = results.value("strip", GenerationValue)
    if state.hover is None and generated is not None and marks.left(state, world).drawn:
        items: list[Item] = [Image(parts["picture"], generated.pictures[-1], "accent", state.smooth, secret=True)]
        if "verdict" in parts:
            items.append(Text(parts["verdict"], "A new sample", "title", "accent", bold=True))
        return items
    if point is not None:
        shown = results.between("point") or point
        found = _told(state, point, parts, world)
        sample: SampleValue | None = results.value("sample", SampleValue)
        return [
            Image(parts["picture"], shown.picture, found[0], state.smooth, secret=True),
            *found[1],
            *_sample(state, parts, sample, "nearest real sample: original and its reconstruction"),
            *_bars(state, parts, shown.z, named, world),
        ]
    assert moved is not None
    colour, told = _moved(state, moved, parts, world)
    said = "nearest real sample in latent space: original, reconstruction"
    return [
        _picture(state, parts, moved.picture, colour),
        *told,
        *_sample(state, parts, moved.sample, said),
        *_bars(state, parts, moved.z, named, world),
    ]


def _picture(state: State, parts: Mapping[str, Rect], picture: Picture, colour: str) -> Image:
    return Image(parts["picture"], picture, colour, state.smooth, secret=True)


def _told(state: State, point: PointValue, parts: Mapping[str, Rect], world: World) -> tuple[str, list[Item]]:
    """Return the realism colour of the picture at a map position, and the items that describe it."""
    atlas = world[state.models[0]].maps[state.map_of(0, world)]
    verdict = realism.verdict(point, atlas.gap)
    items = _verdict(
        state, parts, verdict, map_panel.nearest(state, 0, marks.looked_at(state, world).xy, world)[1], world
    )
    away = point.latent_gaps
    said = f"{point.latent_gaps:.1f} sample gaps from the data, in latent space"
    short = f"{point.latent_gaps:.1f} sample gaps away"
    if map_panel.is_far(point.map_gaps, atlas.gap):
        # z is blended of samples at the map's edge, which lies near the data although the mouse does not
        away = point.map_gaps
        said = f"no data here: the nearest edge is shown, {point.map_gaps:.0f} dot gaps away"
        short = "no data here"
    full, colour = min(1.0, away / FULL_GAUGE), verdict.colour
    if marks.own(state).switches.on and verdict is not realism.FAR:
        # a full gauge is good here, but bad without Why?: the other colour marks it as another quantity
        full, colour = point.agreement, "accent"
        said = f"trust: the samples that it blends are {point.agreement:.0%} alike"
        short = f"blends what is {point.agreement:.0%} alike"
    return verdict.colour, [*items, *_gauge(parts, full, colour, said, short)]


def _moved(state: State, value: MovedValue, parts: Mapping[str, Rect], world: World) -> tuple[str, list[Item]]:
    """Return the realism colour of an edited latent, and the items that describe it."""
    verdict = realism.by_distance(value.latent_gaps)
    items = _verdict(state, parts, verdict, value.sample.dot, world)
    came = "changed by hand" if value.code.changes else "your picture" if value.code.image else "kept on another map"
    said = f"{came}: {value.latent_gaps:.1f} sample gaps from the data"
    short = f"{value.latent_gaps:.1f} gaps away, {came}"
    full = min(1.0, value.latent_gaps / FULL_GAUGE)
    return verdict.colour, [*items, *_gauge(parts, full, verdict.colour, said, short)]


def _verdict(state: State, parts: Mapping[str, Rect], verdict: realism.Verdict, dot: int, world: World) -> list[Item]:
    if "verdict" not in parts:
        return []
    wide = parts["verdict"].width > 300 * state.unit
    said_at, named_at = parts["verdict"].left(round(parts["verdict"].width * (0.68 if wide else 1.0)), 6)
    items = realism.items(said_at, verdict, "title")
    if wide and map_panel.has_classes(state, 0, world):
        nearest = f"nearest: {map_panel.class_name(state, 0, dot, world)}"
        items.append(Text(named_at, nearest, "body", "text", "right", secret=True))
    return items


def _gauge(parts: Mapping[str, Rect], full: float, colour: str, said: str, short: str) -> list[Item]:
    if "gauge" not in parts:
        return []
    text = map_panel.caption(parts["gauge text"], said, short=short, secret=True)
    return [Gauge(parts["gauge"], full, colour, secret=True), text]


def _sample(state: State, parts: Mapping[str, Rect], sample: SampleValue | None, said: str) -> list[Item]:
    if "sample" not in parts:
        return []
    return [
        map_panel.caption(parts["sample text"], said, short="nearest sample, reconstruction"),
        *map_panel.sample_items(state, sample, parts["sample"], parts["reconstruction"]),
    ]


def _bars(
    state: State, parts: Mapping[str, Rect], z: NDArray[np.float32], named: int | None, world: World
) -> list[Item]:
    if "bars" not in parts:
        return []
    checkpoint = world[state.models[0]]
    some = latent_bars.shown(state, parts["bars"], world)
    said, short = latent_bars.said(z, named, some, checkpoint.neighbours)
    told = named is not None
    caption = Text(
        parts["bars text"], said, "small", "text" if told else "muted", bold=told, short=short
    )  # fmt: skip
    changed = frozenset(one for one, _ in marks.looked_at(state, world).changes)
    return [
        caption,
        Panel(parts["bars"]),
        Bars(parts["bars"], z, checkpoint.reach, some.start, some.stop, named, changed),
    ]
