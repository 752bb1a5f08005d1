"""The factors of the drawn faces: what is known of each picture, and how a factor is drawn at random."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError
from latent_explorer.texts import mark_name

HAIR_STYLES = (mark_name("bald"), mark_name("short"), mark_name("long"), mark_name("curly"))
MAX_COUNT = 10_000_000
TRAINING, HELD_OUT = 20_000, 2_000
"""Faces of the data set to learn from, and held-out ones."""
TRAINING_SEED, HELD_OUT_SEED = 0, 1


@dataclass(frozen=True)
class Continuous:
    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Discrete:
    values: tuple[str, ...]


NO_OR_YES = Discrete((mark_name("no"), mark_name("yes")))
FACTORS: dict[str, Continuous | Discrete] = {
    "head_turn": Continuous(-20, 20, "degrees"),
    "nod": Continuous(-8, 8, "degrees"),
    "smile": Continuous(-1, 1),
    "mouth_opening": Continuous(0, 1),
    "face_width": Continuous(0.85, 1.15),
    "eye_size": Continuous(0.65, 1.35),
    "brow_tilt": Continuous(-1, 1),
    "skin_tone": Continuous(0, 1),
    "hair_colour": Continuous(0, 1),
    "background_hue": Continuous(170, 310, "degrees"),
    "shirt_hue": Continuous(-20, 120, "degrees"),
    "hair": Discrete(HAIR_STYLES),
    "glasses": NO_OR_YES,
    "beard": NO_OR_YES,
    "hat": NO_OR_YES,
}
"""Every factor, and the range over which it is uniform. The hues are a part of the circle, so that they have ends."""
NAMES = {
    "head_turn": mark_name("head turn"), "nod": mark_name("nod"), "smile": mark_name("smile"),
    "mouth_opening": mark_name("mouth opening"), "face_width": mark_name("face width"),
    "eye_size": mark_name("eye size"), "brow_tilt": mark_name("brow tilt"), "skin_tone": mark_name("skin tone"),
    "hair_colour": mark_name("hair colour"), "background_hue": mark_name("background hue"),
    "shirt_hue": mark_name("shirt hue"), "hair": mark_name("hair"), "glasses": mark_name("glasses"),
    "beard": mark_name("beard"), "hat": mark_name("hat"),
}  # fmt: skip
"""Every factor in words."""


def sample(n: int, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Draw the factors of `n` faces, each uniform and independent of the others.

    Returns arrays (n,): floats for the continuous factors, integers for `hair` (0 bald, 1 short, 2 long, 3 curly),
    booleans for `glasses`, `beard` and `hat`. The first faces of a seed are the same for every `n`.
    """
    for name, number, most in (("n", n, MAX_COUNT), ("seed", seed, 2**63)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number <= most:
            raise InputError(f"{name}: {number!r:.40} arrived; a whole number from 0 to {most:,} is allowed")
    shares = np.random.Generator(np.random.PCG64(seed)).random((n, len(FACTORS))).T
    return {name: _spread(shares[k], factor) for k, (name, factor) in enumerate(FACTORS.items())}


def check_factors(factors: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """Return the factors as arrays (n,); raise `InputError` if one is missing, unknown, out of range or of another
    length."""
    if not isinstance(factors, Mapping):
        raise InputError(f"factors: {factors!r:.40} arrived; a mapping of names to numbers is allowed")
    if factors.keys() != FACTORS.keys():
        missing, unknown = FACTORS.keys() - factors.keys(), factors.keys() - FACTORS.keys()
        wrong = [f"without {', '.join(sorted(missing))}"] if missing else []
        wrong += sorted(map(str, unknown))
        raise InputError(f"factors: {'; '.join(wrong)} arrived; each of {', '.join(FACTORS)} is needed")
    arrays = {name: _to_array(name, factors[name]) for name in FACTORS}
    usual = Counter(array.shape for array in arrays.values()).most_common(1)[0][0]
    for name, array in arrays.items():
        if array.ndim != 1 or array.shape != usual:
            raise InputError(f"factors: {name}: an array of shape {array.shape} arrived; one number a face is needed")
    return {name: _check_range(name, array) for name, array in arrays.items()}


def _to_array(name: str, values: Any) -> NDArray[Any]:
    try:
        return np.atleast_1d(np.asarray(values))
    except ValueError:
        raise InputError(f"factors: {name}: lists of different lengths arrived; one number a face is needed") from None


def _spread(share: NDArray[np.float64], factor: Continuous | Discrete) -> NDArray[Any]:
    if isinstance(factor, Continuous):
        return factor.low + share * (factor.high - factor.low)
    chosen = np.floor(share * len(factor.values)).astype(np.int64)
    return chosen.astype(bool) if factor is NO_OR_YES else chosen


def _check_range(name: str, array: NDArray[Any]) -> NDArray[Any]:
    factor = FACTORS[name]
    whole = isinstance(factor, Discrete)
    low, high = (0, len(factor.values) - 1) if isinstance(factor, Discrete) else (factor.low, factor.high)
    are_numbers = array.dtype.kind in "biuf"
    allowed = (array >= low) & (array <= high) if are_numbers else np.zeros(len(array), bool)
    if are_numbers and whole:
        allowed &= array == np.floor(array)
    if not are_numbers or not np.all(allowed):
        arrived = array[int(np.argmin(allowed))].item() if len(array) else array.dtype
        kind = "whole numbers" if whole else "numbers"
        raise InputError(f"factors: {name}: {arrived!r:.40} arrived; {kind} from {low:g} to {high:g} are allowed")
    return array.astype(np.int64) if whole and array.dtype.kind == "f" else array
