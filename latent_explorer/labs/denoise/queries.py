"""A picture with noise on it, what a model makes of it, and how the noise moves its code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import reconstruction_bias
from latent_explorer.engine.decode import as_picture
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.errors import InputError
from latent_explorer.metrics import image_quality

LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 21))
"""Strengths of a curve, up to noise as strong as the whole range of values."""
SAMPLED = 48  # samples that a curve is averaged over
CLEAREST = 60.0  # decibels; equal pictures would be infinitely many


@dataclass(frozen=True, eq=False)
class CleaningValue:
    clean: Picture
    noisy: Picture
    cleaned: Picture
    before: Likeness
    """Of the noisy picture."""
    after: Likeness
    """Of what the model made of it; where a reconstruction stands in, its loss is added to the error."""
    xy: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    """Where the map places the codes of the clean picture, of the noisy one, and of the model's output."""
    moved: float
    """How far the noise has moved the code, in median distances between neighbouring samples."""
    left: float
    """From the output's code to that of the clean picture, likewise."""
    note: str
    """What is to be said of the clean picture; empty where it is the sample itself."""
    word: str = ""
    """What goes before the decibels of the model's picture, as `stand_in.word` says."""


@dataclass(frozen=True)
class Cleaning(Query[CleaningValue]):
    """A picture with noise on it through a model."""

    errand: ClassVar[bool] = True  # it places latents on the map anew
    rest: ClassVar[float] = 0.03  # so that a pen is not held up

    which: str
    source: str
    """The model whose sample it is, so that all models are given the same picture."""
    subject: Subject
    noise: str
    """One of `corruption.KINDS`."""
    level: float
    seed: int
    """The same seed gives the same noise, weaker or stronger by its level."""

    def alike(self, other: Query[object]) -> bool:
        """Other noise, or another picture; its places are on one map."""
        return isinstance(other, Cleaning) and (self.model, self.which) == (other.model, other.which)

    def answer(self, desk: QueryContext) -> CleaningValue:
        checkpoint, clean, note = _clean(self.model, self.source, self.subject, desk)
        labels = None
        if checkpoint.conditional:
            of = desk.checkpoint(self.source).labels
            labels = of[[self.subject.dot]] if isinstance(self.subject, Dot) else np.array([-1])
        noisy = with_noise(clean[None], self.noise, self.level, self.seed)
        codes: Floats = checkpoint.encode(np.concatenate([clean[None], noisy]), _each(labels, 2))
        output: Floats = checkpoint.decode(codes[1:], labels)
        again: Floats = checkpoint.encode(output, labels)
        first, second, third = checkpoint.maps[self.which].transform(np.concatenate([codes, again])).tolist()
        gap = checkpoint.neighbours.gap
        lost = reconstruction_bias.lost(desk.checkpoint(self.source), note)
        after = likeness(clean, output[0])
        return CleaningValue(
            clean=as_picture(clean),
            noisy=as_picture(noisy[0]),
            cleaned=as_picture(output[0]),
            before=likeness(clean, noisy[0]),
            after=replace(after, psnr=reconstruction_bias.with_loss(after.psnr, lost)),
            xy=((first[0], first[1]), (second[0], second[1]), (third[0], third[1])),
            moved=float(np.linalg.norm(codes[1] - codes[0])) / gap,
            left=float(np.linalg.norm(again[0] - codes[0])) / gap,
            note=note,
            word=reconstruction_bias.word(note, lost),
        )


@dataclass(frozen=True, eq=False)
class CurveValue:
    noise: str
    levels: Floats
    """(L,)"""
    before: Floats
    """(L,) Decibels of the noisy pictures."""
    after: Floats
    """(L,) Decibels of what the model made of them, likewise."""
    count: int
    """Samples that these are averages of."""
    note: str
    word: str = ""
    """As of a cleaning."""


@dataclass(frozen=True)
class Curve(Query[CurveValue]):
    """How well a model undoes each strength of a kind of noise, on average over samples of `source`."""

    errand: ClassVar[bool] = True

    source: str
    noise: str
    seed: int = 0

    def alike(self, other: Query[object]) -> bool:
        return self == other  # a curve of other noise says nothing of this one

    def answer(self, desk: QueryContext) -> CurveValue:
        source = desk.checkpoint(self.source)
        dots = np.unique(np.linspace(0, len(source.latents) - 1, SAMPLED).astype(int))
        found = [_clean(self.model, self.source, Dot(int(dot)), desk) for dot in dots]
        checkpoint, clean = found[0][0], np.stack([image for _, image, _ in found])
        labels = source.labels[dots] if checkpoint.conditional else None
        lost = np.array([reconstruction_bias.lost(source, note) for _, _, note in found])
        before, after = [], []
        for level in LEVELS:
            noisy = with_noise(clean, self.noise, level, self.seed)
            before.append(decibels(clean, noisy))
            after.append(decibels(clean, checkpoint.decode(checkpoint.encode(noisy, labels), labels), lost))
        levels, first, second = (np.asarray(row, np.float32) for row in (LEVELS, before, after))
        note = next((note for _, _, note in found if note), "")
        word = reconstruction_bias.word(note, float(lost.max()))
        return CurveValue(self.noise, levels, first, second, len(dots), note, word)


@dataclass(frozen=True)
class Likeness:
    """Of a picture to the clean one."""

    psnr: float
    """Decibels, at most `CLEAREST`."""
    ssim: float


def with_noise(images: Floats, kind: str, level: float, seed: int) -> Floats:
    """Pictures (N, C, H, W) in 0..1 with noise on them: `corruption.corrupt`, fixed by a seed."""
    import torch

    from latent_explorer.data.corruption import KINDS, corrupt

    if kind not in KINDS:
        raise InputError(f"noise: {kind!r} arrived; {', '.join(KINDS)} are allowed")
    if not 0 <= level <= 1:
        raise InputError(f"noise: strength {level} arrived; 0 to 1 is allowed")
    noisy: Floats = corrupt(torch.from_numpy(images), kind, level, torch.Generator().manual_seed(seed)).numpy()
    return noisy


def likeness(clean: Floats, other: Floats) -> Likeness:
    """Of two pictures (C, H, W)."""
    return Likeness(min(image_quality.psnr(clean, other), CLEAREST), image_quality.ssim(clean, other))


def decibels(clean: Floats, others: Floats, lost: NDArray[np.float64] | float = 0.0) -> float:
    """PSNR of pictures (N, C, H, W), averaged; `lost` (N,) is what the clean ones lack where something stands in."""
    errors = np.square(clean.astype(np.float64) - others).mean(axis=(1, 2, 3)) + lost
    return float(np.minimum(-10 * np.log10(np.maximum(errors, 1e-12)), CLEAREST).mean())


def _clean(model: str, source: str, subject: Subject, desk: QueryContext) -> tuple[Checkpoint, Floats, str]:
    """The model, the picture (C, H, W), and what is to be said of that."""
    checkpoint = desk.checkpoint(model)
    image, note = desk.image(source, subject)
    if image.shape != checkpoint.image_shape:
        raise InputError(f"{model} takes pictures of {checkpoint.image_shape}; {source}'s are {image.shape}")
    return checkpoint, image, note


def _each(labels: NDArray[np.int64] | None, count: int) -> NDArray[np.int64] | None:
    return None if labels is None else np.repeat(labels, count)
