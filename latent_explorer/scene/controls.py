"""The controls that a lab declares, as data. Using one of them makes a `Set(name, value)`.

A control's `key` is handled by the shell, not by the lab: the letter sets the next value, with Shift the one before.
"""

from dataclasses import dataclass, replace
from typing import Any

from latent_explorer.scene.events import Set
from latent_explorer.texts import mark, tr


@dataclass(frozen=True)
class Choice:
    """A choice of one option: a row of buttons, or a menu if there are many options."""

    name: str
    options: tuple[tuple[str, str], ...]
    """Pairs of value and label."""
    value: str
    tip: str
    menu: bool = False
    key: str = ""
    closed_label: str = ""
    """Label of the closed menu in place of its value."""
    option_tips: tuple[str, ...] = ()
    """The tooltip of each option's button, in place of `tip`."""
    barred: tuple[str, ...] = ()
    """Values of options that are greyed: their tooltip says why they cannot be chosen."""


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
    value_text: str = ""
    """The value as text; a plain number is shown if empty."""
    longest_text: str = ""
    """The longest text that a value has: room is kept for it, so that nothing moves while the slider does."""


@dataclass(frozen=True)
class Number:
    """A number with a button that lowers and one that raises it; a press on the number lets the keyboard type it."""

    name: str
    label: str
    value: float
    low: float
    high: float
    steps: tuple[float, ...]
    """The numbers that the buttons step through, ascending."""
    tip: str
    typed_text: str | None = None
    """The digits typed so far; None if another control has the keyboard focus."""
    key: str = ""

    def step_value(self, by: int) -> float:
        """Return the next number of `steps`: below the value for `by` -1, above it for 1."""
        steps = [step for step in self.steps if self.low <= step <= self.high]
        beyond = [step for step in steps if (step > self.value if by > 0 else step < self.value)]
        return (min(beyond) if by > 0 else max(beyond)) if beyond else self.value


Control = Choice | Toggle | Button | Slider | Number
NAMED_KEYS = (
    mark("Space"), mark("Return"), mark("Tab"), mark("Backspace"), mark("Delete"), mark("Escape"), mark("Home"),
    mark("End"),    mark("Page Up"), mark("Page Down"), mark("Up"), mark("Down"), mark("Left"), mark("Right"),
)  # fmt: skip
"""Keys that are printed on the keyboard by a name, which `format_key` has in the language of the window."""


def apply_key(control: Control, name: str) -> Set | None:
    """Return the `Set` that key `name` triggers on `control`; None if the control does not use that key."""
    if not control.key or name not in (control.key, to_shifted_key(control.key)):
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
            return Set(control.name, control.step_value(by))


def to_shifted_key(key: str) -> str:
    return key.upper() if len(key) == 1 else f"shift {key}"


def format_key(key: str) -> str:
    """Return a key as it is printed on the keyboard."""
    return key.upper() if len(key) == 1 else tr(key.title())


def format_tip(control: Control) -> str:
    """Return the tooltip of `control`, with its key at the end."""
    return f"{control.tip} ({format_key(control.key)})" if control.key else control.tip


def make_help_rows(controls: tuple[Control, ...]) -> tuple[tuple[str, str], ...]:
    """Return the keys of `controls` and their effects, for the help page."""
    both = (Choice, Slider, Number)
    return tuple(
        (
            tr("{key}, Shift+{key}", key=format_key(one.key)) if isinstance(one, both) else format_key(one.key),
            one.tip,
        )
        for one in controls
        if one.key
    )


def without_value(control: Control) -> Control:
    """Return `control` without the value of a slider, whose widget need not be made again when the value changes."""
    return replace(control, value=control.low, value_text="") if isinstance(control, Slider) else control


def is_valid_value(control: Control, value: Any) -> bool:
    """Return True if `control` can be set to `value`."""
    match control:
        case Choice(options=options):
            return value in [option for option, _ in options]
        case Toggle():
            return isinstance(value, bool)
        case Slider() | Number():
            return (
                isinstance(value, int | float) and not isinstance(value, bool) and control.low <= value <= control.high
            )
    return True
