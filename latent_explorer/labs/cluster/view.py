"""View of the Cluster lab: clusters on the map, their scores against the labels, and each cluster's decoded mean."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.engine.results import Results
from latent_explorer.labs.cluster import layout as cluster_layout
from latent_explorer.labs.cluster.queries import Clustering, ClusteringValue, ClusterSummary, RadiusScanValue
from latent_explorer.scene import map_layers, map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.items import Chip, DotColours, Image, Item, Panel, Text, View, get_class_colour
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State

COLOUR_COUNT = 20
"""Number of clusters with a colour of their own; the others share one."""
OTHER_COLOUR, NOISE_COLOUR = "muted", "line"
CLUSTER_COLOURS = (NOISE_COLOUR, *(get_class_colour(k) for k in range(COLOUR_COUNT)), OTHER_COLOUR)
MISMATCH_COLOURS = ("line", "warn")
CHART_END = 2.0
"""End of the radius axis, in multiples of the suggested radius."""


@dataclass(frozen=True)
class ClusterViewModel:
    """View model of the Cluster lab."""

    query: Clustering
    colour_mode: str
    chosen_cluster: int
    """Cluster that alone is coloured; -1 for all."""
    chosen_dot: int | None
    """Sample whose cluster alone is coloured if `chosen_cluster` is -1."""
    cell_count: int
    """Number of clusters with a place in the wall."""
    hint: str


def make_view(state: State, view_model: ClusterViewModel, layout: Layout, results: Results) -> View:
    value: ClusteringValue | None = results.get_value("clusters", ClusteringValue)
    hint = map_layers.choose_hint(state, 1, choose_hint(view_model, value))
    items = map_panel.shared_items(state, layout.hint, layout.legend, hint, 1)
    if view_model.colour_mode != "labels":  # the dots are not coloured by class
        items = [replace(one, colour=None) if isinstance(one, Chip) else one for one in items]
    items += map_layers.make_legend_items(state, layout, results, 1)
    if value is not None:
        paint = make_dot_colours(value, view_model.colour_mode, find_chosen_cluster(value, view_model))
    else:  # the classes' colours would look like found clusters
        paint = (
            None
            if view_model.colour_mode == "labels"
            else _make_unclustered_colours(len(state.get_checkpoint(0).latents))
        )
    items += map_layers.make_map_items(state, 0, layout.maps[0], results, 1, dot_colours=paint)
    if state.pointer.hover is not None:
        items.append(map_panel.dot_marker(state, 0, state.pointer.hover.dot, layout.maps[0]))
    items += _make_score_items(state, view_model, value, layout, results)
    items += _make_chart_items(state, view_model, value, layout, results)
    items += _make_wall_items(state, view_model, value, layout)
    return tuple(items)


def choose_hint(view_model: ClusterViewModel, value: ClusteringValue | None) -> str:
    """Return the hint for the current settings and result."""
    if view_model.query.map_name:
        return "Grouped on the map, not in the codes: it has torn apart what touches there. How do the scores change?"
    if view_model.colour_mode == "differ":
        return "Red: samples whose cluster is matched with another class than their own. What do they look like?"
    if (
        view_model.query.method == "dbscan"
        and value is not None
        and value.scores is not None
        and value.scores.ari < 0.2
    ):
        return "DBSCAN needs empty space between groups. In the codes there is little: hardly a crowd stands alone."
    if value is not None and value.scores is not None and len(value.clusters) > 5 * value.confusion.shape[1]:
        return "Many small clusters: NMI counts them as knowledge of the labels, ARI does not."
    return view_model.hint


def find_chosen_cluster(value: ClusteringValue, view_model: ClusterViewModel) -> int:
    """Return the cluster that alone is coloured; -1 for all clusters and for noise."""
    if 0 <= view_model.chosen_cluster < len(value.clusters):
        return view_model.chosen_cluster
    return (
        -1
        if view_model.chosen_dot is None or view_model.chosen_dot >= len(value.assignments)
        else int(value.assignments[view_model.chosen_dot])
    )


def make_dot_colours(value: ClusteringValue, colour_mode: str, cluster: int) -> DotColours | None:
    """Return the colours of the dots: by cluster or by mismatch; None for the colours of the classes."""
    if colour_mode == "labels" and cluster < 0:
        return None
    if colour_mode == "differ" and cluster < 0:
        return DotColours(value.mismatches, MISMATCH_COLOURS)
    return DotColours(_compute_colour_indices(value, cluster), CLUSTER_COLOURS)


@lru_cache(maxsize=8)
def _make_unclustered_colours(count: int) -> DotColours:
    """Return colours for dots that have no cluster yet."""
    return DotColours(np.zeros(count, np.int64), CLUSTER_COLOURS)


@lru_cache(maxsize=16)
def _compute_colour_indices(value: ClusteringValue, cluster: int) -> NDArray[np.int64]:
    """Return indices (M,) into `CLUSTER_COLOURS`; if `cluster` is chosen, all others get the colour of noise."""
    numbers = np.where(value.colour_indices < 0, 0, np.minimum(value.colour_indices, COLOUR_COUNT) + 1)
    return numbers if cluster < 0 else np.where(value.assignments == cluster, numbers, 0)


def get_cluster_colour(value: ClusteringValue, cluster: int) -> str:
    """Return the colour of `cluster`."""
    return CLUSTER_COLOURS[min(value.get_colour_index(cluster), COLOUR_COUNT) + 1]


# -- the scores ---------------------------------------------------------------------------------------


def _make_score_items(
    state: State, view_model: ClusterViewModel, value: ClusteringValue | None, layout: Layout, results: Results
) -> list[Item]:
    parts, failure = layout.parts, results.get_failure("clusters")
    items: list[Item] = [Panel(parts["scores"])]
    if value is None or failure is not None:
        said = failure.message if failure else state.status.loading or "Looking for clusters."
        return [*items, Text(parts["scores"].inset(8), said, "body", "muted", "centre", wrap=True)]
    waiting = value.query != view_model.query
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
    said = f"1: the same groups as the labels; 0: chance (ARI), nothing in common (NMI). {describe_accuracy(value)}"
    if state.pointer.hover is not None and not waiting:
        said = describe_dot(
            value, state.pointer.hover.dot, state.get_checkpoint(0).class_names, int(get_hovered_label(state))
        )
    said = "Looking for clusters." if waiting else said
    items.append(Text(parts["said"], said, "body", "muted", wrap=True))
    return items


def get_hovered_label(state: State) -> int:
    """Return the class of the dot under the mouse."""
    assert state.pointer.hover is not None
    return int(state.get_checkpoint(0).labels[state.pointer.hover.dot])


def describe_accuracy(value: ClusteringValue) -> str:
    """Describe the accuracy of the clusters and the share of noise."""
    assert value.scores is not None
    noise = f", {100 * value.noise_count / max(1, len(value.assignments)):.0f} in none" if value.noise_count else ""
    return f"{100 * value.scores.accuracy:.0f} of 100 samples lie in the cluster matched with their class{noise}."


def describe_dot(value: ClusteringValue, dot: int, names: tuple[str, ...], label: int) -> str:
    """Describe the class and the cluster of the dot under the mouse."""
    own = names[label] if label >= 0 else "none"
    cluster = int(value.assignments[dot])
    if cluster < 0:
        return f"Under the mouse: class {own}, in no cluster (noise)."
    one = value.clusters[cluster]
    what = f"of {one.size} samples" + (
        f", mostly {names[one.most_common_class]} ({one.purity:.0%})" if one.most_common_class >= 0 else ""
    )
    return f"Under the mouse: class {own}, in a cluster {what}."


# -- DBSCAN's radius ----------------------------------------------------------------------------------


def make_radius_chart(rect: Rect, value: RadiusScanValue, radius: float, ui_scale: float) -> Chart:
    """Return the chart of noise and clusters over the radius, up to `CHART_END` times the suggested one."""
    series = (
        Series(value.radii, value.noise, "muted", "line", "noise"),
        Series(value.radii, value.largest, "second", "line", "largest"),
        Series(value.radii, value.others, "accent", "line", "others"),
    )
    across = Axis("radius", 0.0, CHART_END * value.suggested_radius)
    up = Axis("% of samples", 0.0, 100.0)
    return Chart(rect, series, across, up, "", (Cursor(radius, "text", f"{radius:.3g}"),), ui_scale=ui_scale)


def find_radius_factor(rect: Rect, position: tuple[float, float], ui_scale: float) -> float:
    """Return the multiple of the suggested radius at `position` of the chart; it does not depend on that radius."""
    nothing = np.zeros(1, np.float32)
    series = tuple(Series(nothing, nothing, label=one) for one in ("noise", "largest", "others"))
    bare = Chart(rect, series, Axis("radius", 0.0, CHART_END), Axis("% of samples", 0.0, 100.0), ui_scale=ui_scale)
    return bare.find_values_at_share(position)[0]


def _make_chart_items(
    state: State, view_model: ClusterViewModel, value: ClusteringValue | None, layout: Layout, results: Results
) -> list[Item]:
    rect = layout.parts.get("chart")
    if rect is None:
        return []
    radius: RadiusScanValue | None = results.get_value("radius", RadiusScanValue)
    if radius is None:
        return [
            Panel(rect),
            Text(rect.inset(8), "Measuring how near samples are.", "body", "muted", "centre", wrap=True),
        ]
    return [
        Panel(rect),
        make_radius_chart(rect, radius, view_model.query.radius_factor * radius.suggested_radius, state.ui_scale),
    ]


# -- the wall -----------------------------------------------------------------------------------------


def _make_wall_items(
    state: State, view_model: ClusterViewModel, value: ClusteringValue | None, layout: Layout
) -> list[Item]:
    parts = layout.parts
    if "wall" not in parts:
        return []
    items: list[Item] = [Panel(parts["wall panel"])]
    if value is None:
        return items
    where = (
        "on the map" if value.query.map_name else f"in the codes, of {state.get_checkpoint(0).latent_dim} dimensions"
    )
    count = len(value.clusters)
    kept = min(count, view_model.cell_count)
    said = f"{count} clusters {where}; each one's mean, decoded"
    if kept < count:
        said = f"The {kept} largest of {count} clusters {where}; each one's mean, decoded"
    items.append(map_panel.make_caption(parts["wall text"], said, short=f"{count} clusters, their means"))
    names = state.get_checkpoint(0).class_names
    only = find_chosen_cluster(value, view_model)
    places = cluster_layout.place_cells(parts["wall"], view_model.cell_count, state.ui_scale)
    for k, (place, words) in enumerate(places[:kept]):
        one = value.clusters[k]
        if one.picture is None:
            continue
        colour = get_cluster_colour(value, k)
        items.append(Image(place, one.picture, colour, reveals_answer=True))
        first, second = words.split_top(round(cluster_layout.LINE_HEIGHT * state.ui_scale))
        ink = "text" if only in (-1, k) else "muted"
        said, brief = describe_class_share(one, names), get_common_class_name(one, names)
        if not second.height and said:
            said, brief = f"{said} · {one.size}", said
        items.append(Text(first, said or str(one.size), "small", ink, "centre", bold=True, short=brief))
        if second.height:
            items.append(map_panel.make_caption(second, f"{one.size}", align="centre"))
    return items


def describe_class_share(cluster: ClusterSummary, names: tuple[str, ...]) -> str:
    return f"{names[cluster.most_common_class]}: {cluster.purity:.0%}" if cluster.most_common_class >= 0 else ""


def get_common_class_name(cluster: ClusterSummary, names: tuple[str, ...]) -> str:
    return names[cluster.most_common_class] if cluster.most_common_class >= 0 else ""
