"""What a dimension of the latent does: the picture as one of them runs from -3 to 3 standard deviations, the others
held (the traversals of Higgins et al. 2017), and how much each of them changes it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.engine.desk import Desk
from latent_explorer.engine.moved import Code, latent
from latent_explorer.engine.pictures import label_shares, pictures
from latent_explorer.engine.requests import Picture, Request

REACH = 3.0
"""Standard deviations of the samples, to either side of their mean."""
STEPS = 7
"""Pictures a dimension: at -3, -2, ... 3."""
RANKED = 2048
"""Pictures that the order is found out with, at the most: of 512 dimensions only four each."""
BLOCK = 512
"""Pictures decoded at once, which bounds the memory."""
VISIBLE = 0.5
"""Grey levels: what changes a picture by less rounds away."""
ACTIVE = 0.01
"""Variance of the samples' codes below which a variational model does not use a dimension (Burda et al. 2015,
arXiv:1509.00519)."""


@dataclass(frozen=True)
class Effects(Request):
    """How much each dimension changes the picture of a code."""

    errand: ClassVar[bool] = True
    code: Code


@dataclass(frozen=True, eq=False)
class EffectsValue:
    order: NDArray[np.intp]
    """(d,): the dimensions, what changes the picture most first."""
    levels: NDArray[np.float32]
    """(d,): by how many grey levels of 255 a pixel of the picture changes, in the mean over pixels and steps."""
    silent: tuple[int, ...]
    """Dimensions that change nothing one could see."""
    switched_off: tuple[int, ...]
    """Those of them that a variational model does not use, because the KL term pays for every one it does."""


@dataclass(frozen=True)
class Films(Request):
    """The pictures of a code as some of its dimensions run from one end to the other."""

    code: Code
    dimensions: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FilmsValue:
    dimensions: tuple[int, ...]
    pictures: tuple[tuple[Picture, ...], ...]
    """`STEPS` for each of the dimensions."""
    now: tuple[float, ...]
    """Where the code itself stands in each, in standard deviations from the samples' mean."""


def answer_effects(request: Effects, desk: Desk) -> EffectsValue:
    checkpoint = desk.checkpoint(request.model)
    z, dot = latent(checkpoint, request.code)
    steps = int(np.clip(RANKED // len(z), 2, STEPS))
    labels = checkpoint.labels[[dot]] if checkpoint.conditional else None
    (here,) = checkpoint.decode(z[None], labels)
    every = np.arange(len(z))
    levels = np.zeros(len(z), np.float32)
    each = max(1, BLOCK // steps)  # dimensions a block
    for begin in range(0, len(z), each):
        some = every[begin : begin + each]
        codes = traversals(checkpoint, z, some, steps).reshape(-1, len(z))
        shown = checkpoint.decode(codes, None if labels is None else np.repeat(labels, len(codes)))
        change = np.abs(np.nan_to_num(shown - here)).reshape(len(some), -1).mean(axis=1)
        levels[some] = 255 * change
    silent = np.flatnonzero(levels < VISIBLE)
    off = silent[checkpoint.neighbours.variance[silent] < ACTIVE] if checkpoint.variational else silent[:0]
    order = np.argsort(-levels, kind="stable")
    return EffectsValue(order, levels, tuple(silent.tolist()), tuple(off.tolist()))


def answer_films(request: Films, desk: Desk) -> FilmsValue:
    checkpoint = desk.checkpoint(request.model)
    z, dot = latent(checkpoint, request.code)
    some = np.asarray(request.dimensions, np.intp)
    codes = traversals(checkpoint, z, some, STEPS).reshape(-1, len(z))
    labels = np.repeat(label_shares(checkpoint, np.array([dot])), len(codes), axis=0)
    shown = pictures(checkpoint, codes, labels) if len(codes) else ()
    rows = tuple(shown[i * STEPS : (i + 1) * STEPS] for i in range(len(some)))
    now = in_deviations(checkpoint, z)[some]
    return FilmsValue(request.dimensions, rows, tuple(now.tolist()))


def traversals(checkpoint: Checkpoint, z: Floats, dimensions: NDArray[np.intp], steps: int) -> Floats:
    """(k, steps, d): the latent z with one dimension after the other set to so many values from end to end."""
    known = checkpoint.neighbours
    codes = np.tile(z, (len(dimensions), steps, 1))
    run = np.linspace(-REACH, REACH, steps)
    for row, one in enumerate(dimensions):
        codes[row, :, one] = known.mean[one] + run * np.sqrt(known.variance[one])
    return codes


def in_deviations(checkpoint: Checkpoint, z: Floats) -> NDArray[np.float64]:
    """(d,): how many standard deviations each entry of z is from the samples' mean; 0 where they do not differ."""
    known = checkpoint.neighbours
    deviation = np.sqrt(known.variance)
    found: NDArray[np.float64] = np.divide(z - known.mean, deviation, out=np.zeros(len(z)), where=deviation > 0)
    return found
