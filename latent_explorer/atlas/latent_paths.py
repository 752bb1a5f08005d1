"""Paths through latent space from stop to stop: straight, along a sphere, and through the data. Arrays in, arrays out;
knows no model and no map."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.latent_neighbours import LatentNeighbours

CORNER_SMOOTHING = 0.03  # width of the kernel that rounds corners, as a share of the path from stop to stop
POINTS_PER_STEP = 8  # points per step while corners are rounded
TOLERANCE = 1e-6  # an angle, and the ratio of two lengths, that count as zero


def lerp(start: Floats, end: Floats, steps: int) -> Floats:
    """Return the straight line from latent `start` (d,) to `end` (d,) in equal steps, (steps, d), with exact ends."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return _set_ends(start, end, (1 - share) * start + share * end)


def slerp(start: Floats, end: Floats, steps: int, centre: Floats | None = None) -> Floats:
    """Return the arc around `centre` (default: the origin) in equal angles, (steps, d); the ends are exact.

    With w the angle between the ends, s(t) = (sin((1 - t) w) a + sin(t w) b) / sin w (Shoemake 1985). Latents drawn
    from a Gaussian of many dimensions lie on a shell around its mean, which a straight line leaves and an arc does
    not (White 2016, "Sampling Generative Networks"). If the ends lie in the same or in opposite directions, or one
    at the centre itself, the arc is undefined: the straight line is returned.
    """
    middle = np.zeros(len(start)) if centre is None else centre.astype(np.float64)
    a, b = start - middle, end - middle
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(lengths) <= TOLERANCE * max(*lengths, TOLERANCE):
        return lerp(start, end, steps)
    # by the half chord: the arc cosine would lose the digits of a small angle
    unit = a / lengths[0], b / lengths[1]
    angle = 2 * np.arctan2(np.linalg.norm(unit[0] - unit[1]), np.linalg.norm(unit[0] + unit[1]))
    if angle < TOLERANCE or np.pi - angle < TOLERANCE:
        return lerp(start, end, steps)
    share = np.linspace(0, 1, steps)[:, None]
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)
    return _set_ends(start, end, middle + arc)


def follow_data(stops: Floats, steps: int, neighbours: LatentNeighbours) -> tuple[list[Floats], list[NDArray[np.intp]]]:
    """Return the shortest path over neighbouring samples (`atlas.geodesic`) from each stop (S, d) to the next, slightly
    rounded and in equal steps, (steps, d) each; and the samples on each path."""
    ways = neighbours.neighbour_graph.find_shortest_paths(stops)
    return [round_corners(corners, steps) for corners, _ in ways], [dots for _, dots in ways]


def round_corners(corners: Floats, steps: int) -> Floats:
    """Return the path over `corners` (n, d) in `steps` equal steps, with rounded corners and unchanged ends. Rounding
    moves it by a small part of the distance between two corners."""
    from scipy.ndimage import gaussian_filter1d

    fine = resample_evenly(corners, POINTS_PER_STEP * steps)
    straight = lerp(corners[0], corners[-1], len(fine))
    # the deviation from the straight line is zero at both ends: mirrored there with opposite sign, it stays zero
    beside = (fine - straight).astype(np.float64)
    whole = np.concatenate([-beside[:0:-1], beside, -beside[-2::-1]])
    soft = gaussian_filter1d(whole, CORNER_SMOOTHING * len(fine), axis=0)[len(fine) - 1 : 2 * len(fine) - 1]
    return _set_ends(corners[0], corners[-1], resample_evenly(straight + soft, steps))


def resample_evenly(corners: Floats, steps: int) -> Floats:
    """Return `steps` points at equal distances along the path over `corners` (n, d)."""
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    share = np.linspace(0, at[-1], steps)
    # of repeated corners only the first counts: there is no distance between them
    first = np.concatenate([[True], np.diff(at) > 0])
    if first.sum() < 2:
        return np.repeat(corners[:1], steps, axis=0)
    return np.stack([np.interp(share, at[first], column) for column in corners[first].T], axis=1).astype(np.float32)


def compute_length(path: Floats) -> float:
    """Return the length of a path (N, d), the sum of its steps."""
    return float(np.linalg.norm(np.diff(path.astype(np.float64), axis=0), axis=1).sum())


def join_paths(parts: list[Floats]) -> Floats:
    """Join consecutive paths to one; the point where two meet is included once."""
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _set_ends(start: Floats, end: Floats, path: NDArray[np.floating]) -> Floats:
    ended = path.astype(np.float32)
    ended[0], ended[-1] = start, end
    return ended
