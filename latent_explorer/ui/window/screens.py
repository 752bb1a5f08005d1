"""The screens: where they lie, what the desktop's bars leave of them, how large their pixels are meant to be.

pygame tells the sizes of screens alone; SDL, which it brings along, knows the rest and is asked directly. Where that
cannot be done the answers are those of a desktop without bars, and guesses from the size.
"""

import ctypes
import math
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pygame

from latent_explorer.scene.rect import Rect

ORDINARY_SIZE, ORDINARY_DPI = (1920, 1080), 96.0
"""Size of a screen, and dots an inch, at which a pixel is meant to be one of a design."""
SCALES = (0.5, 4.0)
"""Least and largest scale of a display that is believed, or may be asked for."""
SCALE_VARIABLES = ("GDK_SCALE", "QT_SCALE_FACTOR")
SDL_INIT_VIDEO = 0x20
MAX_WINDOW_ID = 16
FALLBACK_BAR_SHARES, MAX_FALLBACK_BARS = (0.04, 0.14), (80, 140)
"""Shares of a screen's width and height left to bars and borders where SDL does not tell, and the pixels at most."""


@dataclass(frozen=True)
class Screen:
    whole: Rect
    usable: Rect
    """Without the desktop's bars."""
    number: int = 0
    """Its number for SDL, which counts dark ones too."""


class _SdlRect(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("x", "y", "width", "height")]

    def to_rect(self) -> Rect:
        return Rect(self.x, self.y, self.width, self.height)


def list_screens() -> list[Screen]:
    """Return all screens, the main one first."""
    sdl = _find_sdl()
    sizes = pygame.display.get_desktop_sizes()
    if sdl is None:
        return [
            replace(_guess_screen(x, size), number=i)
            for i, (x, size) in enumerate(zip(_add_up(sizes), sizes, strict=True))
        ]
    screens = []
    for index in range(max(0, sdl.SDL_GetNumVideoDisplays())):
        whole, usable = _SdlRect(), _SdlRect()
        if sdl.SDL_GetDisplayBounds(index, ctypes.byref(whole)) == 0:
            known = sdl.SDL_GetDisplayUsableBounds(index, ctypes.byref(usable)) == 0 and usable.width * usable.height
            screens.append(Screen(whole.to_rect(), (usable if known else whole).to_rect(), index))
    return _leave_out_dark(screens) or [_guess_screen(0, sizes[0])]


def find_screen(place: Rect) -> int:
    """Return the index of the screen on which the middle of a window at `place` lies; the main one if on none."""
    return next((i for i, screen in enumerate(list_screens()) if screen.whole.contains(place.centre)), 0)


def find_sdl_number(index: int) -> int:
    """Return SDL's number of the screen with an index among all; that of the main one if it is gone."""
    known = list_screens()
    return known[index if index < len(known) else 0].number


def find_window_screen() -> int:
    """Return the index of the screen that the window is on."""
    with suppress(pygame.error, AttributeError):
        x, y = pygame.display.get_window_position()
        return find_screen(Rect(x, y, *pygame.display.get_window_size()))
    return 0


def get_borders() -> tuple[int, int, int, int]:
    """Return the pixels that title bar and borders take around the window: above, left, below, right. Zeros until the
    desktop has said them."""
    sdl = _find_sdl()
    for number in range(1, MAX_WINDOW_ID) if sdl is not None else ():
        window = sdl.SDL_GetWindowFromID(number)
        if window:
            sides = [ctypes.c_int() for _ in range(4)]
            is_known = sdl.SDL_GetWindowBordersSize(ctypes.c_void_p(window), *map(ctypes.byref, sides)) == 0
            above, left, below, right = (side.value if is_known else 0 for side in sides)
            return above, left, below, right
    return 0, 0, 0, 0


def raise_window(*, other_than: int) -> None:
    """Bring the first window forward that has another number, and give it the keyboard."""
    sdl = _find_sdl()
    for number in range(1, MAX_WINDOW_ID) if sdl is not None else ():
        window = sdl.SDL_GetWindowFromID(number) if number != other_than else None
        if window:
            sdl.SDL_RaiseWindow(ctypes.c_void_p(window))
            return


def fit(size: tuple[int, int], screen: Screen, borders: tuple[int, int, int, int]) -> Rect:
    """Return the place of a window of `size`, or as much of it as the screen has room for with `borders` around it."""
    above, left, below, right = borders
    room = screen.usable
    width = max(1, min(size[0], room.width - left - right))
    height = max(1, min(size[1], room.height - above - below))
    x = room.x + left + (room.width - left - right - width) // 2
    return Rect(x, room.y + above + (room.height - above - below - height) // 2, width, height)


def is_within(place: Rect, screen: Screen, borders: tuple[int, int, int, int]) -> bool:
    """Return whether a window at `place` lies with its borders within what the desktop's bars leave of a screen."""
    above, left, below, right = borders
    room = screen.usable
    across = room.x <= place.x - left and place.right + right <= room.right
    return across and room.y <= place.y - above and place.bottom + below <= room.bottom


def guess_usable(screen: Screen) -> Screen:
    """Return a screen less what bars may take of it."""
    whole = screen.whole
    width, height = (
        side - min(round(side * share), most)
        for side, share, most in zip((whole.width, whole.height), FALLBACK_BAR_SHARES, MAX_FALLBACK_BARS, strict=True)
    )
    return replace(screen, usable=Rect(whole.x, whole.y, width, height))


# -- the scale ----------------------------------------------------------------------------------------


def detect_scale() -> float:
    """Return how many pixels of the main screen are meant for one of an ordinary screen: what the desktop says, else
    what the screen's size suggests. 1 on Windows and macOS, which enlarge the window themselves."""
    if not sys.platform.startswith("linux"):
        return 1.0
    named = read_scale(os.environ, _read_x_resources())
    return named or guess_scale(pygame.display.get_desktop_sizes()[0])


def read_scale(environment: Mapping[str, str], resources: str) -> float | None:
    """Return the scale that the desktop's settings name: variables of its libraries, or the dots an inch for text among
    the resources of X. None if they name none."""
    for name in SCALE_VARIABLES:
        with suppress(ValueError):
            value = float(environment.get(name, ""))
            if SCALES[0] <= value <= SCALES[1]:
                return value
    dpi = re.search(r"^Xft\.dpi:\s*([0-9.]{1,8})\s*$", resources, re.MULTILINE)
    with suppress(ValueError):
        value = float(dpi[1]) / ORDINARY_DPI if dpi else math.nan
        if SCALES[0] <= value <= SCALES[1]:
            return value
    return None


def guess_scale(size: tuple[int, int]) -> float:
    """Return the scale that a screen of `size` pixels suggests, in quarters: 2 for 3840x2160."""
    share = min(side / ordinary for side, ordinary in zip(size, ORDINARY_SIZE, strict=True))
    return min(max(math.floor(4 * share) / 4, 1.0), SCALES[1])


# -- inside -------------------------------------------------------------------------------------------


class _XineramaHead(ctypes.Structure):
    _fields_ = [("number", ctypes.c_int), *((name, ctypes.c_short) for name in ("x", "y", "width", "height"))]


def _leave_out_dark(screens: list[Screen]) -> list[Screen]:
    """Return the screens that show something: SDL goes on to name one on X that is switched off with its cable still
    plugged in, as the keys of a laptop for its projector do."""
    heads = _list_x_heads() if len(screens) > 1 and pygame.display.get_driver() == "x11" else []
    return [one for one in screens if not heads or any(head.contains(one.whole.centre) for head in heads)]


def _list_x_heads() -> list[Rect]:
    """Return where X shows something; nothing where it does not say."""
    with suppress(OSError, AttributeError):
        x, xinerama = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXinerama.so.1")
        x.XOpenDisplay.restype = ctypes.c_void_p
        xinerama.XineramaQueryScreens.restype = ctypes.POINTER(_XineramaHead)
        display = ctypes.c_void_p(x.XOpenDisplay(None))
        if not display:
            return []
        count = ctypes.c_int()
        heads = xinerama.XineramaQueryScreens(display, ctypes.byref(count))
        places = [Rect(one.x, one.y, one.width, one.height) for one in heads[: count.value]] if heads else []
        x.XFree(heads)
        x.XCloseDisplay(display)
        return places
    return []


@lru_cache(maxsize=1)
def _load_sdl() -> Any:
    """Return the SDL library that pygame has loaded; None if it is not found."""
    folder = Path(pygame.__file__).parent
    places = [
        *folder.parent.glob("pygame_ce.libs/libSDL2-2*"),
        *folder.glob(".dylibs/libSDL2-2*"),
        *folder.glob("SDL2.dll"),
        *(["libSDL2-2.0.so.0"] if sys.platform.startswith("linux") else []),
    ]
    for place in places:
        with suppress(OSError, AttributeError):
            sdl = ctypes.CDLL(str(place))
            sdl.SDL_GetWindowFromID.restype = ctypes.c_void_p
            return sdl
    return None


def _find_sdl() -> Any:
    """Return SDL if it is the one that pygame uses: another copy of it would show no window."""
    sdl = _load_sdl()
    return sdl if sdl is not None and sdl.SDL_WasInit(SDL_INIT_VIDEO) else None


def _read_x_resources() -> str:
    """Return the resources of the X server that a desktop keeps its settings in; empty without one."""
    if not os.environ.get("DISPLAY"):
        return ""
    try:
        x = ctypes.CDLL("libX11.so.6")
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XResourceManagerString.restype = ctypes.c_char_p
        display = x.XOpenDisplay(None)
        if not display:
            return ""
        text = x.XResourceManagerString(ctypes.c_void_p(display)) or b""
        x.XCloseDisplay(ctypes.c_void_p(display))
    except (OSError, AttributeError):
        return ""
    return bytes(text).decode("utf-8", "replace")


def _add_up(sizes: list[tuple[int, int]]) -> list[int]:
    """Return where screens begin that lie side by side."""
    return [sum(width for width, _ in sizes[:i]) for i in range(len(sizes))]


def _guess_screen(x: int, size: tuple[int, int]) -> Screen:
    return guess_usable(Screen(Rect(x, 0, *size), Rect(x, 0, *size)))
