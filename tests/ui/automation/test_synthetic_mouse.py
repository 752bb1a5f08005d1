"""Events of a mouse and a keyboard that nobody touches."""

from itertools import pairwise
from types import SimpleNamespace

import pygame
import pytest

from latent_explorer.ui.automation import synthetic_mouse

pytestmark = pytest.mark.usefixtures("surface")

MOUSE = (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP)
STOPS = [(10.0, 20.0), (110.0, 20.0), (110.0, 70.0)]


def take() -> list[pygame.event.Event]:
    """The mouse's events that wait, in their order."""
    return [event for event in pygame.event.get() if event.type in MOUSE]


def play(frames) -> list[list[pygame.event.Event]]:
    """The mouse's events of each frame."""
    pygame.event.clear()
    return [*(take() for _ in frames), take()]


def window(headless: bool = True) -> SimpleNamespace:
    return SimpleNamespace(headless=headless, pace=None)


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_the_mouse_goes_through_every_stop_and_never_back(seconds):
    frames = play(synthetic_mouse.move_along(window(), STOPS, 1, seconds))
    way = [event.pos for frame in frames for event in frame]
    assert way[-1] == STOPS[-1]
    xs, ys = zip(*way, strict=True)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    assert all(x == 110 or y == 20 for x, y in way)  # on the two sides of the corner
    assert all(len(frame) <= 1 for frame in frames)  # one movement a frame


def test_over_some_seconds_it_starts_and_ends_slowly_and_takes_as_long_as_was_said():
    app, paused = window(headless=False), []
    pygame.event.clear()
    for pause in synthetic_mouse.move_along(app, STOPS[:2], 0, 1.5):
        paused.append(pause)
    xs = [event.pos[0] for event in pygame.event.get(pygame.MOUSEMOTION)]
    steps = [b - a for a, b in pairwise(xs)]
    assert sum(paused) == pytest.approx(1.5)
    assert max(steps[0], steps[-1]) < max(steps) / 3


def test_unseen_the_windows_time_goes_on_in_place_of_a_wait():
    app = window()
    pauses = synthetic_mouse.pause(app, 0.25)
    assert next(pauses) == 0
    assert app.pace == 0.25
    assert list(pauses) == []
    assert app.pace == 0


@pytest.mark.parametrize("button", [1, 3])
def test_a_drag_holds_its_button_from_the_first_stop_to_the_last(button):
    events = [event for frame in play(synthetic_mouse.drag(window(), STOPS, button)) for event in frame]
    assert [event.type for event in events[:2]] == [pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN]
    assert events[-1].type == pygame.MOUSEBUTTONUP
    assert (events[1].pos, events[-1].pos) == (STOPS[0], STOPS[-1])
    held = [event.buttons for event in events[2:-1]]
    assert set(held) == {(int(button == 1), 0, int(button == 3))}
    assert all(event.scripted for event in events)


def test_with_one_stop_a_drag_is_a_click():
    frames = play(synthetic_mouse.drag(window(), STOPS[:1]))
    kinds = [event.type for frame in frames for event in frame]
    assert kinds == [pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP]
    assert all(event.pos == STOPS[0] for frame in frames for event in frame)


@pytest.mark.parametrize("path", [STOPS, STOPS[:1]])
def test_a_stroke_of_the_pen_is_held_down_from_its_first_point_to_its_last(path):
    events = [event for frame in play(synthetic_mouse.draw_stroke(path)) for event in frame]
    assert [event.pos for event in events] == [path[0], path[0], *path[1:], path[-1]]
    assert [event.type for event in (events[1], events[-1])] == [pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP]
    assert all(event.buttons == (1, 0, 0) for event in events[2:-1])


@pytest.mark.parametrize(
    ("name", "held", "text", "shift", "ctrl"),
    [
        ("a", [], "a", False, False), ("A", [], "A", True, False), ("s", ["ctrl"], "", False, True),
        ("tab", ["shift"], "", True, False), ("?", ["shift"], "?", True, False),
    ],
)  # fmt: skip
def test_a_key_comes_with_its_letter_and_with_what_is_held(name, held, text, shift, ctrl):
    pygame.event.clear()
    synthetic_mouse.press_key(pygame.K_a, name, held)
    down, up = (event for event in pygame.event.get() if event.type in (pygame.KEYDOWN, pygame.KEYUP))
    assert (down.type, up.type) == (pygame.KEYDOWN, pygame.KEYUP)
    assert (down.unicode, bool(down.mod & pygame.KMOD_SHIFT), bool(down.mod & pygame.KMOD_CTRL)) == (text, shift, ctrl)


def test_part_of_a_turn_of_the_wheel_is_kept():
    pygame.event.clear()
    synthetic_mouse.scroll(-0.4)
    (event,) = pygame.event.get(pygame.MOUSEWHEEL)
    assert (event.y, event.precise_y) == (0, -0.4)
