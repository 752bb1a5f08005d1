"""Planes of latents that change from moment to moment or from model to model, each laid like the one before.

What turns without being learnt is taken out (orthogonal Procrustes, Schoenemann 1966).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas.map_frame import Frame
from latent_explorer.atlas.projection import PCA

FOLLOW = 0.1  # of the way to its own principal plane that the plane goes with every moment
GROW, SHRINK = 0.5, 0.1  # of the way to the size that is needed, where that is larger, and where it is smaller


def in_line(latents: Sequence[Floats]) -> list[PCA]:
    """The principal plane of each of several (M, d_i), turned and mirrored to lie like the one before, in one frame.

    Models that were trained apart share no latent space, not even its size; the same image is the same dot.
    """
    own = [PCA.fit(z) for z in latents]
    raw: list[Floats] = []
    components: list[Floats] = []
    for z, pca in zip(latents, own, strict=True):
        seen: Floats = ((z - pca.mean) @ pca.components.T).astype(np.float32)
        rows = pca.components
        if raw:
            turn = procrustes(seen, raw[-1])
            seen, rows = (seen @ turn).astype(np.float32), (turn.T @ rows).astype(np.float32)
        raw.append(seen)
        components.append(rows)
    frame = Frame.around(np.concatenate(raw))
    return [
        PCA(frame.to_map(xy), pca.mean, rows, frame, pca.explained)
        for xy, pca, rows in zip(raw, own, components, strict=True)
    ]


def procrustes(a: Floats, b: Floats) -> Floats:
    """The orthogonal (d, d) that brings centred points a (M, d) nearest to b (M, d): min |a R - b|."""
    left, _, right = np.linalg.svd(a.T.astype(np.float64) @ b)
    turn: Floats = (left @ right).astype(np.float32)
    return turn


class Follower:
    """Maps of a training that runs, each turned to the one before.

    The plane is carried along with the latents and turns slowly to their own principal plane; its frame follows the
    spread, faster outwards than inwards.
    """

    def __init__(self) -> None:
        self._before: Floats | None = None
        self._rows: Floats | None = None
        self._scale, self._centre = 0.0, np.zeros(2)

    def plane(self, latents: Floats) -> PCA:
        """The map of the next moment's latents (M, d)."""
        mean = latents.mean(axis=0).astype(np.float32)
        centred = (latents - mean).astype(np.float32)
        rows = _principal(centred)
        if self._before is not None and self._rows is not None:
            carried = self._rows @ procrustes(centred, self._before).T
            left, _, right = np.linalg.svd(carried.astype(np.float64) @ rows.T)
            rows = _orthonormal((1 - FOLLOW) * carried + FOLLOW * (left @ right) @ rows)
        xy: Floats = (centred @ rows.T).astype(np.float32)
        self._before, self._rows = centred, rows
        return PCA(self._framed(xy), mean, rows, Frame(self._middle, self._scale), _explained(centred, xy))

    @property
    def _middle(self) -> tuple[float, float]:
        return float(self._centre[0]), float(self._centre[1])

    def _framed(self, xy: Floats) -> Floats:
        wanted = Frame.around(xy)
        if self._scale == 0:
            self._scale, self._centre = wanted.scale, wanted.centre
        else:
            share = GROW if wanted.scale < self._scale else SHRINK
            self._scale *= (wanted.scale / self._scale) ** share
            self._centre = self._centre + GROW * (wanted.centre - self._centre)
        return Frame(self._middle, self._scale).to_map(xy)


def _principal(centred: Floats) -> Floats:
    """The two directions (2, d) in which (M, d) spreads most. By numpy alone: a window that watches a training does
    not wait for scikit-learn's import."""
    if centred.shape[1] == 1:
        return np.array([[1.0], [0.0]], np.float32)
    _, directions = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    first: Floats = directions[:, :-3:-1].T.astype(np.float32)
    return first


def _orthonormal(rows: Any) -> Floats:
    """The orthonormal rows nearest to (2, d) ones."""
    left, _, right = np.linalg.svd(rows, full_matrices=False)
    nearest: Floats = (left @ right).astype(np.float32)
    return nearest


def _explained(centred: Floats, xy: Floats) -> tuple[float, float]:
    total = max(float(centred.var(axis=0).sum()), 1e-30)
    across, up = (float(share) / total for share in xy.var(axis=0))
    return across, up
