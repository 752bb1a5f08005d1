"""Round tick values of an axis, and their labels."""

import math

from latent_explorer.texts import localise

STEP_DIGITS = (1.0, 2.0, 5.0)
"""First digits of a round step."""


def choose_linear(low: float, high: float, max_count: int) -> tuple[float, ...]:
    """Return at most `max_count` (at least 2) round values of a linear axis."""
    max_count = max(2, max_count)
    rough = (high - low) / (max_count - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    for step in (power * ten * s for ten in (1, 10, 100) for s in STEP_DIGITS):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < max_count:
            return tuple(round(k * step, 12) + 0.0 for k in range(first, last + 1))
    return ()


def choose_logarithmic(low: float, high: float, max_count: int) -> tuple[float, ...]:
    """Return at most `max_count` round values of a logarithmic axis: powers of ten, with 2 and 5, or 3, between."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    decades = last - first + 1
    if decades > max_count:
        step = math.ceil(decades / max(1, max_count))
        return tuple(10.0**k for k in range(first, last + 1) if k % step == 0)
    for digits in ((1.0, 2.0, 5.0), (1.0, 3.0)):
        ticks = [d * 10.0**k for k in range(first - 1, last + 1) for d in digits]
        ticks = [v for v in ticks if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
        if 2 <= len(ticks) <= max_count:
            return tuple(ticks)
    return tuple(10.0**k for k in range(first, last + 1)) if decades > 1 else choose_linear(low, high, max_count)


def format_tick(value: float) -> str:
    """Return the label of a tick in few characters: 0.005, 20, 12,000, 3e-5."""
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e6 or size < 1e-4:
        mantissa, power = f"{value:.2e}".split("e")
        return localise(f"{float(mantissa):g}e{int(power)}")
    if size >= 1e4:
        return localise(f"{value:,.0f}".replace("-", "−"))
    return localise(f"{value:.6g}".replace("-", "−"))
