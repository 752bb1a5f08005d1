"""Numbers as they are written beside a drawing, in the language of the window."""

import math

from latent_explorer.texts import localise


def format_value(value: float, span: float) -> str:
    """Return a number with as many decimals as make a hundredth of `span` visible, at most six, without a needless
    exponent."""
    if not math.isfinite(value):
        return "?"
    size = max(abs(value), abs(span))
    if size >= 1e6 or 0 < size < 1e-4:
        return localise(f"{value:.3g}".replace("-", "−"))
    decimals = min(6, max(0, 2 - math.floor(math.log10(span)))) if span > 0 else 2
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return localise(("0" if text in ("-0", "") else text).replace("-", "−"))
