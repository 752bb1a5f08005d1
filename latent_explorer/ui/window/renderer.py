"""Draws the window: the view, the widgets over it, an open dialog, and the badge of a running recording."""

import time
from dataclasses import dataclass

import pygame

from latent_explorer.checkpoint.library import Library
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Px, Set
from latent_explorer.scene.items import Halo, Highlight, Panel, Trail, View
from latent_explorer.scene.state import State
from latent_explorer.shell import toolbar
from latent_explorer.ui.capture.captures import Captures
from latent_explorer.ui.render import focus_painter, highlight_painter, outline_room
from latent_explorer.ui.render.painter import Painter
from latent_explorer.ui.widgets.file_dialog import OpenDialog
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.window.keyboard_focus import KeyboardFocus
from latent_explorer.ui.window.term_tips import TermTips

MAX_WIDGET_STEP = 0.1  # seconds that widgets are advanced at most in one frame


@dataclass(frozen=True)
class Moment:
    """What a frame shows beside the state."""

    clock: float
    """Seconds of the window's time."""
    mouse: Px | None
    animated: bool
    """Whether widgets may have moved."""
    explains: bool = True
    """Whether the term under the mouse is explained: not where a lesson has put the mouse."""


class Renderer:
    """Redraws what changed since the last frame."""

    def __init__(self, library: Library, widgets: ToolbarWidgets, captures: Captures, focus: KeyboardFocus) -> None:
        self._library, self._widgets, self._captures, self._focus = library, widgets, captures, focus
        self._painter, self.tips = Painter(), TermTips()
        self._view: View = ()
        self._shown: object = None
        """State and items of the last frame; None draws the next one in any case."""
        self._painted: pygame.Surface | None = None
        """The surface that holds the last frame; None redraws everything."""
        self._floated = False
        """Whether something lay over the view in the last frame."""
        self.drawn_at = 0.0
        """Time of the last drawn frame (time.perf_counter)."""

    def invalidate(self, *, whole: bool = False) -> None:
        """Draw the next frame even if nothing has changed; `whole`: redraw everything in it."""
        self._shown = None
        if whole:
            self._painted = None

    def forget(self) -> None:
        """Draw everything again: in another language, numbers in kept drawings are written otherwise."""
        self._painter = Painter()
        self.invalidate(whole=True)

    def draw(self, surface: pygame.Surface, state: State, view: View, at: Moment, *, dialog: OpenDialog | None) -> bool:
        """Redraw what changed. Return False if nothing did."""
        now = time.perf_counter()
        if self._painter.lettering.ui_scale != state.ui_scale:
            self._painter.use_scale(state.ui_scale)  # outlines go round the letters of this frame, not of the last one
        self._view = view = outline_room.clear_letters(view, self._painter.lettering)
        groups = toolbar.make_groups(state)
        changed = self._widgets.show(
            groups, size=state.window_size, theme_name=state.preferences.theme, ui_scale=state.ui_scale
        )
        floats = self._widgets.floating
        hidden = floats or state.is_covered or dialog is not None or not at.explains
        view = (*view, *self.tips.make_items(view, at.mouse, at.clock, self._painter.lettering, state.window_size,
                                             hidden=hidden))  # fmt: skip
        numbers = self._painter.number_items(view)
        key = (state, numbers)
        if key == self._shown and not (at.animated or changed or dialog):
            return False
        self._shown = key
        if at.animated or changed:
            self._widgets.update(min(MAX_WIDGET_STEP, now - self.drawn_at))
            floats = self._widgets.floating
        # a menu or a tooltip lies over the view: everything is drawn while it is open, and once after
        ring = self._focus.find_ring(state, self._view)
        floating = floats or state.is_covered or dialog is not None or ring is not None
        places = self._captures.hide_badge(surface)
        whole = floating or self._floated or changed or surface is not self._painted
        places += self._painter.paint(
            surface, view, self._library, theme_name=state.preferences.theme, ui_scale=state.ui_scale,
            smooth_pixels=state.preferences.smooth_pixels, redraw_all=whole, numbers=numbers,
        )  # fmt: skip
        self._floated, self._painted = floating, surface
        boxes = self._widgets.boxes
        # a change on both sides of the controls is one rectangle that covers them: they are drawn again
        covered = any([place.collidelist(boxes) >= 0 for place in places])
        if not state.is_covered and (whole or at.animated or covered):
            self._draw_controls(surface, view, boxes)
            places += boxes
        if ring is not None and dialog is None:
            focus_painter.paint(surface, ring.rect, ring.point, self._painter.theme, state.ui_scale)
        if dialog is not None:
            dialog.update(min(MAX_WIDGET_STEP, now - self.drawn_at))
            dialog.draw(surface)
        places += self._record(surface, state, at)
        pygame.display.update(places)
        self.drawn_at = now
        return True

    def _draw_controls(self, surface: pygame.Surface, view: View, boxes: list[pygame.Rect]) -> None:
        """Draw the widgets on a ground of their own, with what lies below and over them."""
        # in a whole frame, too: what is translucent there, as the glow of an outline, would be drawn twice
        for box in boxes:
            surface.fill(self._painter.theme["background"], box)
        self._draw_below_controls(surface, view, boxes)
        self._widgets.draw(surface)
        self._point_at_controls(surface, view, boxes)

    def _draw_below_controls(self, surface: pygame.Surface, view: View, boxes: list[pygame.Rect]) -> None:
        """Draw again what a presenter's mouse leaves below the widgets."""
        for item in view:
            if isinstance(item, Halo | Trail):
                for box in boxes:
                    self._painter.draw_item(surface, item, self._library, box)
                surface.set_clip(None)

    def _point_at_controls(self, surface: pygame.Surface, view: View, boxes: list[pygame.Rect]) -> None:
        """Draw the outlines around controls again, over the widgets."""
        for item in view:
            if isinstance(item, Highlight):
                for i in highlight_painter.compute_bounds(item).collidelistall(boxes):
                    self._painter.draw_item(surface, item, self._library, boxes[i])
                surface.set_clip(None)

    @property
    def view(self) -> View:
        """What the last frame showed."""
        return self._view

    def find_action(self, px: Px) -> Set | None:
        """Return what a click on the panel under `px` sets; None if nothing."""
        panels = [one for one in self._view if isinstance(one, Panel) and one.rect.contains(px)]
        return panels[-1].action if panels else None

    def record(self, surface: pygame.Surface, state: State, at: Moment) -> None:
        """Record a frame in which nothing was drawn: the mouse alone may have moved."""
        pygame.display.update(self._record(surface, state, at))

    def _record(self, surface: pygame.Surface, state: State, at: Moment) -> list[pygame.Rect]:
        """Record a frame of the window without the REC badge. Return the rectangles that changed on the surface."""
        places = self._captures.hide_badge(surface)
        if not self._captures.recording:
            return places
        self._captures.record_frame(surface, at.clock, at.mouse)
        hint = LABS[state.lab].get_layout(state).hint
        return places + self._captures.show_badge(surface, hint, self._painter.lettering, self._painter.theme)
