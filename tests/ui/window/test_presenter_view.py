"""The presenter's window."""

import pygame
import pytest

from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.window.presenter_view import SCALES, SHARE, PresenterView

SCREEN = Rect(100, 50, 1000, 800)


@pytest.fixture
def view(surface):
    opened = PresenterView(SCREEN)
    yield opened
    opened.close()


def show(view: PresenterView, *items) -> bool:
    return view.draw(items, {}, "dark")


def test_it_is_opened_in_the_middle_of_its_screen(view):
    assert view.size == (round(SHARE * 1000), round(SHARE * 800))
    x, y = view.window.position
    assert (x - SCREEN.x, y - SCREEN.y) == ((1000 - view.size[0]) // 2, (800 - view.size[1]) // 2)


def test_it_is_drawn_when_something_changed_and_not_else(view):
    note = Text(Rect(20, 20, 400, 30), "Say it slowly.")
    ground = Panel(Rect(0, 0, *view.size), "panel")
    assert show(view, ground, note)
    shown = pygame.image.tobytes(view.window.get_surface(), "RGB")
    assert not show(view, ground, note)
    view.invalidate()
    assert show(view, ground, note)
    assert pygame.image.tobytes(view.window.get_surface(), "RGB") == shown
    assert show(view, ground)
    assert pygame.image.tobytes(view.window.get_surface(), "RGB") != shown


def test_a_click_does_what_lies_on_top_says(view):
    below, above = Set("timer"), Set("next")
    show(
        view,
        Panel(Rect(0, 0, 200, 100), action=below),
        Panel(Rect(50, 0, 100, 100), action=above),
        Panel(Rect(300, 0, 50, 50)),
    )
    assert [view.find_action(px) for px in ((20, 50), (60, 50), (310, 20), (500, 500))] == [below, above, None, None]


def test_its_events_are_told_from_those_of_the_other_window(view):
    assert view.owns(pygame.event.Event(pygame.KEYDOWN, window=view.window))
    assert not view.owns(pygame.event.Event(pygame.KEYDOWN, window=None))
    assert not view.owns(pygame.event.Event(pygame.USEREVENT))


@pytest.mark.parametrize("side", [100, 800, 20_000])
def test_what_it_shows_grows_with_it_within_limits(surface, side):
    opened = PresenterView(Rect(0, 0, side, side))
    low, high = SCALES
    assert low <= opened.ui_scale <= high
    assert (opened.ui_scale == low) == (side == 100)
    opened.close()
    opened.close()  # closed by the desktop meanwhile
