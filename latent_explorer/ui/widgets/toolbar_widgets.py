"""Lays out groups of declared controls as pygame_gui widgets and turns their events into actions."""

from collections.abc import Sequence
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import UIElement
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle, without_value
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.render import theme
from latent_explorer.ui.widgets.widget_factory import SLIDER, Made, Meaning, Place, make, written

WIDEST_MENU = 220
TIGHT_SLIDER, TIGHT_MENU = 70, 96  # design pixels to which they shrink if a row is too narrow
WIDE = 640  # width in design pixels from which a lab's row has room for several sliders


class Controls:
    """The window's widgets. Those of a control are rebuilt when it, its placement, the size or the theme changes;
    a slider of which only the value has changed is moved."""

    def __init__(self) -> None:
        self._manager: pygame_gui.UIManager | None = None
        self._made_for: object = None
        self._style: tuple[str, float] | None = None
        self._font: pygame.font.Font
        self._rects: tuple[Rect, ...] = ()
        self._made: dict[object, Made] = {}
        """Widgets in the window, by the key of their placement."""
        self._meanings: dict[UIElement, Meaning] = {}
        self._sliders: dict[str, Made] = {}
        self._values: dict[str, tuple[float, str]] = {}
        self.left_out: tuple[str, ...] = ()
        """Names of controls without room; their keys still work."""

    def show(self, groups: Sequence[Group], *, size: tuple[int, int], theme_name: str, unit: float) -> bool:
        """Build the widgets of `groups` that do not exist yet. Return True if anything changed."""
        sliders = {
            one.name: (one.value, one.written)
            for group in groups
            for one in (*group.controls, *group.ending)
            if isinstance(one, Slider)
        }
        bare = tuple(
            (group.rect, tuple(map(without_value, group.controls)), group.ending, group.wraps) for group in groups
        )
        wanted = (bare, size, theme_name, round(unit, 2))
        if wanted == self._made_for:
            return self._move(sliders)
        self._rects = tuple(group.rect for group in groups)
        style = (theme_name, round(unit, 2))
        if self._manager is None or style != self._style:
            self._manager = pygame_gui.UIManager(size, theme_path=theme.widgets(theme_name, unit))
            self._style = style
            self._font = pygame.font.Font(theme.font_file(), max(9, round(theme.SIZES["small"] * unit * 1.08)))
            self._made = {}
        elif self._manager.window_resolution != size:
            self._clear()
            self._manager.set_window_resolution(size)
        self._made_for = wanted
        before, self._made = self._made, dict[object, Made]()
        font = self._font
        left_out: list[str] = []
        for group in groups:
            for place in self._lay_out(group, unit, left_out):
                known = before.pop(place.key, None)
                self._made[place.key] = make(place, self._manager, font, unit) if known is None else known
        for gone in before.values():
            gone.kill()
        self._meanings = {one: meaning for made in self._made.values() for one, meaning in made.meanings.items()}
        self._sliders = {made.name: made for made in self._made.values() if made.slider is not None}
        self._move(sliders)
        self.left_out = tuple(left_out)
        return True

    def process(self, event: pygame.event.Event) -> Set | None:
        """Pass an event to the widgets. Return the action on a control, if any."""
        if self._manager is None:
            return None
        jump = self._jumped(event)  # before the widgets get the event: the handle is then grabbed
        self._manager.process_events(event)
        dropped = event.type == pygame_gui.UI_SELECTION_LIST_DROPPED_SELECTION
        if dropped and self.menu_open and event.ui_element.get_single_selection() is None:
            self.close_menus()  # a press on the current choice; pygame_gui would choose nothing and stay open
            return None
        if jump is not None:
            return jump
        meaning = self._meanings.get(getattr(event, "ui_element", None))  # type: ignore[arg-type]
        kinds = (
            pygame_gui.UI_BUTTON_PRESSED,
            pygame_gui.UI_DROP_DOWN_MENU_CHANGED,
            pygame_gui.UI_HORIZONTAL_SLIDER_MOVED,
        )
        return meaning(event) if meaning is not None and event.type in kinds else None

    def _jumped(self, event: pygame.event.Event) -> Set | None:
        """Move a slider's handle to a press beside it and return the action; pygame_gui would ignore the press."""
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != 1:
            return None
        hit = [one for one in self._elements() if one.rect.collidepoint(event.pos)]
        for slider in [made.slider for made in self._sliders.values() if made.slider is not None]:
            handle, inside = slider.sliding_button, slider.button_container
            if handle is None or slider not in hit or handle.rect.collidepoint(event.pos):
                continue
            if any(one not in (slider, inside) for one in hit):  # an open menu covers it
                continue
            room = max(1, slider.rect.width - handle.rect.width)
            share = (event.pos[0] - slider.rect.x - handle.rect.width / 2) / room
            low, high = slider.value_range
            slider.set_current_value(low + (high - low) * min(max(share, 0.0), 1.0), warn=False)
            handle.hovered = True  # the manager would notice one frame later
            return self._meanings[slider](pygame.event.Event(event.type, value=slider.get_current_value()))
        return None

    def covers(self, px: tuple[float, float]) -> bool:
        """Return True if a widget or an open menu lies under `px`."""
        if self._manager is None:
            return False
        return bool([element for element in self._elements() if element.rect.collidepoint(px)])

    @property
    def floating(self) -> bool:
        """Whether an open menu or a tooltip reaches out of the groups' rectangles."""
        if self._manager is None:
            return False
        places = [pygame.Rect(rect.x, rect.y, rect.width, rect.height) for rect in self._rects]
        elements = self._elements()
        inside = {element for place in places for element in elements if place.contains(element.rect)}
        return len(inside) < len(elements)

    @property
    def menu_open(self) -> bool:
        return any(
            isinstance(one, UIDropDownMenu) and one.current_state is one.menu_states["expanded"]
            for one in self._meanings
        )

    def close_menus(self) -> None:
        """Close open menus without a choice."""
        self._clear()  # they are rebuilt closed

    def update(self, seconds: float) -> None:
        if self._manager is not None:
            self._manager.update(seconds)

    def draw(self, surface: pygame.Surface) -> None:
        if self._manager is not None:
            self._manager.draw_ui(surface)

    def _elements(self) -> list[UIElement]:
        """Return the visible elements, without the root container."""
        assert self._manager is not None
        sprites: list[Any] = self._manager.get_sprite_group().sprites()
        root: Any = self._manager.get_root_container()
        return [one for one in sprites if one.visible and one is not root]

    def _move(self, values: dict[str, tuple[float, str]]) -> bool:
        """Move the sliders to their values. Return True if any value changed."""
        changed = [name for name, value in values.items() if self._values.get(name) != value]
        for name in changed:
            if name in self._sliders:
                self._sliders[name].move(*values[name])
        self._values = values
        return bool(changed)

    def _clear(self) -> None:
        for made in self._made.values():
            made.kill()
        self._made, self._made_for = {}, None

    # -- layout ---------------------------------------------------------------------------------------

    def _lay_out(self, group: Group, unit: float, left_out: list[str]) -> list[Place]:
        """Return placements from left to right, `ending` at the right end. Append names without room to `omitted`."""
        rect = group.rect
        margin = 0 if group.wraps else round(14 * unit)
        gap, apart = round(3 * unit), round(14 * unit)
        line = round(theme.CONTROL * unit) if group.wraps else rect.height
        height = max(14, min(line, round(52 * unit)) - 2 * round((5 if group.wraps else 8) * unit))
        y = rect.y + (line - height) // 2
        font = self._font
        x, end = rect.x + margin, rect.right - margin
        found: list[Place] = []
        # the last one, the help with the keys of all others, is placed first
        for control in reversed(group.ending):
            cells = _cells(control, font, unit)
            wanted = sum(cells) + gap * (len(cells) - 1)
            if x + wanted > end:
                left_out.append(control.name)
                continue
            found.append(Place(control, end - wanted, y, height, tuple(cells), gap))
            end -= wanted + apart
        tight = 0.0 if group.wraps else _tightness(group.controls, end - x, (gap, apart), font, unit)
        for control in group.controls:
            whole = group.wraps and isinstance(control, Slider) and rect.width < WIDE * unit
            cells = [end - rect.x] if whole else _cells(control, font, unit, tight)
            wanted = sum(cells) + gap * (len(cells) - 1)
            if wanted > end - x and isinstance(control, Choice) and not control.menu:
                folded = _cells(_as_menu(control), font, unit, tight)
                if x + folded[0] <= end or group.wraps:
                    control, cells, wanted = _as_menu(control), folded, folded[0]
            if x + wanted > end and group.wraps and x > rect.x:
                x, y = rect.x, y + line
            if x + wanted > end + 1 or y + height > rect.bottom + 1:
                left_out.append(control.name)
                continue
            found.append(Place(control, x, y, height, tuple(cells), gap))
            x += wanted + apart
        return found


def _tightness(
    controls: Sequence[Control], room: int, gaps: tuple[int, int], font: pygame.font.Font, unit: float
) -> float:
    """Return how much sliders and menus must shrink so that all controls fit: 0 (not at all) to 1 (to their minimum).
    `gaps` are those within a control and between two."""

    def width(tight: float) -> int:
        rows = [_cells(control, font, unit, tight) for control in controls]
        return sum(sum(cells) + gaps[0] * (len(cells) - 1) for cells in rows) + gaps[1] * (len(rows) - 1)

    wide, narrow = width(0.0), width(1.0)
    return 0.0 if wide <= room or wide == narrow else min(1.0, (wide - room) / (wide - narrow) + 0.01)


def _cells(control: Control, font: pygame.font.Font, unit: float, tight: float = 0.0) -> list[int]:
    """Return the widths of a control's widgets in pixels; `tightness`, 0 to 1, shrinks sliders and menus."""
    padding = round(20 * unit)
    match control:
        case Choice(menu=True):
            if control.said:
                longest = max(font.size(label)[0] for _, label in control.options)
                return [longest + round(40 * unit)]
            longest = max((font.size(label)[0] for _, label in control.options), default=0)
            wide = min(longest + round(64 * unit), round(WIDEST_MENU * unit))
            return [_between(wide, round(TIGHT_MENU * unit), tight)]
        case Choice():
            return [font.size(label)[0] + padding for _, label in control.options]
        case Toggle() | Button():
            return [font.size(control.label)[0] + padding]
        case Number():
            widest = max(font.size(f"{control.label} {value}")[0] for value in (f"{control.high:g}", "0000"))
            return [round(30 * unit), widest + padding, round(30 * unit)]
        case Slider():
            text = max(
                written(control.label, control.value, control.written), f"{control.label} {control.high:g}", key=len
            )
            track = _between(round(SLIDER * unit), round(TIGHT_SLIDER * unit), tight)
            return [font.size(text)[0] + round(14 * unit) + track]


def _between(wide: int, narrow: int, tight: float) -> int:
    return wide - int(max(0, wide - narrow) * tight)


def _as_menu(control: Choice) -> Choice:
    return Choice(control.name, control.options, control.value, control.tip, menu=True, key=control.key)
