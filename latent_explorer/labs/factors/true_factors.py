"""The true factors of a drawn face as positions of sliders, 0 to 1 each, in the order of `FACTORS`."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.data import faces
from latent_explorer.data.faces.factors import (
    FACTORS,
    HELD_OUT,
    HELD_OUT_SEED,
    TRAINING,
    TRAINING_SEED,
    Continuous,
    Discrete,
)
from latent_explorer.data.faces.factors import NAMES as IN_WORDS
from latent_explorer.scene import number_format
from latent_explorer.scene.said_names import say_name
from latent_explorer.texts import format_number

Shares = tuple[float, ...]
NAMES = tuple(FACTORS)
_FACTORS = tuple(FACTORS.values())


def find_shares(index: int, limit: int | None) -> Shares:
    """Return the factors of the image `index` of the data set, of which at most `limit` are to learn from."""
    training = min(limit or TRAINING, TRAINING)
    seed, row = (TRAINING_SEED, index) if index < training else (HELD_OUT_SEED, index - training)
    every = _draw_sample(seed)
    row = min(row, len(every["hair"]) - 1)
    return tuple(_to_share(factor, float(every[name][row])) for name, factor in FACTORS.items())


def to_factors(rows: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Return the factors, as `faces.draw` takes them, at positions (N, 15)."""
    return {
        name: np.array([_to_value(factor, share) for share in shares])
        for (name, factor), shares in zip(FACTORS.items(), rows.T, strict=True)
    }


def count_values(factor: int) -> int:
    """Return the number of values of a factor; 0 for a number."""
    kind = _FACTORS[factor]
    return len(kind.values) if isinstance(kind, Discrete) else 0


def snap(factor: int, share: float) -> float:
    """Return the nearest position that stands for a value, with two decimals for numbers."""
    count, share = count_values(factor), min(max(share, 0.0), 1.0)
    return (min(int(share * count), count - 1) + 0.5) / count if count else round(share, 2)


def step(factor: int, share: float, by: int) -> float:
    """Return the position `by` values or twentieths away; at the ends it stays."""
    return snap(factor, min(max(share + by / (count_values(factor) or 20), 0.0), 1.0 - 1e-9 * bool(by > 0)))


def describe(factor: int, share: float) -> str:
    """Return the value at a position in words."""
    kind, value = _FACTORS[factor], _to_value(_FACTORS[factor], share)
    if isinstance(kind, Discrete):
        return say_name(kind.values[int(value)])
    if not kind.unit:  # two decimals always, so that no value reads as one beyond its range: 1.35 is no 1.4
        return format_number(value, ".2f").replace("-", "−")
    return number_format.add_unit(number_format.format_short(value), kind.unit)


def name_factor(factor: int) -> str:
    """Return a factor in words."""
    return say_name(IN_WORDS[NAMES[factor]])


@lru_cache(maxsize=2)
def _draw_sample(seed: int) -> dict[str, NDArray[Any]]:
    return faces.sample(TRAINING if seed == TRAINING_SEED else HELD_OUT, seed)


def _to_share(factor: Continuous | Discrete, value: float) -> float:
    if isinstance(factor, Continuous):
        return (value - factor.low) / (factor.high - factor.low)
    return (value + 0.5) / len(factor.values)


def _to_value(factor: Continuous | Discrete, share: float) -> float | int:
    if isinstance(factor, Continuous):
        return factor.low + min(max(share, 0.0), 1.0) * (factor.high - factor.low)
    return min(int(share * len(factor.values)), len(factor.values) - 1)
