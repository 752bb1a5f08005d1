"""The interface of a program that drives the window in place of a user."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pygame

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App


class Driver(Protocol):
    """A program that drives the window: a script or a benchmark."""

    @property
    def wants_frame_now(self) -> bool:
        """Whether the window draws the next frame at once, without waiting for an event."""

    def step(self, app: "App") -> bool:
        """Prepare the next frame. Called before every frame; return False when done: the window may close."""

    def on_frame_drawn(self, app: "App", events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Receive the `events` that a frame handled and the `seconds` it took. Called after every drawn frame."""
