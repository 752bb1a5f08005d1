"""Why? of Explore: how the point under the mouse became a picture. And the links, which show where the map tears.

A map by t-SNE or UMAP has no inverse: the decoded latent is that of a field fitted to the samples. The blend of samples
that comes nearest to it is marked on the map, and their reconstructions displayed; beside them the round trip (the
picture encoded again), and the posterior of a variational encoder for the nearest sample.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.atlas import DEFAULT_INVERSE, Atlas, baseline_inverses
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.queries.explain import (
    Contributors,
    ContributorsValue,
    NearestSamples,
    NearestSamplesValue,
    Posterior,
    PosteriorValue,
    RoundTrip,
    RoundTripValue,
)
from latent_explorer.engine.query import Query
from latent_explorer.engine.subject import Place
from latent_explorer.scene import map_panel
from latent_explorer.scene.controls import Choice, Control, Toggle
from latent_explorer.scene.events import Key, Px, Set, Xy
from latent_explorer.scene.frame import Frame
from latent_explorer.scene.items import FilmStrip, Item, Line, Marker, Panel, Text, make_caption
from latent_explorer.scene.lab import LabAction
from latent_explorer.scene.number_format import round_shares
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.straight_map import is_straight, is_whole_code
from latent_explorer.texts import format_number, mark, tr, tr_count

MAX_SAMPLES = 10
"""Largest number of contributing samples in the strip."""
ELLIPSES = ((1.0, 3), (float(np.sqrt(2 * np.log(10))), 1))
"""Standard deviations and line width of each posterior ellipse: in the plane they hold 39% and 90% of a Gaussian."""
ELLIPSE_CORNERS = 64

KEYS = (
    ("W", mark("Why? the blend of samples nearest to its code, its way back")),
    (mark("Shift+W"), mark("Why? the samples nearest in latent space instead")),
    ("I", mark("Why? another way back from the map, to compare")),
    ("E", mark("join each dot with its nearest sample in latent space")),
)


INVERSE_TITLES = {
    DEFAULT_INVERSE: mark("Smooth field"),
    **{name: one.title for name, one in baseline_inverses.BASELINES.items()},
}
"""Titles of the inverse projections, by name."""
PLANE_HINT = mark("The place is the code itself. The ringed samples, blended by these shares, come nearest to it.")
INVERSE_HINTS = {
    DEFAULT_INVERSE: mark(
        "A smooth field makes the code. The ringed samples, blended by these shares, come nearest to it."
    ),
    "nearest": mark("Nearest dot: its own latent. Exact, and a mosaic that jumps from sample to sample."),
    "distance": mark(
        "Inverse distance: a mean of 16 samples, the nearer the heavier. Exact at the dots, where one alone counts."
    ),
    "delaunay": mark("Delaunay: linear on triangles of dots. Exact, with a kink at every edge."),
    "gaussian": mark("Gaussian kernel: a blurred mean of 16 samples, which is no longer exact at the dots."),
    "mls": mark("Moving least squares: a plane fitted to 32 samples around the mouse. It meets none of them exactly."),
    "rbf": mark("Thin-plate spline: a sheet bent through 32 dots. Exact, and free to swing between them."),
    "nninv": mark("NNInv: one network for the whole map, fitted first for some seconds. It meets no dot exactly."),
}
"""One-line hint for each inverse projection."""
NEAREST_HINT = mark(
    "The ringed samples have the codes nearest to that of this picture: their distances, not shares of a blend."
)

VECTORS_HINT = mark(
    "The ringed samples have the nearest vectors, in all dimensions. How many of them lie near on the map?"
)


@dataclass(frozen=True)
class Switches:
    on: bool = False
    nearest: bool = False
    links: bool = False
    inverse: str = DEFAULT_INVERSE

    @property
    def active_inverse(self) -> str:
        """The inverse projection in use: the chosen one while Why? is on, else the default."""
        return self.inverse if self.on else DEFAULT_INVERSE


def choose_hint(switches: Switches, atlas: Atlas, *, decodes: bool) -> str:
    if not decodes:
        return tr(VECTORS_HINT)
    if not switches.nearest and not _has_inverses(atlas):
        return tr(PLANE_HINT)
    is_default = switches.active_inverse == DEFAULT_INVERSE
    return tr(NEAREST_HINT) if switches.nearest and is_default else tr(INVERSE_HINTS[switches.active_inverse])


def make_controls(switches: Switches, atlas: Atlas, *, decodes: bool) -> tuple[Control, ...]:
    tip = tr("What this picture is like: the blend of samples nearest to its code (W)")
    controls: list[Control] = [Toggle("why", tr("Why?"), switches.on, tip)]
    if not decodes:
        tip = tr("Ring the samples with the nearest vectors (W)")
        controls = [Toggle("why", tr("Neighbours"), switches.on, tip)]
    elif switches.on:
        options = (("weights", tr("Blend")), ("nearest", tr("Nearest")))
        chosen = "nearest" if switches.nearest else "weights"
        tip = tr("The blend of samples that comes nearest to the code, or the samples with the nearest codes (Shift+W)")
        controls.append(Choice("reasons", options, chosen, tip))
    if decodes and switches.on and _has_inverses(atlas):
        tip = tr("How the map goes back to a latent: the program's own way, or one of the literature's (I)")
        titles = tuple((name, tr(title)) for name, title in INVERSE_TITLES.items())
        controls.append(Choice("inverse", titles, switches.inverse, tip, menu=True))
    if len(atlas.xy) > 1:
        tip = tr("A line from each dot to its nearest sample in latent space: long where the map sets them apart (E)")
        controls.append(Toggle("links", tr("Links"), switches.links, tip))
    return tuple(controls)


def update(switches: Switches, action: LabAction) -> Switches | None:
    """Return the switches after `action`, or None if it does not concern them."""
    match action:
        case Set(control="why", value=bool(value)):
            return replace(switches, on=value)
        case Set(control="reasons", value="weights" | "nearest" as value):
            return replace(switches, nearest=value == "nearest")
        case Set(control="links", value=bool(value)):
            return replace(switches, links=value)
        case Set(control="inverse", value=str(value)) if value in INVERSE_TITLES:
            return replace(switches, inverse=value)
        case Key(name="i"):
            names = list(INVERSE_TITLES)
            following = names[(names.index(switches.inverse) + 1) % len(names)] if switches.on else switches.inverse
            return replace(switches, on=True, inverse=following)
        case Key(name="w"):
            return replace(switches, on=not switches.on)
        case Key(name="W"):
            return replace(switches, on=True, nearest=not switches.nearest if switches.on else True)
        case Key(name="e"):
            return replace(switches, links=not switches.links)
    return None


def make_queries(
    switches: Switches, state: State, place: Place, dot: int, strip: Rect | None
) -> dict[str, Query[object]]:
    """Return the queries for a place of the map and the dot nearest to it, by slot."""
    model, which = state.models[0], state.get_map_name(0)
    wanted: dict[str, Query[object]] = {}
    decodes = state.library[model].can_decode
    if switches.on or not decodes:
        count = MAX_SAMPLES if strip is None else _count_cells(strip, state.ui_scale, state.get_checkpoint(0))
        wanted["reasons"] = Contributors(model, which, place, count, switches.nearest)
    if switches.on and decodes:
        wanted["round trip"] = RoundTrip(model, which, place)
        if state.library[model].variational:
            wanted["posterior"] = Posterior(model, which, dot)
    if switches.links:
        wanted["links"] = NearestSamples(model)
    return wanted


def make_map_items(frame: Frame[Any], xy: Xy, dot: int, rect: Rect) -> list[Item]:
    """Return the items on the map: contributing samples, posterior of the nearest sample, and round trip."""
    state, camera = frame.state, frame.state.get_camera(0)
    at = camera.to_px(xy, rect)
    items = make_posterior_items(frame, dot, rect)
    contributors = frame.results.get_value("reasons", ContributorsValue)
    if contributors is not None:
        weights = contributors.weights_or_distances
        strengths = weights / max(float(weights.max(initial=0)), 1e-9)
        if contributors.nearest:
            strengths = np.full(len(weights), 0.4)
        for sample, strength in reversed(list(zip(contributors.dots.tolist(), strengths.tolist(), strict=True))):
            there = map_panel.get_dot_px(state, 0, sample, rect)
            width = max(1, round((1 + 4 * strength) * state.marker_scale))
            items.append(Line((at, there), rect, "accent", width))
            items.append(Marker(there, rect, "accent", round((3 + 4 * strength) * state.marker_scale)))
    trip = _find_round_trip(frame, xy)
    if trip is not None:
        start, end = camera.to_px(trip.latent_xy, rect), camera.to_px(trip.returned_xy, rect)
        items.append(Line((at, start), rect, "muted", state.scale_line(1)))
        items += _make_arrow(start, end, rect, round(9 * state.marker_scale), state.scale_line(3))
    return items


def make_posterior_items(frame: Frame[Any], dot: int, rect: Rect) -> list[Item]:
    """Return the posterior of a dot on the map: ellipses where the map is linear, else codes drawn from it."""
    state, camera, items = frame.state, frame.state.get_camera(0), list[Item]()
    posterior = _find_posterior(frame, dot)
    if posterior is not None and posterior.covariance is None:
        size = max(1, round(2 * state.marker_scale))
        items += [Marker(camera.to_px(one, rect), rect, "text", size, filled=True) for one in posterior.draws]
    elif posterior is not None:
        centre = np.asarray(map_panel.get_dot_xy(state, 0, dot))
        turn = np.linspace(0, 2 * np.pi, ELLIPSE_CORNERS + 1)
        axes = _compute_root(np.asarray(posterior.covariance))
        for deviations, width in ELLIPSES:
            rim = centre + deviations * np.stack([np.cos(turn), np.sin(turn)], axis=1) @ axes
            corners = tuple(camera.to_px((float(x), float(y)), rect) for x, y in rim)
            items.append(Line(corners, rect, "text", state.scale_line(width)))
    return items


def make_strip_items(frame: Frame[Any], xy: Xy, strip: Rect) -> list[Item]:
    """Return the items of the strip: reconstructions of the contributing samples, largest share first, and figures."""
    u, contributors = frame.ui_scale, frame.results.get_value("reasons", ContributorsValue)
    inside = strip.inset(round(6 * u))
    items: list[Item] = [Panel(strip)]
    if contributors is None:
        return [*items, Text(inside, tr("Looking for the samples behind this picture."), "body", "muted", "centre")]
    head, rest = inside.split_top(round(18 * u), round(2 * u))
    foot, pictures = rest.split_bottom(round(18 * u), round(2 * u))
    items += _make_head_items(frame, xy, head, contributors)
    film = FilmStrip(
        pictures, contributors.pictures, _count_cells(strip, u, frame.checkpoint), round(6 * u), reveals_answer=True
    )
    columns = foot.split_columns(film.cells, film.gap)
    for column, number in zip(columns, _write_numbers(contributors), strict=False):
        items.append(Text(column, number, "body", "text", "centre"))
    return [*items, film]


def describe_tears(links: NearestSamplesValue, atlas: Atlas) -> str:
    """Return the hint that says how many links the map sets apart: one that is straight does not tear, but shows others
    between the two."""
    share = _compute_torn_share(links, atlas)
    if round(share, 2) == 0:
        return tr("A line joins each dot with its nearest sample in latent space. Hardly one is long on this map.")
    if is_straight(atlas):
        return tr(
            "A line joins each dot with its nearest sample in latent space. {share:.0%} of them lie far apart on this "
            "map: it shows two directions, and others fall between them.",
            share=share,
        )
    return tr(
        "A line joins each dot with its nearest sample in latent space. {share:.0%} of them lie far apart on this "
        "map: there it tears.",
        share=share,
    )


@remember(8)
def _compute_torn_share(links: NearestSamplesValue, atlas: Atlas) -> float:
    apart = np.hypot(*(atlas.xy[links.nearest] - atlas.xy).T)
    return float(np.mean(map_panel.are_far(apart, atlas.dot_spacing)))


def _has_inverses(atlas: Atlas) -> bool:
    """Return True if there are several ways back; on a latent plane that is the whole latent space the position is the
    latent."""
    return not is_whole_code(atlas)


def _count_cells(strip: Rect, ui_scale: float, checkpoint: Checkpoint) -> int:
    """Return how many pictures fit into the strip at a legible size: 3 to `MAX_SAMPLES`."""
    return min(
        MAX_SAMPLES, max(3, strip.width // max(1, round((strip.height - 40 * ui_scale) * checkpoint.picture_aspect)))
    )


def _make_head_items(frame: Frame[Any], xy: Xy, head: Rect, contributors: ContributorsValue) -> list[Item]:
    _, dot = map_panel.find_nearest_dot(frame.state, 0, xy)
    posterior, trip = _find_posterior(frame, dot), _find_round_trip(frame, xy)
    figures: list[tuple[str, str, str]] = []
    if trip is not None:
        gaps = trip.latent_distance
        text = tr("→ decoded and encoded: {gaps:.1f} sample gaps off", gaps=gaps)
        figures.append((text, tr("→ {gaps:.1f} gaps", gaps=gaps), "fair"))
    if posterior is not None:
        figures.append((*_describe_posterior(posterior), "text"))
    items, roomy = list[Item](), head.width > 680 * frame.ui_scale
    for text, short, colour in figures:
        label = text if roomy else short
        place, head = head.split_right(round((7.6 * len(label) + 10) * frame.ui_scale))
        items.append(Text(place, label, "small", colour, "right", short=short))
    title, short = _describe_blend(contributors)
    if contributors.nearest:
        title = tr("The samples with the nearest vectors: their distances in sample gaps")
        if frame.checkpoint.can_decode:
            title = tr("The samples with the nearest codes: their distances in sample gaps")
        short = tr("Nearest, in sample gaps")
    return [make_caption(head, title, short=short), *items]


def _describe_posterior(posterior: PosteriorValue) -> tuple[str, str]:
    """Return what lies on the map of a posterior, and its short form: codes drawn from it, or the ellipses that hold
    39% and 90% of it."""
    count = len(posterior.draws)
    if not count:
        if posterior.from_original:
            return tr("○ posterior: 39%, 90%"), "○ 39%, 90%"
        return tr("○ posterior of the reconstruction: 39%, 90%"), "○ 39%, 90%"
    short = tr_count("• {count} draw", "• {count} draws", count)
    if posterior.from_original:
        return tr_count("• posterior: {count} draw", "• posterior: {count} draws", count), short
    return tr_count(
        "• posterior of the reconstruction: {count} draw", "• posterior of the reconstruction: {count} draws", count
    ), short


def _write_numbers(contributors: ContributorsValue) -> list[str]:
    """Return what stands below each sample: its distance in sample gaps, or its share of the blend."""
    values = contributors.weights_or_distances.tolist()
    if contributors.nearest:
        return [format_number(one, ".1f") for one in values]
    return [format_number(percent / 100, ".0%") for percent in round_shares(values)]


def _describe_blend(contributors: ContributorsValue) -> tuple[str, str]:
    """Return how near the blend comes to the code, with the share of samples that find no room, and its short form."""
    gaps, rest = contributors.missing, 100 - sum(round_shares(contributors.weights_or_distances.tolist()))
    if rest <= 0:
        title = tr("The blend of samples nearest to this code: {gaps:.1f} sample gaps off", gaps=gaps)
        return title, tr("Blend: {gaps:.1f} gaps off", gaps=gaps)
    return tr(
        "The blend of samples nearest to this code: {gaps:.1f} sample gaps off, others {rest}%", gaps=gaps, rest=rest
    ), tr("Blend: {gaps:.1f} gaps off, others {rest}%", gaps=gaps, rest=rest)


def _find_round_trip(frame: Frame[Any], xy: Xy) -> RoundTripValue | None:
    """Return the round trip of the position `xy`, or None while the result is that of another position or map."""
    trip = frame.results.get_value("round trip", RoundTripValue)
    return trip if trip is not None and (trip.map_name, trip.xy) == (frame.state.get_map_name(0), xy) else None


def _find_posterior(frame: Frame[Any], dot: int) -> PosteriorValue | None:
    value = frame.results.get_value("posterior", PosteriorValue)
    return value if value is not None and (value.map_name, value.dot) == (frame.state.get_map_name(0), dot) else None


def _compute_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return R (2, 2) with R^T R the covariance (2, 2): its rows are the scaled axes of the ellipse."""
    values, vectors = np.linalg.eigh(covariance)
    rows: NDArray[np.float64] = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
    return rows


def _make_arrow(start: Px, end: Px, rect: Rect, size: int, width: int) -> list[Item]:
    """Return a shaft with an open head, which is no longer than the shaft; nothing if `start` and `end` coincide."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = float(np.hypot(dx, dy))
    if length < 1:
        return []
    reach = min(size, length * 0.6) / length
    left, right = (
        (end[0] - reach * (dx + side * dy * 0.6), end[1] - reach * (dy - side * dx * 0.6)) for side in (1, -1)
    )
    return [Line((start, end), rect, "fair", width), Line((left, end, right), rect, "fair", width)]
