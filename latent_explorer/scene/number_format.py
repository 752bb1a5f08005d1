"""Formatting of numbers for the whole window, as its language writes them. It knows no lab."""

from latent_explorer.texts import format_number, mark, tr

UNITS = mark("degrees"), mark("pixels")
"""Units of the attributes that the program itself measures."""
EXACT_PSNR = 99.0
"""PSNR in decibels from which a picture is called exact."""


def format_decibels(psnr: float) -> str:
    return tr("exact") if psnr >= EXACT_PSNR else tr("{value:.1f} dB", value=psnr)


def format_percent(share: float) -> str:
    """Return a share 0..1 as percent, with a decimal near its ends."""
    if share > 0.99 or share < 0.01:
        return tr("{share:.1f}%", share=100 * share)
    return tr("{share:.0f}%", share=100 * share)


def format_percent_number(share: float) -> str:
    """Return a share 0..1 as percent without the % sign; 0 and 1 are whole numbers."""
    return format_number(100 * share, ".1f" if 0 < share < 0.01 or 0.99 < share < 1 else ".0f")


def format_short(value: float) -> str:
    """Return a value in few characters: 0, 0.25, 3.1, −42."""
    if value == 0:
        return "0"
    return format_number(value, ".0f" if abs(value) >= 10 else ".1f" if abs(value) >= 1 else ".2f").replace("-", "−")


def add_unit(text: str, unit: str) -> str:
    """Return a number with its unit in few characters: 12°, 3.1 pixels."""
    return f"{text}°" if unit == "degrees" else f"{text} {tr(unit)}".strip()


def format_mse(value: float) -> str:
    """Return a mean squared error with four decimals, so that those of several models compare: 0.0123; a smaller one,
    as of curves, with two digits: 9.8e-5."""
    return format_number(value, ".4f") if value >= 0.001 or value == 0 else _write_two_digits(value)


def format_error(value: float) -> str:
    """Return an error with two digits however small it is: 0.0013, 0.25."""
    return _write_two_digits(value) if value < 0.1 else format_number(value, ".2f")


def _write_two_digits(value: float) -> str:
    """Return two digits of a value, and its power of ten as the axes of charts write it: 0.0013, 9.8e-5."""
    return format_number(value, ".2g").replace("e-0", "e-")
