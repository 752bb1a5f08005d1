"""The presenter's own window, on another screen than the one that the class sees. It draws a view, of whatever."""

from collections.abc import Sequence
from contextlib import suppress

import pygame

from latent_explorer.scene.events import Px, Set
from latent_explorer.scene.items import Item, Panel, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import Models
from latent_explorer.texts import mark, tr
from latent_explorer.ui.render.painter import Painter
from latent_explorer.ui.window import screens

TITLE = mark("Presenter view")
SHARE = 0.94
"""The part of the screen that the window takes at first."""
DESIGN_SIZE, SCALES = (1100, 700), (0.6, 3.0)
KEY_EVENTS = (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT, pygame.TEXTEDITING)
"""Events of the window that mean the same as in the main one."""


class PresenterView:
    def __init__(self, place: Rect) -> None:
        """Open the window on the screen at `place`. Raise `pygame.error` if there can be none."""
        width, height = round(SHARE * place.width), round(SHARE * place.height)
        corner = place.x + (place.width - width) // 2, place.y + (place.height - height) // 2
        self.window = pygame.Window(tr(TITLE), (width, height), position=corner, resizable=True)
        self._painter = Painter()
        self.items: View = ()
        self._stale = True
        """Whether the whole window has to be drawn again."""

    @property
    def size(self) -> tuple[int, int]:
        return self.window.size

    @property
    def ui_scale(self) -> float:
        share = min(side / design for side, design in zip(self.size, DESIGN_SIZE, strict=True))
        return min(max(share, SCALES[0]), SCALES[1])

    def owns(self, event: pygame.event.Event) -> bool:
        """Return whether an event is one of this window."""
        return getattr(event, "window", None) is self.window

    def find_action(self, px: Px) -> Set | None:
        """Return what a click at `px` sets; None if nothing."""
        panels = [one for one in self.items if isinstance(one, Panel) and one.rect.contains(px)]
        return panels[-1].action if panels else None

    def draw(self, items: Sequence[Item], models: Models, theme_name: str) -> bool:
        """Draw the items if they are others than those that are shown. Return whether anything was drawn."""
        view, surface = tuple(items), self.window.get_surface()
        if view == self.items and not self._stale:
            return False
        self.items = view
        self._painter.paint(
            surface, view, models, theme_name=theme_name, ui_scale=self.ui_scale, redraw_all=self._stale
        )
        self._stale = False
        self.window.flip()
        return True

    def invalidate(self) -> None:
        """Draw the whole window the next time."""
        self._stale = True

    def hand_focus_back(self) -> None:
        """Give the keyboard back to the main window, which a new window takes it from."""
        screens.raise_window(other_than=self.window.id)

    def close(self) -> None:
        with suppress(pygame.error):
            self.window.destroy()
