"""The controls a lab declares, as data. `Set(name, value)` is what one of them does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One of several: a row of buttons, or a menu where the options are many."""

    name: str
    options: tuple[tuple[str, str], ...]
    """Pairs of value and what is written."""
    value: str
    tip: str
    menu: bool = False


@dataclass(frozen=True)
class Toggle:
    name: str
    label: str
    value: bool
    tip: str


@dataclass(frozen=True)
class Button:
    name: str
    label: str
    tip: str


@dataclass(frozen=True)
class Slider:
    name: str
    label: str
    value: float
    low: float
    high: float
    tip: str


Control = Choice | Toggle | Button | Slider
