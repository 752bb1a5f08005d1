"""Arithmetic with latents: A - B + C of the means of three groups of samples, and A - B as a direction along which any
picture can be shifted (Radford et al. 2016, arXiv:1511.06434, section 6.3.2; White 2016, arXiv:1609.04468).

Knows groups and latents; nothing of the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config.limits import Natural, Within
from latent_explorer.engine.decode import decode_dot_pictures, decode_pictures, draw_sample, make_one_hot_labels
from latent_explorer.engine.measurements.judge_pictures import judge_place
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, MapPosition, Picture, find_latents
from latent_explorer.errors import InputError
from latent_explorer.labs.arithmetic import separation
from latent_explorer.labs.arithmetic.examples import Example, GroupName, find_examples
from latent_explorer.texts import mark
from latent_explorer.user_image import OwnImage

MAX_AMOUNT = 3.0
"""Largest shift along the direction, to either side; 1 is the step from the mean of B to the mean of A."""


@dataclass(frozen=True)
class Group:
    """A group of samples, used by its mean: all samples of a class, those of some images of the data set, or a group of
    an example.

    Images, not dots, so that the same group can be found in another model of the same images.
    """

    label: str = ""
    images: tuple[int, ...] = ()
    example: Natural | None = None
    """Number of an example of the model (`examples`); it goes round after the last one."""
    part: Annotated[int, Within(0, 2)] = 0
    """Which group of the example: 0 A, 1 B, 2 C."""


ShiftSource = Dot | OwnImage | MapPosition | Group
"""Source of a shift along the direction; a group is represented by its mean."""


@dataclass(frozen=True, eq=False)
class EquationValue:
    query: Equation
    z: Floats
    """(d,): A - B + C."""
    pictures: tuple[Picture, ...]
    """Pictures of the three means and of the result."""
    dots: tuple[NDArray[np.intp], ...]
    """Dots of each group."""
    names: tuple[GroupName, ...]
    """Names of the groups, and of the result if they are an example that comes out."""
    gaps: float
    """Distance from the result to the nearest sample, in sample gaps."""
    plausibility: float | None
    """Plausibility of the result's picture, 0 to 1; None if pictures are not judged (`judge_places`)."""
    nearest_dots: tuple[int, ...]
    """Dots nearest to the result in latent space, the nearest first."""
    nearest_pictures: tuple[Picture, ...]
    nearest_note: str
    """Reason why `nearest_pictures` are reconstructions; empty if they are the original images."""


@dataclass(frozen=True)
class Equation(Query[EquationValue]):
    """The means of three groups and A - B + C, with the `nearest_count` samples nearest to it."""

    a: Group
    b: Group
    c: Group
    nearest_count: int = 4

    def answer(self, context: QueryContext) -> EquationValue:
        checkpoint = context.get_checkpoint(self.model)
        dots = tuple(find_group_members(group, checkpoint) for group in (self.a, self.b, self.c))
        latents, gap = checkpoint.latents, checkpoint.neighbours.sample_spacing
        means = np.stack([separation.compute_mean(latents[one]) for one in dots])
        z = combine(means)
        # the label of a conditional model is not part of the latent: the result gets the label of C
        shares = [_compute_label_shares(checkpoint, one) for one in (*dots, dots[2])]
        decoded = decode_pictures(checkpoint, np.concatenate([means, z[None]]), np.stack(shares))
        near, away = checkpoint.neighbours.find_nearest(z, self.nearest_count)
        near_pictures, note = _find_sample_pictures(self.model, near, context)
        return EquationValue(
            query=self,
            z=z,
            pictures=decoded,
            dots=dots,
            names=name_groups((self.a, self.b, self.c), checkpoint),
            gaps=float(away[0]) / gap,
            plausibility=judge_place(checkpoint, decoded[3]),
            nearest_dots=tuple(int(dot) for dot in near),
            nearest_pictures=near_pictures,
            nearest_note=note,
        )


@dataclass(frozen=True)
class GroupPositionsValue:
    query: GroupPositions
    xy: tuple[tuple[float, float], ...]
    """Map positions of the three means and of the result."""


@dataclass(frozen=True)
class GroupPositions(Query[GroupPositionsValue]):
    """Projection of the means of the groups and of A - B + C onto a map."""

    slow: ClassVar[bool] = True

    map_name: str
    a: Group
    b: Group
    c: Group

    @property
    def cost_key(self) -> tuple[object, ...]:
        return (*super().cost_key, self.map_name)

    def answer(self, context: QueryContext) -> GroupPositionsValue:
        checkpoint = context.get_checkpoint(self.model)
        groups = (self.a, self.b, self.c)
        means = np.stack([_compute_group_mean(checkpoint, group) for group in groups])
        placed = checkpoint.maps[self.map_name].transform(np.concatenate([means, combine(means)[None]]))
        return GroupPositionsValue(self, tuple((float(x), float(y)) for x, y in placed))


@dataclass(frozen=True, eq=False)
class SeparationValue:
    query: Query[object]
    auc: float | None
    """Area under the ROC curve: probability that a sample of A lies farther along the direction than one of B, 0 to 1,
    measured on held-out samples. None if there are too few."""
    counts: tuple[int, int]
    bin_centres: Floats
    """(n,): bin centres of a histogram along the direction: 0 at the mean of B, 1 at the mean of A."""
    shares: tuple[Floats, Floats]
    """Histograms of A and of B, (n,) each, scaled so that the fullest bin is 1; of held-out samples, as the AUC, or of
    the samples that made the direction if there is no AUC."""


@dataclass(frozen=True)
class Separation(Query[SeparationValue]):
    """Separation of two groups along the direction from B to A."""

    slow: ClassVar[bool] = True

    a: Group
    b: Group

    def has_same_subject(self, other: Query[object]) -> bool:
        return self == other  # the separation of other groups says nothing about these

    def answer(self, context: QueryContext) -> SeparationValue:
        checkpoint = context.get_checkpoint(self.model)
        first, second = (find_group_members(group, checkpoint) for group in (self.a, self.b))
        return measure_separation(self, checkpoint.latents, first, second)


@dataclass(frozen=True, eq=False)
class ShiftAlongDirectionValue:
    query: Query[object]
    source_picture: Picture
    """Decoded picture of the source, before the shift."""
    picture: Picture
    z: Floats
    gaps: float
    """Distance from the shifted latent to the nearest sample, in sample gaps."""
    plausibility: float | None
    """Plausibility of the picture, 0 to 1; None if pictures are not judged (`judge_places`)."""
    position: float
    """Position of the shifted latent along the direction: 0 level with the mean of B, 1 with the mean of A."""
    film: tuple[Picture, ...]
    note: str
    """Note about the source, for the user; may be empty."""


@dataclass(frozen=True)
class ShiftAlongDirection(Query[ShiftAlongDirectionValue]):
    """`source` shifted by `amount` times A - B, and pictures at `steps` equal steps over the whole range of amounts."""

    a: Group
    b: Group
    source: ShiftSource
    amount: float
    steps: int

    def answer(self, context: QueryContext) -> ShiftAlongDirectionValue:
        checkpoint = context.get_checkpoint(self.model)
        a, b = (_compute_group_mean(checkpoint, group) for group in (self.a, self.b))
        return shift(self, context, source=self.source, step=a - b, start=b, amount=self.amount, steps=self.steps)


def shift(
    query: Query[object], context: QueryContext, *, source: ShiftSource, step: Floats, start: Floats,
    amount: float, steps: int,
) -> ShiftAlongDirectionValue:  # fmt: skip
    """Return `source` shifted by `amount` times `step` (d,), and by `steps` amounts over the whole range; its position
    is 0 level with `start` (d,) and 1 one step further."""
    checkpoint = context.get_checkpoint(query.model)
    z, shares, note = find_source(source, query.model, context)
    amounts = np.concatenate([[0.0, amount], np.linspace(-MAX_AMOUNT, MAX_AMOUNT, steps)]).astype(np.float32)
    codes = (z + amounts[:, None] * step).astype(np.float32)
    decoded = decode_pictures(checkpoint, codes, np.repeat(shares[None], len(codes), axis=0))
    _, away = checkpoint.neighbours.find_nearest(codes[1], 1)
    return ShiftAlongDirectionValue(
        query=query,
        source_picture=decoded[0],
        picture=decoded[1],
        z=codes[1],
        gaps=float(away[0]) / checkpoint.neighbours.sample_spacing,
        plausibility=judge_place(checkpoint, decoded[1]),
        position=float((codes[1] - start) @ step) / max(float(step @ step), 1e-12),
        film=decoded[2:],
        note=note,
    )


@remember(24)
def find_group_members(group: Group, checkpoint: Checkpoint) -> NDArray[np.intp]:
    """Return the dots of a group, in order; raise `InputError` if its class is unknown or if it has no dots."""
    if group.label:
        if group.label not in checkpoint.class_names:
            names, values = ", ".join(checkpoint.class_names), {"label": repr(group.label), "model": checkpoint.name}
            raise InputError(
                mark("class {label} arrived; {model} knows {classes}", classes=names, **values)
                if names
                else mark("class {label} arrived; {model} knows none, it has no classes", **values)
            )
        dots = np.flatnonzero(checkpoint.labels == checkpoint.class_names.index(group.label))
    elif group.example is not None:
        dots = _find_example(group, checkpoint).dots[group.part]
    else:
        known_dots = (checkpoint.dot_of_image.get(image) for image in group.images)
        dots = np.array(sorted({dot for dot in known_dots if dot is not None}), np.intp)
    if len(dots) == 0:
        raise InputError(
            mark(
                "no sample of class {label} is among those of {model}: pick a group of at least one",
                label=group.label, model=checkpoint.name,
            )
            if group.label
            else mark(
                "no sample that were picked is among those of {model}: pick a group of at least one",
                model=checkpoint.name,
            )
        )  # fmt: skip
    return dots


def _find_example(group: Group, checkpoint: Checkpoint) -> Example:
    assert group.example is not None
    examples = find_examples(checkpoint)
    return examples[group.example % len(examples)]


def name_groups(groups: tuple[Group, ...], checkpoint: Checkpoint) -> tuple[GroupName, ...]:
    """Return the names of the groups A, B and C; with that of the result if they are an example that comes out."""
    first = groups[0].example
    if first is not None and groups == tuple(Group(example=first, part=part) for part in range(3)):
        return _find_example(groups[0], checkpoint).names
    return tuple(
        GroupName(group.label) if group.label or group.example is None
        else _find_example(group, checkpoint).names[group.part]
        for group in groups
    )  # fmt: skip


@remember(24)
def _compute_group_mean(checkpoint: Checkpoint, group: Group) -> Floats:
    """Return the mean (d,) of a group; cached, since every mouse move needs it."""
    return separation.compute_mean(checkpoint.latents[find_group_members(group, checkpoint)])


def combine(means: Floats) -> Floats:
    """Return A - B + C of three latents (3, d)."""
    combined: Floats = means[0] - means[1] + means[2]
    return combined


def measure_separation(
    query: Query[object], latents: Floats, a: NDArray[np.intp], b: NDArray[np.intp]
) -> SeparationValue:
    """Return how samples `a` and `b` separate along the direction from B to A."""
    halves = separation.project_held_out(latents, a, b)
    parts = halves or (separation.project(latents, (a, b), (a, b)),)
    edges = np.linspace(-MAX_AMOUNT, MAX_AMOUNT, 49)
    shares = []
    for along in (np.concatenate([part[i] for part in parts]) for i in (0, 1)):
        counts = np.histogram(np.clip(along, -MAX_AMOUNT, MAX_AMOUNT), edges)[0]
        shares.append((counts / max(1, counts.max())).astype(np.float32))
    middles = ((edges[1:] + edges[:-1]) / 2).astype(np.float32)
    return SeparationValue(
        query, separation.compute_auc(halves) if halves else None, (len(a), len(b)), middles, (shares[0], shares[1])
    )


def _compute_label_shares(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    shares: Floats = make_one_hot_labels(checkpoint, dots).mean(axis=0)
    return shares


def _find_sample_pictures(model: str, dots: NDArray[np.intp], context: QueryContext) -> tuple[tuple[Picture, ...], str]:
    """Return the original images of samples or, if one is missing, the reconstructions of all and the reason."""
    checkpoint = context.get_checkpoint(model)
    originals, why = context.find_originals(model, dots)
    if why:
        return decode_dot_pictures(checkpoint, dots), why
    return tuple(draw_sample(checkpoint, one) for one in originals), ""


def find_source(source: ShiftSource, model: str, context: QueryContext) -> tuple[Floats, Floats, str]:
    """Return the latent (d,) of the source, its label shares (K,), and a note about it."""
    checkpoint = context.get_checkpoint(model)
    nothing = np.zeros(len(checkpoint.class_names), np.float32)
    if isinstance(source, Dot):
        return checkpoint.latents[source.dot], make_one_hot_labels(checkpoint, np.array([source.dot]))[0], ""
    if isinstance(source, Group):
        dots = find_group_members(source, checkpoint)
        return _compute_group_mean(checkpoint, source), _compute_label_shares(checkpoint, dots), ""
    if isinstance(source, MapPosition):
        atlas = checkpoint.maps[source.map_name]
        _, dot = atlas.find_nearest(np.asarray([source.xy], np.float32))
        return find_latents(atlas, [source])[0], make_one_hot_labels(checkpoint, dot)[0], ""
    image, note = context.find_image(model, source)
    z = checkpoint.encode(image[None])[0]
    if checkpoint.conditional:  # the label of the user image is unknown: take that of the nearest sample
        near, _ = checkpoint.neighbours.find_nearest(z, 1)
        return z, make_one_hot_labels(checkpoint, near)[0], note
    return z, nothing, note
