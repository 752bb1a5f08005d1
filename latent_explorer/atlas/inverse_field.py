"""The inverse projection of the atlas: map (N, 2) to latents (N, d), with a detail that follows the zoom."""

import math

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.shepard import Shepard
from latent_explorer.atlas.smooth_network import Smooth

NEIGHBOURS = 15
POWER = 0.75
BLUR = 20.0  # pixels: where dots stand closer than this they blur into the smooth field
FALL = 4.0  # how steeply
KNOWN = 12.0  # distances between neighbouring dots within which there was something to learn
ON_A_DOT = 1e-30  # squared map units: what is nearer outweighs all others by more digits than a float32 has
ALIKE = 1e-9  # of the reach: neighbours that are all as far as it count alike
SAMPLED = 500  # dots looked at for that distance


class Field:
    """A smooth field plus what it misses at the dots, interpolated, and fading where a pixel covers many dots.

    No field is exact at dots 5 pixels apart and glides from pixel to pixel. So the smooth one (`smoothing`) is seen
    at the scale of the whole map, and what it misses at each dot is interpolated with modified Shepard weights
    (`inverse.Shepard`) and multiplied with `1 / (1 + (20 r / s)^4)`: `r` is the resolution, `s` the distance between
    dots around the position. With r = 0 every dot's own latent is met; where 20 pixels cover the distance between
    dots, half of what they add is seen.

    The weights fall with the distance to the power of -0.75 alone: near-equal weights of 15 neighbours are nearer to
    held-out samples than a cone around each dot, and the closer approach that exactness asks for takes up less of
    the map.

    Far from every dot, where nothing was learnt, the smooth field is asked at the neighbours' mean position instead, so
    that the map's edge goes on outwards.
    """

    def __init__(self, smooth: Smooth) -> None:
        self.smooth = smooth

    def fit(self, xy: Floats, latents: Floats) -> "Field":
        """Dots (M, 2) and their latents (M, d). Of dots on one spot the first counts."""
        self.detail = Shepard(self.smooth, neighbours=NEIGHBOURS, power=POWER).fit(xy, latents)
        spots = self.detail.tree.data
        gaps, _ = self.detail.tree.query(spots[:: max(1, len(spots) // SAMPLED)], k=2)
        self.known = KNOWN * max(float(np.median(gaps[:, 1])), 1e-9)
        """Map units from a dot up to which the smooth field is trusted."""
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """(N, 2) -> (N, d); `resolution` in map units, None for the exact field."""
        r = resolution or 0.0
        distance, index = self.detail.near(xy)
        weights = shares(distance, r)
        shown = weights if r == 0 else weights * seen(distance, r)
        found: Floats = np.einsum("nk,nkd->nd", shown, self.detail.values[index])
        found += self.smooth(self._drawn_in(xy, distance, index, weights))
        return found

    def _drawn_in(self, xy: Floats, distance: NDArray[np.float64], index: NDArray[np.intp], weights: Floats) -> Floats:
        """Positions where the smooth field knows something: those far from every dot go to their neighbours' mean."""
        nearest = distance[:, :1]
        if not (nearest > self.known).any():
            return xy
        share = np.clip(nearest / self.known - 1, 0, 1)
        middle = np.einsum("nk,nkd->nd", weights, self.detail.tree.data[index])
        drawn: Floats = (xy + share * (middle - xy)).astype(np.float32)
        return drawn

    def support(self, xy: Floats, resolution: float | None = None) -> tuple[NDArray[np.intp], Floats]:
        """The dots (N, k) around each position and their weights (N, k), which sum to 1.

        From near the latent is theirs by these weights; seen over the whole map it is the smooth field's, which was
        fitted to them and blends more of them.
        """
        distance, index = self.detail.near(xy)
        return self.detail.numbers[index], shares(distance, resolution or 0.0)


def shares(distance: NDArray[np.float64], resolution: float) -> Floats:
    """As `shepard_weights` for this field's power, in a third of the calls: a single position is asked every frame."""
    near, reach = distance[:, :-1], distance[:, -1:]
    weights = near * near
    weights += resolution * resolution + ON_A_DOT
    weights **= -POWER / 2
    fade = near / reach
    fade -= 1 + ALIKE
    fade *= fade
    weights *= fade
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)


def seen(distance: NDArray[np.float64], resolution: float) -> Floats:
    """How much of the detail is seen, (N, 1), among dots at ascending distances (N, k+1)."""
    if resolution == 0 or math.isinf(distance[0, -1]):  # so few dots that none is left out
        return np.ones((len(distance), 1), np.float32)
    k = distance.shape[1] - 1
    spacing = distance[:, -1:] * math.sqrt(math.pi / k)
    fourth = (spacing * spacing) ** (FALL / 2)
    fourth /= fourth + (BLUR * resolution) ** FALL
    share: Floats = fourth.astype(np.float32)
    return share
