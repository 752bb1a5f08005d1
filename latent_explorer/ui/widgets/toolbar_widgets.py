"""Lays out groups of declared controls as pygame_gui widgets and turns their events into actions."""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import UIElement
from pygame_gui.elements import UIButton, UIDropDownMenu

from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle, without_value
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.render import theme
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.widgets import menu_keys, overflow_menu, widget_factory
from latent_explorer.ui.widgets.widget_factory import ControlPlacement, ControlWidgets, ToAction, WidgetFactory

MAX_MENU_WIDTH, MAX_OVERFLOW_WIDTH = 220, 170
MIN_SLIDER_WIDTH, MIN_MENU_WIDTH = 70, 96  # design pixels to which they shrink if a row is too narrow
TIGHTEST = 2.0  # of a row, where menus are no longer wide enough for the choice that they show
PADDING, NARROW_PADDING = 20, 10  # design pixels beside a button's text; in a row that would have to become a menu
MULTI_SLIDER_WIDTH = 640  # width in design pixels from which a lab's row has room for several sliders
MEANINGFUL_EVENTS = (
    pygame_gui.UI_BUTTON_PRESSED, pygame_gui.UI_DROP_DOWN_MENU_CHANGED, pygame_gui.UI_HORIZONTAL_SLIDER_MOVED
)  # fmt: skip


class ToolbarWidgets:
    """The window's widgets. Those of a control are rebuilt when it, its placement, the size or the theme changes;
    a slider of which only the value has changed is moved."""

    def __init__(self) -> None:
        self._manager: pygame_gui.UIManager | None = None
        self._shown: tuple[object, ...] = ()
        """The groups of the last frame, with size, theme and scale."""
        self._layout_key: object = None
        self._style: tuple[str, float] | None = None
        self._font: pygame.font.Font
        self._boxes: list[pygame.Rect] = []
        """The groups' rectangles."""
        self._control_widgets: dict[object, ControlWidgets] = {}
        """Widgets in the window, by the key of their placement."""
        self._actions: dict[UIElement, ToAction] = {}
        self.sliders: dict[str, ControlWidgets] = {}
        self._values: dict[str, tuple[float, str]] = {}
        self.omitted: tuple[str, ...] = ()
        """Names of controls without room, also in the menu More; their keys still work."""
        self.control_rects: dict[str, Rect] = {}
        """The place of each control that has room; of one in the menu More, that of the menu."""

    def show(self, groups: Sequence[Group], *, size: tuple[int, int], theme_name: str, ui_scale: float) -> bool:
        """Build the widgets of `groups` that do not exist yet. Return True if anything changed."""
        shown = (groups, size, theme_name, ui_scale)
        if shown == self._shown:  # at once, if they are the very same
            return False
        self._shown = shown
        controls = [one for group in groups for one in (*group.controls, *group.right_controls)]
        sliders = {one.name: (one.value, one.value_text) for one in controls if isinstance(one, Slider)}
        bare = tuple(
            (one.rect, tuple(map(without_value, one.controls)), one.right_controls, one.wraps) for one in groups
        )
        wanted = (bare, size, theme_name, round(ui_scale, 2))
        if wanted == self._layout_key:
            return self._move_sliders(sliders)
        self._boxes = [to_box(group.rect) for group in groups]
        style = (theme_name, round(ui_scale, 2))
        if self._manager is None or style != self._style:
            self._manager = pygame_gui.UIManager(size, theme_path=theme.make_widget_theme(theme_name, ui_scale))
            self._style = style
            height = max(9, round(theme.FONT_SIZES["small"] * ui_scale * 1.08))
            self._font = pygame.font.Font(theme.find_font_file(), height)
            self._control_widgets = {}
        elif self._manager.window_resolution != size:
            self._clear()
            self._manager.set_window_resolution(size)
        self._layout_key = wanted
        before, self._control_widgets = self._control_widgets, dict[object, ControlWidgets]()
        factory, left_out = WidgetFactory(self._manager, self._font, ui_scale), list[str]()
        rects = dict[str, Rect]()
        for group in groups:
            placed = self._lay_out(group, ui_scale, left_out)
            rects |= _find_control_rects(placed)
            for place in placed:
                old = before.pop(place.key, None)
                self._control_widgets[place.key] = factory.make(place) if old is None else old
        for gone in before.values():
            gone.kill()
        present = self._control_widgets.values()
        self._actions = {one: meaning for widgets in present for one, meaning in widgets.actions.items()}
        self.sliders = {widgets.name: widgets for widgets in present if widgets.slider is not None}
        self._move_sliders(sliders)
        self.omitted, self.control_rects = tuple(left_out), rects
        return True

    def process(self, event: pygame.event.Event) -> Set | None:
        """Pass an event to the widgets. Return the action on a control, if any."""
        if self._manager is None:
            return None
        jump = self._jump_slider(event)  # before the widgets get the event: the handle is then grabbed
        self._manager.process_events(event)
        dropped = event.type == pygame_gui.UI_SELECTION_LIST_DROPPED_SELECTION
        if dropped and self.menu_open and event.ui_element.get_single_selection() is None:
            self.close_menus()  # a press on the current choice; pygame_gui would choose nothing and stay open
            return None
        if jump is not None:
            return jump
        meaning = self._actions.get(getattr(event, "ui_element", None))  # type: ignore[arg-type]
        return meaning(event) if meaning is not None and event.type in MEANINGFUL_EVENTS else None

    def _jump_slider(self, event: pygame.event.Event) -> Set | None:
        """Move a slider's handle to a press beside it and return the action; pygame_gui would ignore the press."""
        if event.type != pygame.MOUSEBUTTONDOWN or event.button != 1:
            return None
        hit = [one for one in self._find_visible_elements() if one.rect.collidepoint(event.pos)]
        for slider in [widgets.slider for widgets in self.sliders.values() if widgets.slider is not None]:
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
            return self._actions[slider](pygame.event.Event(event.type, value=slider.get_current_value()))
        return None

    def covers(self, px: tuple[float, float]) -> bool:
        """Return True if a widget or an open menu lies under `px`."""
        return bool([element for element in self._find_visible_elements() if element.rect.collidepoint(px)])

    @property
    def elements(self) -> tuple[UIElement, ...]:
        """The widgets that act on a control, in the order of their placement."""
        return tuple(self._actions)

    def list_focusable(self) -> dict[tuple[str, int], UIElement]:
        """Return the widgets that the keyboard reaches, row by row, by the name of their control and their number."""
        elements = {
            (widgets.name, i): element
            for widgets in self._control_widgets.values()
            for i, element in enumerate(widgets.actions)
        }
        return dict(sorted(elements.items(), key=lambda one: (one[1].rect.y, one[1].rect.x)))

    def press(self, element: UIElement) -> Set | None:
        """Return what a button sets; open a menu."""
        if isinstance(element, UIDropDownMenu):
            menu_keys.open_menu(element)
        if not isinstance(element, UIButton) or element not in self._actions:
            return None
        return self._actions[element](pygame.event.Event(pygame_gui.UI_BUTTON_PRESSED, ui_element=element))

    def press_menu_key(self, event: pygame.event.Event) -> Set | None:
        """Pass a key to the open menu. Return the action of the option that it chooses, if any."""
        menu = self._find_open_menu()
        if menu is None:
            return None
        text = None if event.key in menu_keys.CLOSE else menu_keys.press_key(menu, event)
        if text is None:
            if event.key in menu_keys.CLOSE:
                self.close_menus()
            return None
        meaning = self._actions[menu]
        self.close_menus()
        return meaning(pygame.event.Event(pygame_gui.UI_DROP_DOWN_MENU_CHANGED, ui_element=menu, text=text))

    @property
    def floating(self) -> bool:
        """Whether an open menu or a tooltip reaches out of the groups' rectangles."""
        for element in self._find_visible_elements():
            for place in self._boxes:
                if place.contains(element.rect):
                    break
            else:
                return True
        return False

    @property
    def menu_open(self) -> bool:
        return self._find_open_menu() is not None

    def close_menus(self) -> None:
        """Close open menus without a choice."""
        self._clear()  # they are rebuilt closed

    def update(self, seconds: float) -> None:
        if self._manager is not None:
            self._manager.update(seconds)

    def draw(self, surface: pygame.Surface) -> None:
        if self._manager is not None:
            self._manager.draw_ui(surface)

    def _find_open_menu(self) -> UIDropDownMenu | None:
        menus = (one for one in self._actions if isinstance(one, UIDropDownMenu))
        return next((menu for menu in menus if menu_keys.is_open(menu)), None)

    def _find_visible_elements(self) -> list[UIElement]:
        """Return the visible elements, without the root container."""
        if self._manager is None:
            return []
        sprites: list[Any] = self._manager.get_sprite_group().sprites()
        root: Any = self._manager.get_root_container()
        visible = list(filter(attrgetter("visible"), sprites))
        if root in visible:
            visible.remove(root)
        return visible

    def _move_sliders(self, values: dict[str, tuple[float, str]]) -> bool:
        """Move the sliders to their values. Return True if any value changed."""
        changed = [name for name, value in values.items() if self._values.get(name) != value]
        for name in changed:
            if name in self.sliders:
                self.sliders[name].move(*values[name])
        self._values = values
        return bool(changed)

    def _clear(self) -> None:
        for widgets in self._control_widgets.values():
            widgets.kill()
        self._control_widgets, self._layout_key, self._shown = {}, None, ()

    # -- layout ---------------------------------------------------------------------------------------

    def _lay_out(self, group: Group, ui_scale: float, omitted: list[str]) -> list[ControlPlacement]:
        """Return the placements of `group`: where there is no room, narrow, then with the last controls in a menu More.
        Append names without room to `omitted`."""
        placements, left_out = self._place(group, ui_scale)
        for tight in (0.0, TIGHTEST) if group.wraps else ():
            if left_out:
                placements, left_out = self._place(group, ui_scale, tight, fold=True)
        every = (*group.controls, *group.right_controls)
        hidden = [one for one in every if one.name in left_out and overflow_menu.can_hold(one)]
        rest = [one for one in group.controls if one not in hidden and overflow_menu.can_hold(one)]
        while left_out and (hidden or rest):
            if hidden:
                shown = list[Control](one for one in group.controls if one not in hidden)
                right = list[Control](one for one in group.right_controls if one not in hidden)
                menu = overflow_menu.make(hidden)
                if group.wraps:
                    shown.append(menu)
                else:
                    right.insert(0, menu)
                full = replace(group, controls=tuple(shown), right_controls=tuple(right))
                folded, missing = self._place(full, ui_scale, fold=True)
                if overflow_menu.NAME not in missing and len(missing) < len(left_out):
                    placements, left_out = folded, missing
            if not rest:
                break
            hidden.insert(0, rest.pop())
        omitted += left_out
        return placements

    def _place(
        self, group: Group, ui_scale: float, tight: float = 0.0, *, fold: bool = False
    ) -> tuple[list[ControlPlacement], list[str]]:
        """Return placements from left to right, the right controls at the right end, and the names without room.
        Sliders and menus of a group that wraps are `tight`, 0 to `TIGHTEST`; with `fold` rows of buttons are menus."""
        rect, omitted = group.rect, list[str]()
        margin = 0 if group.wraps else round(14 * ui_scale)
        gap, apart = round(3 * ui_scale), round(14 * ui_scale)
        line = round(theme.CONTROL_ROW_HEIGHT * ui_scale) if group.wraps else rect.height
        height = max(14, min(line, round(52 * ui_scale)) - 2 * round((5 if group.wraps else 8) * ui_scale))
        y = rect.y + (line - height) // 2
        font = self._font
        x, end = rect.x + margin, rect.right - margin
        placements: list[ControlPlacement] = []
        # the last one, the help with the keys of all others, is placed first
        for control in reversed(group.right_controls):
            cells = _compute_widths(control, font, ui_scale)
            wanted = sum(cells) + gap * (len(cells) - 1)
            if x + wanted > end:
                omitted.append(control.name)
                continue
            placements.append(ControlPlacement(control, end - wanted, y, height, tuple(cells), gap))
            end -= wanted + apart
        if not group.wraps:
            tight = _compute_tightness(group.controls, end - x, (gap, apart), font, ui_scale)
        for control in group.controls:
            whole = group.wraps and isinstance(control, Slider) and rect.width < MULTI_SLIDER_WIDTH * ui_scale
            cells = [end - rect.x] if whole else _compute_widths(control, font, ui_scale, tight)
            wanted = sum(cells) + gap * (len(cells) - 1)
            if wanted > end - x and isinstance(control, Choice) and not control.menu:
                cells = _compute_widths(control, font, ui_scale, tight, NARROW_PADDING)
                wanted = sum(cells) + gap * (len(cells) - 1)
            if (fold or wanted > end - x) and isinstance(control, Choice) and not control.menu:
                folded = _compute_widths(_to_menu(control), font, ui_scale, tight)
                readable = _compute_widths(_to_menu(control), font, ui_scale, min(tight, 1.0))
                if control is group.controls[-1] and x + readable[0] <= end:
                    folded = readable  # how tight the row is was measured with the buttons, which are gone
                if folded[0] < wanted and (x + folded[0] <= end or group.wraps):
                    control, cells, wanted = _to_menu(control), folded, folded[0]
            if x + wanted > end and group.wraps and x > rect.x:
                x, y = rect.x, y + line
            if x + wanted > end + 1 or y + height > rect.bottom + 1:
                omitted.append(control.name)
                continue
            placements.append(ControlPlacement(control, x, y, height, tuple(cells), gap))
            x += wanted + apart
        return placements, omitted


def _find_control_rects(placed: Sequence[ControlPlacement]) -> dict[str, Rect]:
    rects: dict[str, Rect] = {}
    for place in placed:
        boxes = place.make_rects()
        whole = Rect(place.x, place.y, boxes[-1].right - place.x, place.height)
        rects[place.control.name] = whole
        if isinstance(place.control, overflow_menu.OverflowMenu):
            rects |= {one.control: whole for one in place.control.sets}
    return rects


def _compute_tightness(
    controls: Sequence[Control], room: int, gaps: tuple[int, int], font: pygame.font.Font, ui_scale: float
) -> float:
    """Return how much sliders and menus must shrink so that all controls fit: 0 (not at all), 1 (menus to the choice
    that they show) to `TIGHTEST` (to their minimum). `gaps` are those within a control and between two."""

    def width(tight: float) -> int:
        rows = [_compute_widths(control, font, ui_scale, tight) for control in controls]
        return sum(sum(cells) + gaps[0] * (len(cells) - 1) for cells in rows) + gaps[1] * (len(rows) - 1)

    for tight in (0.0, 1.0):
        wide, narrow = width(tight), width(tight + 1)
        if wide <= room:
            return tight
        if narrow <= room:
            return min(tight + 1, tight + (wide - room) / (wide - narrow) + 0.01)
    return TIGHTEST


def _compute_widths(
    control: Control, font: pygame.font.Font, ui_scale: float, tightness: float = 0.0, beside: float = PADDING
) -> list[int]:
    """Return the widths of a control's widgets in pixels; `tightness`, 0 to `TIGHTEST`, shrinks sliders and menus;
    `beside` the text of a button so many design pixels are free."""
    padding = round(beside * ui_scale)
    match control:
        case Choice(menu=True):
            longest = max((font.size(label)[0] for _, label in control.options), default=0)
            if isinstance(control, overflow_menu.OverflowMenu):
                return [min(longest + round(64 * ui_scale), round(MAX_OVERFLOW_WIDTH * ui_scale))]
            if control.closed_label:
                return [longest + round(40 * ui_scale)]
            wide = min(longest + round(64 * ui_scale), round(MAX_MENU_WIDTH * ui_scale))
            least, shown = round(MIN_MENU_WIDTH * ui_scale), dict(control.options).get(control.value, "")
            own = min(wide, max(least, font.size(shown)[0] + widget_factory.compute_arrow_room(ui_scale)))
            return [_interpolate_width(_interpolate_width(wide, own, min(tightness, 1)), least, max(0, tightness - 1))]
        case Choice():
            return [font.size(label)[0] + padding for _, label in control.options]
        case Toggle() | Button():
            return [font.size(control.label)[0] + padding]
        case Number():
            widest = max(font.size(f"{control.label} {value}")[0] for value in (f"{control.high:g}", "0000"))
            return [round(30 * ui_scale), widest + padding, round(30 * ui_scale)]
        case Slider():
            text = widget_factory.find_longest_caption(control, font)
            track = _interpolate_width(
                round(widget_factory.SLIDER_WIDTH * ui_scale), round(MIN_SLIDER_WIDTH * ui_scale), min(tightness, 1)
            )
            return [font.size(text)[0] + round(14 * ui_scale) + track]


def _interpolate_width(wide: int, narrow: int, tightness: float) -> int:
    return wide - int(max(0, wide - narrow) * tightness)


def _to_menu(control: Choice) -> Choice:
    return Choice(control.name, control.options, control.value, control.tip, menu=True, key=control.key)
