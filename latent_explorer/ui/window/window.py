"""Opens, resizes and photographs the window. It imports nothing slow, so that a splash screen appears at once."""

import io
import os
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import tr
from latent_explorer.ui.render.theme import find_font_file, make_theme
from latent_explorer.ui.window import screens

TITLE = "latent_explorer"
ORDINARY_SIZE = (1440, 900)
"""Size of the window at the scale 1, unless another one is asked for."""
LEAST_SCALE = 0.6
"""Least screen pixels per design pixel on a display of the scale 1, in a window as small as one likes."""
EXPECTED_BORDERS = (40, 4, 8, 4)
"""Design pixels that a desktop may put around a window, above, left, below and right, until it says them."""
BORDER_LOOKS, BORDER_PAUSE = 6, 0.01
"""How often it is looked for the borders of the window that has just opened, and the seconds in between."""
MOVE_LOOKS = 30
"""The same for a window that was told to go to another screen."""
HEADLESS_DRIVERS = ("dummy", "offscreen", "evdev")


def open_window(
    size: tuple[int, int] | None, *, fullscreen: bool, headless: bool, scale: float | None = None
) -> pygame.Surface:
    """Open the window with a splash screen and return its surface; without a `size`, at the ordinary one, times the
    `scale` of the display. Raise `InputError` if there is no display."""
    init_display(headless=headless)
    if size is None:
        factor = choose_scale(scale, headless=headless)
        size = round(ORDINARY_SIZE[0] * factor), round(ORDINARY_SIZE[1] * factor)
    surface = set_mode(size if headless else _fit_to_screen(size), fullscreen=fullscreen)
    draw_splash(surface, tr("Starting"))
    if not headless and not fullscreen:
        surface = _keep_on_screen(surface)
        draw_splash(surface, tr("Starting"))
    return surface


def choose_scale(asked: float | None, *, headless: bool) -> float:
    """Return the scale of the display: the one that was asked for, else what the desktop says; 1 without a display."""
    return asked or (1.0 if headless else screens.detect_scale())


def choose_least_scale(asked: float | None, *, headless: bool) -> float:
    """Return the least screen pixels per design pixel: who asks for a scale gets it in a small window as well."""
    return asked or LEAST_SCALE * choose_scale(None, headless=headless)


def init_display(*, headless: bool) -> None:
    """Prepare pygame for a window. Raise `InputError` if there is no display."""
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


def set_mode(size: tuple[int, int], *, fullscreen: bool) -> pygame.Surface:
    """Set the window to `size`, or fill the screen that it is on, and return its surface; the system may choose another
    size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # pygame warns if the system chose another size
            if fullscreen:
                number = screens.find_window_screen() if pygame.display.get_surface() is not None else 0
                return pygame.display.set_mode((0, 0), pygame.FULLSCREEN, display=screens.find_sdl_number(number))
            return pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise InputError(_explain_no_display(str(error))) from None


def leave_fullscreen(size: tuple[int, int]) -> pygame.Surface:
    """Reopen the window at `size` and return its surface. A full-screen window may be refused its old size."""
    pygame.display.quit()
    pygame.display.init()
    pygame.display.set_caption(TITLE)
    surface = set_mode(size, fullscreen=False)
    return surface if pygame.display.get_driver() in HEADLESS_DRIVERS else _keep_on_screen(surface)


def move_to_screen(number: int, *, fills: bool) -> pygame.Surface | None:
    """Move the window to a screen, which it fills if it `fills` the one that it is on; return its surface if that is
    another one now."""
    place = screens.list_screens()[number].usable
    if fills:  # one that fills a screen stays there, whatever screen it is told to fill
        set_mode((place.width // 2, place.height // 2), fullscreen=False)
        pygame.display.set_window_position((place.x + place.width // 4, place.y + place.height // 4))
        _wait_for_screen(number)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            try:
                return pygame.display.set_mode((0, 0), pygame.FULLSCREEN, display=screens.find_sdl_number(number))
            except pygame.error:  # it is gone by now
                return set_mode((0, 0), fullscreen=True)
    place = screens.fit(pygame.display.get_window_size(), screens.list_screens()[number], screens.get_borders())
    pygame.display.set_window_position((place.x, place.y))
    return set_mode(place.size, fullscreen=False) if place.size != pygame.display.get_window_size() else None


def _wait_for_screen(number: int) -> None:
    """Wait, not for long, until the desktop has put the window on a screen."""
    for _ in range(MOVE_LOOKS):
        pygame.event.pump()
        if screens.find_window_screen() == number:
            return
        time.sleep(BORDER_PAUSE)


def _fit_to_screen(size: tuple[int, int]) -> tuple[int, int]:
    """Return `size`, reduced to what the desktop's bars and the borders of a window leave of the main screen."""
    screen, factor = screens.list_screens()[0], screens.detect_scale()
    if screen.usable == screen.whole:  # no bars, or a desktop that does not tell of them
        screen = screens.guess_usable(screen)
    place = screens.fit(size, screen, (0, 0, 0, 0))
    above, left, below, right = (round(factor * side) for side in EXPECTED_BORDERS)
    room = screens.fit(size, screens.list_screens()[0], (above, left, below, right))
    return min(place.width, room.width), min(place.height, room.height)


def _keep_on_screen(surface: pygame.Surface) -> pygame.Surface:
    """Move the window, and make it smaller if it must be, so that with its borders it lies within the usable area of
    its screen; return its surface."""
    for _ in range(BORDER_LOOKS):
        pygame.event.pump()
        borders = screens.get_borders()
        if any(borders):
            break
        time.sleep(BORDER_PAUSE)
    try:
        x, y = pygame.display.get_window_position()
    except (pygame.error, AttributeError):  # not every system tells
        return surface
    place = Rect(x, y, *pygame.display.get_window_size())
    screen = screens.list_screens()[screens.find_screen(place)]
    if screens.is_within(place, screen, borders):
        return surface
    fitting = screens.fit(place.size, screen, borders)
    if fitting.size != place.size:
        surface = set_mode(fitting.size, fullscreen=False)
    pygame.display.set_window_position((fitting.x, fitting.y))
    return surface


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
        raise WorkError(tr("no screenshot: {reason}", reason=error)) from None
    return data.getvalue()


def _explain_no_display(reason: str) -> str:
    return f"no display ({reason}): run it on a desktop, or with --headless --screenshot FILE.png"
