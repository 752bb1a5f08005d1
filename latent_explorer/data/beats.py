"""The data set `beats`: heartbeats drawn from known parameters, normal ones and four kinds of anomaly.

A beat is a sum of Gaussians on the phase of the heart's cycle, one for each of the waves P, Q, R, S and T (McSharry,
Clifford, Tarassenko and Smith 2003, "A dynamical model for generating synthetic electrocardiogram signals", IEEE Trans.
Biomedical Engineering 50:289; table I for phases and widths, and their change with the heart rate). Heights are given
in millivolts. It is a drawing for teaching: no patient's signal, and no substitute for one.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.samples import Curves
from latent_explorer.texts import mark_name

POINTS, SECONDS = 128, 0.8
"""Of one sample: a beat with its R wave in the middle."""
CLASSES = (
    mark_name("normal"), mark_name("ventricular"), mark_name("no P wave"), mark_name("ST elevation"),
    mark_name("inverted T"),
)  # fmt: skip
TRAINING, HELD_OUT = (4000, 500, 500, 500, 500), (1000, 250, 250, 250, 250)
"""Beats of each class."""
TRAINING_SEED, HELD_OUT_SEED = 20_031, 20_032
KIND = Curves((-1.0,), (1.8,), ("ECG",), "mV", SECONDS)

WAVES = ("P", "Q", "R", "S", "T")
PHASES = np.array([-np.pi / 3, -np.pi / 12, 0.0, np.pi / 12, np.pi / 2])
WIDTHS = np.array([0.25, 0.1, 0.1, 0.1, 0.4])
RATE_POWERS = np.array([0.5, 1.0, 1.0, 1.0, 0.5])
"""Power of the square root of the heart rate, in beats a second, by which the phases grow (the paper's section III)."""
NOISE = 0.012  # millivolts, standard deviation
FLUTTER_WAVES = 5.5  # a beat: of the trembling atria, where there is no P wave

Factors = Mapping[str, NDArray[np.float64]]
RANGES = {
    mark_name("heart rate"): (50.0, 110.0), mark_name("P height"): (0.08, 0.22), mark_name("R height"): (0.8, 1.4),
    mark_name("T height"): (0.15, 0.42), mark_name("QRS width"): (0.85, 1.2), mark_name("ST level"): (-0.03, 0.03),
    mark_name("drift"): (-0.08, 0.08),
}  # fmt: skip
"""Of a normal beat: beats a minute, millivolts, and a factor."""
UNITS = {"heart rate": "bpm", "P height": "mV", "R height": "mV", "T height": "mV", "ST level": "mV"}


def sample_factors(labels: NDArray[np.int64], seed: int) -> Factors:
    """Draw the parameters of beats of the classes `labels` (N,), each (N,), independent and even over their ranges; an
    anomaly has other values of some of them."""
    draw = np.random.default_rng(seed)
    factors = {name: draw.uniform(low, high, len(labels)) for name, (low, high) in RANGES.items()}
    even = {name: draw.uniform(0, 1, len(labels)) for name in ("one", "other", "phase")}
    ventricular, no_p, elevated, inverted = (labels == k for k in range(1, 5))
    factors["P height"][ventricular | no_p] = 0
    factors["QRS width"][ventricular] = 2.2 + 0.8 * even["one"][ventricular]
    factors["R height"][ventricular] *= 1.1
    factors["T height"][ventricular] = -(0.3 + 0.25 * even["other"][ventricular])
    factors["ST level"][elevated] = 0.18 + 0.17 * even["one"][elevated]
    factors["T height"][inverted] = -(0.12 + 0.25 * even["one"][inverted])
    factors["flutter"] = np.where(no_p, 0.03 + 0.03 * even["one"], 0.0)
    factors["flutter phase"] = 2 * np.pi * even["phase"]
    return factors


def draw_beats(factors: Factors, seed: int) -> Floats:
    """Draw beats (N, T) in millivolts; `seed` draws the noise alone."""
    count = len(factors["heart rate"])
    rate = factors["heart rate"][:, None] / 60  # beats a second
    t = (np.arange(POINTS) + 0.5) * (SECONDS / POINTS) - SECONDS / 2
    phase = 2 * np.pi * rate * t  # 0 at the R wave
    heights = _list_heights(factors)
    curve = np.zeros((count, POINTS))
    for wave in range(len(WAVES)):
        centre = PHASES[wave] * rate ** (RATE_POWERS[wave] / 2)
        width = WIDTHS[wave] * rate**0.5
        if WAVES[wave] in "QRS":
            width, centre = width * factors["QRS width"][:, None], centre * factors["QRS width"][:, None]
        for beat in (-1, 0, 1):  # the neighbouring beats reach into the window
            away = phase - centre - 2 * np.pi * beat
            curve += heights[wave][:, None] * np.exp(-0.5 * (away / width) ** 2)
    curve += factors["ST level"][:, None] * _compute_step(phase, PHASES[3] * rate**0.5, PHASES[4] * rate**0.25)
    curve += factors["flutter"][:, None] * np.sin(FLUTTER_WAVES * phase + factors["flutter phase"][:, None])
    curve += factors["drift"][:, None] * np.sin(np.pi * t / SECONDS + factors["flutter phase"][:, None])
    curve += np.random.default_rng(seed).normal(0, NOISE, curve.shape)
    return curve.astype(np.float32)


def make(seed: int, counts: tuple[int, ...]) -> tuple[Floats, NDArray[np.int64], dict[str, Attribute]]:
    """Return `counts` beats of each class, mixed: values (N, 1, 1, T) from 0 to 1, labels (N,) and their parameters."""
    values, labels, attributes = _make(seed, counts)
    return values.copy(), labels.copy(), dict(attributes)


@lru_cache(maxsize=4)
def _make(seed: int, counts: tuple[int, ...]) -> tuple[Floats, NDArray[np.int64], dict[str, Attribute]]:
    labels = np.random.default_rng(seed + 1000).permutation(np.repeat(np.arange(len(counts)), counts)).astype(np.int64)
    factors = sample_factors(labels, seed)
    low, high = KIND.low[0], KIND.high[0]
    values = ((draw_beats(factors, seed + 2000) - low) / (high - low)).astype(np.float32)
    attributes = {name: Attribute(factors[name].astype(np.float32), (), UNITS.get(name, "")) for name in RANGES}
    return values[:, None, None], labels, attributes


def _list_heights(factors: Factors) -> list[NDArray[np.float64]]:
    """Return the height of each wave in millivolts; Q and S go with R, and a wide beat of the ventricles has no Q."""
    wide = factors["QRS width"] > 2
    r = factors["R height"]
    return [factors["P height"], np.where(wide, 0, -0.11 * r), r, np.where(wide, -0.35, -0.2) * r, factors["T height"]]


def _compute_step(
    phase: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a smooth step (N, T): 1 between two phases (N, 1), 0 elsewhere."""
    return 0.5 * (np.tanh((phase - first) / 0.1) - np.tanh((phase - last) / 0.25))
