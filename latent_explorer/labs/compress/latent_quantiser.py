"""Uniform quantisation of latents, and their size under ideal entropy coding."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.texts import tr, tr_count

TAIL_SHARE = 0.001
"""Share of the latents beyond either end of the quantised range; they are clamped to its ends."""
MIN_RANGE_SHARE = 0.03
"""Minimum range of a dimension, as a share of the widest one's; a narrower dimension is left out and costs nothing."""
MAX_COUNTED_BITS = 6
"""Maximum bits for which the steps' frequencies are counted. Finer steps are too many for the samples; there each
further bit adds one to the entropy, as for steps that are small against the density (Gish and Pierce 1968)."""


@dataclass(frozen=True, eq=False)
class Quantiser:
    """Uniform quantiser over each dimension's own range."""

    low: Floats
    """(d,)"""
    step: Floats
    """(d,); 0 for a dimension that is left out."""
    levels: int
    entropy: NDArray[np.float64]
    """(d,): mean bits of each dimension after arithmetic coding with the frequencies of its steps (Shannon 1948); one
    more for the label, if there is one."""
    has_label: bool = False

    @classmethod
    def fit(cls, latents: Floats, bits: int) -> "Quantiser":
        """Fit the quantiser to `latents` (M, d), with 2^`bits` steps a dimension."""
        return cls.from_ranges(latents, bits, find_ranges(latents))

    @classmethod
    def from_ranges(cls, latents: Floats, bits: int, ranges: tuple[Floats, Floats]) -> "Quantiser":
        """Fit the quantiser with known `ranges` of the dimensions."""
        low, high = ranges
        used = high > low
        step = (high - low) / np.float32(2**bits)
        counted = min(bits, MAX_COUNTED_BITS)
        numbers = _find_steps(latents, low, (high - low) / np.float32(2**counted), 2**counted)
        entropy = _compute_entropies(numbers, 2**counted) + (bits - counted)
        return cls(low, step, 2**bits, np.where(used, entropy, 0.0))

    @classmethod
    def from_codebook(cls, codebook: Codebook) -> "Quantiser":
        """Return the quantiser of a vector-quantised model: a codebook index for each part of the latent."""
        count = len(codebook.table)
        numbers = np.stack([codebook.assign_codes(part) for part in range(codebook.part_count)], axis=1)
        nothing = np.empty(0, np.float32)
        return cls(nothing, nothing, count, _compute_entropies(numbers, count))

    def with_labels(self, labels: NDArray[np.int64]) -> "Quantiser":
        """Return the quantiser with the cost of a label for each picture, as often as in `labels` (M,)."""
        cost = _compute_entropies(labels[:, None] - labels.min(), 1)
        return replace(self, entropy=np.append(self.entropy, cost), has_label=True)

    @property
    def description(self) -> str:
        """What the bytes are spent on, in words."""
        words = self._describe_numbers()
        return tr("{numbers}; and the class", numbers=words) if self.has_label else words

    def _describe_numbers(self) -> str:
        count = len(self.step)
        if not count:
            return tr_count(
                "{count} number of a code, 1 of {codes:,}", "{count} numbers of codes, each 1 of {codes:,}",
                len(self.entropy) - self.has_label, codes=self.levels,
            )  # fmt: skip
        bits, off = self.levels.bit_length() - 1, int((self.step == 0).sum())
        each = tr_count("{count} bit a dimension", "{count} bits a dimension", bits)
        if not off:
            return each
        return tr_count(
            "{bits}, {count} of {every} hardly varies: left out",
            "{bits}, {count} of {every} hardly vary: left out",
            off, bits=each, every=count,
        )  # fmt: skip

    @property
    def bytes_per_picture(self) -> float:
        """Mean bytes of a picture."""
        return float(self.entropy.sum()) / 8

    def quantise(self, z: Floats) -> Floats:
        """Round latents (N, d) to the middles of their steps; a vector-quantised model's decoder quantises itself."""
        if not len(self.step):
            return z
        return np.where(
            self.step > 0, self.low + (_find_steps(z, self.low, self.step, self.levels) + 0.5) * self.step, self.low
        ).astype(np.float32)


def find_ranges(latents: Floats, switched_off: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """Return the range of each dimension as (d,), (d,); both are the mean for a dimension that hardly varies, and for
    those that the KL term has `switched_off` (d,)."""
    low, high = np.quantile(latents, (TAIL_SHARE, 1 - TAIL_SHARE), axis=0).astype(np.float32)
    used = high - low > MIN_RANGE_SHARE * max(float((high - low).max()), 1e-12)
    if switched_off is not None:
        used &= ~switched_off
    mean = latents.mean(axis=0).astype(np.float32)
    return np.where(used, low, mean).astype(np.float32), np.where(used, high, mean).astype(np.float32)


def _find_steps(z: Floats, low: Floats, step: Floats, levels: int) -> NDArray[np.intp]:
    """Return the step (N, d) that each value lies in."""
    at = np.floor((z - low) / np.where(step > 0, step, 1))
    return np.clip(at, 0, levels - 1).astype(np.intp)


def _compute_entropies(numbers: NDArray[np.intp], levels: int) -> NDArray[np.float64]:
    """Compute the entropies (d,) of the columns of `numbers` (M, d), in bits."""
    entropies = []
    for column in numbers.T:
        share = np.bincount(column, minlength=levels) / len(column)
        share = share[share > 0]
        entropies.append(-float((share * np.log2(share)).sum()))
    return np.array(entropies)
