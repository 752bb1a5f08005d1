"""Who drives the window in place of a hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pygame

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App


class Player(Protocol):
    """Something that drives the window: a script or a benchmark."""

    @property
    def hurried(self) -> bool:
        """Whether it wants a frame at once, without waiting for an event."""

    def step(self, app: "App") -> bool:
        """Called before every frame; False when it is done and the window may close."""

    def after(self, app: "App", events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Called after every drawn frame with the events it answered and the seconds it took."""
