"""PCA maps of latents that change during a training or between models, each aligned with the previous one.

Rotations and reflections without meaning are removed (orthogonal Procrustes, Schoenemann 1966).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import MapFrame
from latent_explorer.atlas.projection import PCA

FOLLOW_RATE = 0.1  # the share of the way to the current principal plane that the plane turns per update
GROW_RATE, SHRINK_RATE = 0.5, 0.1
"""The share of the way to the fitting scale per update, if the map grows, and if it shrinks."""


def align_pca(latents: Sequence[Floats]) -> list[PCA]:
    """Return the principal plane of each of several latents (M, d_i), rotated and reflected to match the previous one,
    all in one frame.

    Models trained separately share no latent space, not even its size; the same image is the same dot.
    """
    own = [PCA.fit(z) for z in latents]
    raw: list[Floats] = []
    components: list[Floats] = []
    for z, pca in zip(latents, own, strict=True):
        plane: Floats = ((z - pca.mean) @ pca.components.T).astype(np.float32)
        rows = pca.components
        if raw:
            turn = find_rotation(plane, raw[-1])
            plane, rows = (plane @ turn).astype(np.float32), (turn.T @ rows).astype(np.float32)
        raw.append(plane)
        components.append(rows)
    frame = MapFrame.from_points(np.concatenate(raw))
    return [
        PCA(frame.to_map(xy), pca.mean, rows, frame, pca.explained_variance_ratio)
        for xy, pca, rows in zip(raw, own, components, strict=True)
    ]


def align_to_last(latents: Sequence[Floats]) -> tuple[PCA, ...]:
    """Project the latents (M, d) of every moment of a training to the last moment's PCA plane, in one frame.

    The loss does not fix the orientation of the latent space, which may rotate from one moment to the next. So each
    moment is first rotated as brings it nearest to the next one; the movement that remains has been learnt.
    """
    means = [z.mean(axis=0) for z in latents]
    centred = [z - mean for z, mean in zip(latents, means, strict=True)]
    last = PCA.fit(latents[-1])
    planes = [(last.components @ turn.T).astype(np.float32) for turn in chain_rotations(centred)]
    raw = [z @ plane.T for z, plane in zip(centred, planes, strict=True)]
    frame = MapFrame.from_points(np.concatenate(raw))
    return tuple(
        PCA(frame.to_map(xy), mean, plane, frame, last.explained_variance_ratio)
        for xy, mean, plane in zip(raw, means, planes, strict=True)
    )


def chain_rotations(centred: Sequence[Floats]) -> list[Floats]:
    """Return the orthogonal (d, d) that aligns each (M, d) of `centred` with the last, chained from next to next."""
    turns = [np.eye(centred[-1].shape[1], dtype=np.float32)]
    for z, following in zip(reversed(centred[:-1]), reversed(centred[1:]), strict=True):
        turns.append(find_rotation(z, following @ turns[-1]))
    return turns[::-1]


def find_rotation(a: Floats, b: Floats) -> Floats:
    """Return the orthogonal R (d, d) that maps centred points a (M, d) nearest to b (M, d): min |a R - b|."""
    turn: Floats = _find_nearest_orthogonal(a.T.astype(np.float64) @ b).astype(np.float32)
    return turn


class PcaTracker:
    """PCA maps of a running training, each aligned with the previous one.

    The plane rotates with the latents and turns slowly to their current principal plane; its frame follows their
    extent, faster outwards than inwards.
    """

    def __init__(self) -> None:
        self._previous_latents: Floats | None = None
        self._components: Floats | None = None
        self._scale, self._centre = 0.0, np.zeros(2)

    @classmethod
    def resume(cls, latents: Floats, plane: PCA) -> "PcaTracker":
        """Return a tracker that goes on from the map `plane` of `latents` (M, d), as the one did that made it."""
        tracker = cls()
        tracker._previous_latents = (latents - plane.mean).astype(np.float32)
        tracker._components = plane.components
        tracker._scale, tracker._centre = plane.frame.scale, np.asarray(plane.frame.centre, np.float64)
        return tracker

    def update(self, latents: Floats) -> PCA:
        """Return the map of the next moment's latents (M, d)."""
        mean = latents.mean(axis=0).astype(np.float32)
        centred = (latents - mean).astype(np.float32)
        rows = _find_principal_plane(centred)
        if self._previous_latents is not None and self._components is not None:
            carried = self._components @ find_rotation(centred, self._previous_latents).T
            turn = _find_nearest_orthogonal(carried.astype(np.float64) @ rows.T)
            rows = _find_nearest_orthogonal((1 - FOLLOW_RATE) * carried + FOLLOW_RATE * turn @ rows).astype(np.float32)
        xy: Floats = (centred @ rows.T).astype(np.float32)
        self._previous_latents, self._components = centred, rows
        frame = self._update_frame(xy)
        return PCA(frame.to_map(xy), mean, rows, frame, _compute_explained_variance_ratio(centred, xy))

    def _update_frame(self, xy: Floats) -> MapFrame:
        """Return the frame after a step towards the one that fits `xy` (M, 2)."""
        wanted = MapFrame.from_points(xy)
        if self._scale == 0:
            self._scale, self._centre = wanted.scale, wanted.centre
        else:
            share = GROW_RATE if wanted.scale < self._scale else SHRINK_RATE
            self._scale *= (wanted.scale / self._scale) ** share
            self._centre = self._centre + GROW_RATE * (wanted.centre - self._centre)
        return MapFrame((float(self._centre[0]), float(self._centre[1])), self._scale)


def _find_principal_plane(centred: Floats) -> Floats:
    """Return the first two principal directions (2, d) of centred latents (M, d). In numpy: a window that watches a
    training does not wait for scikit-learn's import."""
    if centred.shape[1] == 1:
        return np.array([[1.0], [0.0]], np.float32)
    _, directions = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    return directions[:, :-3:-1].T.astype(np.float32)


def _find_nearest_orthogonal(matrix: Any) -> Any:
    """Return the matrix with orthonormal rows nearest to `matrix`, which has no more rows than columns."""
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    return left @ right


def _compute_explained_variance_ratio(centred: Floats, xy: Floats) -> tuple[float, float]:
    """Return the share of the variance of centred latents (M, d) along each axis of their map (M, 2)."""
    total = max(float(centred.var(axis=0).sum()), 1e-30)
    across, up = (float(share) / total for share in xy.var(axis=0))
    return across, up
