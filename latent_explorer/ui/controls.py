"""pygame_gui elements of the controls that a lab declares, laid out in the bar."""

from collections.abc import Callable, Sequence
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import ObjectID, UIElement
from pygame_gui.elements import UIButton, UIDropDownMenu, UIHorizontalSlider

from latent_explorer.labs.actions import Set
from latent_explorer.labs.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.labs.rect import Rect
from latent_explorer.ui import theme
from latent_explorer.ui.lettering import shortened

Meaning = Callable[[pygame.event.Event], Set]
WIDEST_MENU = 220


class Controls:
    """The bar's widgets. They are made again when the controls, the size or the theme change."""

    def __init__(self) -> None:
        self._manager: pygame_gui.UIManager | None = None
        self._made_for: object = None
        self._style: tuple[str, float] | None = None
        self._bar: Rect | None = None
        self._meanings: dict[UIElement, Meaning] = {}
        self.left_out: tuple[str, ...] = ()
        """Controls that found no room; their keys still work."""

    def show(
        self, controls: Sequence[Control], bar: Rect, *, size: tuple[int, int], theme_name: str, unit: float
    ) -> bool:
        """Make the widgets of `controls` inside `bar`, unless they are there already; whether it did."""
        wanted = (tuple(controls), bar, size, theme_name, round(unit, 2))
        if wanted == self._made_for:
            return False
        self._made_for, self._bar = wanted, bar
        style = (theme_name, round(unit, 2))
        if self._manager is None or style != self._style:
            self._manager = pygame_gui.UIManager(size, theme_path=theme.widgets(theme_name, unit))
            self._style = style
        else:
            self._manager.clear_and_reset()  # type: ignore[no-untyped-call]
            self._manager.set_window_resolution(size)
        self._meanings.clear()
        self._lay_out(controls, bar, unit)
        return True

    def process(self, event: pygame.event.Event) -> Set | None:
        """Let the widgets see an event; what it does to a control, if it does anything."""
        if self._manager is None:
            return None
        self._manager.process_events(event)
        meaning = self._meanings.get(getattr(event, "ui_element", None))  # type: ignore[arg-type]
        kinds = (
            pygame_gui.UI_BUTTON_PRESSED,
            pygame_gui.UI_DROP_DOWN_MENU_CHANGED,
            pygame_gui.UI_HORIZONTAL_SLIDER_MOVED,
        )
        return meaning(event) if meaning is not None and event.type in kinds else None

    def covers(self, px: tuple[float, float]) -> bool:
        """Whether a widget, an open menu among them, lies under a position."""
        if self._manager is None:
            return False
        return any(element.rect.collidepoint(px) for element in self._elements())

    @property
    def floating(self) -> bool:
        """Whether something, an open menu or a tooltip, lies over what is below the bar."""
        if self._manager is None or self._bar is None:
            return False
        return any(element.rect.bottom > self._bar.bottom for element in self._elements())

    @property
    def menu_open(self) -> bool:
        return any(
            isinstance(one, UIDropDownMenu) and one.current_state is one.menu_states["expanded"]
            for one in self._meanings
        )

    def close_menus(self) -> None:
        """Close an open menu without a choice."""
        self._made_for = None  # made again, closed

    def update(self, seconds: float) -> None:
        if self._manager is not None:
            self._manager.update(seconds)

    def draw(self, surface: pygame.Surface) -> None:
        if self._manager is not None:
            self._manager.draw_ui(surface)

    def _elements(self) -> list[UIElement]:
        """What can be seen, without the container of the whole window."""
        assert self._manager is not None
        sprites: list[Any] = self._manager.get_sprite_group().sprites()
        root: Any = self._manager.get_root_container()
        return [one for one in sprites if one.visible and one is not root]

    # -- layout ---------------------------------------------------------------------------------------

    def _lay_out(self, controls: Sequence[Control], bar: Rect, unit: float) -> None:
        """From left to right; the last one, the help that names the keys of all others, always at the right end."""
        margin, gap, group = round(14 * unit), round(3 * unit), round(16 * unit)
        height = max(14, bar.height - 2 * round(9 * unit))
        y = bar.y + (bar.height - height) // 2
        font = self._font()
        x, end = bar.x + margin, bar.right - margin
        left_out = []
        for control in (*controls[-1:], *controls[:-1]):
            cells = _cells(control, font, unit)
            wanted = sum(cells) + gap * (len(cells) - 1)
            if x + wanted > end:
                left_out.append(control.name)
            elif control is controls[-1]:
                self._make(control, end - wanted, y, height, cells, gap, unit)
                end -= wanted + group
            else:
                self._make(control, x, y, height, cells, gap, unit)
                x += wanted + group
        self.left_out = tuple(left_out)

    def _make(self, control: Control, x: int, y: int, height: int, cells: list[int], gap: int, unit: float) -> None:
        match control:
            case Choice(menu=True):
                labels = self._labels(control, cells[0] - round(46 * unit))
                menu = UIDropDownMenu(
                    list(labels.values()),
                    labels[control.value],
                    pygame.Rect(x, y, cells[0], height),
                    self._manager,
                    expansion_height_limit=height * 12,
                )
                values = {label: value for value, label in labels.items()}
                self._meanings[menu] = lambda event: Set(control.name, values[event.text])
            case Choice():
                for cell, (value, label) in zip(cells, control.options, strict=True):
                    self._button(label, x, y, cell, height, control.tip, value == control.value, control.name, value)
                    x += cell + gap
            case Toggle():
                self._button(
                    control.label,
                    x,
                    y,
                    cells[0],
                    height,
                    control.tip,
                    control.value,
                    control.name,
                    not control.value,
                )
            case Button():
                self._button(control.label, x, y, cells[0], height, control.tip, False, control.name, None)
            case Number():
                shown = f"{control.label} {control.typed or format(control.value, 'g')}"
                around = (control.stepped(-1), None, control.stepped(1))
                for text, number, cell in zip(("−", shown, "+"), around, cells, strict=True):
                    focused = text == shown and control.typed is not None
                    self._button(text, x, y, cell, height, control.tip, focused, control.name, number)
                    x += cell + gap
            case Slider():
                slider = UIHorizontalSlider(
                    pygame.Rect(x, y, cells[0], height),
                    control.value,
                    (control.low, control.high),
                    self._manager,
                )
                self._meanings[slider] = lambda event: Set(control.name, float(event.value))

    def _button(
        self,
        label: str,
        x: int,
        y: int,
        width: int,
        height: int,
        tip: str,
        chosen: bool,
        name: str,
        value: object,
    ) -> None:
        button = UIButton(
            pygame.Rect(x, y, width, height),
            label,
            self._manager,
            tool_tip_text=tip,
            object_id=ObjectID(object_id="#chosen" if chosen else "#plain"),
        )
        self._meanings[button] = lambda event: Set(name, value)

    def _labels(self, control: Choice, width: int) -> dict[str, str]:
        """By value, each label within `width` pixels and unlike the others: files often differ at their names' end."""
        font, labels = self._font(), dict[str, str]()
        for value, label in control.options:
            short = shortened(label, font, width, middle=True)
            labels[value] = label if short in labels.values() else short
        return labels

    def _font(self) -> pygame.font.Font:
        assert self._style is not None
        unit = self._style[1]
        return pygame.font.Font(theme.font_file(), max(9, round(theme.SIZES["small"] * unit * 1.08)))


def _cells(control: Control, font: pygame.font.Font, unit: float) -> list[int]:
    """Widths of the control's widgets."""
    padding = round(24 * unit)
    match control:
        case Choice(menu=True):
            longest = max(font.size(label)[0] for _, label in control.options)
            return [min(longest + round(64 * unit), round(WIDEST_MENU * unit))]
        case Choice():
            return [font.size(label)[0] + padding for _, label in control.options]
        case Toggle() | Button():
            return [font.size(control.label)[0] + padding]
        case Number():
            widest = max(font.size(f"{control.label} {value}")[0] for value in (f"{control.high:g}", "0000"))
            return [round(30 * unit), widest + padding, round(30 * unit)]
        case Slider():
            return [round(150 * unit)]
