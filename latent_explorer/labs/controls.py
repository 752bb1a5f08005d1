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

    def stepped(self, by: int) -> float:
        """The next number of the steps, below for -1 and above for 1."""
        steps = [step for step in self.steps if self.low <= step <= self.high]
        beyond = [step for step in steps if (step > self.value if by > 0 else step < self.value)]
        return (min(beyond) if by > 0 else max(beyond)) if beyond else self.value


Control = Choice | Toggle | Button | Slider | Number
