"""Formatting of numbers for the whole window. It knows no lab."""

EXACT_PSNR = 99.0
"""PSNR in decibels from which a picture is called exact."""


def format_decibels(psnr: float) -> str:
    return "exact" if psnr >= EXACT_PSNR else f"{psnr:.1f} dB"


def format_percent(share: float) -> str:
    """Return a share 0..1 as percent, with a decimal near its ends."""
    return f"{100 * share:.1f}%" if share > 0.99 or share < 0.01 else f"{100 * share:.0f}%"


def format_percent_number(share: float) -> str:
    """Return a share 0..1 as percent without the % sign; 0 and 1 are whole numbers."""
    return f"{100 * share:.1f}" if 0 < share < 0.01 or 0.99 < share < 1 else f"{100 * share:.0f}"


def format_short(value: float) -> str:
    """Return a value in few characters: 0, 0.25, 3.1, 42."""
    if value == 0:
        return "0"
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def add_unit(text: str, unit: str) -> str:
    """Return a number with its unit in few characters: 12°, 3.1 pixels."""
    return f"{text}°" if unit == "degrees" else f"{text} {unit}".strip()


def format_mse(value: float) -> str:
    """Return a mean squared error with four decimals, so that those of several models compare: 0.0123; a smaller one,
    as of curves, with two digits: 9.8e-05."""
    return f"{value:.4f}" if value >= 0.001 or value == 0 else f"{value:.2g}"


def format_error(value: float) -> str:
    """Return an error with two digits however small it is: 0.0013, 0.25."""
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}"
