"""The placement of new latents on a finished t-SNE map, fast enough to place a drawing while the pen moves.

A new point's position is the minimum of t-SNE's loss with the map held fixed (van der Maaten and Hinton 2008; placing
against a reference as in Policar et al. 2021, Machine Learning 112:721), for one point

    E(y) = -a sum_j p_j log w_j(y) + log Z(y),    w_j(y) = 1 / (1 + |y - y_j|^2),    Z(y) = sum_j w_j(y)

with p the affinities to the neighbours in latent space. Z depends on the map alone, so log Z and its gradient are
computed on a grid once, and E is a function of two variables and a few neighbours. It is minimised from several
neighbours' positions, not from their median, which may lie in another cluster, and the lowest minimum wins.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats

Doubles = NDArray[np.float64]
Complex = NDArray[np.complex128]
"""Positions on the map, x + iy."""

PERPLEXITY, NEIGHBOURS = 5.0, 15
"""Few neighbours place a point where its closest are; openTSNE's choice for new points too."""
EXAGGERATION = 1.5  # `a`
STARTS, STEPS = 4, 16
STEP_TOLERANCE = 1e-3  # the length of the last step, in t-SNE's raw units, in which a dot's attraction reaches about 1
MAX_STEP = 5.0  # the longest step, in the same units
FIRST_SHARE, MIN_SHARE, MAX_SHARE = 0.7, 0.3, 4.0  # the share of the way to its target of the first step; its limits
CELL_SIZE, MAX_CELLS = 0.25, 800  # the grid's cell size, in the same units, and the most cells along a side
GRID_BORDER = 8.0  # the grid's border around the map, in the same units
ENTROPY_TOLERANCE = 1e-5  # nats, between the entropy of a row and the target
BLOCK = 256  # new latents at once
MAX_DISTANCES = 1 << 24  # distances in memory at once, for each thread
MANY = 20 * BLOCK  # new latents from which the blocks are shared among threads
GROUPS_FROM, GROUP = 20_000, 64  # dots from which the nearest are sought in groups of so many
FARTHEST = 1e15  # of normalised latents, whose squares fit float32; dots of nearly one place make others very far


class Placement:
    """`fit` on a map's raw coordinates (M, 2) and latents (M, d); then `transform` (N, d) -> (N, 2).

    `with_repulsion` False omits t-SNE's repulsion by all dots, so that neighbours alone place a point.
    """

    def __init__(self, metric: str = "euclidean", *, with_repulsion: bool = True) -> None:
        self.metric, self.with_repulsion = metric, with_repulsion

    def fit(self, raw: NDArray[np.floating], latents: Floats) -> "Placement":
        self.raw = raw.astype(np.float64)
        self.positions = self.raw[:, 0] + 1j * self.raw[:, 1]
        # products of centred latents of size 1 lose the fewest digits; angles are taken from the origin
        self.centre = latents.mean(axis=0) if self.metric == "euclidean" else np.zeros(latents.shape[1], np.float32)
        self.scale = np.float32(max(float(np.abs(latents - self.centre).max()), 1e-30))
        self.latents = self._normalise(latents)
        self.squared_norms = np.einsum("md,md->m", self.latents, self.latents)
        self.repulsion = RepulsionField(self.raw) if self.with_repulsion else None
        return self

    def transform(self, latents: Floats, report: Callable[[float], None] = lambda share: None) -> Doubles:
        """Return the positions (N, 2) of latents (N, d), each placed for itself; `report` is told the share done."""
        size = min(BLOCK, max(1, MAX_DISTANCES // len(self.latents)))
        blocks = [latents[i : i + size] for i in range(0, len(latents), size)]
        if len(latents) < MANY:
            places = [self._place_block(block) for block in blocks]
            return np.concatenate(places) if places else np.empty((0, 2))
        placed = np.empty((len(latents), 2))
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            for done, block in enumerate(pool.map(self._place_block, blocks)):
                placed[done * size : done * size + len(block)] = block
                report((done + 1) / len(blocks))
        finally:
            pool.shutdown(cancel_futures=True)
        return placed

    def _place_block(self, latents: Floats) -> Doubles:
        distance, index = self.find_nearest(latents)
        shares = compute_affinities(distance)  # (N, k)
        # from here on a position is one complex number, which halves the calls for a single new point
        near = self.positions[index]  # (N, k)
        starts = near[:, :STARTS]  # (N, s)
        repeated = starts.shape[1]
        ends = self._descend(starts.ravel(), near.repeat(repeated, axis=0), shares.repeat(repeated, axis=0))
        ends = ends.reshape(starts.shape)
        away = ends[:, :, None] - near[:, None, :]
        loss = EXAGGERATION * np.einsum("nk,nsk->ns", shares, np.log1p(_compute_squared_length(away)))
        if self.repulsion is not None:
            loss += self.repulsion.compute_log_z(ends.ravel()).reshape(loss.shape)
        best = ends[np.arange(len(ends)), loss.argmin(axis=1)]
        return np.stack([best.real, best.imag], axis=1)

    def _descend(self, places: Complex, near: Complex, shares: Doubles) -> Complex:
        """Minimise E from each of `places` and return the minima.

        The target of a step is the neighbours' mean, weighted by their attraction and moved by the repulsion: the
        fixed point if both stayed constant. The share of the way that it goes follows from the last step and the change
        of its target (Barzilai and Borwein 1988, IMA Journal of Numerical Analysis 8:141).
        """
        strength = EXAGGERATION * shares
        share: Doubles = np.full(len(places), FIRST_SHARE)
        moved = wanted = np.zeros_like(places)
        for step in range(STEPS):
            away = places[:, None] - near
            pull = strength / (1 + _compute_squared_length(away))
            force = np.einsum("nk,nk->n", pull, away)
            if self.repulsion is not None:
                force += self.repulsion.compute_gradient(places) / 2
            before, wanted = wanted, -force / pull.sum(axis=1)
            length = np.abs(wanted)
            if length.max() < STEP_TOLERANCE:
                break
            if step > 0:
                change = before - wanted
                share = np.abs((moved * change.conj()).real) / np.maximum(_compute_squared_length(change), 1e-24)
                share = np.minimum(np.maximum(share, MIN_SHARE), MAX_SHARE)
            moved = wanted * np.minimum(share, MAX_STEP / np.maximum(length, 1e-12))
            places = places + moved
        return places

    def find_nearest(self, latents: Floats) -> tuple[Doubles, NDArray[np.intp]]:
        """Return exact ascending distances (N, k) in latent space, and the indices (N, k) of the dots."""
        k = min(NEIGHBOURS, len(self.latents))
        if self.metric == "manhattan":
            from scipy.spatial.distance import cdist

            apart = cdist(self._normalise(latents), self.latents, "cityblock").astype(np.float32)
        else:
            z = self._normalise(latents)
            apart = (-2 * z) @ self.latents.T
            apart += self.squared_norms
            apart += np.einsum("nd,nd->n", z, z)[:, None]
        near = find_smallest(apart, k) if k < len(self.latents) else np.broadcast_to(np.arange(k), apart.shape)
        distances = np.take_along_axis(apart, near, axis=1)
        order = np.argsort(distances, axis=1, kind="stable")
        distance = np.take_along_axis(distances, order, axis=1).astype(np.float64)
        if self.metric == "euclidean":
            distance = np.sqrt(np.maximum(distance, 0))
        return np.maximum(distance, 0), np.take_along_axis(near, order, axis=1)

    def _normalise(self, latents: Floats) -> Floats:
        with np.errstate(over="ignore"):
            scaled = np.ascontiguousarray((latents - self.centre) / self.scale, np.float32)
        np.clip(scaled, -FARTHEST, FARTHEST, out=scaled)
        if self.metric == "cosine":
            scaled /= np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-12)
        return scaled


class RepulsionField:
    """log Z and its gradient at any position, from a grid around dots (M, 2).

    The dots are spread bilinearly onto the grid's nodes and convolved with w; between nodes, value and gradient are
    interpolated bilinearly.
    """

    def __init__(self, raw: Doubles) -> None:
        from scipy.fft import irfft2, next_fast_len, rfft2

        self.origin = raw.min(axis=0) - GRID_BORDER
        extent = raw.max(axis=0) + GRID_BORDER - self.origin
        self.cell_size = max(CELL_SIZE, float(extent.max()) / MAX_CELLS)
        self.grid_shape = np.ceil(extent / self.cell_size).astype(int) + 1
        counts = _spread_onto_grid((raw - self.origin) / self.cell_size, self.grid_shape)
        # a circular convolution, padded so that it does not wrap around onto the map
        shape = [next_fast_len(2 * int(n), real=True) for n in self.grid_shape]
        away = [np.minimum(np.arange(n), n - np.arange(n)) * self.cell_size for n in shape]
        kernel = 1 / (1 + away[0][:, None] ** 2 + away[1][None, :] ** 2)
        total = irfft2(rfft2(counts, shape) * rfft2(kernel), shape)[: self.grid_shape[0], : self.grid_shape[1]]
        value = np.log(np.maximum(total, 1e-12))
        across, down = np.gradient(value, self.cell_size, edge_order=2)
        # of a large map these are most of what it needs, and eight digits are far below a pixel
        self.values = value.astype(np.float32).ravel()
        self.gradients = (across + 1j * down).astype(np.complex64).ravel()
        self.row_length = int(self.grid_shape[1])
        self._corner, self._last = self.origin[:, None], self.grid_shape[:, None] - 1.000001
        self.corner_offsets = np.array([0, 1, self.row_length, self.row_length + 1])

    def compute_log_z(self, places: Complex) -> Doubles:
        """Return log Z (N,) at `places` (N,)."""
        nodes, shares = self._find_nodes(places)
        total: Doubles = np.einsum("nq,nq->n", self.values[nodes], shares)
        return total

    def compute_gradient(self, places: Complex) -> Complex:
        """Return the gradient of log Z (N,) at `places` (N,)."""
        nodes, shares = self._find_nodes(places)
        slope: Complex = np.einsum("nq,nq->n", self.gradients[nodes], shares)
        return slope

    def _find_nodes(self, places: Complex) -> tuple[NDArray[np.intp], Doubles]:
        """Return the four nodes (N, 4) around each position, and their bilinear weights (N, 4)."""
        at = places.view(np.float64).reshape(-1, 2).T - self._corner
        at /= self.cell_size
        np.minimum(np.maximum(at, 0, out=at), self._last, out=at)
        node = at.astype(np.intp)
        x, y = at - node
        shares = np.empty((len(places), 4))
        np.multiply(x, y, out=shares[:, 3])
        np.subtract(x, shares[:, 3], out=shares[:, 2])
        np.subtract(y, shares[:, 3], out=shares[:, 1])
        np.subtract(1 - x, shares[:, 1], out=shares[:, 0])
        return (node[0] * self.row_length + node[1])[:, None] + self.corner_offsets, shares


def compute_affinities(distance: Doubles) -> Doubles:
    """Return Gaussian affinities (N, k) to neighbours at ascending distances (N, k); each row has `PERPLEXITY`."""
    if distance.shape[1] == 1:
        return np.ones_like(distance)
    wanted = np.log(min(PERPLEXITY, 0.9 * distance.shape[1]))
    # relative to the nearest and to the mean, so that the scale of the latents has no effect
    squared = distance**2 - distance[:, :1] ** 2
    squared /= np.maximum(squared.mean(axis=1, keepdims=True), 1e-300)
    low, high = np.zeros((len(distance), 1)), np.full((len(distance), 1), np.inf)
    sharpness = np.ones((len(distance), 1))
    for _ in range(30):  # Newton's method, with bisection if a step leaves the bracket
        shares = np.exp(-squared * sharpness)
        shares /= (total := shares.sum(axis=1, keepdims=True))
        mean = (shares * squared).sum(axis=1, keepdims=True)
        over = np.log(total) + sharpness * mean - wanted
        if np.abs(over).max() < ENTROPY_TOLERANCE:
            break
        low, high = np.where(over > 0, sharpness, low), np.where(over > 0, high, sharpness)
        spread = (shares * squared**2).sum(axis=1, keepdims=True) - mean**2
        guess = sharpness + over / np.maximum(sharpness * spread, 1e-300)
        middle = np.where(np.isinf(high), sharpness * 2, (low + high) / 2)
        sharpness = np.minimum(np.where((guess > low) & (guess < high), guess, middle), 1e12)
    shares = np.exp(-squared * sharpness)
    result: Doubles = shares / shares.sum(axis=1, keepdims=True)
    return result


def find_smallest(values: Floats, k: int) -> NDArray[np.intp]:
    """Return the columns (N, k) of the smallest values (N, M) of each row, in no order."""
    if values.shape[1] < GROUPS_FROM:
        return np.argpartition(values, k - 1, axis=1)[:, :k]
    # the k smallest lie in the k groups with the smallest minima; a group is every so manieth column
    groups = values.shape[1] // GROUP
    minima = values[:, : groups * GROUP].reshape(len(values), GROUP, groups).min(axis=1)
    best = np.argpartition(minima, k - 1, axis=1)[:, :k]
    columns = (best[:, :, None] + groups * np.arange(GROUP)).reshape(len(values), -1)
    rest = np.arange(groups * GROUP, values.shape[1])
    columns = np.concatenate([columns, np.broadcast_to(rest, (len(values), len(rest)))], axis=1)
    among = np.argpartition(np.take_along_axis(values, columns, axis=1), k - 1, axis=1)[:, :k]
    return np.take_along_axis(columns, among, axis=1)


def _compute_squared_length(away: Complex) -> Doubles:
    return away.real**2 + away.imag**2


def _spread_onto_grid(at: Doubles, side: NDArray[np.int_]) -> Doubles:
    """Return the grid of dots at grid coordinates (M, 2), each spread bilinearly onto the four nodes around it."""
    node = np.minimum(np.floor(at).astype(int), side - 2)
    over = at - node
    counts = np.zeros(side[0] * side[1])
    for i in (0, 1):
        for j in (0, 1):
            share = (over[:, 0] if i else 1 - over[:, 0]) * (over[:, 1] if j else 1 - over[:, 1])
            counts += np.bincount((node[:, 0] + i) * side[1] + node[:, 1] + j, share, len(counts))
    return counts.reshape(side)
