"""The controls a lab declares, as data. `Set(name, value)` is what one of them does.

A control with a `key` answers to it without the lab's doing: the letter sets the next value, with Shift the one before.
"""

from dataclasses import dataclass, replace
from typing import Any

from latent_explorer.scene.events import Set


@dataclass(frozen=True)
class Choice:
    """One of several: a row of buttons, or a menu where the options are many."""

    name: str
    options: tuple[tuple[str, str], ...]
    """Pairs of value and what is written."""
    value: str
    tip: str
    menu: bool = False
    key: str = ""
    said: str = ""
    """What the closed menu says in place of its value."""


@dataclass(frozen=True)
class Toggle:
    name: str
    label: str
    value: bool
    tip: str
    key: str = ""


@dataclass(frozen=True)
class Button:
    name: str
    label: str
    tip: str
    key: str = ""


@dataclass(frozen=True)
class Slider:
    name: str
    label: str
    value: float
    low: float
    high: float
    tip: str
    step: float = 0.05
    key: str = ""
    written: str = ""
    """The value as it is to be read; as a plain number where empty."""


@dataclass(frozen=True)
class Number:
    """A number between a button that lowers and one that raises it; pressed itself, it is typed with the keyboard."""

    name: str
    label: str
    value: float
    low: float
    high: float
    steps: tuple[float, ...]
    """The numbers that the buttons go through, ascending."""
    tip: str
    typed: str | None = None
    """What has been typed of it; None where another control has the keyboard."""
    key: str = ""

    def stepped(self, by: int) -> float:
        """The next number of the steps, below for -1 and above for 1."""
        steps = [step for step in self.steps if self.low <= step <= self.high]
        beyond = [step for step in steps if (step > self.value if by > 0 else step < self.value)]
        return (min(beyond) if by > 0 else max(beyond)) if beyond else self.value


Control = Choice | Toggle | Button | Slider | Number


def by_key(control: Control, name: str) -> Set | None:
    """What a key does to a control; None where it is not the control's own."""
    if not control.key or name not in (control.key, shifted(control.key)):
        return None
    by = 1 if name == control.key else -1
    match control:
        case Button():
            return Set(control.name) if by > 0 else None
        case Toggle():
            return Set(control.name, not control.value)
        case Choice():
            values = [value for value, _ in control.options]
            place = values.index(control.value) if control.value in values else -by
            return Set(control.name, values[(place + by) % len(values)]) if values else None
        case Slider():
            return Set(control.name, min(max(control.value + by * control.step, control.low), control.high))
        case Number():
            return Set(control.name, control.stepped(by))


def shifted(key: str) -> str:
    return key.upper() if len(key) == 1 else f"shift {key}"


def written(key: str) -> str:
    """A key as it stands on the keyboard."""
    return key.upper() if len(key) == 1 else key.title()


def tip(control: Control) -> str:
    """The tooltip, with the key at its end."""
    return f"{control.tip} ({written(control.key)})" if control.key else control.tip


def explained(controls: tuple[Control, ...]) -> tuple[tuple[str, str], ...]:
    """The controls' keys and what they do, for the help page."""
    both = (Choice, Slider, Number)
    return tuple(
        (f"{written(one.key)}, Shift+{written(one.key)}" if isinstance(one, both) else written(one.key), one.tip)
        for one in controls
        if one.key
    )


def without_value(control: Control) -> Control:
    """What a widget is made of; its value can change without making it again."""
    return replace(control, value=control.low, written="") if isinstance(control, Slider) else control


def fits(control: Control, value: Any) -> bool:
    """Whether a control can be set to a value."""
    match control:
        case Choice(options=options):
            return value in [known for known, _ in options]
        case Toggle():
            return isinstance(value, bool)
        case Slider() | Number():
            return (
                isinstance(value, int | float) and not isinstance(value, bool) and control.low <= value <= control.high
            )
    return True
