"""Places the controls of a group in its rectangle: as wide as they are, else narrow, else the last ones in a menu More.

It makes no widgets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pygame

from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.widgets import overflow_menu, widget_factory, widget_theme
from latent_explorer.ui.widgets.widget_factory import ControlPlacement

MAX_MENU_WIDTH, MAX_OVERFLOW_WIDTH = 220, 170
MIN_SLIDER_WIDTH, MIN_MENU_WIDTH = 70, 96
"""Design pixels to which they shrink if a row is too narrow."""
TIGHTEST = 2.0
"""Tightness of a row in which menus are no longer wide enough for the choice that they show."""
PADDING, NARROW_PADDING = 20, 10
"""Design pixels beside a button's text; in a row that would have to become a menu."""
MULTI_SLIDER_WIDTH = 640
"""Width in design pixels from which a lab's row has room for several sliders."""


@dataclass(frozen=True)
class PlacedGroup:
    """Where the controls of a group are."""

    placements: tuple[ControlPlacement, ...]
    omitted: tuple[str, ...] = ()
    """Names of the controls without room."""


def lay_out(group: Group, font: pygame.font.Font, ui_scale: float) -> PlacedGroup:
    """Return the placements of `group`: where there is no room, narrow, then with the last controls in a menu More."""
    placed = _Layout(group, font, ui_scale).place()
    for tightness in (0.0, TIGHTEST) if group.wraps else ():
        if placed.omitted:
            placed = _Layout(group, font, ui_scale).place(tightness, folds=True)
    every = (*group.controls, *group.right_controls)
    hidden = [one for one in every if one.name in placed.omitted and overflow_menu.can_hold(one)]
    rest = [one for one in group.controls if one not in hidden and overflow_menu.can_hold(one)]
    while placed.omitted and (hidden or rest):
        if hidden:
            folded = _Layout(_hide_in_menu(group, hidden), font, ui_scale).place(folds=True)
            if overflow_menu.NAME not in folded.omitted and len(folded.omitted) < len(placed.omitted):
                placed = folded
        if not rest:
            break
        hidden.insert(0, rest.pop())
    return placed


def _hide_in_menu(group: Group, hidden: list[Control]) -> Group:
    """Return the group with the `hidden` controls in a menu: at the end of a group that wraps, else before those at the
    right end."""
    shown = [one for one in group.controls if one not in hidden]
    right = [one for one in group.right_controls if one not in hidden]
    menu = overflow_menu.make(hidden)
    if group.wraps:
        return replace(group, controls=(*shown, menu), right_controls=tuple(right))
    return replace(group, controls=tuple(shown), right_controls=(menu, *right))


class _Layout:
    """The arithmetic for one group, in pixels."""

    def __init__(self, group: Group, font: pygame.font.Font, ui_scale: float) -> None:
        self.group, self.font, self.ui_scale = group, font, ui_scale
        self.gap, self.apart = round(3 * ui_scale), round(14 * ui_scale)
        """Between the widgets of a control, and between two controls."""
        self.line = round(widget_theme.CONTROL_ROW_HEIGHT * ui_scale) if group.wraps else group.rect.height
        self.height = max(14, min(self.line, round(52 * ui_scale)) - 2 * round((5 if group.wraps else 8) * ui_scale))
        margin = 0 if group.wraps else round(14 * ui_scale)
        self.x, self.end = group.rect.x + margin, group.rect.right - margin
        """Where the next control begins, and where the room ends."""
        self.y = group.rect.y + (self.line - self.height) // 2
        self.placements: list[ControlPlacement] = []
        self.omitted: list[str] = []

    def place(self, tightness: float = 0.0, *, folds: bool = False) -> PlacedGroup:
        """Return the placements from left to right, the right controls at the right end. Sliders and menus of a group
        that wraps have a `tightness`, 0 to `TIGHTEST`; if it `folds`, rows of buttons are menus."""
        # the last one, the help with the keys of all others, is placed first
        for control in reversed(self.group.right_controls):
            self._place_right(control)
        if not self.group.wraps:
            gaps = self.gap, self.apart
            room = self.end - self.x
            tightness = _compute_tightness(self.group.controls, room, gaps, self.font, self.ui_scale)
        for control in self.group.controls:
            self._place_left(*self._fit(control, tightness, folds=folds))
        return PlacedGroup(tuple(self.placements), tuple(self.omitted))

    def _place_right(self, control: Control) -> None:
        cells = _compute_widths(control, self.font, self.ui_scale)
        width = self._add_up(cells)
        if self.x + width > self.end:
            self.omitted.append(control.name)
            return
        self._append(control, self.end - width, cells)
        self.end -= width + self.apart

    def _place_left(self, control: Control, cells: list[int]) -> None:
        rect, width = self.group.rect, self._add_up(cells)
        if self.x + width > self.end and self.group.wraps and self.x > rect.x:
            self.x, self.y = rect.x, self.y + self.line
        if self.x + width > self.end + 1 or self.y + self.height > rect.bottom + 1:
            self.omitted.append(control.name)
            return
        self._append(control, self.x, cells)
        self.x += width + self.apart

    def _fit(self, control: Control, tightness: float, *, folds: bool) -> tuple[Control, list[int]]:
        """Return a control with the widths of its widgets: a row of buttons with less beside its texts, or as a menu,
        where the row has no room."""
        group, font, ui_scale = self.group, self.font, self.ui_scale
        if group.wraps and isinstance(control, Slider) and group.rect.width < MULTI_SLIDER_WIDTH * ui_scale:
            return control, [self.end - group.rect.x]
        cells = _compute_widths(control, font, ui_scale, tightness)
        if not isinstance(control, Choice) or control.menu:
            return control, cells
        room = self.end - self.x
        if self._add_up(cells) > room:
            cells = _compute_widths(control, font, ui_scale, tightness, NARROW_PADDING)
        if not folds and self._add_up(cells) <= room:
            return control, cells
        menu = Choice(control.name, control.options, control.value, control.tip, menu=True, key=control.key)
        folded = _compute_widths(menu, font, ui_scale, tightness)
        readable = _compute_widths(menu, font, ui_scale, min(tightness, 1.0))
        if control is group.controls[-1] and readable[0] <= room:
            folded = readable  # how tight the row is was measured with the buttons, which are gone
        is_better = folded[0] < self._add_up(cells) and (folded[0] <= room or group.wraps)
        return (menu, folded) if is_better else (control, cells)

    def _append(self, control: Control, x: int, cells: list[int]) -> None:
        self.placements.append(ControlPlacement(control, x, self.y, self.height, tuple(cells), self.gap))

    def _add_up(self, cells: list[int]) -> int:
        return sum(cells) + self.gap * (len(cells) - 1)


def _compute_tightness(
    controls: Sequence[Control], room: int, gaps: tuple[int, int], font: pygame.font.Font, ui_scale: float
) -> float:
    """Return how much sliders and menus must shrink so that all controls fit: 0 (not at all), 1 (menus to the choice
    that they show) to `TIGHTEST` (to their minimum). `gaps` are those within a control and between two."""

    def measure_width(tight: float) -> int:
        rows = [_compute_widths(control, font, ui_scale, tight) for control in controls]
        return sum(sum(cells) + gaps[0] * (len(cells) - 1) for cells in rows) + gaps[1] * (len(rows) - 1)

    for tight in (0.0, 1.0):
        wide, narrow = measure_width(tight), measure_width(tight + 1)
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
