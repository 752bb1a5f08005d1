"""View of the Cluster lab: clusters on the map, their scores against the labels, and each cluster's decoded mean."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.labs.cluster.layout import LINE_HEIGHT, place_cells
from latent_explorer.labs.cluster.queries import Clustering, ClusteringValue, ClusterSummary, RadiusScanValue, Scores
from latent_explorer.scene import colour_by, map_panel
from latent_explorer.scene.chart import Axis, Chart, Cursor, Series
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import DotColours, Image, Item, Panel, Text, get_class_colour, make_caption
from latent_explorer.scene.number_format import round_shares
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.straight_map import is_straight, is_whole_code
from latent_explorer.texts import format_number, mark, tr, tr_count, tr_in

COLOUR_COUNT = 80
"""Number of clusters that look other than all others, by colour and core; then the looks begin again."""
NOISE_COLOUR = "line"
CLUSTER_COLOURS = (NOISE_COLOUR, *(get_class_colour(k) for k in range(COLOUR_COUNT)))
MISMATCH_COLOURS = ("line", "warn")
WAITING = mark("Looking for clusters.")
NO_LABELS_HINT = mark("These groups were found in the codes alone. What have the samples of one in common?")
MAX_WRITTEN = 80
"""Letters of the text of the sample under the mouse."""
CHART_END = 2.0
"""End of the radius axis, in multiples of the suggested radius."""


def get_clusters(frame: Frame[Any]) -> ClusteringValue | None:
    return frame.results.get_value("clusters", ClusteringValue)


def choose_hint(frame: Frame[Any], query: Clustering, default: str) -> str:
    """Return the hint for the current settings and result."""
    value = get_clusters(frame)
    if colour_by.find_attribute(frame.state, 0, 1) is not None:
        return tr(
            "The dots show the attribute. The clusters are those of the means: does one gather what is alike in it?"
        )
    if query.map_name:
        return explain_map(frame.checkpoint.maps[query.map_name])
    if frame.own.colours == "differ":
        return tr(
            "Those that stand out are in a cluster matched with another class than theirs. What do they look like?"
        )
    if value is None:
        return default
    if value.scores is None:
        return tr(NO_LABELS_HINT)
    if query.method == "dbscan" and value.scores.ari < 0.2 and (why := explain_radius(value)):
        return why
    if len(value.clusters) > 5 * value.confusion.shape[1]:
        return tr("Many small clusters: NMI counts them as knowledge of the labels, ARI does not.")
    return default


def explain_map(atlas: Atlas) -> str:
    """Return what it means to group the positions of a map in place of the codes."""
    if is_whole_code(atlas):
        return tr("This map is the code itself: to group its places is to group the codes.")
    if is_straight(atlas):
        return tr("Grouped on the map, not in the codes: it shows two of their directions. How do the scores change?")
    return tr("Grouped on the map, not in the codes: it has torn apart what touches there. How do the scores change?")


def explain_radius(value: ClusteringValue) -> str:
    """Return what DBSCAN's radius has done, if it is to most samples: too small, or too large; else nothing."""
    count = max(1, len(value.assignments))
    if 2 * value.noise_count > count:
        return tr(
            "At this radius most samples have too few others near, and are in no cluster. A larger one joins more."
        )
    if value.clusters and 2 * value.clusters[0].size > count:
        return tr("At this radius crowds that touch have become one, of most samples. A smaller one parts more.")
    return ""


# -- the map ------------------------------------------------------------------------------------------


def colour_dots(frame: Frame[Any], cluster: int) -> DotColours | None:
    """Return the colours of the dots: by cluster or by mismatch; None for the colours of the classes. While there are
    no clusters yet, the classes' colours would look like some."""
    value, mode = get_clusters(frame), frame.own.colours
    if value is None:
        return None if mode == "labels" else _make_unclustered_colours(len(frame.checkpoint.latents))
    return make_dot_colours(value, mode, cluster)


def make_hover_items(frame: Frame[Any], rect: Rect) -> list[Item]:
    hover = frame.state.pointer.hover
    return [] if hover is None else [map_panel.make_dot_marker(frame.state, 0, hover.dot, rect)]


def make_dot_colours(value: ClusteringValue, colour_mode: str, cluster: int) -> DotColours | None:
    """Return the colours of the dots for `colour_mode`; with a `cluster`, that one alone is coloured."""
    if colour_mode == "labels" and cluster < 0:
        return None
    if colour_mode == "differ" and cluster < 0:
        return DotColours(value.mismatches, MISMATCH_COLOURS)
    return DotColours(_compute_colour_indices(value, cluster), CLUSTER_COLOURS)


@lru_cache(maxsize=8)
def _make_unclustered_colours(count: int) -> DotColours:
    """Return colours for dots that have no cluster yet."""
    return DotColours(np.zeros(count, np.int64), CLUSTER_COLOURS)


@remember(16)
def _compute_colour_indices(value: ClusteringValue, cluster: int) -> NDArray[np.int64]:
    """Return indices (M,) into `CLUSTER_COLOURS`; if `cluster` is chosen, all others get the colour of noise."""
    numbers = np.where(value.colour_indices < 0, 0, value.colour_indices % COLOUR_COUNT + 1)
    return numbers if cluster < 0 else np.where(value.assignments == cluster, numbers, 0)


def get_cluster_colour(value: ClusteringValue, cluster: int) -> str:
    """Return the colour of `cluster`."""
    return CLUSTER_COLOURS[value.get_colour_index(cluster) % COLOUR_COUNT + 1]


# -- the scores ---------------------------------------------------------------------------------------


def make_score_items(frame: Frame[Any], query: Clustering) -> list[Item]:
    """Return how far the clusters are the labels' own, or how compact they are if there are no labels."""
    parts, value, hover = frame.layout.parts, get_clusters(frame), frame.state.pointer.hover
    if value is None or frame.results.get_failure("clusters") is not None:
        return frame.wait_for(parts["scores"], "clusters", tr(WAITING), size="body", inset=8)
    waiting = value.query != query
    ink = "muted" if waiting else "text"
    items: list[Item] = [Panel(parts["scores"])]
    short = ""
    if value.scores is None:
        written = "–" if value.silhouette is None else format_number(value.silhouette, ".2f")
        items.append(Text(parts["ari"], tr("Silhouette {value}", value=written), "large", ink, bold=True))
        text = tr(
            "There are no labels to compare the clusters with. Silhouette: 1 when each sample lies in the midst of its "
            "own cluster, 0 when clusters touch."
        )
    else:
        ari, nmi = (tr("ARI {value:.2f}", value=value.scores.ari), tr("NMI {value:.2f}", value=value.scores.nmi))
        items.append(Text(parts["ari"], ari, "large", ink, "centre", bold=True))
        items.append(Text(parts["nmi"], nmi, "large", ink, "centre", bold=True))
        meaning = tr("1: the same groups as the labels; 0: chance (ARI), nothing in common (NMI).")
        text = f"{meaning} {describe_accuracy(value)}"
        short = tr_count(
            "{count} of 100 in its class's cluster",
            "{count} of 100 in their class's cluster",
            count_in_hundred(value.scores)[0],
        )
    if hover is not None:
        text = _describe_hovered(value, frame.checkpoint, hover.dot, text)
    if (rect := frame.get_part("said")) is not None:
        text = tr(WAITING) if waiting else text
        items.append(Text(rect, text, "body", "muted", wrap=True, short=short, fallback_sizes=("small",)))
    return items


def count_in_hundred(scores: Scores) -> tuple[int, int, int]:
    """Return of 100 labelled samples those in the cluster matched with their class, 100 only if all are, those in
    another one and those in none."""
    matched, lonely = scores.accuracy, scores.noise_share
    elsewhere = max(0.0, 1 - matched - lonely)
    whole = round_shares((matched, elsewhere, lonely))
    if whole[0] == 100 and matched < 1:
        return (99, 1, 0) if elsewhere > lonely else (99, 0, 1)
    return whole[0], whole[1], whole[2]


def describe_accuracy(value: ClusteringValue) -> str:
    """Describe the accuracy of the clusters and the share of noise, both over the labelled samples."""
    assert value.scores is not None
    matched, others, noise = count_in_hundred(value.scores)
    of_these = tr("of 100 labelled samples") if value.is_partly_labelled else tr("of 100 samples")
    counts = {"of_these": of_these, "others": others, "noise": noise}
    if others:
        if not noise:
            return tr_count(
                "{count} {of_these} lies in the cluster matched with its class, {others} in another.",
                "{count} {of_these} lie in the cluster matched with their class, {others} in another.",
                matched, **counts,
            )  # fmt: skip
        return tr_count(
            "{count} {of_these} lies in the cluster matched with its class, {others} in another, {noise} in none.",
            "{count} {of_these} lie in the cluster matched with their class, {others} in another, {noise} in none.",
            matched, **counts,
        )  # fmt: skip
    if not noise:
        return tr_count(
            "{count} {of_these} lies in the cluster matched with its class.",
            "{count} {of_these} lie in the cluster matched with their class.",
            matched, **counts,
        )  # fmt: skip
    return tr_count(
        "{count} {of_these} lies in the cluster matched with its class, {noise} in none.",
        "{count} {of_these} lie in the cluster matched with their class, {noise} in none.",
        matched, **counts,
    )  # fmt: skip


def _describe_hovered(value: ClusteringValue, checkpoint: Checkpoint, dot: int, explained: str) -> str:
    """Return the text of the sample under the mouse, its class and its cluster; without labels what the scores mean,
    as `explained`, in place of the latter."""
    written = checkpoint.kept.get_text(dot)
    shown = f"{written[:MAX_WRITTEN]}{'…' * (len(written) > MAX_WRITTEN)}"
    if value.scores is None:
        return f"{tr('Under the mouse: “{written}”.', written=shown)} {explained}" if written else explained
    description = describe_dot(value, dot, checkpoint.class_names, int(checkpoint.labels[dot]))
    if written:
        return tr("Under the mouse: “{written}”, {description}", written=shown, description=description)
    return tr("Under the mouse: {description}", description=description)


def describe_dot(value: ClusteringValue, dot: int, names: tuple[str, ...], label: int) -> str:
    """Describe the class and the cluster of the dot under the mouse."""
    own = say_name(names[label]) if label >= 0 else tr_in("class", "none")
    cluster = int(value.assignments[dot])
    if cluster < 0:
        return tr("class {own}, in no cluster (noise).", own=own)
    summary = value.clusters[cluster]
    crowd = tr_count("a cluster of {count:,} sample", "a cluster of {count:,} samples", summary.size)
    if summary.most_common_class < 0:
        return tr("class {own}, in {cluster}.", own=own, cluster=crowd)
    values = {"own": own, "cluster": crowd, "main_class": say_name(names[summary.most_common_class])}
    if value.is_partly_labelled:
        return tr(
            "class {own}, in {cluster}, the labelled ones mostly {main_class} ({share:.0%}).",
            share=summary.purity, **values,
        )  # fmt: skip
    return tr("class {own}, in {cluster}, mostly {main_class} ({share:.0%}).", share=summary.purity, **values)


# -- DBSCAN's radius ----------------------------------------------------------------------------------


def make_radius_chart(rect: Rect, value: RadiusScanValue, radius: float, ui_scale: float) -> Chart:
    """Return the chart of noise and clusters over the radius, up to `CHART_END` times the suggested one."""
    series = (
        Series(value.radii, value.noise, "muted", "line", tr("noise")),
        Series(value.radii, value.largest, "second", "line", tr("largest")),
        Series(value.radii, value.others, "accent", "line", tr("others")),
    )
    across = Axis(tr("radius"), 0.0, CHART_END * value.suggested_radius)
    up = Axis(tr("% of samples"), 0.0, 100.0)
    cursor = Cursor(radius, "text", format_number(radius, ".3g"))
    return Chart(rect, series, across, up, "", (cursor,), ui_scale=ui_scale)


def find_radius_factor(rect: Rect, position: tuple[float, float], ui_scale: float) -> float:
    """Return the multiple of the suggested radius at `position` of the chart; it does not depend on that radius."""
    nothing = np.zeros(1, np.float32)
    series = tuple(Series(nothing, nothing, label=one) for one in (tr("noise"), tr("largest"), tr("others")))
    across, up = Axis(tr("radius"), 0.0, CHART_END), Axis(tr("% of samples"), 0.0, 100.0)
    bare = Chart(rect, series, across, up, ui_scale=ui_scale)
    return bare.find_values_at_share(position)[0]


def make_chart_items(frame: Frame[Any], query: Clustering) -> list[Item]:
    rect, scan = frame.get_part("chart"), frame.results.get_value("radius", RadiusScanValue)
    if rect is None:
        return []
    if scan is None:
        text = tr("Measuring how near samples are.")
        return [Panel(rect), Text(rect.inset(8), text, "body", "muted", "centre", wrap=True)]
    return [Panel(rect), make_radius_chart(rect, scan, query.radius_factor * scan.suggested_radius, frame.ui_scale)]


# -- the wall -----------------------------------------------------------------------------------------


def make_wall_items(frame: Frame[Any], only: int, cell_count: int) -> list[Item]:
    """Return each cluster's mean, decoded, with its most common class; only that of `only` is bright, -1 for all."""
    parts, value, checkpoint = frame.layout.parts, get_clusters(frame), frame.checkpoint
    if "wall" not in parts:
        return []
    items: list[Item] = [Panel(parts["wall panel"])]
    if value is None:
        return items
    text, short = _describe_wall(value, cell_count, checkpoint)
    items.append(make_caption(parts["wall text"], text, short=short))
    places = place_cells(parts["wall"], cell_count, frame.ui_scale, checkpoint.picture_aspect)
    for k, (cluster, (place, words)) in enumerate(zip(value.clusters, places, strict=False)):
        if cluster.picture is None:
            continue
        items.append(Image(place, cluster.picture, get_cluster_colour(value, k), reveals_answer=True))
        upper, lower = words.split_top(round(LINE_HEIGHT * frame.ui_scale))
        text = describe_class_share(cluster, checkpoint.class_names)
        brief = get_common_class_name(cluster, checkpoint.class_names)
        if not lower.height and text:
            text, brief = f"{text} · {format_number(cluster.size, ',')}", text
        ink = "text" if only in (-1, k) else "muted"
        count = format_number(cluster.size, ",")
        items.append(Text(upper, text or count, "small", ink, "centre", bold=True, short=brief, shorten_middle=True))
        if lower.height and text:
            items.append(make_caption(lower, count, align="centre"))
    return items


def _describe_wall(value: ClusteringValue, cell_count: int, checkpoint: Checkpoint) -> tuple[str, str]:
    """Return what the wall shows, in long and in short."""
    count, on_map = len(value.clusters), bool(value.query.map_name)
    values = {"shown": cell_count, "dimensions": checkpoint.latent_dim}
    if count > cell_count and on_map:
        first = tr("The {shown} largest of {count} clusters on the map", count=count, **values)
    elif count > cell_count:
        first = tr(
            "The {shown} largest of {count} clusters in the codes, of {dimensions} dimensions", count=count, **values
        )
    elif on_map:
        first = tr_count("{count} cluster on the map", "{count} clusters on the map", count)
    else:
        first = tr_count(
            "{count} cluster in the codes, of {dimensions} dimensions",
            "{count} clusters in the codes, of {dimensions} dimensions",
            count, **values,
        )  # fmt: skip
    if checkpoint.can_decode:
        what = tr("each one's mean, decoded, and the share of its main class")
        if value.is_partly_labelled:
            what = tr("each one's mean, decoded, and the share of its main class among the labelled")
        return f"{first}; {what}", tr_count("{count} cluster, its mean", "{count} clusters, their means", count)
    what = tr("the sample nearest to each one's mean, and the share of its main class")
    if value.is_partly_labelled:
        what = tr("the sample nearest to each one's mean, and the share of its main class among the labelled")
    short = tr_count("{count} cluster, a sample near its mean", "{count} clusters, samples near their means", count)
    return f"{first}; {what}", short


def describe_class_share(cluster: ClusterSummary, names: tuple[str, ...]) -> str:
    if cluster.most_common_class < 0:
        return ""
    return tr("{class_name}: {share:.0%}", class_name=say_name(names[cluster.most_common_class]), share=cluster.purity)


def get_common_class_name(cluster: ClusterSummary, names: tuple[str, ...]) -> str:
    return say_name(names[cluster.most_common_class]) if cluster.most_common_class >= 0 else ""
