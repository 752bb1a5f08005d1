"""Queries of the Denoise lab: a noisy picture, its reconstruction, the shift of its latent, and PSNR over level."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import draw_sample
from latent_explorer.engine.measurements import reconstruction_bias
from latent_explorer.engine.queries.located_picture import locate
from latent_explorer.engine.query import MapQuery, Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.errors import InputError
from latent_explorer.metrics import image_quality
from latent_explorer.samples import IMAGES, SampleKind
from latent_explorer.texts import mark

NOISE_LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 21))
"""Noise levels of a curve, up to noise as strong as the whole range of values."""
SAMPLE_COUNT = 48  # number of samples that a curve is averaged over
MAX_PSNR = 60.0  # decibels; equal pictures would be at infinity


@dataclass(frozen=True, eq=False)
class DenoisingValue:
    clean: Picture
    noisy: Picture
    restored: Picture
    noisy_quality: PictureQuality
    """Quality of the noisy picture."""
    restored_quality: PictureQuality
    """Quality of the model's output; if a reconstruction is the stand-in, its own error is added."""
    xy: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    """Map positions of the latents of the clean picture, the noisy one, and the model's output."""
    noise_shift: float
    """Distance of the noisy latent to the clean one, in median distances between neighbouring samples."""
    note: str
    """Note on the clean picture; empty if it is the original sample."""
    qualifier: str = ""
    """Qualifier before the decibels of the model's output, by `reconstruction_bias.get_qualifier`."""

    @property
    def is_unspoilt(self) -> bool:
        """Whether the noisy picture is the clean one: at strength 0 there is nothing to take off."""
        return self.noisy_quality.psnr >= MAX_PSNR


@dataclass(frozen=True)
class Denoising(MapQuery[DenoisingValue]):
    """A noisy picture through a model."""

    slow: ClassVar[bool] = True  # it projects new latents
    in_frame: ClassVar[bool] = False  # so that drawing stays fluent
    min_interval: ClassVar[float] = 0.03

    source_model: str
    """Model whose sample it is, so that all models get the same picture."""
    subject: Subject
    noise: str
    """One of `corruption.CORRUPTION_KINDS`."""
    level: float
    seed: int
    """The same seed gives the same noise, scaled by `level`."""

    def answer(self, context: QueryContext) -> DenoisingValue:
        checkpoint, clean, note = _load_clean_picture(self.model, self.source_model, self.subject, context)
        label = -1
        if isinstance(self.subject, Dot):
            label = int(context.get_checkpoint(self.source_model).labels[self.subject.dot])
        labels = np.array([label]) if checkpoint.conditional else None
        before = locate(checkpoint, self.map_name, clean, label)
        noisy = add_noise(clean[None], self.noise, self.level, self.seed)
        code: Floats = checkpoint.encode(noisy, labels)
        output: Floats = checkpoint.decode(code, labels)
        again: Floats = checkpoint.encode(output, labels)
        second, third = checkpoint.maps[self.map_name].transform(np.concatenate([code, again])).tolist()
        lost = reconstruction_bias.get_reconstruction_error(context.get_checkpoint(self.source_model), note)
        kind = checkpoint.sample_kind
        after = measure_quality(clean, output[0], kind)
        return DenoisingValue(
            clean=draw_sample(checkpoint, clean),
            noisy=draw_sample(checkpoint, noisy[0]),
            restored=draw_sample(checkpoint, output[0]),
            noisy_quality=measure_quality(clean, noisy[0], kind),
            restored_quality=replace(after, psnr=reconstruction_bias.add_error(after.psnr, lost)),
            xy=(before.xy, (second[0], second[1]), (third[0], third[1])),
            noise_shift=float(np.linalg.norm(code[0] - before.z)) / checkpoint.neighbours.sample_spacing,
            note=note,
            qualifier=reconstruction_bias.get_qualifier(note, lost),
        )


@dataclass(frozen=True, eq=False)
class NoiseCurveValue:
    noise: str
    levels: Floats
    """(L,)"""
    noisy_psnr: Floats
    """(L,) PSNR of the noisy pictures, in decibels."""
    restored_psnr: Floats
    """(L,) PSNR of the model's outputs, likewise."""
    sample_count: int
    """Number of samples averaged over."""
    note: str
    qualifier: str = ""
    """As in `DenoisingValue`."""


@dataclass(frozen=True)
class NoiseCurve(Query[NoiseCurveValue]):
    """PSNR of a model's outputs at each level of a kind of noise, averaged over samples of `source_model`."""

    slow: ClassVar[bool] = True

    source_model: str
    noise: str
    seed: int = 0

    def has_same_subject(self, other: Query[object]) -> bool:
        return self == other  # a curve of other noise says nothing about this one

    def answer(self, context: QueryContext) -> NoiseCurveValue:
        source = context.get_checkpoint(self.source_model)
        dots = np.unique(np.linspace(0, len(source.latents) - 1, SAMPLE_COUNT).astype(int))
        loaded = [_load_clean_picture(self.model, self.source_model, Dot(int(dot)), context) for dot in dots]
        checkpoint, clean = loaded[0][0], np.stack([image for _, image, _ in loaded])
        labels = source.labels[dots] if checkpoint.conditional else None
        lost = np.array([reconstruction_bias.get_reconstruction_error(source, note) for _, _, note in loaded])
        before, after = [], []
        for level in NOISE_LEVELS:
            noisy = add_noise(clean, self.noise, level, self.seed)
            before.append(compute_mean_psnr(clean, noisy))
            after.append(compute_mean_psnr(clean, checkpoint.decode(checkpoint.encode(noisy, labels), labels), lost))
        levels, first, second = (np.asarray(row, np.float32) for row in (NOISE_LEVELS, before, after))
        note = next((note for _, _, note in loaded if note), "")
        word = reconstruction_bias.get_qualifier(note, float(lost.max()))
        return NoiseCurveValue(
            self.noise, levels, noisy_psnr=first, restored_psnr=second, sample_count=len(dots), note=note,
            qualifier=word,
        )  # fmt: skip


@dataclass(frozen=True)
class PictureQuality:
    """PSNR and SSIM of a picture against the clean one."""

    psnr: float
    """Decibels, at most `MAX_PSNR`."""
    ssim: float | None
    """None where values have no neighbours."""


def add_noise(images: Floats, kind: str, level: float, seed: int) -> Floats:
    """Add noise to pictures (N, C, H, W) in 0..1 by `corruption.corrupt`, deterministic for a seed."""
    import torch

    from latent_explorer.data.corruption import CORRUPTION_KINDS, corrupt

    if kind not in CORRUPTION_KINDS:
        raise InputError(f"noise: {kind!r} arrived; {', '.join(CORRUPTION_KINDS)} are allowed")
    if not 0 <= level <= 1:
        raise InputError(f"noise: strength {level} arrived; 0 to 1 is allowed")
    noisy: Floats = corrupt(torch.from_numpy(images), kind, level, torch.Generator().manual_seed(seed)).numpy()
    return noisy


def measure_quality(clean: Floats, other: Floats, kind: SampleKind = IMAGES) -> PictureQuality:
    """Measure the quality of `other` against `clean`, both (C, H, W)."""
    alike = image_quality.compute_ssim(clean, other) if kind.has_neighbours else None
    return PictureQuality(min(image_quality.compute_psnr(clean, other), MAX_PSNR), alike)


def compute_mean_psnr(clean: Floats, others: Floats, added_error: NDArray[np.float64] | float = 0.0) -> float:
    """Compute the mean PSNR of pictures (N, C, H, W); `added_error` (N,) is that of stand-ins for the clean ones."""
    errors = np.square(clean.astype(np.float64) - others).mean(axis=(1, 2, 3)) + added_error
    return float(np.minimum(-10 * np.log10(np.maximum(errors, 1e-12)), MAX_PSNR).mean())


def _load_clean_picture(
    model: str, source_model: str, subject: Subject, context: QueryContext
) -> tuple[Checkpoint, Floats, str]:
    """Return the checkpoint, the clean picture (C, H, W), and a note on it."""
    checkpoint = context.get_checkpoint(model)
    image, note = context.find_image(source_model, subject)
    if image.shape != checkpoint.image_shape:
        raise InputError(
            mark(
                "{model} takes samples of {shape}; {other_model}'s are {other_shape}",
                model=model, shape=checkpoint.image_shape, other_model=source_model, other_shape=image.shape,
            )
        )  # fmt: skip
    return checkpoint, image, note
