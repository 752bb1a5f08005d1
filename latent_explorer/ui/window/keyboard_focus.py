"""The keyboard focus (F7): a ring goes through the bar and all that can be clicked, Enter presses it.

It remembers a place by its name, since widgets are built again whenever something changes.
"""

from dataclasses import dataclass

import pygame
from pygame_gui.core import UIElement
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.scene.controls import Number, Slider, format_tip
from latent_explorer.scene.events import Action, Move, Press, Px, Release, Report, Set
from latent_explorer.scene.items import View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import focus_stops, toolbar
from latent_explorer.shell.focus_stops import FocusStop
from latent_explorer.shell.keymap import name_key
from latent_explorer.texts import mark, tr
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets

FOCUS_KEY = pygame.K_F7
ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER)
ARROWS = {pygame.K_LEFT: (-1, 0), pygame.K_RIGHT: (1, 0), pygame.K_UP: (0, -1), pygame.K_DOWN: (0, 1)}
AREA_STEPS = 24
"""Steps of the arrows across an area."""
AREA_HELP = mark("Arrows move the point, Enter clicks there, D begins and ends a drag. Tab goes on, Esc leaves.")
FIRST_HELP = mark("Arrows and Tab move, Enter presses, Esc or F7 leaves.")
Name = tuple[str, int]


@dataclass(frozen=True)
class Ring:
    """Where the focus is: around a rectangle, and at a point within it if it is an area."""

    rect: Rect
    point: Px | None = None


class KeyboardFocus:
    """The focus of one window; nothing has it until F7 is pressed."""

    def __init__(self, widgets: ToolbarWidgets) -> None:
        self._widgets = widgets
        self.at: Name | None = None
        """The place that has it; None if nothing has."""
        self._last: Name | None = None
        """Where it was when it was left: F7 returns to it."""
        self._point: Px = (0.5, 0.5)
        """Within an area, 0..1 from its left and its top."""
        self._dragging = False

    @property
    def active(self) -> bool:
        return self.at is not None

    def leave(self) -> None:
        """Take the focus away, since the mouse is used."""
        self._last, self.at, self._dragging = self.at or self._last, None, False

    def find_ring(self, state: State, view: View) -> Ring | None:
        """Return where the focus is drawn; None without one, or while a page lies over everything."""
        if self.at is None or state.is_covered or state.search.text is not None:
            return None
        stop = self._list_stops(state, view).get(self.at)
        if stop is None:
            return None
        if isinstance(stop, FocusStop):
            return Ring(stop.rect, self._find_px(stop.rect) if stop.is_area else None)
        return Ring(_to_rect(stop))

    def handle(self, event: pygame.event.Event, state: State, view: View) -> list[Action] | None:
        """Return what a key of the focus or of an open menu does; None for a key that is not theirs."""
        if self._widgets.menu_open:
            chosen = self._widgets.press_menu_key(event)
            return [] if chosen is None else [chosen]
        if event.mod & (pygame.KMOD_CTRL | pygame.KMOD_ALT | pygame.KMOD_META) or state.search.text is not None:
            return None
        if self.at is None and event.key != FOCUS_KEY:
            return None
        if state.lessons.typed and event.key in (*ENTER, pygame.K_ESCAPE):
            return None  # they are for the number of the page that is typed
        stops = self._list_stops(state, view)
        if event.key == FOCUS_KEY:
            return self._leave(state, stops) if self.active else self._enter(state, stops)
        if event.key == pygame.K_ESCAPE:
            return self._leave(state, stops)
        if self.at is None or self.at not in stops:
            return self._enter(state, stops)
        stop = stops[self.at]
        shift = bool(event.mod & pygame.KMOD_SHIFT)
        if event.key == pygame.K_TAB:
            return self._step(state, stops, -1 if shift else 1)
        if isinstance(stop, FocusStop) and stop.is_area:
            return self._press_area_key(event, stop, shift=shift)
        if event.key in ENTER:
            return self._press(stop)
        if event.key in ARROWS and not shift:
            return self._press_arrow(ARROWS[event.key], state, stops)
        return None

    # -- inside ---------------------------------------------------------------------------------------

    def _list_stops(self, state: State, view: View) -> dict[Name, UIElement | FocusStop]:
        """Return the widgets, then everything else, each by a name of its own."""
        stops: dict[Name, UIElement | FocusStop] = dict(self._widgets.list_focusable())
        for one in focus_stops.list_stops(state, view):
            number = next(i for i in range(len(stops) + 1) if (one.name, i) not in stops)
            stops[one.name, number] = one
        return stops

    def _enter(self, state: State, stops: dict[Name, UIElement | FocusStop]) -> list[Action]:
        if not stops:
            return []
        self.at = self._last if self._last in stops else next(iter(stops))
        return [Report(tr(FIRST_HELP), state.status.message)]

    def _leave(self, state: State, stops: dict[Name, UIElement | FocusStop]) -> list[Action]:
        stop = stops.get(self.at) if self.at is not None else None
        released = [Release(self._find_px(stop.rect))] if self._dragging and isinstance(stop, FocusStop) else []
        self.leave()
        return [*released, Report(message=state.status.message)]

    def _step(self, state: State, stops: dict[Name, UIElement | FocusStop], by: int) -> list[Action]:
        """Go to the next place, or to the one before."""
        assert self.at is not None
        names = list(stops)
        return self._go_to(names[(names.index(self.at) + by) % len(names)], state, stops)

    def _go_to(self, name: Name, state: State, stops: dict[Name, UIElement | FocusStop]) -> list[Action]:
        before = stops.get(self.at) if self.at is not None else None
        actions: list[Action] = []
        if self._dragging and isinstance(before, FocusStop):
            actions.append(Release(self._find_px(before.rect)))
        self.at, self._point, self._dragging = name, (0.5, 0.5), False
        stop = stops[name]
        if isinstance(stop, FocusStop):
            if stop.is_area:
                actions.append(Move(self._find_px(stop.rect)))
            return [*actions, Report(tr(AREA_HELP) if stop.is_area else "", state.status.message)]
        return [*actions, Report(_find_tip(name, state), state.status.message)]

    def _press(self, stop: UIElement | FocusStop) -> list[Action]:
        if not isinstance(stop, FocusStop):
            done = self._widgets.press(stop)
            return [] if done is None else [done]
        if stop.action is not None:
            return [stop.action]
        return [Press(stop.rect.centre), Release(stop.rect.centre)]

    def _press_arrow(
        self, arrow: tuple[int, int], state: State, stops: dict[Name, UIElement | FocusStop]
    ) -> list[Action]:
        """Up and Down change a number, open a menu, and else go to the next row; Left and Right go to the neighbour."""
        assert self.at is not None
        across, down = arrow
        if across:
            return self._step(state, stops, across)
        control = next((one for one in toolbar.list_controls(state) if one.name == self.at[0]), None)
        match control:
            case Slider(name=name, value=value, step=step, low=low, high=high):
                return [Set(name, min(max(value - down * step, low), high))]
            case Number(name=name):
                return [Set(name, control.step_value(-down))]
        stop = stops[self.at]
        if isinstance(stop, UIDropDownMenu) and down > 0:
            return self._press(stop)
        return self._go_to(find_in_next_row(self.at, stops, down), state, stops)

    def _press_area_key(self, event: pygame.event.Event, stop: FocusStop, *, shift: bool) -> list[Action] | None:
        here = self._find_px(stop.rect)
        if event.key in ENTER:
            return [Press(here), Release(here)]
        if event.key == pygame.K_d and not shift:
            self._dragging = not self._dragging
            return [Press(here) if self._dragging else Release(here)]
        if event.key not in ARROWS or shift:
            return None
        (x, y), (across, down) = self._point, ARROWS[event.key]
        self._point = (_limit(x + across / AREA_STEPS), _limit(y + down / AREA_STEPS))
        return [Move(self._find_px(stop.rect))]

    def _find_px(self, rect: Rect) -> Px:
        x, y = self._point
        return rect.x + x * max(0, rect.width - 1), rect.y + y * max(0, rect.height - 1)


def _limit(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def _to_rect(element: UIElement) -> Rect:
    box = element.rect
    return Rect(box.x, box.y, box.width, box.height)


def find_in_next_row(at: Name, stops: dict[Name, UIElement | FocusStop], down: int) -> Name:
    """Return the place nearest to `at` in the next row below, or above for `down` -1; itself in the last row."""
    rects = {name: one.rect if isinstance(one, FocusStop) else _to_rect(one) for name, one in stops.items()}
    x, y = rects[at].centre
    beyond = {name: one.centre for name, one in rects.items() if down * (one.centre[1] - y) > rects[at].height / 2}
    if not beyond:
        return at
    first = min(beyond, key=lambda name: abs(beyond[name][1] - y))
    row = [name for name in beyond if abs(beyond[name][1] - beyond[first][1]) <= rects[first].height / 2]
    return min(row, key=lambda name: abs(beyond[name][0] - x))


def _find_tip(name: Name, state: State) -> str:
    """Return what a control is for."""
    for control in toolbar.list_controls(state):
        if control.name == name[0]:
            tips: tuple[str, ...] = getattr(control, "option_tips", ())
            tip = tips[name[1]] if name[1] < len(tips) else format_tip(control)
            return tip.removesuffix(f" ({name_key('lab')})")  # Tab moves the focus meanwhile
    return ""
