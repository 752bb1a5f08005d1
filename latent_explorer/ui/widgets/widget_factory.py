"""Builds the pygame_gui elements of one control."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import ObjectID, UIElement
from pygame_gui.elements import UIButton, UIDropDownMenu, UIHorizontalSlider, UILabel

from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle, tip, without_value
from latent_explorer.scene.events import Set
from latent_explorer.ui.render.text import shortened

Meaning = Callable[[pygame.event.Event], Set]
SLIDER = 150  # design pixels of a slider in the bar


@dataclass(frozen=True)
class Place:
    """A control with its position and the widths of its widgets, in pixels."""

    control: Control
    x: int
    y: int
    height: int
    cells: tuple[int, ...]
    gap: int

    @property
    def key(self) -> object:
        """A key that is equal for placements with the same widgets."""
        return without_value(self.control), self.x, self.y, self.height, self.cells, self.gap

    def rects(self) -> list[pygame.Rect]:
        found, x = [], self.x
        for cell in self.cells:
            found.append(pygame.Rect(x, self.y, cell, self.height))
            x += cell + self.gap
        return found


@dataclass(frozen=True, eq=False)
class Made:
    """The elements of a control and the actions of their events."""

    name: str
    meanings: dict[UIElement, Meaning] = field(default_factory=dict)
    slider: UIHorizontalSlider | None = None
    label: UILabel | None = None
    """The slider's label with its name and value."""
    title: str = ""

    def kill(self) -> None:
        for element in (*self.meanings, *([self.label] if self.label is not None else [])):
            element.kill()  # type: ignore[no-untyped-call]

    def move(self, value: float, text: str) -> None:
        """Move the slider to a value that was set elsewhere, unless the user is dragging it."""
        assert self.slider is not None
        assert self.label is not None
        if not _is_grabbed(self.slider) and abs(self.slider.get_current_value() - value) > 1e-9:
            self.slider.set_current_value(value)
        said = written(self.title, value, text)
        if self.label.text != said:
            self.label.set_text(said)


def make(place: Place, manager: pygame_gui.UIManager, font: pygame.font.Font, unit: float) -> Made:
    control, rects = place.control, place.rects()
    made = Made(control.name)
    match control:
        case Choice(menu=True):
            made.meanings.update([_menu(control, rects[0], manager, font, unit)])
        case Choice():
            for rect, (value, label) in zip(rects, control.options, strict=True):
                made.meanings.update([_button(control, label, rect, manager, value == control.value, value)])
        case Toggle():
            made.meanings.update([_button(control, control.label, rects[0], manager, control.value, not control.value)])
        case Button():
            made.meanings.update([_button(control, control.label, rects[0], manager, False, None)])
        case Number():
            shown = f"{control.label} {control.typed or format(control.value, 'g')}"
            around = (control.stepped(-1), None, control.stepped(1))
            for text, number, rect in zip(("−", shown, "+"), around, rects, strict=True):
                focused = text == shown and control.typed is not None
                made.meanings.update([_button(control, text, rect, manager, focused, number)])
        case Slider():
            made = _slider(control, rects[0], manager, font, unit)
    return made


def written(label: str, value: float, text: str) -> str:
    """Return the text of a slider's label: its name and value."""
    return f"{label}  {text or format(round(value, 3), 'g')}"


# -- inside -------------------------------------------------------------------------------------------


def _button(
    control: Control, label: str, rect: pygame.Rect, manager: pygame_gui.UIManager, chosen: bool, value: Any
) -> tuple[UIElement, Meaning]:
    look = ObjectID(object_id="#chosen" if chosen else "#plain")
    button = UIButton(rect, label, manager, tool_tip_text=tip(control), object_id=look)
    return button, lambda event: Set(control.name, value)


def _menu(
    control: Choice, rect: pygame.Rect, manager: pygame_gui.UIManager, font: pygame.font.Font, unit: float
) -> tuple[UIElement, Meaning]:
    labels = _labels(control, font, rect.width - round(46 * unit))
    values = {label: value for value, label in labels.items()}
    options: list[str | tuple[str, str]] = [*labels.values()]
    highest = rect.height * 12
    if control.value in labels:
        menu = UIDropDownMenu(options, labels[control.value], rect, manager, expansion_height_limit=highest)
    else:
        menu = _Unchosen(options, control.said, rect, manager, highest)
    return menu, lambda event: Set(control.name, values.get(event.text, control.value))


def _slider(
    control: Slider, place: pygame.Rect, manager: pygame_gui.UIManager, font: pygame.font.Font, unit: float
) -> Made:
    """Build a label with name and value, and the slider to its right."""
    room = min(_widest(control, font) + round(14 * unit), place.width * 3 // 5)
    if place.width > 2 * SLIDER * unit:
        room = max(room, round(place.width * 0.42))  # sliders below each other start at the same column
    label = UILabel(
        pygame.Rect(place.x, place.y, room, place.height),
        written(control.label, control.value, control.written),
        manager,
        object_id=ObjectID(object_id="#name"),
    )
    track = place.inflate(0, -round(8 * unit))
    track.x, track.width = place.x + room, place.width - room
    slider = UIHorizontalSlider(
        track,
        min(max(control.value, control.low), control.high),
        (control.low, control.high),
        manager,
        click_increment=control.step,
    )
    slider.set_tooltip(tip(control))
    for one in (slider.left_button, slider.right_button, slider.sliding_button):
        if one is not None:
            one.set_tooltip(tip(control))
    meanings: dict[UIElement, Meaning] = {slider: lambda event: Set(control.name, float(event.value))}
    return Made(control.name, meanings, slider, label, control.label)


def _labels(control: Choice, font: pygame.font.Font, width: int) -> dict[str, str]:
    """Return labels by value, each within `width` pixels and unique: file names often differ only at their end."""
    labels: dict[str, str] = {}
    for value, label in control.options:
        short = label if control.said else shortened(label, font, width, middle=True)
        labels[value] = label if short in labels.values() else short
    return labels


def _widest(control: Slider, font: pygame.font.Font) -> int:
    """Return the width in pixels of the label at its current and at its longest value."""
    texts = (written(control.label, control.value, control.written), f"{control.label}  {control.high:g}00")
    return max(font.size(text)[0] for text in texts)


def _is_grabbed(slider: UIHorizontalSlider) -> bool:
    return slider.sliding_button is not None and bool(slider.sliding_button.held)


class _Unchosen(UIDropDownMenu):
    """A menu without a selection that shows a title in place of a value. pygame_gui, from 0.6.14 on, raises if the
    selected option is not in the list, so the first one is selected and deselected again before it is drawn."""

    def __init__(
        self,
        options: list[str | tuple[str, str]],
        title: str,
        place: pygame.Rect,
        manager: pygame_gui.UIManager | None,
        highest: int,
    ) -> None:
        super().__init__(options, options[0], place, manager, expansion_height_limit=highest)
        self._title = title
        self._entitle()

    def update(self, time_delta: float) -> None:
        super().update(time_delta)
        self._entitle()

    def _entitle(self) -> None:
        shown: Any = self.current_state
        if shown.selected_option_button.text == self._title:
            return
        shown.selected_option_button.set_text(self._title)
        if self.current_state is self.menu_states["expanded"]:
            for item in shown.options_selection_list.item_list:
                item["selected"] = False
                if item["button_element"] is not None:  # it is visible
                    item["button_element"].unselect()
