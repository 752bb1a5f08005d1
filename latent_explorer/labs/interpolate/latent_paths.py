"""Ways through latent space from stop to stop: straight, along a sphere, and through the data. Arrays in, arrays out;
knows no model and no map."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import LatentNeighbours

SMOOTH = 0.03  # of a way from stop to stop: over so much of it corners are rounded
FINE = 8  # places for each step while a way is rounded
SAME = 1e-6  # an angle, and a length beside another one, that count as none


def linear(start: Floats, end: Floats, steps: int) -> Floats:
    """The straight line from one latent (d,) to another in equal steps, (steps, d); both ends are met exactly."""
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
    return _between(start, end, (1 - share) * start + share * end)


def spherical(start: Floats, end: Floats, steps: int, centre: Floats | None = None) -> Floats:
    """The arc around `centre`, the origin unless given, in equal angles, (steps, d); both ends are met exactly.

    With w the angle between the ends, s(t) = (sin((1 - t) w) a + sin(t w) b) / sin w (Shoemake 1985). Codes drawn
    from a Gaussian of many dimensions lie on a shell around its middle, which a straight line leaves and an arc does
    not (White 2016, "Sampling Generative Networks"). Ends in the same or in opposite directions, and one at the
    centre itself, have no arc of their own: the line is straight there.
    """
    middle = np.zeros(len(start)) if centre is None else centre.astype(np.float64)
    a, b = start - middle, end - middle
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if min(lengths) <= SAME * max(*lengths, SAME):
        return linear(start, end, steps)
    # of the half chord: the arc cosine would lose the digits of a small angle
    unit = a / lengths[0], b / lengths[1]
    angle = 2 * np.arctan2(np.linalg.norm(unit[0] - unit[1]), np.linalg.norm(unit[0] + unit[1]))
    if angle < SAME or np.pi - angle < SAME:
        return linear(start, end, steps)
    share = np.linspace(0, 1, steps)[:, None]
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)
    return _between(start, end, middle + arc)


def through_data(
    stops: Floats, steps: int, neighbours: LatentNeighbours
) -> tuple[list[Floats], list[NDArray[np.intp]]]:
    """From each stop (S, d) to the next the shortest way over neighbouring samples (`atlas.geodesic`), rounded a
    little and cut into equal steps, (steps, d) each; and the samples it was led by."""
    ways = neighbours.graph.way(stops)
    return [rounded(corners, steps) for corners, _ in ways], [dots for _, dots in ways]


def rounded(corners: Floats, steps: int) -> Floats:
    """A way over corners (n, d) in `steps` equal steps; its ends stay, its corners are rounded, which moves it by a
    small part of the distance between two of them."""
    from scipy.ndimage import gaussian_filter1d

    fine = evenly(corners, FINE * steps)
    straight = linear(corners[0], corners[-1], len(fine))
    # what is left beside the straight line is zero at both ends: mirrored there with its sign turned, it stays so
    beside = (fine - straight).astype(np.float64)
    whole = np.concatenate([-beside[:0:-1], beside, -beside[-2::-1]])
    soft = gaussian_filter1d(whole, SMOOTH * len(fine), axis=0)[len(fine) - 1 : 2 * len(fine) - 1]
    return _between(corners[0], corners[-1], evenly(straight + soft, steps))


def evenly(corners: Floats, steps: int) -> Floats:
    """`steps` places at equal distances along a way over corners (n, d)."""
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    share = np.linspace(0, at[-1], steps)
    # of places that repeat only the first counts: there is no way between them
    kept = np.concatenate([[True], np.diff(at) > 0])
    if kept.sum() < 2:
        return np.repeat(corners[:1], steps, axis=0)
    return np.stack([np.interp(share, at[kept], column) for column in corners[kept].T], axis=1).astype(np.float32)


def length(way: Floats) -> float:
    return float(np.linalg.norm(np.diff(way.astype(np.float64), axis=0), axis=1).sum())


def joined(parts: list[Floats]) -> Floats:
    """Ways that follow each other as one; where two meet there is one place."""
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _between(start: Floats, end: Floats, way: NDArray[np.floating]) -> Floats:
    found = way.astype(np.float32)
    found[0], found[-1] = start, end
    return found
