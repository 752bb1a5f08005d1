"""What a hand does, as events over frames: it moves the mouse, presses, drags and draws. It knows no lab.

Every iterator goes on by a frame with each step and yields the pause before it in seconds.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pygame

from latent_explorer.scene.events import Px
from latent_explorer.ui.capture.screen_recorder import RATE

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App

DRAG_STEPS = 12


def move(px: Px, button: int = 0) -> None:
    """`button` is held."""
    buttons = tuple(int(i == button) for i in (1, 2, 3))
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons, touch=False))


def press(px: Px, down: bool, button: int = 1, *, double: bool = False) -> None:
    """`double` says which press is a double-click's second: a script's steps follow faster than a hand's."""
    kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
    pygame.event.post(pygame.event.Event(kind, pos=px, button=button, touch=False, double=double))


def scroll(steps: float) -> None:
    wheel: dict[str, Any] = {"x": 0, "y": round(steps), "precise_y": steps, "precise_x": 0.0}
    pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, flipped=False, scripted=True, **wheel))


def type_(code: int, name: str, held: Sequence[str]) -> None:
    """A key of pygame's `code`; `name` is its character where it is one, `held` may have shift and ctrl."""
    text = name if len(name) == 1 and "ctrl" not in held else ""
    mod = pygame.KMOD_LSHIFT if text.isupper() or "shift" in held else pygame.KMOD_NONE
    mod |= pygame.KMOD_LCTRL if "ctrl" in held else pygame.KMOD_NONE
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=text))
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=code, mod=0))


def lapse(app: "App", seconds: float) -> Iterator[float]:
    """A pause; what nobody sees has no other time than this."""
    if app.headless:
        app.pace = float(seconds)
        yield 0.0
        app.pace = 0.0
    else:
        yield float(seconds)


def along(app: "App", stops: Sequence[Px], button: int, seconds: float) -> Iterator[float]:
    """The mouse from stop to stop; in `seconds` it sets off and arrives gently, as a hand does."""
    pieces = len(stops) - 1
    frames = max(DRAG_STEPS * pieces, round(seconds * RATE)) if seconds else DRAG_STEPS * pieces
    for i in range(1, frames + 1):
        share = i / frames
        at = pieces * (share * share * (3 - 2 * share) if seconds else share)
        piece = min(int(at), pieces - 1)
        (x, y), (to_x, to_y) = stops[piece], stops[piece + 1]
        move((x + (to_x - x) * (at - piece), y + (to_y - y) * (at - piece)), button)
        if seconds:
            yield from lapse(app, seconds / frames)
        else:
            yield 0.0


def drag(app: "App", stops: Sequence[Px], button: int = 1, seconds: float = 0.0) -> Iterator[float]:
    """A press at the first stop, which is let go at the last; with one stop a click."""
    move(stops[0])
    yield 0.0
    press(stops[0], True, button)
    yield 0.0
    yield from along(app, stops, button, seconds)
    press(stops[-1], False, button)


def stroke(way: Sequence[Px]) -> Iterator[float]:
    """The pen through all places, one a frame."""
    move(way[0])
    yield 0.0
    press(way[0], True)
    for px in way[1:]:
        move(px, button=1)
        yield 0.0
    press(way[-1], False)
    yield 0.0
