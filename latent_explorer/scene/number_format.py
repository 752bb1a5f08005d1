"""Formatting of numbers for the whole window, as its language writes them. It knows no lab."""

import math
from collections.abc import Sequence

from latent_explorer.texts import format_number, mark, tr

UNITS = mark("degrees"), mark("pixels")
"""Units of the attributes that the program itself measures."""
EXACT_PSNR = 99.0
"""PSNR in decibels from which a picture is called exact."""


def format_decibels(psnr: float) -> str:
    return tr("exact") if psnr >= EXACT_PSNR else tr("{value:.1f} dB", value=psnr)


def format_percent(share: float, *, to_tenth: bool = False) -> str:
    """Return a share 0..1 as percent, with a decimal near its ends; or always with one, rounded down `to_tenth`, so
    that it never reads as one that it has not reached. Only all is 100.0%, and only nothing 0.0%."""
    if to_tenth:
        share = max(math.floor(1000 * share + 1e-9) / 1000, min(share, 0.001))
    if to_tenth or share > 0.99 or share < 0.01:
        return tr("{share:.1f}%", share=_keep_from_ends(share))
    return tr("{share:.0f}%", share=100 * share)


def format_percent_number(share: float) -> str:
    """Return a share 0..1 as percent without the % sign; 0 and 1 are whole numbers, and nothing else is written so."""
    near_end = 0 < share < 0.01 or 0.99 < share < 1
    return format_number(_keep_from_ends(share), ".1f" if near_end else ".0f")


def _keep_from_ends(share: float) -> float:
    """Return a share in percent, at least a tenth away from 0 and 100 unless it is 0 or 1."""
    return min(max(100 * share, 0.1), 99.9) if 0 < share < 1 else 100 * share


def format_auc(auc: float) -> str:
    """Return an area under a ROC curve: 0.97, 0.998. Only where all pairs are told apart it is 1.00."""
    return format_number(min(auc, 0.999), ".3f") if 0.99 < auc < 1 else format_number(auc, ".2f")


def round_shares(shares: Sequence[float]) -> list[int]:
    """Return shares 0..1 in whole percents that sum to the percents of them all: the largest remainders are rounded
    up."""
    exact = [100 * share for share in shares]
    whole = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda one: whole[one] - exact[one])
    for one in order[: round(sum(exact)) - sum(whole)]:
        whole[one] += 1
    return whole


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


def round_mse(value: float) -> float:
    """Return a mean squared error as `format_mse` writes it: two that read alike are equal, others are not."""
    return round(value, 4) if value >= 0.001 else float(f"{value:.2g}")


def format_error(value: float) -> str:
    """Return an error with two digits however small it is: 0.0013, 0.25."""
    return _write_two_digits(value) if value < 0.1 else format_number(value, ".2f")


def _write_two_digits(value: float) -> str:
    """Return two digits of a value, and its power of ten as the axes of charts write it: 0.0013, 0.00010, 9.8e-5."""
    return format_number(value, "#.2g").replace("e-0", "e-")
