"""Queries of the Compress lab: quantised latents, their size after entropy coding, the pictures decoded from them, and
those of JPEG, WebP and PNG at the same bytes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, to_unit
from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.decode import decode_dots, draw_sample
from latent_explorer.engine.measurements import reconstruction_bias
from latent_explorer.engine.measurements.switched_off import find_switched_off
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.compress import image_codecs
from latent_explorer.labs.compress.image_codecs import CodecSetting, RateDistortionCurve, SheetCells
from latent_explorer.labs.compress.latent_quantiser import Quantiser, find_ranges
from latent_explorer.metrics import image_quality
from latent_explorer.samples import IMAGES, SampleKind
from latent_explorer.texts import tr

SAMPLE_COUNT = 64
"""Number of pictures that rate and distortion are averaged over."""
BITS = tuple(range(2, 17))
ESTIMATE_LATENTS = 400
"""Number of latents for an estimate of the code's size."""


@dataclass(frozen=True, eq=False)
class RateDistortionValue:
    model: str
    latent_dim: int
    curve: RateDistortionCurve
    """Bytes, PSNR and SSIM at each of `bits`; one point for a vector-quantised model, whose bits are fixed."""
    bits: tuple[int, ...]
    count: int
    missing: str
    """Why decoded samples stand in for the pictures; empty if they do not."""
    is_corrected: bool
    """Whether the model's held-out error is added to the codes' PSNR."""

    @property
    def note(self) -> str:
        """What stands in for the pictures, and what that means; empty if nothing does."""
        if not self.missing:
            return ""
        if self.is_corrected:
            # on the original MNIST images, JPEG and WebP measured about 1 dB less
            return tr(
                "{reason}: decoded samples stand in, held-out error added to the codes' PSNR; SSIM, JPEG and WebP read "
                "too high",
                reason=tr(self.missing),
            )
        return tr("{reason}: decoded samples stand in", reason=tr(self.missing))

    def find_index(self, bits: int) -> int:
        """Return the index of `bits` in the curve."""
        return self.bits.index(bits) if bits in self.bits else 0


@dataclass(frozen=True)
class RateDistortion(Query[RateDistortionValue | None]):
    """The rate-distortion curve of a model's latents over the number of bits; None while the data set is looked for."""

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False

    def answer(self, context: QueryContext) -> RateDistortionValue | None:
        if context.is_looking_for_dataset(self.model):
            return None
        checkpoint = context.get_checkpoint(self.model)
        images, labels, missing = load_samples(self.model, context)
        z: Floats = checkpoint.encode(images, labels)
        lost = reconstruction_bias.get_reconstruction_error(checkpoint, missing)
        bits = (0,) if checkpoint.codebook is not None else BITS
        points = []
        for one in bits:
            quantiser = get_quantiser(checkpoint, one)
            again = decode_latents(checkpoint, quantiser.quantise(z), labels)
            decibels, alike = measure_quality(images, again, checkpoint.sample_kind)
            alike = math.nan if alike is None else alike
            points.append((quantiser.bytes_per_picture, reconstruction_bias.add_error(decibels, lost), alike))
        sizes, psnr, ssim = (np.array(column, np.float64) for column in zip(*points, strict=True))
        curve = RateDistortionCurve(self.model, sizes, psnr, ssim)
        return RateDistortionValue(
            self.model, checkpoint.latent_dim, curve=curve, bits=bits, count=len(images), missing=missing,
            is_corrected=lost > 0,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class CodecRateDistortionValue:
    curves: tuple[RateDistortionCurve, ...]
    count: int


@dataclass(frozen=True)
class CodecRateDistortion(Query[CodecRateDistortionValue | None]):
    """The rate-distortion curves of JPEG, WebP and PNG for the same pictures; None while the data set is looked for,
    since they would be tried twice."""

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False

    def answer(self, context: QueryContext) -> CodecRateDistortionValue | None:
        if context.is_looking_for_dataset(self.model):
            return None
        tried = _try_codecs(self.model, context)
        return CodecRateDistortionValue(tuple(one.curve for one in tried.codecs.values()), tried.count)


@dataclass(frozen=True, eq=False)
class LatentReconstructionValue:
    subject: Subject
    bits: int
    original: Picture
    note: str
    raw_bytes: int
    """As `count_raw_bytes` counts them."""
    compressed: CompressedPicture
    qualifier: str = ""
    """Qualifier before the decibels, by `reconstruction_bias.get_qualifier`; empty without a stand-in."""


@dataclass(frozen=True)
class LatentReconstruction(Query[LatentReconstructionValue]):
    """One picture decoded from its latent at `bits` a dimension."""

    subject: Subject
    bits: int

    def answer(self, context: QueryContext) -> LatentReconstructionValue:
        checkpoint = context.get_checkpoint(self.model)
        image, note = context.find_image(self.model, self.subject)
        quantiser = get_quantiser(checkpoint, self.bits)
        label = checkpoint.labels[self.subject.dot] if isinstance(self.subject, Dot) else -1
        labels = np.array([label]) if checkpoint.conditional else None
        again = decode_latents(checkpoint, quantiser.quantise(checkpoint.encode(image[None], labels)), labels)
        psnr, ssim = measure_quality(image[None], again, checkpoint.sample_kind)
        lost = reconstruction_bias.get_reconstruction_error(checkpoint, note)
        psnr, size = reconstruction_bias.add_error(psnr, lost), quantiser.bytes_per_picture
        original, picture = (draw_sample(checkpoint, one) for one in (image, again[0]))
        code = CompressedPicture(
            "code", picture, byte_count=size, psnr=psnr, ssim=ssim, setting=quantiser, shape=checkpoint.image_shape,
            fits=True,
        )  # fmt: skip
        word = reconstruction_bias.get_qualifier(note, lost)
        return LatentReconstructionValue(
            self.subject, self.bits, original=original, note=note, raw_bytes=count_raw_bytes(checkpoint),
            compressed=code, qualifier=word,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class CodecReconstructionsValue:
    subject: Subject
    bits: int
    compressed: tuple[CompressedPicture, ...]


@dataclass(frozen=True)
class CodecReconstructions(Query[CodecReconstructionsValue | None]):
    """The same picture by JPEG, WebP and PNG, at no more bytes than the latent takes; None while the data set is looked
    for."""

    slow: ClassVar[bool] = True
    in_frame: ClassVar[bool] = False
    min_interval: ClassVar[float] = 0.1
    subject: Subject
    bits: int

    def answer(self, context: QueryContext) -> CodecReconstructionsValue | None:
        if context.is_looking_for_dataset(self.model):
            return None
        image, _ = context.find_image(self.model, self.subject)
        checkpoint = context.get_checkpoint(self.model)
        most = get_quantiser(checkpoint, self.bits).bytes_per_picture
        tried, pixels = _try_codecs(self.model, context), image_codecs.to_pixels(image)
        codecs = []
        for name, one in tried.codecs.items():
            setting, fits = one.find_best_within(most)
            size, decoded = setting.compress_one(pixels, tried.others)
            back = image_codecs.to_floats(decoded)
            psnr, ssim = measure_quality(image[None], back[None])
            picture = draw_sample(checkpoint, back)
            codec = CompressedPicture(
                name, picture, byte_count=size, psnr=psnr, ssim=ssim, setting=setting, shape=image.shape, fits=fits
            )
            codecs.append(codec)
        return CodecReconstructionsValue(self.subject, self.bits, tuple(codecs))


@dataclass(frozen=True, eq=False)
class CompressedPicture:
    """A decoded picture with its size and quality."""

    name: str
    picture: Picture
    byte_count: float
    psnr: float
    ssim: float | None
    """None where values have no neighbours."""
    setting: CodecSetting | Quantiser
    shape: tuple[int, ...]
    """(C, H, W) of the sample."""
    fits: bool
    """Whether it takes no more bytes than the latent."""

    @property
    def setting_text(self) -> str:
        """The setting in words."""
        setting = self.setting
        return setting.description if isinstance(setting, Quantiser) else setting.describe(self.shape)


def load_samples(model: str, context: QueryContext) -> tuple[Floats, NDArray[np.int64] | None, str]:
    """Return the pictures (N, C, H, W) that figures are averaged over, their labels (N,) for a conditional model, and
    "". They are held-out images if the data set is available, else decoded samples, with the reason in place of ""."""
    dataset, checkpoint = context.find_dataset(model), context.get_checkpoint(model)
    if not isinstance(dataset, str):
        chosen = np.linspace(0, len(dataset.test) - 1, min(SAMPLE_COUNT, len(dataset.test))).astype(int)
        images = to_unit(dataset.test.images[chosen].numpy())
        labels = dataset.test.labels[chosen].numpy()
        return images, labels if checkpoint.conditional else None, ""
    images, labels = _decode_samples(checkpoint)
    return images, labels if checkpoint.conditional else None, dataset


@remember(8)
def _decode_samples(checkpoint: Checkpoint) -> tuple[Floats, NDArray[np.int64]]:
    """Return decoded samples (N, C, H, W), and their labels."""
    dots = np.linspace(0, len(checkpoint.latents) - 1, min(SAMPLE_COUNT, len(checkpoint.latents))).astype(int)
    images = np.stack([np.clip(decode_dots(checkpoint, [int(dot)])[0], 0, 1) for dot in dots])
    return images, checkpoint.labels[dots]


def decode_latents(checkpoint: Checkpoint, z: Floats, labels: NDArray[np.int64] | None) -> Floats:
    """Decode latents to pictures of values from 0 to 1."""
    pictures: Floats = np.clip(np.nan_to_num(checkpoint.decode(z, labels)), 0, 1)
    return pictures


def count_raw_bytes(checkpoint: Checkpoint) -> int:
    """Return the bytes of a sample as it is: one a value of a picture, four of another number."""
    return math.prod(checkpoint.image_shape) * (1 if checkpoint.sample_kind.has_pixels else 4)


def measure_quality(images: Floats, reconstructions: Floats, kind: SampleKind = IMAGES) -> tuple[float, float | None]:
    """Return the PSNR of the mean squared error of all samples, and their mean SSIM, None if neighbouring
    values do not belong together."""
    flat = (-1, *images.shape[2:])  # all channels of all pictures as one batch
    one, other = images.reshape(flat), reconstructions.reshape(flat)
    ssim = image_quality.compute_ssim(one, other) if kind.has_neighbours else None
    return image_quality.compute_psnr(one, other), ssim


@remember(32)
def estimate_byte_counts(checkpoint: Checkpoint) -> tuple[float, ...]:
    """Estimate the bytes of a picture's latent at each of `BITS`, from few latents so that the mouse need not wait."""
    sample = checkpoint.latents[:: max(1, len(checkpoint.latents) // ESTIMATE_LATENTS)]
    ends = find_ranges(sample, find_switched_off(checkpoint))
    quantisers = (_with_label(Quantiser.from_ranges(sample, bits, ends), checkpoint) for bits in BITS)
    return tuple(one.bytes_per_picture for one in quantisers)


@remember(32)
def _get_ranges(checkpoint: Checkpoint) -> tuple[Floats, Floats]:
    return find_ranges(checkpoint.latents, find_switched_off(checkpoint))


@remember(128)
def get_quantiser(checkpoint: Checkpoint, bits: int) -> Quantiser:
    book = checkpoint.codebook
    if book is not None:
        return Quantiser.from_codebook(book)
    return _with_label(Quantiser.from_ranges(checkpoint.latents, bits, _get_ranges(checkpoint)), checkpoint)


def _with_label(quantiser: Quantiser, checkpoint: Checkpoint) -> Quantiser:
    """Return the quantiser with the cost of the class, which the decoder of a conditional model has to be told."""
    return quantiser.with_labels(checkpoint.labels) if checkpoint.conditional else quantiser


@dataclass(frozen=True, eq=False)
class _TriedCodecs:
    """The codecs evaluated on samples of a data set."""

    codecs: dict[str, image_codecs.Codec]
    count: int
    """Number of samples."""
    others: SheetCells
    """The samples that share a sheet with a picture of the same shape: all but the first."""


_tried: LeastRecentlyUsed[tuple[object, ...], _TriedCodecs] = LeastRecentlyUsed(4)
"""Evaluated codecs of the last few data sets, since evaluating takes a second, of large pictures several."""


def _try_codecs(model: str, context: QueryContext) -> _TriedCodecs:
    checkpoint = context.get_checkpoint(model)
    images, _, missing = load_samples(model, context)
    key = (checkpoint.data_key, missing, images.shape, float(images.sum()))

    def evaluate() -> _TriedCodecs:
        pictures = [image_codecs.to_pixels(image) for image in images]
        return _TriedCodecs(image_codecs.try_settings(pictures), len(images), SheetCells(tuple(pictures[1:])))

    return _tried.get_or_make(key, evaluate)
