"""Codes as a compressed picture: quantised, their size after entropy coding, what is decoded from them, and what
JPEG, WebP and PNG make of the same bytes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import reconstruction_bias
from latent_explorer.engine.decode import as_picture
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Picture, Subject
from latent_explorer.labs.compress import image_codecs
from latent_explorer.labs.compress.image_codecs import Curve
from latent_explorer.labs.compress.latent_quantiser import Quantiser, ends_of
from latent_explorer.metrics import image_quality

COUNT = 64
"""Pictures that a rate and a distortion are averaged over."""
BITS = tuple(range(2, 17))
KEPT = 4
ROUGHLY = 400
"""Latents that tell about how large a code is."""


@dataclass(frozen=True, eq=False)
class RatesValue:
    model: str
    latent_dim: int
    curve: Curve
    """Bytes, PSNR and SSIM at each of `bits`; one point for a vector-quantised model, whose codes are what they are."""
    bits: tuple[int, ...]
    count: int
    note: str

    def at(self, bits: int) -> int:
        """The place in the curve."""
        return self.bits.index(bits) if bits in self.bits else 0


@dataclass(frozen=True)
class Rates(Query[RatesValue]):
    """The rate-distortion curve of a model's codes at every number of bits."""

    errand: ClassVar[bool] = True

    def answer(self, desk: QueryContext) -> RatesValue:
        checkpoint = desk.checkpoint(self.model)
        images, note = samples(self.model, desk)
        z: Floats = checkpoint.encode(images)
        lost = reconstruction_bias.lost(checkpoint, note)
        if lost > 0:
            # with MNIST here JPEG and WebP measured about 1 dB less
            note += ", held-out error added to the codes' PSNR; SSIM, JPEG and WebP read too high"
        bits = (0,) if checkpoint.codebook is not None else BITS
        points = []
        for one in bits:
            quantiser = quantiser_of(checkpoint, one)
            again = decoded(checkpoint, quantiser.rounded(z))
            decibels, alike = likeness(images, again)
            points.append((quantiser.bytes, reconstruction_bias.with_loss(decibels, lost), alike))
        sizes, psnr, ssim = (np.array(column, np.float64) for column in zip(*points, strict=True))
        curve = Curve(self.model, sizes, psnr, ssim)
        return RatesValue(self.model, checkpoint.latent_dim, curve, bits, len(images), note)


@dataclass(frozen=True, eq=False)
class CodecsValue:
    curves: tuple[Curve, ...]
    count: int


@dataclass(frozen=True)
class Codecs(Query[CodecsValue]):
    """The rate-distortion curves of JPEG, WebP and PNG for the same pictures."""

    errand: ClassVar[bool] = True

    def answer(self, desk: QueryContext) -> CodecsValue:
        table, count = _table(self.model, desk)
        return CodecsValue(tuple(one.curve for one in table.values()), count)


@dataclass(frozen=True, eq=False)
class CodedValue:
    subject: Subject
    bits: int
    original: Picture
    note: str
    raw: int
    """Bytes of its pixels."""
    code: Shown
    word: str = ""
    """What goes before its decibels, as `stand_in.word` says; not empty where a reconstruction stands in."""


@dataclass(frozen=True)
class Coded(Query[CodedValue]):
    """One picture from its code at `bits` a dimension."""

    subject: Subject
    bits: int

    def answer(self, desk: QueryContext) -> CodedValue:
        checkpoint = desk.checkpoint(self.model)
        image, note = desk.image(self.model, self.subject)
        quantiser = quantiser_of(checkpoint, self.bits)
        again = decoded(checkpoint, quantiser.rounded(checkpoint.encode(image[None])))
        psnr, ssim = likeness(image[None], again)
        lost = reconstruction_bias.lost(checkpoint, note)
        psnr = reconstruction_bias.with_loss(psnr, lost)
        code = Shown("code", as_picture(again[0]), quantiser.bytes, psnr, ssim, quantiser.said, fits=True)
        word = reconstruction_bias.word(note, lost)
        return CodedValue(self.subject, self.bits, as_picture(image), note, image.size, code, word)


@dataclass(frozen=True, eq=False)
class SqueezedValue:
    subject: Subject
    bits: int
    ways: tuple[Shown, ...]


@dataclass(frozen=True)
class Squeezed(Query[SqueezedValue]):
    """The same picture from JPEG, WebP and PNG at no more bytes than the code takes."""

    errand: ClassVar[bool] = True
    rest: ClassVar[float] = 0.1
    subject: Subject
    bits: int

    def answer(self, desk: QueryContext) -> SqueezedValue:
        image, _ = desk.image(self.model, self.subject)
        most = quantiser_of(desk.checkpoint(self.model), self.bits).bytes
        others, _ = samples(self.model, desk)
        sheet = [image_codecs.as_bytes(other) for other in (image, *others[1:])]
        ways = []
        for name, one in _table(self.model, desk)[0].items():
            setting, fits = one.within(most)
            size, pictures = setting.squeezed(sheet)
            back = image_codecs.as_floats(pictures[0])
            psnr, ssim = likeness(image[None], back[None])
            ways.append(Shown(name, as_picture(back), size, psnr, ssim, setting.said(image.shape), fits))
        return SqueezedValue(self.subject, self.bits, tuple(ways))


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture that was squeezed into so many bytes."""

    name: str
    picture: Picture
    bytes: float
    psnr: float
    ssim: float
    how: str
    """In words."""
    fits: bool
    """Whether it takes no more bytes than the code."""


class _ById:
    """An array that is compared by being the same object."""

    def __init__(self, array: Floats) -> None:
        self.array = array

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.array is other.array

    def __hash__(self) -> int:
        return id(self.array)


# -- answers ------------------------------------------------------------------------------------------


# -- what they share ----------------------------------------------------------------------------------


def samples(model: str, desk: QueryContext) -> tuple[Floats, str]:
    """(N, C, H, W): the pictures that figures are averaged over, and what is to be said where some stand in. They are
    held-out ones where the data set is here."""
    dataset, checkpoint = desk.dataset(model), desk.checkpoint(model)
    if not isinstance(dataset, str):
        chosen = np.linspace(0, len(dataset.test) - 1, min(COUNT, len(dataset.test))).astype(int)
        return np.divide(dataset.test.images[chosen].numpy(), 255, dtype=np.float32), ""
    dots = np.linspace(0, len(checkpoint.latents) - 1, min(COUNT, len(checkpoint.latents))).astype(int)
    found = [desk.image(model, Dot(int(dot))) for dot in dots]
    return np.stack([image for image, _ in found]), f"{dataset}: decoded samples stand in"


def decoded(checkpoint: Checkpoint, z: Floats) -> Floats:
    found: Floats = np.clip(np.nan_to_num(checkpoint.decode(z)), 0, 1)
    return found


def likeness(images: Floats, again: Floats) -> tuple[float, float]:
    """PSNR of the mean squared error of all pictures, and their mean SSIM."""
    flat = (-1, *images.shape[2:])  # every picture's channels as channels of one
    return image_quality.psnr(images.reshape(flat), again.reshape(flat)), image_quality.ssim(
        images.reshape(flat), again.reshape(flat)
    )


def bytes_of(checkpoint: Checkpoint) -> tuple[float, ...]:
    """About how many bytes a picture's code takes at each of `BITS`: of few of the latents, so that a mouse need not
    wait for it."""
    return _rough(_ById(checkpoint.latents))


@lru_cache(maxsize=32)
def _rough(latents: _ById) -> tuple[float, ...]:
    some = latents.array[:: max(1, len(latents.array) // ROUGHLY)]
    ends = ends_of(some)
    return tuple(Quantiser.over(some, bits, ends).bytes for bits in BITS)


@lru_cache(maxsize=32)
def _ends(latents: _ById) -> tuple[Floats, Floats]:
    return ends_of(latents.array)


@lru_cache(maxsize=128)
def _fitted(latents: _ById, bits: int) -> Quantiser:
    return Quantiser.over(latents.array, bits, _ends(latents))


def quantiser_of(checkpoint: Checkpoint, bits: int) -> Quantiser:
    book = checkpoint.codebook
    return Quantiser.of_codes(book) if book is not None else _fitted(_ById(checkpoint.latents), bits)


_tables: OrderedDict[tuple[object, ...], tuple[dict[str, image_codecs.Codec], int]] = OrderedDict()
"""Trying every setting takes a second, so the last few data sets' settings are kept."""


def _table(model: str, desk: QueryContext) -> tuple[dict[str, image_codecs.Codec], int]:
    checkpoint = desk.checkpoint(model)
    images, note = samples(model, desk)
    key = (checkpoint.data_key, note, images.shape, float(images.sum()))
    if key not in _tables:
        _tables[key] = image_codecs.tried([image_codecs.as_bytes(image) for image in images]), len(images)
        while len(_tables) > KEPT:
            _tables.popitem(last=False)
    _tables.move_to_end(key)
    return _tables[key]
