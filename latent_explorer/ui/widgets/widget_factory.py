"""Builds the pygame_gui elements of one control."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import ObjectID, UIElement
from pygame_gui.elements import UIButton, UIDropDownMenu, UIHorizontalSlider, UILabel
from pygame_gui.elements.ui_drop_down_menu import UIClosedDropDownState

from latent_explorer.scene import glossary
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle, format_tip, without_value
from latent_explorer.scene.events import Set
from latent_explorer.texts import format_number
from latent_explorer.ui.render.fallback_font import make_visible
from latent_explorer.ui.render.text import shorten
from latent_explorer.ui.widgets.overflow_menu import OverflowMenu

ToAction = Callable[[pygame.event.Event], Set]
SLIDER_WIDTH, MIN_TRACK_WIDTH = 150, 50  # design pixels of a slider in the bar, and the least beside its text


@dataclass(frozen=True)
class ControlPlacement:
    """A control with its position and the widths of its widgets, in pixels."""

    control: Control
    x: int
    y: int
    height: int
    widths: tuple[int, ...]
    gap: int

    @property
    def key(self) -> object:
        """A key that is equal for placements with the same widgets."""
        return without_value(self.control), self.x, self.y, self.height, self.widths, self.gap

    def make_rects(self) -> list[pygame.Rect]:
        rects, x = [], self.x
        for cell in self.widths:
            rects.append(pygame.Rect(x, self.y, cell, self.height))
            x += cell + self.gap
        return rects


@dataclass(frozen=True, eq=False)
class ControlWidgets:
    """The elements of a control and the actions of their events."""

    name: str
    actions: dict[UIElement, ToAction] = field(default_factory=dict)
    slider: UIHorizontalSlider | None = None
    label: UILabel | None = None
    """The slider's label with its name and value."""
    write: Callable[[float, str], str] = lambda value, text: text
    """Return the text of the label for a value and its own text."""

    def kill(self) -> None:
        for element in (*self.actions, *([self.label] if self.label is not None else [])):
            element.kill()  # type: ignore[no-untyped-call]

    def move(self, value: float, text: str) -> None:
        """Move the slider to a value that was set elsewhere, unless the user is dragging it."""
        assert self.slider is not None and self.label is not None  # noqa: PT018
        handle = self.slider.sliding_button
        if not (handle is not None and handle.held) and abs(self.slider.get_current_value() - value) > 1e-9:
            self.slider.set_current_value(value)
        label = self.write(value, text)
        if self.label.text != label:
            self.label.set_text(label)


class WidgetFactory:
    """Builds the elements of a control for one UI manager, with text as wide as `font` makes it."""

    def __init__(self, manager: pygame_gui.UIManager, font: pygame.font.Font, ui_scale: float) -> None:
        self.manager, self.font, self.ui_scale = manager, font, ui_scale

    def make(self, place: ControlPlacement) -> ControlWidgets:
        control, rects = place.control, place.make_rects()
        widgets = ControlWidgets(control.name)
        match control:
            case Choice(menu=True):
                widgets.actions.update([self._make_menu(control, rects[0])])
            case Choice():
                tips = control.option_tips or (format_tip(control),) * len(rects)
                for rect, (value, label), tip in zip(rects, control.options, tips, strict=True):
                    look = "#chosen" if value == control.value else "#barred" if value in control.barred else "#plain"
                    button = self._make_button(control, label, rect, look, value, tip)
                    widgets.actions.update([button])
            case Toggle():
                button = self._make_button(
                    control, control.label, rects[0], "#chosen" if control.value else "#plain", not control.value
                )
                widgets.actions.update([button])
            case Button():
                widgets.actions.update([self._make_button(control, control.label, rects[0], "#plain", None)])
            case Number():
                caption = f"{control.label} {control.typed_text or format_number(control.value, 'g')}"
                around = (control.step_value(-1), None, control.step_value(1))
                for text, number, rect in zip(("−", caption, "+"), around, rects, strict=True):
                    look = "#chosen" if text == caption and control.typed_text is not None else "#plain"
                    widgets.actions.update([self._make_button(control, text, rect, look, number)])
            case Slider():
                widgets = self._make_slider(control, rects[0])
        return widgets

    def _make_button(
        self, control: Control, label: str, rect: pygame.Rect, look: str, value: Any, tip: str = ""
    ) -> tuple[UIElement, ToAction]:
        button = UIButton(
            rect, label, self.manager, tool_tip_text=tip or format_tip(control), object_id=ObjectID(object_id=look)
        )
        return button, lambda event: Set(control.name, value)

    def _make_menu(self, control: Choice, rect: pygame.Rect) -> tuple[UIElement, ToAction]:
        labels = _shorten_labels(control, self.font, rect.width - compute_arrow_room(self.ui_scale))
        values = {label: value for value, label in labels.items()}
        options: list[str | tuple[str, str]] = [*labels.values()]
        highest = rect.height * 12
        if control.value in labels:
            menu = _Menu(options, labels[control.value], rect, self.manager, expansion_height_limit=highest)
        else:
            menu = _UnselectedMenu(options, control.closed_label, rect, self.manager, highest)
        menu.tip = format_menu_tip(control)
        if isinstance(control, OverflowMenu):
            return menu, lambda event: control.get_set(values[event.text])
        return menu, lambda event: Set(control.name, values.get(event.text, control.value))

    def _make_slider(self, control: Slider, place: pygame.Rect) -> ControlWidgets:
        """Build a label with name and value, and the slider to its right."""
        u = self.ui_scale
        room = self.font.size(find_longest_caption(control, self.font))[0] + round(14 * u)
        if place.width > 2 * SLIDER_WIDTH * u:
            room = max(room, round(place.width * 0.42))  # sliders below each other start at the same column
        room = min(room, max(place.width // 2, place.width - round(MIN_TRACK_WIDTH * u)))
        box = pygame.Rect(place.x, place.y, room, place.height)

        def write(value: float, text: str) -> str:
            whole = format_value(control.label, value, text)
            few = whole if self.font.size(whole)[0] <= room else format_value("", value, text).strip()
            return shorten(few, self.font, room)

        label = UILabel(
            box, write(control.value, control.value_text), self.manager, object_id=ObjectID(object_id="#name")
        )
        track = place.inflate(0, -round(8 * u))
        track.x, track.width = place.x + room, place.width - room
        value, ends = min(max(control.value, control.low), control.high), (control.low, control.high)
        slider = _Slider(track, value, ends, self.manager, click_increment=control.step)
        slider.set_tooltip(format_tip(control))
        for one in (slider.left_button, slider.right_button, slider.sliding_button):
            if one is not None:
                one.set_tooltip(format_tip(control))
        meanings: dict[UIElement, ToAction] = {slider: lambda event: Set(control.name, float(event.value))}
        return ControlWidgets(control.name, meanings, slider, label, write)


def format_menu_tip(control: Choice) -> str:
    """Return the tooltip of a menu, with what the terms in the shown choice mean."""
    shown = dict(control.options).get(control.value, "")
    return "<br>".join([format_tip(control), *(f"<b>{one.term}</b>: {one.says}" for one in glossary.find_all(shown))])


def compute_arrow_room(ui_scale: float) -> int:
    """Return the pixels of a menu that are not there for its text."""
    return round(46 * ui_scale)


def format_value(label: str, value: float, text: str) -> str:
    """Return the text of a slider's label: its name and value."""
    return f"{label}  {text or format_number(round(value, 3), 'g')}"


def find_longest_caption(control: Slider, font: pygame.font.Font) -> str:
    """Return the widest text that the slider's label has to show; it is the same for each of its values."""
    own = (control.longest_text,) if control.longest_text else (f"{control.low:g}", f"{control.high:g}00")
    return max((format_value(control.label, 0, one) for one in own), key=lambda text: font.size(text)[0])


# -- inside -------------------------------------------------------------------------------------------


def _shorten_labels(control: Choice, font: pygame.font.Font, width: int) -> dict[str, str]:
    """Return labels by value, each within `width` pixels and unique: file names often differ only at their end."""
    labels: dict[str, str] = {}
    for value, label in control.options:
        label = make_visible(label, font)
        whole = control.closed_label and not isinstance(control, OverflowMenu)
        short = label if whole else shorten(label, font, width, middle=True)
        short = label if short in labels.values() else short
        labels[value] = f"{short} {len(labels) + 1}" if short in labels.values() else short
    return labels


class _Slider(UIHorizontalSlider):
    """A slider that stays where it is if its track has no room to move: pygame_gui divides by that room."""

    def _update_data_and_fire_events_when_moved(self) -> None:
        if self.scrollable_width > 0:
            super()._update_data_and_fire_events_when_moved()  # type: ignore[no-untyped-call]


class _Menu(UIDropDownMenu):
    """A menu that says what it is for while it is closed; pygame_gui makes its parts again each time it closes."""

    tip = ""

    def update(self, time_delta: float) -> None:
        super().update(time_delta)
        closed = self.menu_states["closed"]
        if closed is not self.current_state or not isinstance(closed, UIClosedDropDownState):
            return
        for part in (closed.selected_option_button, closed.open_button):
            if part is not None and part.tool_tip_text != self.tip:
                part.set_tooltip(self.tip)


class _UnselectedMenu(_Menu):
    """A menu without a selection that shows a title in place of a value. pygame_gui, from 0.6.14 on, raises if the
    selected option is not in the list, so the first one is selected and deselected again before it is drawn."""

    def __init__(
        self, options: list[str | tuple[str, str]], title: str, place: pygame.Rect, manager: pygame_gui.UIManager,
        max_height: int,
    ) -> None:  # fmt: skip
        super().__init__(options, options[0], place, manager, expansion_height_limit=max_height)
        self._title = title
        self._show_title()

    def update(self, time_delta: float) -> None:
        super().update(time_delta)
        self._show_title()

    def _show_title(self) -> None:
        current: Any = self.current_state
        if current.selected_option_button.text == self._title:
            return
        current.selected_option_button.set_text(self._title)
        if self.current_state is self.menu_states["expanded"]:
            for item in current.options_selection_list.item_list:
                item["selected"] = False
                if item["button_element"] is not None:  # it is visible
                    item["button_element"].unselect()
