"""Where a new latent belongs on a finished t-SNE map, fast enough for a drawing that is placed while the pen moves.

A new point's place is the minimum of t-SNE's own loss with the map held fixed (van der Maaten and Hinton 2008; placing
against a reference as in Policar et al. 2021, Machine Learning 112:721), for one point

    E(y) = -a sum_j p_j log w_j(y) + log Z(y),    w_j(y) = 1 / (1 + |y - y_j|^2),    Z(y) = sum_j w_j(y)

with p the affinities to the neighbours in latent space. Z depends on the map alone, so log Z and its slope are laid
on a grid once, and what is left of a point is a function of two variables and a few neighbours. It is followed down
from several neighbours' places, not from their median, which may lie in another cluster, and the deepest end wins.
"""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

Doubles = NDArray[np.float64]

PERPLEXITY, NEIGHBOURS = 5.0, 15
"""Few neighbours place a point where its closest are; openTSNE's choice for new points too."""
EXAGGERATION = 1.5  # `a`
STARTS, STEPS = 4, 40
CLOSE = 1e-3  # a last step, in t-SNE's own units, in which a dot's pull reaches about 1
LONGEST = 5.0  # the most that one step goes, in the same units
CELL, MOST_CELLS = 0.25, 800  # of the grid, in the same units; and its largest side
AROUND = 8.0  # and how far it goes on around the map
BLOCK = 256  # new latents at once


class Placement:
    """`fit` on a map's own coordinates (M, 2) and latents (M, d); then `transform` (N, d) -> (N, 2).

    With `crowded` False the crowd's push, which is t-SNE's, is left out and neighbours alone place a point.
    """

    def __init__(self, metric: str = "euclidean", *, crowded: bool = True) -> None:
        self.metric, self.crowded = metric, crowded

    def fit(self, raw: NDArray[np.floating], latents: Floats) -> "Placement":
        self.raw = raw.astype(np.float64)
        # products of centred latents of size 1 lose the fewest digits; angles are taken from the origin
        self.centre = latents.mean(axis=0) if self.metric == "euclidean" else np.zeros(latents.shape[1], np.float32)
        self.size = np.float32(max(float(np.abs(latents - self.centre).max()), 1e-30))
        self.latents = self._scaled(latents)
        self.squares = np.einsum("md,md->m", self.latents, self.latents)
        self.crowd = Crowd(self.raw) if self.crowded else None
        return self

    def transform(self, latents: Floats) -> Doubles:
        places = [self._block(latents[i : i + BLOCK]) for i in range(0, len(latents), BLOCK)]
        return np.concatenate(places) if places else np.empty((0, 2))

    def _block(self, latents: Floats) -> Doubles:
        distance, index = self._nearest(latents)
        shares = affinities(distance)  # (N, k)
        near = self.raw[index]  # (N, k, 2)
        starts = near[:, :STARTS].reshape(-1, 2)
        repeated = min(STARTS, near.shape[1])
        ends = self._descend(starts, np.repeat(near, repeated, axis=0), np.repeat(shares, repeated, axis=0))
        ends = ends.reshape(len(latents), repeated, 2)
        loss = -EXAGGERATION * np.einsum("nk,nsk->ns", shares, np.log(_pull(ends, near)))
        if self.crowd is not None:
            loss += self.crowd.log_sum(ends.reshape(-1, 2)).reshape(loss.shape)
        best: Doubles = ends[np.arange(len(ends)), loss.argmin(axis=1)]
        return best

    def _descend(self, places: Doubles, near: Doubles, shares: Doubles) -> Doubles:
        """Each step goes to the neighbours' mean, weighted by their pull, moved by the crowd's push: where its
        change would end if pull and push stayed as they are."""
        for _ in range(STEPS):
            away = places[:, None, :] - near
            pull = EXAGGERATION * shares / (1 + np.einsum("nkd,nkd->nk", away, away))
            force = np.einsum("nk,nkd->nd", pull, away)
            if self.crowd is not None:
                force += self.crowd.slope(places) / 2
            step = -force / pull.sum(axis=1, keepdims=True)
            length = np.linalg.norm(step, axis=1, keepdims=True)
            places = places + step * np.minimum(0.7, LONGEST / np.maximum(length, 1e-12))
            if length.max() < CLOSE:
                break
        return places

    def _nearest(self, latents: Floats) -> tuple[Doubles, NDArray[np.intp]]:
        """Ascending distances (N, k) in latent space and the dots' numbers, exact."""
        k = min(NEIGHBOURS, len(self.latents))
        if self.metric == "manhattan":
            from scipy.spatial.distance import cdist

            apart = cdist(self._scaled(latents), self.latents, "cityblock").astype(np.float32)
        else:
            z = self._scaled(latents)
            apart = z @ self.latents.T
            apart *= -2
            apart += self.squares
            apart += np.einsum("nd,nd->n", z, z)[:, None]
        some = np.argpartition(apart, k - 1, axis=1)[:, :k] if k < len(self.latents) else _all(apart)
        found = np.take_along_axis(apart, some, axis=1)
        order = np.argsort(found, axis=1, kind="stable")
        distance = np.take_along_axis(found, order, axis=1).astype(np.float64)
        if self.metric == "euclidean":
            distance = np.sqrt(np.maximum(distance, 0))
        return np.maximum(distance, 0), np.take_along_axis(some, order, axis=1)

    def _scaled(self, latents: Floats) -> Floats:
        scaled = np.ascontiguousarray((latents - self.centre) / self.size, np.float32)
        return _directions(scaled) if self.metric == "cosine" else scaled


class Crowd:
    """log Z and its slope anywhere, from a grid around dots (M, 2).

    The dots are spread onto the grid's nodes by their areas and folded with w; between nodes value and slope are
    linear.
    """

    def __init__(self, raw: Doubles) -> None:
        from scipy.fft import irfft2, next_fast_len, rfft2

        self.low = raw.min(axis=0) - AROUND
        extent = raw.max(axis=0) + AROUND - self.low
        self.cell = max(CELL, float(extent.max()) / MOST_CELLS)
        self.side = np.ceil(extent / self.cell).astype(int) + 1
        counts = _spread((raw - self.low) / self.cell, self.side)
        # on a circle so long that what comes around the other way does not reach the map
        shape = [next_fast_len(2 * int(n), real=True) for n in self.side]
        away = [np.minimum(np.arange(n), n - np.arange(n)) * self.cell for n in shape]
        kernel = 1 / (1 + away[0][:, None] ** 2 + away[1][None, :] ** 2)
        total = irfft2(rfft2(counts, shape) * rfft2(kernel), shape)[: self.side[0], : self.side[1]]
        value = np.log(np.maximum(total, 1e-12))
        slopes = np.gradient(value, self.cell, edge_order=2)
        self.nodes = np.stack([value, *slopes], axis=-1).reshape(-1, 3)

    def log_sum(self, places: Doubles) -> Doubles:
        """(N, 2) -> (N,)."""
        return self._at(places)[:, 0]

    def slope(self, places: Doubles) -> Doubles:
        """(N, 2) -> (N, 2)."""
        return self._at(places)[:, 1:]

    def _at(self, places: Doubles) -> Doubles:
        at = np.clip((places - self.low) / self.cell, 0, self.side - 1.000001)
        node = at.astype(np.intp)
        x, y = (at - node).T[:, :, None]
        first = node[:, 0] * self.side[1] + node[:, 1]
        nodes, next_row = self.nodes, first + self.side[1]
        left = (1 - y) * nodes[first] + y * nodes[first + 1]
        right = (1 - y) * nodes[next_row] + y * nodes[next_row + 1]
        values: Doubles = (1 - x) * left + x * right
        return values


def affinities(distance: Doubles) -> Doubles:
    """Gaussian affinities (N, k) to neighbours at ascending distances (N, k), each row of the wanted perplexity."""
    if distance.shape[1] == 1:
        return np.ones_like(distance)
    wanted = np.log(min(PERPLEXITY, 0.9 * distance.shape[1]))
    # relative to the nearest and to the spread, so that latents of any size are alike
    squared = distance**2 - distance[:, :1] ** 2
    squared /= np.maximum(squared.mean(axis=1, keepdims=True), 1e-300)
    low, high = np.zeros((len(distance), 1)), np.full((len(distance), 1), np.inf)
    sharpness = np.ones((len(distance), 1))
    for _ in range(30):
        shares = np.exp(-squared * sharpness)
        total = shares.sum(axis=1, keepdims=True)
        entropy = np.log(total) + sharpness * (shares * squared).sum(axis=1, keepdims=True) / total
        wide = entropy > wanted
        low, high = np.where(wide, sharpness, low), np.where(wide, high, sharpness)
        sharpness = np.where(np.isinf(high), sharpness * 2, (low + high) / 2)
        sharpness = np.minimum(sharpness, 1e12)
    shares = np.exp(-squared * sharpness)
    result: Doubles = shares / shares.sum(axis=1, keepdims=True)
    return result


def _pull(places: Doubles, near: Doubles) -> Doubles:
    """w of (N, S) places and each row's (N, k) neighbours, (N, S, k)."""
    away = places[:, :, None, :] - near[:, None, :, :]
    pull: Doubles = 1 / (1 + np.einsum("nskd,nskd->nsk", away, away))
    return pull


def _spread(at: Doubles, side: NDArray[np.int_]) -> Doubles:
    """Dots at grid coordinates (M, 2), each shared among the four nodes around it."""
    node = np.minimum(np.floor(at).astype(int), side - 2)
    over = at - node
    counts = np.zeros(side[0] * side[1])
    for i in (0, 1):
        for j in (0, 1):
            share = (over[:, 0] if i else 1 - over[:, 0]) * (over[:, 1] if j else 1 - over[:, 1])
            counts += np.bincount((node[:, 0] + i) * side[1] + node[:, 1] + j, share, len(counts))
    return counts.reshape(side)


def _directions(latents: Floats) -> Floats:
    lengths = np.linalg.norm(latents, axis=1, keepdims=True)
    directions: Floats = (latents / np.maximum(lengths, 1e-12)).astype(np.float32)
    return directions


def _all(apart: Floats) -> NDArray[np.intp]:
    return np.broadcast_to(np.arange(apart.shape[1]), apart.shape)
