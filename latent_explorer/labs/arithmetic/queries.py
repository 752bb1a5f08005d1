"""Arithmetic with latents: A - B + C of the means of three groups of samples, and A - B as a direction along which any
picture can be moved (Radford et al. 2016, arXiv:1511.06434, section 6.3.2; White 2016, arXiv:1609.04468).

Knows groups and latents; nothing of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import as_shown, label_shares, pictures
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture
from latent_explorer.errors import InputError
from latent_explorer.user_image import OwnImage

TESTED = 8
"""Samples a group must have before its separation from another is more than chance."""
REACH = 3.0
"""How far the direction is followed to either side; 1 is the way from the mean of B to the mean of A."""


@dataclass(frozen=True)
class Group:
    """Samples whose mean takes part: all those of a class, or those of some images of the data set.

    Images, not dots, so that the same group can be found in another model of the same images.
    """

    label: str = ""
    images: tuple[int, ...] = ()


@dataclass(frozen=True)
class Spot:
    """A position of a map, seen at `resolution` map units."""

    which: str
    xy: tuple[float, float]
    resolution: float | None


Start = Dot | OwnImage | Spot | Group
"""What is moved along the direction; of a group its mean."""


@dataclass(frozen=True, eq=False)
class EquationValue:
    equation: Equation
    means: Floats
    """(3, d), of A, B and C."""
    z: Floats
    """(d,), A - B + C."""
    pictures: tuple[Picture, ...]
    """Of the three means and of the result."""
    dots: tuple[NDArray[np.intp], ...]
    """The samples of each group."""
    spreads: tuple[float, ...]
    """Of each group: root mean square distance of its samples from their mean, in sample gaps."""
    gaps: float
    """From the result to the nearest sample, in sample gaps."""
    near: tuple[int, ...]
    """The nearest samples, the nearest first."""
    near_pictures: tuple[Picture, ...]
    near_note: str
    """Why they are reconstructions; empty where they are the images themselves."""
    length: float
    """Of A - B, in sample gaps."""


@dataclass(frozen=True)
class Equation(Query[EquationValue]):
    """The means of three groups and A - B + C, with the `near` samples that are nearest to it."""

    a: Group
    b: Group
    c: Group
    near: int = 4

    def answer(self, desk: QueryContext) -> EquationValue:
        checkpoint = desk.checkpoint(self.model)
        dots = tuple(members(group, checkpoint) for group in (self.a, self.b, self.c))
        latents, gap = checkpoint.latents, checkpoint.neighbours.gap
        means = np.stack([_mean(latents[one]) for one in dots])
        z = combined(means)
        # a conditional model's label is no part of its code: the result keeps the label of C
        shares = [_shares(checkpoint, one) for one in (*dots, dots[2])]
        decoded = pictures(checkpoint, np.concatenate([means, z[None]]), np.stack(shares))
        near, away = checkpoint.neighbours.nearest(z, self.near)
        near_pictures, note = _samples(self.model, near, desk)
        return EquationValue(
            equation=self,
            means=means,
            z=z,
            pictures=decoded,
            dots=dots,
            spreads=tuple(
                float(np.sqrt(np.square(latents[one] - mean).sum(axis=1).mean())) / gap
                for one, mean in zip(dots, means, strict=True)
            ),
            gaps=float(away[0]) / gap,
            near=tuple(int(dot) for dot in near),
            near_pictures=near_pictures,
            near_note=note,
            length=float(np.linalg.norm(means[0] - means[1])) / gap,
        )


@dataclass(frozen=True)
class WhereaboutsValue:
    asked: Whereabouts
    xy: tuple[tuple[float, float], ...]
    """Of the three means and of the result."""


@dataclass(frozen=True)
class Whereabouts(Query[WhereaboutsValue]):
    """Where a map places the means of the groups and A - B + C."""

    errand: ClassVar[bool] = True

    which: str
    a: Group
    b: Group
    c: Group

    @property
    def costs(self) -> tuple[object, ...]:
        return (*super().costs, self.which)

    def answer(self, desk: QueryContext) -> WhereaboutsValue:
        checkpoint = desk.checkpoint(self.model)
        groups = (self.a, self.b, self.c)
        means = np.stack([_mean(checkpoint.latents[members(group, checkpoint)]) for group in groups])
        placed = checkpoint.maps[self.which].transform(np.concatenate([means, combined(means)[None]]))
        return WhereaboutsValue(self, tuple((float(x), float(y)) for x, y in placed))


@dataclass(frozen=True, eq=False)
class SeparationValue:
    asked: Separation
    auc: float | None
    """The chance that a sample of A lies farther along the direction than one of B, 0 to 1; measured on samples that
    the direction was not made of. None where there are too few to tell."""
    counts: tuple[int, int]
    places: Floats
    """(n,) middles of a histogram, in steps of the direction: 0 at the mean of B, 1 at the mean of A."""
    shares: tuple[Floats, Floats]
    """The share of A's and of B's samples in each bin, the fullest bin 1."""


@dataclass(frozen=True)
class Separation(Query[SeparationValue]):
    """How well the direction from B to A tells the two groups apart."""

    errand: ClassVar[bool] = True

    a: Group
    b: Group

    def alike(self, other: Query[object]) -> bool:
        return self == other  # how well other groups part says nothing of these

    def answer(self, desk: QueryContext) -> SeparationValue:
        checkpoint = desk.checkpoint(self.model)
        first, second = (members(group, checkpoint) for group in (self.a, self.b))
        a, b = checkpoint.latents[first], checkpoint.latents[second]
        step = _mean(a) - _mean(b)
        squared = float(step @ step)
        edges = np.linspace(-REACH, REACH, 49)
        shares = []
        for one in (a, b):
            along = (one - _mean(b)) @ step / squared if squared > 0 else np.zeros(len(one))
            counts = np.histogram(np.clip(along, -REACH, REACH), edges)[0]
            shares.append((counts / max(1, counts.max())).astype(np.float32))
        middles = ((edges[1:] + edges[:-1]) / 2).astype(np.float32)
        auc = separation(checkpoint.latents, first, second)
        return SeparationValue(self, auc, (len(a), len(b)), middles, (shares[0], shares[1]))


@dataclass(frozen=True, eq=False)
class MovedValue:
    asked: Moved
    first: Picture
    """What is moved, decoded."""
    picture: Picture
    z: Floats
    gaps: float
    """From the moved code to the nearest sample, in sample gaps."""
    place: float
    """How far along the direction it is: 0 beside the mean of B, 1 beside the mean of A."""
    film: tuple[Picture, ...]
    film_gaps: tuple[float, ...]
    note: str
    """What is to be said of the picture that is moved."""


@dataclass(frozen=True)
class Moved(Query[MovedValue]):
    """`start` moved by `amount` times A - B, and the pictures at `steps` equal steps over the whole reach."""

    a: Group
    b: Group
    start: Start
    amount: float
    steps: int

    def answer(self, desk: QueryContext) -> MovedValue:
        checkpoint = desk.checkpoint(self.model)
        a, b = (_centre(_Of(checkpoint), group) for group in (self.a, self.b))
        step = a - b
        z, shares, note = _started(self.start, self.model, desk)
        amounts = np.concatenate([[0.0, self.amount], np.linspace(-REACH, REACH, self.steps)]).astype(np.float32)
        codes = (z + amounts[:, None] * step).astype(np.float32)
        decoded = pictures(checkpoint, codes, np.repeat(shares[None], len(codes), axis=0))
        away = _gaps(codes[1:], checkpoint)
        return MovedValue(
            asked=self,
            first=decoded[0],
            picture=decoded[1],
            z=codes[1],
            gaps=away[0],
            place=float((codes[1] - b) @ step) / max(float(step @ step), 1e-12),
            film=decoded[2:],
            film_gaps=away[1:],
            note=note,
        )


def members(group: Group, checkpoint: Checkpoint) -> NDArray[np.intp]:
    """The dots of a group, in order; raises `InputError` for a class that is not there and for none at all."""
    return _members(_Of(checkpoint), group)


class _Of:
    """A checkpoint as a key: equal to itself alone."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and self.checkpoint is other.checkpoint

    def __hash__(self) -> int:
        return id(self.checkpoint)


@lru_cache(maxsize=24)
def _members(of: _Of, group: Group) -> NDArray[np.intp]:
    checkpoint = of.checkpoint
    if group.label:
        if group.label not in checkpoint.class_names:
            known = ", ".join(checkpoint.class_names) or "none, it has no classes"
            raise InputError(f"class {group.label!r} arrived; {checkpoint.name} knows {known}")
        dots = np.flatnonzero(checkpoint.labels == checkpoint.class_names.index(group.label))
    else:
        known_dots = (checkpoint.dot_of.get(image) for image in group.images)
        dots = np.array(sorted({dot for dot in known_dots if dot is not None}), np.intp)
    if len(dots) == 0:
        what = f"of class {group.label}" if group.label else "that were picked"
        raise InputError(f"no sample {what} is among those of {checkpoint.name}: pick a group of at least one")
    return dots


@lru_cache(maxsize=24)
def _centre(of: _Of, group: Group) -> Floats:
    """(d,) the mean of a group, asked for with every move of the mouse."""
    return _mean(of.checkpoint.latents[_members(of, group)])


def combined(means: Floats) -> Floats:
    """A - B + C of three latents (3, d)."""
    found: Floats = means[0] - means[1] + means[2]
    return found


def separation(latents: Floats, a: NDArray[np.intp], b: NDArray[np.intp], seed: int = 0) -> float | None:
    """The area under the ROC curve along the direction from the mean of the samples `b` to the mean of the samples `a`.

    The direction is made of one half of the samples and tested on the other, then the other way round: in many
    dimensions a direction separates the very samples it was made of, whatever they are. None below `TESTED` samples.
    """
    if min(len(a), len(b)) < TESTED:
        return None
    every = np.union1d(a, b)  # a sample of both is in one half of each
    first = (np.random.default_rng(seed).permutation(len(every)) % 2).astype(bool)
    halves = [(first[np.searchsorted(every, one)]) for one in (a, b)]
    found = []
    for of_a, of_b in ((halves[0], halves[1]), (~halves[0], ~halves[1])):
        n, m = int((~of_a).sum()), int((~of_b).sum())
        if 0 in (n, m, int(of_a.sum()), int(of_b.sum())):
            return None
        step = _mean(latents[a[of_a]]) - _mean(latents[b[of_b]])
        above, below = latents[a[~of_a]] @ step, np.sort(latents[b[~of_b]] @ step)
        # Mann and Whitney: equal values count half. Not by scipy.stats, whose import holds the window up for long
        wins = np.searchsorted(below, above, "left") + np.searchsorted(below, above, "right")
        found.append(wins.sum() / (2 * n * m))
    return float(np.mean(found))


def _mean(latents: Floats) -> Floats:
    """Summed in double precision: a class of thousands must not depend on the order."""
    found: Floats = latents.mean(axis=0, dtype=np.float64).astype(np.float32)
    return found


def _gaps(codes: Floats, checkpoint: Checkpoint) -> tuple[float, ...]:
    """From each code (N, d) to the sample nearest to it, in sample gaps."""
    near = checkpoint.neighbours
    squared = (near.squares - 2 * (codes @ near.latents.T)).min(axis=1) + np.einsum("nd,nd->n", codes, codes)
    return tuple(float(one) for one in np.sqrt(np.maximum(squared, 0)) / near.gap)


def _shares(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    found: Floats = label_shares(checkpoint, dots).mean(axis=0)
    return found


def _samples(model: str, dots: NDArray[np.intp], desk: QueryContext) -> tuple[tuple[Picture, ...], str]:
    """The images of samples; where one is not here, the reconstructions of all, and why."""
    found = [desk.original(model, int(dot)) for dot in dots]
    missing = [why for image, why in found if image is None]
    if not missing:
        return tuple(as_shown(image) for image, _ in found if image is not None), ""
    checkpoint = desk.checkpoint(model)
    return pictures(checkpoint, checkpoint.latents[dots], label_shares(checkpoint, dots)), missing[0]


def _started(start: Start, model: str, desk: QueryContext) -> tuple[Floats, Floats, str]:
    """The latent (d,) that is moved, its shares of labels (K,), and what is to be said of it."""
    checkpoint = desk.checkpoint(model)
    nothing = np.zeros(len(checkpoint.class_names), np.float32)
    if isinstance(start, Dot):
        return checkpoint.latents[start.dot], label_shares(checkpoint, np.array([start.dot]))[0], ""
    if isinstance(start, Group):
        dots = members(start, checkpoint)
        return _centre(_Of(checkpoint), start), _shares(checkpoint, dots), ""
    if isinstance(start, Spot):
        atlas, xy = checkpoint.maps[start.which], np.asarray([start.xy], np.float32)
        _, dot = atlas.nearest(xy)
        return atlas.inverse_transform(xy, start.resolution)[0], label_shares(checkpoint, dot)[0], ""
    image, note = desk.image(model, start)
    z = checkpoint.encode(image[None])[0]
    if checkpoint.conditional:  # nobody said what the drawing is: the label of the sample that is nearest to it
        near, _ = checkpoint.neighbours.nearest(z, 1)
        return z, label_shares(checkpoint, near)[0], note
    return z, nothing, note
