"""Opens, resizes and photographs the window. It imports nothing slow, so that a splash screen appears at once."""

import io
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.ui.render.theme import find_font_file, make_theme

TITLE = "latent_explorer"
BAR_SHARES, MAX_BARS = (0.04, 0.14), (80, 140)
"""Shares of a screen's width and height that are left to its bars, and the pixels that are left at most. SDL knows the
usable part of a screen, but pygame does not tell it."""
HEADLESS_DRIVERS = ("dummy", "offscreen", "evdev")


def open_window(size: tuple[int, int], *, fullscreen: bool, headless: bool) -> pygame.Surface:
    """Open the window with a splash screen and return its surface. Raise `InputError` if there is no display."""
    if headless:
        os.environ["SDL_VIDEODRIVER"] = "dummy"
    elif sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    ):
        raise InputError(_explain_no_display("neither DISPLAY nor WAYLAND_DISPLAY is set"))
    # without this SDL turns off the desktop's effects for every window while ours is open
    os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
    if sys.platform.startswith("linux"):
        # SDL would otherwise send every frame through OpenGL: 11 ms instead of 1 without a graphics card
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
    try:
        pygame.display.init()
    except pygame.error as error:  # SDL_VIDEODRIVER names none
        raise InputError(_explain_no_display(str(error))) from None
    pygame.font.init()
    driver = pygame.display.get_driver()
    if driver in HEADLESS_DRIVERS and not headless and os.environ.get("SDL_VIDEODRIVER") != driver:
        raise InputError(_explain_no_display(f"only SDL's {driver!r} driver answers"))
    pygame.display.set_caption(TITLE)
    surface = set_mode(size if headless else _fit_to_screen(size), fullscreen=fullscreen)
    draw_splash(surface, "Starting")
    return surface


def set_mode(size: tuple[int, int], *, fullscreen: bool) -> pygame.Surface:
    """Set the window to `size` or full screen and return its surface; the system may choose another size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # pygame warns if the system chose another size
            if fullscreen:
                return pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
            return pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise InputError(_explain_no_display(str(error))) from None


def leave_fullscreen(size: tuple[int, int]) -> pygame.Surface:
    """Reopen the window at `size` and return its surface. A full-screen window may be refused its old size."""
    pygame.display.quit()
    pygame.display.init()
    pygame.display.set_caption(TITLE)
    return set_mode(size, fullscreen=False)


def _fit_to_screen(size: tuple[int, int]) -> tuple[int, int]:
    """Return `size`, reduced to what a title bar and the desktop's bars leave of the screen."""
    room = [
        side - min(round(side * share), most)
        for side, share, most in zip(pygame.display.get_desktop_sizes()[0], BAR_SHARES, MAX_BARS, strict=True)
    ]
    return min(size[0], room[0]), min(size[1], room[1])


def draw_splash(surface: pygame.Surface, line: str) -> None:
    """Draw the first frame: the program's name with `line` below it."""
    colours = make_theme("dark")
    width, height = surface.get_size()
    unit = max(0.6, min(width / 1440, height / 900))
    surface.fill(colours["background"])
    title = pygame.font.Font(find_font_file(bold=True), max(12, round(44 * unit))).render(TITLE, True, colours["text"])
    text = pygame.font.Font(find_font_file(), max(9, round(20 * unit))).render(line, True, colours["muted"])
    middle = surface.get_rect().center
    surface.blit(title, title.get_rect(midbottom=(middle[0], middle[1] - round(6 * unit))))
    surface.blit(text, text.get_rect(midtop=(middle[0], middle[1] + round(10 * unit))))
    pygame.display.flip()


def check_screenshot(path: Path) -> None:
    """Raise `InputError` for a name that no screenshot can have; create its folder."""
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".bmp"):
        raise InputError(f"screenshot {path}: a file name that ends in .png is allowed")
    files.check_writable(path, "screenshot")


def save_screenshot(surface: pygame.Surface, path: Path) -> None:
    """Write `surface` to `path`. Raise `WorkError` if the file cannot be written."""
    check_screenshot(path)
    files.write(path, encode_screenshot(surface, path.suffix))


def encode_screenshot(surface: pygame.Surface, suffix: str) -> bytes:
    """Return the bytes of an image file of that suffix. Raise `WorkError` if that fails."""
    data = io.BytesIO()
    try:
        pygame.image.save(surface, data, f"shot{suffix}")
    except pygame.error as error:
        raise WorkError(f"no screenshot: {error}") from None
    return data.getvalue()


def _explain_no_display(reason: str) -> str:
    return f"no display ({reason}): run it on a desktop, or with --headless --screenshot FILE.png"
