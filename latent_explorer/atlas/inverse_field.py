"""The default inverse projection of the atlas: map (N, 2) to latents (N, d), with more detail at a closer zoom."""

import math

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas.shepard import Shepard
from latent_explorer.atlas.smooth_network import SmoothNetwork

NEIGHBOURS = 15
POWER = 0.75
BLUR_PIXELS = 20.0  # pixels: dots closer together than this blur into the smooth network
FADE_EXPONENT = 4.0  # the exponent of the fade
TRUSTED_SPACINGS = 12.0  # dot spacings from a dot within which the smooth network is trusted
DOT_EPSILON = 1e-30  # squared map units: a nearer dot outweighs all others by more digits than a float32 has
EQUAL_DISTANCE_EPSILON = 1e-9  # of the reach: neighbours that are all at that distance get equal weights
SAMPLE_SIZE = 500  # dots from which the spacing is computed


class InverseField:
    """A smooth network plus its interpolated residual at the dots, which fades if a pixel covers many dots.

    No field is both exact at dots 5 pixels apart and smooth from pixel to pixel. So the smooth network
    (`fit_smooth_network`) alone is used at the scale of the whole map. Its residual at each dot is interpolated with
    modified Shepard weights (`shepard.Shepard`) and multiplied by `1 / (1 + (20 r / s)^4)`: `r` is the resolution, `s`
    the distance between dots around the position. With r = 0 the field is exact at every dot; if 20 pixels cover the
    distance between dots, half of the residual is added.

    The weights fall with the distance only to the power of -0.75: near-equal weights of 15 neighbours are nearer to
    held-out samples than a cone around each dot, and the steep part that exactness needs takes up less of the map.

    Far from every dot, outside the training positions, the smooth network is evaluated near the neighbours' mean
    position instead, so that the map's edge continues outwards.
    """

    def __init__(self, smooth_network: SmoothNetwork) -> None:
        self.smooth_network = smooth_network

    def fit(self, xy: Floats, latents: Floats) -> "InverseField":
        """Fit the residual to dots (M, 2) and their latents (M, d). Of dots at one position the first counts."""
        self.residual = Shepard(self.smooth_network, neighbours=NEIGHBOURS, power=POWER).fit(xy, latents)
        spots = self.residual.tree.data
        gaps, _ = self.residual.tree.query(spots[:: max(1, len(spots) // SAMPLE_SIZE)], k=2)
        self.trusted_distance = TRUSTED_SPACINGS * max(float(np.median(gaps[:, 1])), 1e-9)
        """The distance from a dot, in map units, up to which the smooth network is trusted."""
        return self

    def inverse_transform(self, xy: Floats, resolution: float | None = None) -> Floats:
        """Return the latents (N, d) of positions (N, 2); `resolution` in map units, None for the exact field."""
        r = resolution or 0.0
        distance, index = self.residual.find_neighbours(xy)
        weights = compute_weights(distance, r)
        if len(xy) == 1:
            return self._evaluate_one(xy, r, distance, index, weights)
        faded = weights if r == 0 else weights * compute_residual_weight(distance, r)
        z: Floats = np.einsum("nk,nkd->nd", faded, self.residual.values[index])
        z += self.smooth_network(self._pull_to_neighbours(xy, distance, index, weights))
        return z

    def _evaluate_one(
        self, xy: Floats, resolution: float, distance: NDArray[np.float64], index: NDArray[np.intp], weights: Floats
    ) -> Floats:
        """Return the latent (1, d) of one position, as it is asked for in every frame: what is one number here would be
        an array of one, and each operation on it as slow as on a thousand."""
        at = xy if distance[0, 0] <= self.trusted_distance else self._pull_to_neighbours(xy, distance, index, weights)
        z = self.smooth_network(at)
        reach = float(distance[0, -1])
        share = 1.0
        if resolution > 0 and not math.isinf(reach):
            fourth = (reach * math.sqrt(math.pi / index.shape[1])) ** FADE_EXPONENT
            share = fourth / (fourth + (BLUR_PIXELS * resolution) ** FADE_EXPONENT)
        weights *= np.float32(share)
        z += weights @ self.residual.values[index[0]]
        return z

    def _pull_to_neighbours(
        self, xy: Floats, distance: NDArray[np.float64], index: NDArray[np.intp], weights: Floats
    ) -> Floats:
        """Return `xy` with positions far from every dot moved to the mean of their neighbours' positions."""
        nearest = distance[:, :1]
        if not (nearest > self.trusted_distance).any():
            return xy
        share = np.clip(nearest / self.trusted_distance - 1, 0, 1)
        middle = np.einsum("nk,nkd->nd", weights, self.residual.tree.data[index])
        drawn: Floats = (xy + share * (middle - xy)).astype(np.float32)
        return drawn


def compute_weights(distance: NDArray[np.float64], resolution: float) -> Floats:
    """Return `compute_shepard_weights` for this field's power, in a third of the calls: one position is evaluated every
    frame."""
    near, reach = distance[:, :-1], distance[:, -1:]
    weights = near * near
    weights += resolution * resolution + DOT_EPSILON
    weights **= -POWER / 2
    fade = near / reach
    fade -= 1 + EQUAL_DISTANCE_EPSILON
    fade *= fade
    weights *= fade
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)


def compute_residual_weight(distance: NDArray[np.float64], resolution: float) -> Floats:
    """Return the weight (N, 1) of the residual at a resolution, from ascending distances (N, k+1) to the dots."""
    if resolution == 0 or math.isinf(distance[0, -1]):  # so few dots that all are neighbours
        return np.ones((len(distance), 1), np.float32)
    k = distance.shape[1] - 1
    spacing = distance[:, -1:] * math.sqrt(math.pi / k)
    fourth = (spacing * spacing) ** (FADE_EXPONENT / 2)
    fourth /= fourth + (BLUR_PIXELS * resolution) ** FADE_EXPONENT
    return fourth.astype(np.float32)
