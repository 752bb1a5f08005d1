"""Posts synthetic mouse and keyboard events over frames: moves, presses, drags and strokes. It knows no lab.

Every iterator posts the events of one frame per step and yields the seconds to wait before the next one.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pygame

from latent_explorer.scene.events import Px
from latent_explorer.ui.capture.screen_recorder import FRAME_RATE
from latent_explorer.ui.driver import DrivenWindow

DRAG_STEPS = 12


def move(px: Px, button: int = 0) -> None:
    """Post a mouse move to `px` while `button` is down (0: none)."""
    buttons = tuple(int(i == button) for i in (1, 2, 3))
    _post(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons, touch=False)


def press(px: Px, down: bool, button: int = 1, *, double: bool = False) -> None:
    """Post a press or release. `double` marks a double-click's second press: a script is faster than a user."""
    kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
    _post(kind, pos=px, button=button, touch=False, double=double)


def scroll(steps: float) -> None:
    _post(pygame.MOUSEWHEEL, flipped=False, x=0, y=round(steps), precise_y=steps, precise_x=0.0)


def press_key(code: int, name: str, modifiers: Sequence[str]) -> None:
    """Post a key by pygame's `code`. `name` is its character, if any; `modifiers` may contain shift and ctrl."""
    text = name if len(name) == 1 and "ctrl" not in modifiers else ""
    mod = pygame.KMOD_LSHIFT if text.isupper() or "shift" in modifiers else pygame.KMOD_NONE
    mod |= pygame.KMOD_LCTRL if "ctrl" in modifiers else pygame.KMOD_NONE
    _post(pygame.KEYDOWN, key=code, mod=mod, unicode=text)
    _post(pygame.KEYUP, key=code, mod=0)


def pause(app: DrivenWindow, seconds: float) -> Iterator[float]:
    """Pause for `seconds`; in a headless run, advance the window's time by them."""
    if app.headless:
        app.pace = float(seconds)
        yield 0.0
        app.pace = 0.0
    else:
        yield float(seconds)


def move_along(app: DrivenWindow, stops: Sequence[Px], button: int, seconds: float) -> Iterator[float]:
    """Move the mouse from stop to stop; with `seconds`, it accelerates and slows down smoothly over that time."""
    pieces = len(stops) - 1
    frames = max(DRAG_STEPS * pieces, round(seconds * FRAME_RATE)) if seconds else DRAG_STEPS * pieces
    for i in range(1, frames + 1):
        share = i / frames
        at = pieces * (share * share * (3 - 2 * share) if seconds else share)
        piece = min(int(at), pieces - 1)
        (x, y), (to_x, to_y) = stops[piece], stops[piece + 1]
        move((x + (to_x - x) * (at - piece), y + (to_y - y) * (at - piece)), button)
        if seconds:
            yield from pause(app, seconds / frames)
        else:
            yield 0.0


def drag(app: DrivenWindow, stops: Sequence[Px], button: int = 1, seconds: float = 0.0) -> Iterator[float]:
    """Press at the first stop, move along `stops` and release at the last; a click if there is one stop."""
    move(stops[0])
    yield 0.0
    press(stops[0], True, button)
    yield 0.0
    yield from move_along(app, stops, button, seconds)
    press(stops[-1], False, button)


def draw_stroke(path: Sequence[Px]) -> Iterator[float]:
    """Draw a pen stroke through all positions of `path`, one per frame."""
    move(path[0])
    yield 0.0
    press(path[0], True)
    for px in path[1:]:
        move(px, button=1)
        yield 0.0
    press(path[-1], False)
    yield 0.0


def _post(kind: int, **values: Any) -> None:
    """Post an event that is told from those of the real mouse."""
    pygame.event.post(pygame.event.Event(kind, scripted=True, **values))
