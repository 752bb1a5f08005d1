"""Latent codes rounded to so many bits a dimension, and what an ideal entropy coder makes of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.codebook import Codebook

TAILS = 0.001
"""Share of the codes beyond either end of the range that is divided; they are rounded to its ends."""
FLAT = 0.03
"""A dimension of less than this share of the widest one's range says nothing and costs nothing."""
COUNTED = 6
"""Bits up to which the steps' frequencies are counted. Finer steps are too many for the samples; there each further bit
adds one to the entropy, as it does where steps are small against the density (Gish and Pierce 1968)."""


@dataclass(frozen=True, eq=False)
class Quantiser:
    """Uniform steps over each dimension's own range."""

    low: Floats
    """(d,)"""
    step: Floats
    """(d,); 0 where a dimension is left out."""
    levels: int
    entropy: NDArray[np.float64]
    """(d,): bits of each dimension after entropy coding: what an arithmetic coder that knows how often each step comes,
    dimension by dimension, needs on average (Shannon 1948)."""
    said: str

    @classmethod
    def fit(cls, latents: Floats, bits: int) -> "Quantiser":
        """To latents (M, d), with 2^`bits` steps a dimension."""
        return cls.over(latents, bits, ends_of(latents))

    @classmethod
    def over(cls, latents: Floats, bits: int, ends: tuple[Floats, Floats]) -> "Quantiser":
        """The same where the ends of each dimension's range are known."""
        low, high = ends
        used = high > low
        step = (high - low) / np.float32(2**bits)
        counted = min(bits, COUNTED)
        numbers = _steps(latents, low, (high - low) / np.float32(2**counted), 2**counted)
        entropy = _entropies(numbers, 2**counted) + (bits - counted)
        off = int((~used).sum())
        flat = f", {off} of {len(used)} dimensions hardly vary and are left out" if off else ""
        return cls(low, step, 2**bits, np.where(used, entropy, 0.0), f"{bits} bits a dimension{flat}")

    @classmethod
    def of_codes(cls, book: Codebook) -> "Quantiser":
        """Of a vector-quantised model: the number of a code for each part of the latent."""
        count = len(book.table)
        numbers = np.stack([book.chosen(part) for part in range(book.parts)], axis=1)
        said = f"{book.parts} numbers of codes, each 1 of {count:,}"
        nothing = np.empty(0, np.float32)
        return cls(nothing, nothing, count, _entropies(numbers, count), said)

    @property
    def bytes(self) -> float:
        """Of a picture, on average."""
        return float(self.entropy.sum()) / 8

    def rounded(self, z: Floats) -> Floats:
        """Latents (N, d) at the middles of their steps; a vector-quantised model's decoder finds its codes itself."""
        if not len(self.step):
            return z
        found: Floats = np.where(
            self.step > 0, self.low + (_steps(z, self.low, self.step, self.levels) + 0.5) * self.step, self.low
        ).astype(np.float32)
        return found


def ends_of(latents: Floats) -> tuple[Floats, Floats]:
    """(d,) each: the range that is divided; both the mean where a dimension hardly varies."""
    low, high = np.quantile(latents, (TAILS, 1 - TAILS), axis=0).astype(np.float32)
    used = high - low > FLAT * max(float((high - low).max()), 1e-12)
    mean = latents.mean(axis=0).astype(np.float32)
    return np.where(used, low, mean).astype(np.float32), np.where(used, high, mean).astype(np.float32)


def _steps(z: Floats, low: Floats, step: Floats, levels: int) -> NDArray[np.intp]:
    """(N, d): which step each value lies in."""
    at = np.floor((z - low) / np.where(step > 0, step, 1))
    return np.clip(at, 0, levels - 1).astype(np.intp)


def _entropies(numbers: NDArray[np.intp], levels: int) -> NDArray[np.float64]:
    """(d,): bits a number of each column of (M, d)."""
    found = []
    for column in numbers.T:
        share = np.bincount(column, minlength=levels) / len(column)
        share = share[share > 0]
        found.append(-float((share * np.log2(share)).sum()))
    return np.array(found)
