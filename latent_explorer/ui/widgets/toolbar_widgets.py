"""The widgets of the declared controls, made by pygame_gui, and the actions of their events."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import pygame
import pygame_gui
from pygame_gui.core import UIElement
from pygame_gui.elements import UIButton, UIDropDownMenu

from latent_explorer.scene.controls import Slider, without_value
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.render import theme
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.widgets import group_layout, menu_keys, overflow_menu, widget_theme
from latent_explorer.ui.widgets.widget_factory import ControlPlacement, ControlWidgets, ToAction, WidgetFactory

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
        self.boxes: list[pygame.Rect] = []
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
        self.boxes = [to_box(group.rect) for group in groups]
        style = (theme_name, round(ui_scale, 2))
        if self._manager is None or style != self._style:
            self._manager = pygame_gui.UIManager(size, theme_path=widget_theme.make_widget_theme(theme_name, ui_scale))
            self._style = style
            self._font = pygame.font.Font(theme.find_font_file(), widget_theme.compute_font_height(ui_scale))
            self._control_widgets = {}
        elif self._manager.window_resolution != size:
            self._clear()
            self._manager.set_window_resolution(size)
        self._layout_key = wanted
        before, self._control_widgets = self._control_widgets, dict[object, ControlWidgets]()
        factory, left_out = WidgetFactory(self._manager, self._font, ui_scale), list[str]()
        rects = dict[str, Rect]()
        for group in groups:
            placed = group_layout.lay_out(group, self._font, ui_scale)
            left_out += placed.omitted
            rects |= _find_control_rects(placed.placements)
            for place in placed.placements:
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
            for place in self.boxes:
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


def _find_control_rects(placed: Sequence[ControlPlacement]) -> dict[str, Rect]:
    rects: dict[str, Rect] = {}
    for place in placed:
        boxes = place.make_rects()
        whole = Rect(place.x, place.y, boxes[-1].right - place.x, place.height)
        rects[place.control.name] = whole
        if isinstance(place.control, overflow_menu.OverflowMenu):
            rects |= {one.control: whole for one in place.control.sets}
    return rects
