"""The interface between the window and a program that drives it in place of a user."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pygame

from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Action, Px
from latent_explorer.scene.items import View
from latent_explorer.scene.state import State
from latent_explorer.ui.capture.captures import Captures

if TYPE_CHECKING:
    from latent_explorer.engine.scheduler import Engine


class DrivenWindow(Protocol):
    """What a driver may see of the window and do with it."""

    surface: pygame.Surface
    headless: bool
    pace: float | None
    """Seconds from one frame to the next if the driver sets the time; None: real time. Infinite in a headless run:
    every animation is at its end at once."""
    gliding: bool
    """Whether a picture is being animated."""
    clock: float
    """Seconds of the window's time. In a headless run it advances only during a script's waits."""
    ready_at: float | None
    """Time of the first interactive frame (time.time)."""

    @property
    def state(self) -> State: ...

    @property
    def engine(self) -> "Engine | None": ...

    @property
    def library(self) -> Library: ...

    @property
    def captures(self) -> Captures: ...

    @property
    def mouse(self) -> Px | None:
        """Last position of the mouse in pixels."""

    def make_view(self) -> View:
        """Return what the window shows now."""

    def make_lab_view(self) -> View:
        """Return what the lab shows now, without what lies over it."""

    def find_missing_target(self) -> str:
        """Return what is wrong with the first thing that a lesson's page points at and that is not on the screen."""

    @property
    def unmet_claim(self) -> str:
        """What was said of a lesson's page whose claims the window does not fulfil; empty if it does."""

    def find_unmet_claims(self) -> list[InputError]:
        """Return the errors of the claims of a lesson's page that the window as it is now does not fulfil."""

    def act(self, action: Action) -> None:
        """Update the state by `action`."""

    def frame(self, events: Sequence[pygame.event.Event], seconds: float | None = None) -> bool:
        """Handle `events` and draw the window if anything changed. Return True if it was drawn."""


class Driver(Protocol):
    """A program that drives the window: a script, a lesson or a benchmark."""

    @property
    def wants_frame_now(self) -> bool:
        """Whether the window draws the next frame at once, without waiting for an event."""

    def step(self, window: DrivenWindow) -> bool:
        """Prepare the next frame. Called before every frame; return False when done: the window may close."""

    def on_frame_drawn(self, window: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Receive the `events` that a frame handled and the `seconds` it took. Called after every drawn frame."""
