"""What the Cluster lab shows: clusters on the map, how far they are the labels' own, and each cluster's mean."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.results import Results
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster.queries import Cluster, Clustering, ClusteringValue, RadiusValue
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.items import Chip, Image, Item, Paint, Panel, Text, View, class_colour
from latent_explorer.scene.lab import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

COLOURS = 20
"""Clusters with a colour of their own; those beyond share one."""
OTHERS, NOISE = "muted", "line"
CLUSTERS = (NOISE, *(class_colour(k) for k in range(COLOURS)), OTHERS)
DIFFER = ("line", "warn")
REACH = 2.0
"""The chart's end, in multiples of the suggested radius."""


@dataclass(frozen=True)
class Shown:
    asked: Clustering
    colours: str
    cluster: int
    """The one that alone is coloured; -1 for none."""
    dot: int | None
    """A sample whose cluster alone is coloured where `cluster` is none."""
    slots: int
    """Clusters with a place on the wall."""
    hint: str


def view(state: State, shown: Shown, layout: Layout, results: Results, world: World) -> View:
    value: ClusteringValue | None = results.value("clusters", ClusteringValue)
    hint = map_layers.hint(state, world, 1, told(shown, value))
    items = map_panel.common(state, layout.hint, layout.legend, hint, world, 1)
    if shown.colours != "labels":  # the dots have other colours than the classes
        items = [replace(one, colour=None) if isinstance(one, Chip) else one for one in items]
    items += map_layers.legend_items(state, layout, results, world, 1)
    if value is not None:
        paint = painted(value, shown.colours, alone(value, shown))
    else:  # the classes' own colours would look as if they had been found
        paint = None if shown.colours == "labels" else _bare(len(world[state.models[0]].latents))
    items += map_layers.map_items(state, 0, layout.maps[0], results, world, 1, paint=paint)
    if state.hover is not None:
        items.append(map_panel.ring(state, 0, state.hover.dot, layout.maps[0], world))
    items += _scores(state, shown, value, layout, results, world)
    items += _chart(state, shown, value, layout, results)
    items += _wall(state, shown, value, layout, world)
    return tuple(items)


def told(shown: Shown, value: ClusteringValue | None) -> str:
    """What to look at."""
    if shown.asked.which:
        return "Grouped on the map, not in the codes: it has torn apart what touches there. How do the scores change?"
    if shown.colours == "differ":
        return "Red: samples whose cluster is matched with another class than their own. What do they look like?"
    if shown.asked.method == "dbscan" and value is not None and value.scores is not None and value.scores.ari < 0.2:
        return "DBSCAN needs empty space between groups. In the codes there is little: hardly a crowd stands alone."
    if value is not None and value.scores is not None and len(value.clusters) > 5 * value.confusion.shape[1]:
        return "Many small clusters: NMI counts them as knowledge of the labels, ARI does not."
    return shown.hint


def alone(value: ClusteringValue, shown: Shown) -> int:
    """The cluster that alone is coloured; -1 where all are, and for noise."""
    if 0 <= shown.cluster < len(value.clusters):
        return shown.cluster
    return -1 if shown.dot is None or shown.dot >= len(value.of) else int(value.of[shown.dot])


def painted(value: ClusteringValue, by: str, cluster: int) -> Paint | None:
    """The colours of the dots: of clusters, of what differs, or of the classes (None)."""
    if by == "labels" and cluster < 0:
        return None
    if by == "differ" and cluster < 0:
        return Paint(value.differs, DIFFER)
    return Paint(_numbers(value, cluster), CLUSTERS)


@lru_cache(maxsize=8)
def _bare(count: int) -> Paint:
    """Dots without a cluster."""
    return Paint(np.zeros(count, np.int64), CLUSTERS)


@lru_cache(maxsize=16)
def _numbers(value: ClusteringValue, cluster: int) -> NDArray[np.int64]:
    """(M,) which of `CLUSTERS`; all but one cluster as noise where one is chosen."""
    numbers = np.where(value.colours < 0, 0, np.minimum(value.colours, COLOURS) + 1)
    return numbers if cluster < 0 else np.where(value.of == cluster, numbers, 0)


def role(value: ClusteringValue, cluster: int) -> str:
    """The colour of a cluster."""
    return CLUSTERS[min(value.colour_of(cluster), COLOURS) + 1]


# -- the scores ---------------------------------------------------------------------------------------


def _scores(
    state: State, shown: Shown, value: ClusteringValue | None, layout: Layout, results: Results, world: World
) -> list[Item]:
    parts, failure = layout.parts, results.failure("clusters")
    items: list[Item] = [Panel(parts["scores"])]
    if value is None or failure is not None:
        said = failure.message if failure else state.loading or "Looking for clusters."
        return [*items, Text(parts["scores"].inset(8), said, "body", "muted", "centre", wrap=True)]
    waiting = value.asked != shown.asked
    ink = "muted" if waiting else "text"
    if value.scores is None:
        first = "–" if value.silhouette is None else f"{value.silhouette:.2f}"
        items.append(Text(parts["ari"], f"Silhouette {first}", "large", ink, bold=True))
        said = (
            "There are no labels to compare the clusters with. Silhouette: 1 when each sample lies in the midst of its "
            "own cluster, 0 when clusters touch."
        )
        return [*items, Text(parts["said"], "Looking for clusters." if waiting else said, "body", "muted", wrap=True)]
    items.append(Text(parts["ari"], f"ARI {value.scores.ari:.2f}", "large", ink, "centre", bold=True))
    items.append(Text(parts["nmi"], f"NMI {value.scores.nmi:.2f}", "large", ink, "centre", bold=True))
    said = f"1: the same groups as the labels; 0: chance (ARI), nothing in common (NMI). {hits(value)}"
    if state.hover is not None and not waiting:
        said = under(value, state.hover.dot, world[state.models[0]].class_names, int(labels_of(state, world)))
    said = "Looking for clusters." if waiting else said
    items.append(Text(parts["said"], said, "body", "muted", wrap=True))
    return items


def labels_of(state: State, world: World) -> int:
    """The class of the dot under the mouse."""
    assert state.hover is not None
    return int(world[state.models[0]].labels[state.hover.dot])


def hits(value: ClusteringValue) -> str:
    """How many samples are where their label says, in words."""
    assert value.scores is not None
    noise = f", {100 * value.noise / max(1, len(value.of)):.0f} in none" if value.noise else ""
    return f"{100 * value.scores.agree:.0f} of 100 samples lie in the cluster matched with their class{noise}."


def under(value: ClusteringValue, dot: int, names: tuple[str, ...], label: int) -> str:
    """What is under the mouse, in words."""
    own = names[label] if label >= 0 else "none"
    cluster = int(value.of[dot])
    if cluster < 0:
        return f"Under the mouse: class {own}, in no cluster (noise)."
    one = value.clusters[cluster]
    what = f"of {one.size} samples" + (f", mostly {names[one.common]} ({one.purity:.0%})" if one.common >= 0 else "")
    return f"Under the mouse: class {own}, in a cluster {what}."


# -- DBSCAN's radius ----------------------------------------------------------------------------------


def chart(rect: Rect, value: RadiusValue, radius: float, unit: float) -> Chart:
    """What there would be at every radius, up to `REACH` times the suggested one."""
    series = (
        Series(value.radii, value.noise, "muted", "line", "noise"),
        Series(value.radii, value.largest, "second", "line", "largest"),
        Series(value.radii, value.others, "accent", "line", "others"),
    )
    across = Axis("radius", 0.0, REACH * value.suggested)
    up = Axis("% of samples", 0.0, 100.0)
    return Chart(rect, series, across, up, "", (Cursor(radius, "text", f"{radius:.3g}"),), unit=unit)


def stretch_at(rect: Rect, at: tuple[float, float], unit: float) -> float:
    """The multiple of the suggested radius at a place of the chart, whatever that radius is."""
    nothing = np.zeros(1, np.float32)
    series = tuple(Series(nothing, nothing, label=one) for one in ("noise", "largest", "others"))
    bare = Chart(rect, series, Axis("radius", 0.0, REACH), Axis("% of samples", 0.0, 100.0), unit=unit)
    return bare.value_of(at)[0]


def _chart(state: State, shown: Shown, value: ClusteringValue | None, layout: Layout, results: Results) -> list[Item]:
    rect = layout.parts.get("chart")
    if rect is None:
        return []
    radius: RadiusValue | None = results.value("radius", RadiusValue)
    if radius is None:
        return [
            Panel(rect),
            Text(rect.inset(8), "Measuring how near samples are.", "body", "muted", "centre", wrap=True),
        ]
    return [Panel(rect), chart(rect, radius, shown.asked.stretch * radius.suggested, state.unit)]


# -- the wall -----------------------------------------------------------------------------------------


def _wall(state: State, shown: Shown, value: ClusteringValue | None, layout: Layout, world: World) -> list[Item]:
    parts = layout.parts
    if "wall" not in parts:
        return []
    items: list[Item] = [Panel(parts["wall panel"])]
    if value is None:
        return items
    where = "on the map" if value.asked.which else f"in the codes, of {world[state.models[0]].latent_dim} dimensions"
    count = len(value.clusters)
    kept = min(count, shown.slots)
    said = f"{count} clusters {where}; each one's mean, decoded"
    if kept < count:
        said = f"The {kept} largest of {count} clusters {where}; each one's mean, decoded"
    items.append(map_panel.caption(parts["wall text"], said, short=f"{count} clusters, their means"))
    names = world[state.models[0]].class_names
    only = alone(value, shown)
    places = cluster_layout.cells(parts["wall"], shown.slots, state.unit)
    for k, (place, words) in enumerate(places[:kept]):
        one = value.clusters[k]
        if one.picture is None:
            continue
        colour = role(value, k)
        items.append(Image(place, one.picture, colour, state.smooth, secret=True))
        first, second = words.top(round(cluster_layout.LINE * state.unit))
        ink = "text" if only in (-1, k) else "muted"
        said, brief = common(one, names), short(one, names)
        if not second.height and said:
            said, brief = f"{said} · {one.size}", said
        items.append(Text(first, said or str(one.size), "small", ink, "centre", bold=True, short=brief))
        if second.height:
            items.append(map_panel.caption(second, f"{one.size}", align="centre"))
    return items


def common(one: Cluster, names: tuple[str, ...]) -> str:
    return f"{names[one.common]}: {one.purity:.0%}" if one.common >= 0 else ""


def short(one: Cluster, names: tuple[str, ...]) -> str:
    return names[one.common] if one.common >= 0 else ""
