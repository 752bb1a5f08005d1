"""Screens: the scale that a desktop names or a size suggests, and a window that lies within the usable area."""

import pytest

from latent_explorer.scene.rect import Rect
from latent_explorer.ui.window import screens
from latent_explorer.ui.window.screens import Screen

LAPTOP = Screen(Rect(0, 0, 1366, 768), Rect(0, 24, 1366, 704))
"""With a bar above and one below."""
BORDERS = (20, 1, 5, 1)


@pytest.mark.parametrize(
    ("variables", "resources", "scale"),
    [
        ({"GDK_SCALE": "2"}, "", 2.0),
        ({"QT_SCALE_FACTOR": "1.5"}, "Xft.dpi:\t192", 1.5),
        ({}, "Xcursor.size:\t24\nXft.dpi:\t144\n", 1.5),
        ({}, "Xft.dpi:\t96\n", 1.0),
        ({"GDK_SCALE": "none"}, "Xft.dpi:\t9999", None),
        ({"GDK_SCALE": "nan"}, "", None),
        ({}, "", None),
    ],
)
def test_the_desktop_names_the_scale(variables, resources, scale):
    assert screens.read_scale(variables, resources) == scale


@pytest.mark.parametrize(
    ("size", "scale"),
    [((1366, 768), 1), ((1920, 1080), 1), ((2560, 1440), 1.25), ((3840, 2160), 2), ((3440, 1440), 1.25)],
)
def test_the_size_of_a_screen_suggests_a_scale(size, scale):
    assert screens.guess_scale(size) == scale


@pytest.mark.parametrize("size", [(1440, 900), (800, 600), (5000, 300)])
def test_a_window_fits_between_the_bars(size):
    place = screens.fit(size, LAPTOP, BORDERS)
    assert screens.is_within(place, LAPTOP, BORDERS)
    assert place.width == min(size[0], 1364)
    assert place.height == min(size[1], 679)


def test_a_window_below_the_edge_is_not_within_the_screen():
    assert not screens.is_within(Rect(1, 100, 1300, 650), LAPTOP, BORDERS)
    assert not screens.is_within(Rect(1, 30, 1300, 600), LAPTOP, BORDERS)  # its title bar is below the upper bar


def test_the_middle_of_a_window_says_on_which_screen_it_is(monkeypatch):
    right = Screen(Rect(1366, 0, 1920, 1080), Rect(1366, 0, 1920, 1080))
    monkeypatch.setattr(screens, "list_screens", lambda: [LAPTOP, right])
    assert screens.find_screen(Rect(1000, 10, 1300, 600)) == 1
    assert screens.find_screen(Rect(100, 10, 1300, 600)) == 0
    assert screens.find_screen(Rect(9000, 0, 10, 10)) == 0


def test_a_screen_that_is_dark_is_left_out_and_the_others_keep_their_number(surface, monkeypatch):
    right = Screen(Rect(1366, 0, 1920, 1080), Rect(1366, 0, 1920, 1080), number=1)
    monkeypatch.setattr(screens.pygame.display, "get_driver", lambda: "x11")
    for heads, lit in (([right.whole], [right]), ([], [LAPTOP, right]), ([LAPTOP.whole, right.whole], [LAPTOP, right])):
        monkeypatch.setattr(screens, "_list_x_heads", lambda heads=heads: heads)
        assert screens._leave_out_dark([LAPTOP, right]) == lit
    monkeypatch.setattr(screens, "list_screens", lambda: [right])
    assert [screens.find_sdl_number(index) for index in (0, 1)] == [1, 1]


def test_without_sdl_the_screens_are_those_of_pygame(surface, monkeypatch):
    monkeypatch.setattr(screens, "_find_sdl", lambda: None)
    monkeypatch.setattr("pygame.display.get_desktop_sizes", lambda: [(1366, 768), (1920, 1080)])
    one, two = screens.list_screens()
    assert two.whole == Rect(1366, 0, 1920, 1080)
    assert one.usable.bottom < 700  # a title bar and a panel find room
    assert screens.get_borders() == (0, 0, 0, 0)
