"""The menu More: controls that a row has no room for, each of their values a line. It holds no sliders, no numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.events import Set
from latent_explorer.shell import control_names
from latent_explorer.texts import mark, tr

NAME, TITLE = "more", mark("More")
MARKS = {True: "✓", False: "–"}


@dataclass(frozen=True)
class OverflowMenu(Choice):
    """A menu whose options set other controls: option `i` does `sets[i]`."""

    sets: tuple[Set, ...] = ()

    def get_set(self, value: str) -> Set:
        return self.sets[int(value)]


def can_hold(control: Control) -> bool:
    """Return True if all that `control` can be set to are a few named values."""
    return isinstance(control, Choice | Toggle | Button)


def make(controls: Iterable[Control]) -> OverflowMenu:
    """Return the menu of `controls`; a label that two of them have follows the control's name."""
    lines = [line for control in controls for line in _list_lines(control)]
    often = Counter(label for _, label, _ in lines)
    labels = [
        f"{sign} {control_names.say_name(one.control).title()}: {label}" if often[label] > 1 else f"{sign} {label}"
        for sign, label, one in lines
    ]
    options = tuple((str(number), label.strip()) for number, label in enumerate(labels))
    tip, sets = tr("What this row has no room for"), tuple(one for _, _, one in lines)
    return OverflowMenu(NAME, options, "", tip, True, closed_label=tr(TITLE), sets=sets)


def _list_lines(control: Control) -> list[tuple[str, str, Set]]:
    """Return the mark, the label and the effect of each value of `control`."""
    match control:
        case Choice():
            return [
                (MARKS[value == control.value], label, Set(control.name, value)) for value, label in control.options
            ]
        case Toggle():
            return [(MARKS[control.value], control.label, Set(control.name, not control.value))]
        case Button():
            return [("", control.label, Set(control.name))]
    return []
