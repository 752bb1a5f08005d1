"""Queries about the direction of an attribute: how sure it is, and what changes in a picture that is moved along it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Picture
from latent_explorer.labs.arithmetic.attribute_direction import (
    AttributeKey,
    find_probes,
    require_probe,
)
from latent_explorer.labs.arithmetic.queries import (
    SeparationValue,
    ShiftAlongDirectionValue,
    ShiftSource,
    find_source,
    measure_separation,
    shift,
)
from latent_explorer.metrics.attribute_direction import compute_step, split_by_category
from latent_explorer.metrics.attribute_probe import Probe


@dataclass(frozen=True, eq=False)
class AttributeDirectionValue:
    query: AttributeDirection
    probe: Probe
    read: Floats
    true: Floats
    """(n,): held-out readings of numbers, and the numbers; empty for categories."""
    separation: SeparationValue | None
    """Of the samples with the category and without it; None for numbers."""
    has: NDArray[np.int64]
    """(M,): whether each sample has the category: 0 yes, 1 no, -1 unknown; empty for numbers."""
    unread: tuple[tuple[str, Probe | None], ...]
    """Attributes that no linear probe reads, with the one that was tried; None if too little is known."""


@dataclass(frozen=True)
class AttributeDirection(Query[AttributeDirectionValue]):
    """How sure the direction of an attribute is, on held-out samples."""

    slow: ClassVar[bool] = True

    key: AttributeKey

    def has_same_subject(self, other: Query[object]) -> bool:
        return self == other  # the score of another attribute says nothing about this one

    def answer(self, context: QueryContext) -> AttributeDirectionValue:
        checkpoint, probe = context.get_checkpoint(self.model), require_probe(context, self.model, self.key)
        unread = tuple(
            (name, one) for name, one in find_probes(context, self.model).items() if one is None or not one.reads
        )
        attribute, none = probe.attribute, np.zeros(0, np.float32)
        if not attribute.is_categorical:
            read, true = probe.readings[:, 0].copy(), attribute.values[probe.samples]
            return AttributeDirectionValue(
                self, probe, read=read, true=true, separation=None, has=np.zeros(0, np.int64), unread=unread
            )
        split = split_by_category(attribute, self.key.category)
        separation = measure_separation(self, checkpoint.latents, *split)
        has = np.full(len(attribute.values), -1, np.int64)
        has[split[0]], has[split[1]] = 0, 1
        return AttributeDirectionValue(self, probe, read=none, true=none, separation=separation, has=has, unread=unread)


@dataclass(frozen=True)
class Change:
    """What a probe reads of the picture before and after it is moved."""

    name: str
    probe: Probe
    change: float
    """Of numbers in standard deviations; of categories in probability: of yes, or of all that changes hands."""
    difference: float = 0.0
    """Of numbers, in their own unit."""
    likeliest: tuple[str, str] = ("", "")
    """Of categories, the likeliest one before and after."""
    chances: tuple[float, float] = (0.0, 0.0)
    """Probability of the first of them before and after."""

    @property
    def is_probability(self) -> bool:
        return self.probe.attribute.is_categorical


@dataclass(frozen=True, eq=False)
class AttributeShiftValue(ShiftAlongDirectionValue):
    changes: tuple[Change, ...]
    """The attribute of the direction first; only what can be read."""
    nearest_dot: int
    """Sample nearest to the moved code."""


@dataclass(frozen=True)
class AttributeShift(Query[AttributeShiftValue]):
    """`source` moved by `amount` along an attribute, and what else changed: its picture is encoded again and read,
    since of the moved code itself a linear probe would only repeat what was added."""

    in_frame: ClassVar[bool] = False  # it may have to wait for the probes

    key: AttributeKey
    source: ShiftSource
    amount: float
    steps: int

    def has_same_subject(self, other: Query[object]) -> bool:
        return super().has_same_subject(other) and isinstance(other, AttributeShift) and other.key == self.key

    def answer(self, context: QueryContext) -> AttributeShiftValue:
        checkpoint, probe = context.get_checkpoint(self.model), require_probe(context, self.model, self.key)
        latents = checkpoint.latents
        if probe.attribute.is_categorical:
            a, b = (latents[one].mean(axis=0) for one in split_by_category(probe.attribute, self.key.category))
            step, start = a - b, b
        else:
            step, start = compute_step(latents, probe), latents.mean(axis=0)
        moved = shift(self, context, source=self.source, step=step, start=start, amount=self.amount, steps=self.steps)
        if not probe.attribute.is_categorical:  # where it stands on the chart, in the attribute's own units
            moved = replace(moved, position=float(probe.read(moved.z[None])[0, 0]))
        _, shares, _ = find_source(self.source, self.model, context)
        codes = _encode(checkpoint, (moved.source_picture, moved.picture), shares)
        probes = find_probes(context, self.model)
        names = (self.key.name, *(name for name in probes if name != self.key.name))
        changes = tuple(_compare(name, one, codes) for name in names if (one := probes[name]) is not None and one.reads)
        near, _ = checkpoint.neighbours.find_nearest(moved.z, 1)
        return AttributeShiftValue(**vars(moved), changes=changes, nearest_dot=int(near[0]))


def _encode(checkpoint: Checkpoint, pictures: tuple[Picture, ...], shares: Floats) -> Floats:
    """Return the codes (N, d) of decoded pictures; a conditional model is told the class that it decoded them with."""
    images = checkpoint.sample_kind.read_pictures(pictures)
    label = int(shares.argmax()) if shares.any() else -1
    codes: Floats = checkpoint.encode(images, np.full(len(images), label) if checkpoint.conditional else None)
    return codes


def _compare(name: str, probe: Probe, codes: Floats) -> Change:
    """Return what a probe reads of two codes (2, d)."""
    before, after = probe.read(codes)
    attribute = probe.attribute
    if not attribute.is_categorical:
        by = float(after[0] - before[0])
        return Change(name, probe, by / probe.spread, difference=by)
    first, last = int(before.argmax()), int(after.argmax())
    # of two categories that of the second, yes; of more, half of all differences: what changed hands
    change = float(after[1] - before[1]) if len(before) == 2 else float(np.abs(after - before).sum() / 2)
    likeliest = attribute.categories[first], attribute.categories[last]
    return Change(name, probe, change, likeliest=likeliest, chances=(float(before[first]), float(after[first])))
