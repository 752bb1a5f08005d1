"""Settings of a lab, declared once: as notes on the fields of its state, with range, control, key and tooltip.

    noise: Annotated[str, Pick({"gaussian": mark("Gaussian")}, mark("The kind of noise"), key="k")] = "gaussian"

The lab shows a control for it and sets the field; the key, the tooltip and the help page follow. The note is also the
limit of the field in a session file, and undo restores it like every other field. Its texts are marked for the
catalogues (`texts.mark`); the control has them in the language of the window.
"""

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Annotated, Any

from latent_explorer.config.limits import DescribedLimit, Within, one_of
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.texts import tr

Described = str | Callable[[Any], str]
"""A marked text, or a function that makes one in the language of the window from the lab's state."""


def _describe(text: Described, lab_state: Any) -> str:
    return tr(text) if isinstance(text, str) else text(lab_state)


@dataclass(frozen=True)
class Pick(DescribedLimit):
    """A choice of one of `options`, pairs of value and label."""

    options: Mapping[str, str] = field(hash=False)
    tip: str
    key: str = ""
    menu: bool = False
    control: str = ""
    """Name of the control, if it is not that of the field."""

    @property
    def text(self) -> str:  # type: ignore[override]
        return one_of(*self.options).text

    def __contains__(self, value: Any) -> bool:
        return value in self.options

    def make_control(self, name: str, value: Any, lab_state: Any) -> Control:
        options = tuple((option, tr(label)) for option, label in self.options.items())
        return Choice(name, options, value, tip=tr(self.tip), menu=self.menu, key=self.key)

    def accept(self, value: Any, before: Any) -> Any:
        """Return the field's value after the control was given `value`; None if it is not allowed."""
        return value if value in self.options else None


@dataclass(frozen=True)
class Switch:
    """Something that is on or off."""

    label: str
    tip: str
    key: str = ""
    control: str = ""

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, bool)

    def make_control(self, name: str, value: Any, lab_state: Any) -> Control:
        return Toggle(name, tr(self.label), value, tr(self.tip), self.key)

    def accept(self, value: Any, before: Any) -> Any:
        return value if isinstance(value, bool) else None


@dataclass(frozen=True)
class Slide(Within):
    """A number within a range, on a slider; rounded to `digits`, or to whole numbers for 0."""

    label: str = ""
    tip: Described = ""
    key: str = ""
    step: float = 0.05
    digits: int = 2
    text: Described = ""
    """The value as text; a plain number if empty."""
    control: str = ""

    def make_control(self, name: str, value: Any, lab_state: Any) -> Control:
        tip, text = (_describe(one, lab_state) for one in (self.tip, self.text))
        longest = self.find_longest_text(name, lab_state)
        return Slider(
            name, tr(self.label), value, low=self.low, high=self.high, tip=tip, step=self.step, key=self.key,
            value_text=text, longest_text=longest,
        )  # fmt: skip

    def find_longest_text(self, name: str, lab_state: Any) -> str:
        """Return the longest text among those of both ends and of a value with as many digits as the slider allows."""
        if not self.text:
            return ""
        state_class: Any = type(lab_state)
        setting_field, _ = list_settings(state_class)[name]
        ends = (self.low, self.low + (self.high - self.low) / 7, self.high)
        states = (replace(lab_state, **{setting_field: self.accept(one, one)}) for one in ends)
        return max((_describe(self.text, one) for one in states), key=len)

    def accept(self, value: Any, before: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in self:
            return None
        return round(float(value), self.digits) if self.digits else round(value)


@dataclass(frozen=True)
class Stepper(Within):
    """A whole number with two buttons that go through `steps`."""

    label: str = ""
    tip: str = ""
    key: str = ""
    steps: tuple[float, ...] = ()
    control: str = ""

    def make_control(self, name: str, value: Any, lab_state: Any) -> Control:
        return Number(
            name, tr(self.label), value, low=self.low, high=self.high, steps=self.steps, tip=tr(self.tip),
            key=self.key,
        )  # fmt: skip

    def accept(self, value: Any, before: Any) -> Any:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return round(value) if is_number and value in self else None


@dataclass(frozen=True)
class CountUp(Within):
    """A button that counts up, for example a seed."""

    label: str = ""
    tip: str = ""
    key: str = ""
    control: str = ""

    def make_control(self, name: str, value: Any, lab_state: Any) -> Control:
        return Button(name, tr(self.label), tr(self.tip), self.key)

    def accept(self, value: Any, before: Any) -> Any:
        return before + 1


Setting = Pick | Switch | Slide | Stepper | CountUp


@dataclass(frozen=True)
class StartsAnew:
    """A note on a field that goes back to its default when another model is shown, or one of another data set."""

    with_another: str
    """"model" or "data set"."""

    def __contains__(self, value: Any) -> bool:
        return True


PER_DATASET = StartsAnew("data set")
"""The field starts over with a model of another data set."""
PER_MODEL = StartsAnew("model")
"""The field starts over with every other model."""
SampleIndex = Annotated[int | None, PER_DATASET]
"""A sample by its image index in the data set, so that it is the same sample for every model that learnt it."""


@lru_cache(maxsize=64)
def list_notes(state_class: Any) -> dict[str, tuple[Any, ...]]:
    """Return the notes of each field of a lab's state."""
    hints = typing.get_type_hints(state_class, include_extras=True)
    return {one.name: getattr(hints[one.name], "__metadata__", ()) for one in fields(state_class)}


@lru_cache(maxsize=64)
def list_settings(state_class: Any) -> dict[str, tuple[str, Setting]]:
    """Return field and setting by the name of its control."""
    settings = (
        (name, note) for name, notes in list_notes(state_class).items() for note in notes if isinstance(note, Setting)
    )
    return {note.control or name: (name, note) for name, note in settings}
