"""The presenter's second window, the strip in its place, and the marks of the mouse, in a window that nobody sees."""

import pygame
import pytest

from latent_explorer.scene.events import Key, Replace, Set
from latent_explorer.scene.items import Panel
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import lesson, presenter_sheet
from latent_explorer.ui.window import presenter_desk, screens
from latent_explorer.ui.window.screens import Screen
from tests import stage

LAPTOP = Screen(Rect(0, 0, 900, 600), Rect(0, 0, 900, 560))
PROJECTOR = Screen(Rect(900, 0, 1920, 1080), Rect(900, 0, 1920, 1080))
PAGES = (Page("First.", "Why?", "Because.", "Say it slowly."), Page("Second."))


@pytest.fixture
def two_screens(monkeypatch) -> list[Screen]:
    known = [LAPTOP, PROJECTOR]
    monkeypatch.setattr(screens, "list_screens", lambda: list(known))
    return known


@pytest.fixture
def taught(app):
    app.act(Replace(lesson.start_lesson(app.state, Lesson("Codes", PAGES))))
    app.frame([])
    yield app
    pygame.key.set_mods(0)


def event_of(app, kind: int, **values) -> pygame.event.Event:
    """An event of the presenter's window."""
    return pygame.event.Event(kind, window=app.presenter.view.window, **values)


def test_on_one_screen_the_notes_are_a_strip(taught):
    before = taught.state.size
    taught.act(Key("f8"))
    taught.frame([])
    assert taught.presenter.view is None
    assert taught.state.presentation.strip
    assert "Say it slowly." in stage.texts(taught.make_view())
    taught.act(Key("f8"))
    assert taught.state.size == before


def test_on_two_screens_they_are_in_a_window_that_draws_each_page(taught, two_screens):
    taught.act(Key("f8"))
    taught.frame([])
    assert not taught.state.presentation.strip_height
    assert "Say it slowly." not in stage.texts(taught.make_view())
    surface = taught.presenter.view.window.get_surface()
    assert surface.get_height() > 500
    first = pygame.image.tobytes(surface, "RGB")
    taught.frame([event_of(taught, pygame.KEYDOWN, key=pygame.K_PAGEDOWN, mod=0, unicode="", scancode=0)])
    assert taught.state.overlay.lesson.page == 1
    assert pygame.image.tobytes(taught.presenter.view.window.get_surface(), "RGB") != first


def test_a_click_in_it_starts_and_pauses_the_timer(taught, two_screens):
    taught.act(Key("f8"))
    taught.frame([])
    assert taught.presenter.timer.running_since is not None
    buttons = [one for one in taught.presenter.view.items if isinstance(one, Panel) and one.action]
    (pause,) = [one for one in buttons if one.action == Set(presenter_sheet.TIMER)]
    state = taught.state
    taught.frame([event_of(taught, pygame.MOUSEBUTTONDOWN, button=1, pos=pause.rect.centre)])
    assert taught.presenter.timer.running_since is None
    assert taught.state.pointer == state.pointer  # the lab has seen nothing of it


def test_a_screen_that_is_unplugged_turns_the_window_into_the_strip(taught, two_screens):
    taught.act(Key("f8"))
    taught.frame([])
    two_screens.pop()
    taught.clock += 2.0
    taught.frame([])
    assert taught.presenter.view is None
    assert taught.state.presentation.strip
    assert taught.state.status.notice == presenter_desk.UNPLUGGED_TEXT.format(key="F8")


def test_a_screen_that_is_plugged_in_again_has_its_window_at_once(taught, two_screens):
    taught.act(Key("f8"))
    two_screens.pop()
    taught.clock += 2.0
    taught.frame([])
    for screens_there, has_window in ((1, False), (2, True)):
        two_screens[:] = [LAPTOP, PROJECTOR][:screens_there]
        taught.clock += 2.0
        taught.frame([])
        assert (taught.presenter.view is not None) == has_window
    assert taught.state.presentation.notes
    assert not taught.state.presentation.strip
    assert taught.state.status.notice == ""
    taught.act(Key("f8"))  # hidden by hand: another screen brings nothing back
    two_screens.append(PROJECTOR)
    taught.clock += 2.0
    taught.frame([])
    assert taught.presenter.view is None


def test_a_window_that_is_closed_is_gone_and_says_how_it_comes_back(taught, two_screens):
    taught.act(Key("f8"))
    taught.frame([event_of(taught, pygame.WINDOWCLOSE)])
    assert taught.presenter.view is None
    assert not taught.state.presentation.notes
    assert taught.state.status.notice == presenter_desk.CLOSED_TEXT.format(key="F8")
    assert not taught.state.status.closing
    taught.act(Key("f8"))
    assert taught.presenter.view is not None


def test_a_system_without_a_second_window_has_the_strip(taught, two_screens, monkeypatch):
    def refuse(*_):
        raise pygame.error("no more windows")

    monkeypatch.setattr(presenter_desk, "PresenterView", refuse)
    taught.act(Key("f8"))
    assert taught.state.presentation.strip


def move(px, buttons=(0, 0, 0)) -> pygame.event.Event:
    return pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons)


def test_the_laser_leaves_the_point_where_it_is_and_fades(app):
    app.act(Key("f5"))
    middle = stage.map_rect(app.state).centre
    app.frame([move(middle)])
    hover, plain = app.state.pointer.hover, pygame.image.tobytes(app.surface, "RGB")
    pygame.key.set_mods(pygame.KMOD_CTRL)
    app.frame([move((middle[0] + 40, middle[1])), move((middle[0] + 80, middle[1] + 20))])
    pygame.key.set_mods(0)
    assert app.state.pointer.hover == hover
    assert pygame.image.tobytes(app.surface, "RGB") != plain
    app.clock += 5.0
    app.frame([move(middle)])
    assert not app.presenter.fades
    assert pygame.image.tobytes(app.surface, "RGB") == plain


def test_shift_and_a_drag_draw_a_line_over_the_lab(app):
    app.act(Key("f5"))
    (x, y), state = stage.map_rect(app.state).centre, app.state
    pygame.key.set_mods(pygame.KMOD_SHIFT)
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(x, y))])
    pygame.key.set_mods(0)  # who lets go of the key first ends no line
    app.frame([move((x + 60, y + 30), (1, 0, 0))])
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(x + 60, y + 30))])
    assert [len(one.points) for one in app.presenter.marks.strokes] == [2]
    assert app.state.lab_states == state.lab_states
    assert app.state.view == state.view
    app.act(Key("escape"))
    assert not app.presenter.marks.strokes


@pytest.mark.parametrize("key", ["f5", "f1", "."])
def test_a_button_that_is_let_go_unseen_is_not_held_afterwards(app, key):
    app.act(Key("f5"))
    middle = stage.map_rect(app.state).centre
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=2, pos=middle)])
    app.act(Key(key))
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONUP, button=2, pos=middle)])
    app.act(Key(key))
    app.frame([move(middle)])
    app.frame([move((middle[0] + 9, middle[1]))])
    assert not app.presenter.fades
    assert app.state.pointer.hover is not None


def test_outside_of_a_presentation_ctrl_is_no_laser(app):
    middle = stage.map_rect(app.state).centre
    pygame.key.set_mods(pygame.KMOD_CTRL)
    app.frame([move(middle)])
    pygame.key.set_mods(0)
    assert app.state.pointer.hover is not None
    assert not app.presenter.fades


def test_a_timer_that_starts_before_the_first_frame_starts_at_zero(app, monkeypatch):
    monkeypatch.setattr(presenter_desk.time, "perf_counter", lambda: 5000.0)
    desk = presenter_desk.PresenterDesk(app.store, app.library, lambda number: None, headless=False)
    desk.run(Set(presenter_sheet.TIMER))
    assert desk.timer.read(5003.0) == 3.0
