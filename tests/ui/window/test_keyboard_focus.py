"""Everything that the mouse can click is reached by keys alone: the bar, a lab's controls and parts, menus, the pad."""

from dataclasses import replace

import pygame
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Move, Press, Release, Report, Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import focus_stops, toolbar, view
from latent_explorer.shell.focus_stops import FocusStop
from latent_explorer.ui.widgets import overflow_menu
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.window.keyboard_focus import KeyboardFocus, find_in_next_row
from tests.stage import begin, play


def key(code: int, unicode: str = "", mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=unicode, mod=mod)


F7, TAB, ENTER, ESC = (key(code) for code in (pygame.K_F7, pygame.K_TAB, pygame.K_RETURN, pygame.K_ESCAPE))
LEFT, RIGHT, UP, DOWN = (key(code) for code in (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN))


class Desk:
    """A bar with the focus over it, without the rest of a window."""

    def __init__(self, state) -> None:
        self.state, self.widgets = state, ToolbarWidgets()
        self.focus = KeyboardFocus(self.widgets)
        self.show()

    def show(self) -> None:
        groups = toolbar.make_groups(self.state)
        look = {"theme_name": self.state.preferences.theme, "ui_scale": self.state.ui_scale}
        self.widgets.show(groups, size=self.state.window_size, **look)
        self.view = view.add_overlays(view.make_lab_view(self.state, Results()), self.state, Results())

    def press(self, *events: pygame.event.Event):
        """Press keys, do what they say, and return it; None if they are not the focus's."""
        done = None
        for event in events:
            done = self.focus.handle(event, self.state, self.view)
            self.state = play(self.state, *(one for one in done or () if not isinstance(one, Report)))
            self.show()
        return done

    def walk(self):
        """Go once through all places by Tab, and return their names."""
        self.press(F7)
        first, names = self.focus.at, []
        while not names or self.focus.at != first:
            names.append(self.focus.at)
            assert self.focus.find_ring(self.state, self.view) is not None
            self.press(TAB)
        return names


@pytest.mark.parametrize("lab", sorted(LABS))
def test_every_control_and_every_part_of_every_lab_is_reached(surface, world, lab):
    desk = Desk(begin(world, lab, (1366, 768)))
    names = desk.walk()
    reached = {name for name, _ in names}
    controls = {
        one.name: one for group in toolbar.make_groups(desk.state) for one in (*group.controls, *group.right_controls)
    }
    elements = desk.widgets.list_focusable()
    more = next((one for (name, _), one in elements.items() if name == overflow_menu.NAME), None)
    in_more = set() if more is None else set(desk.widgets.control_rects) - reached
    for name, control in controls.items():
        assert name in reached | in_more or (name in desk.widgets.omitted and control.key), name
    parts = LABS[lab].get_layout(desk.state).parts
    assert {
        one for one in LABS[lab].list_interactive_parts(desk.state) if one in parts and parts[one].height
    } <= reached
    assert len(names) == len(set(names)) >= len(elements)


def test_enter_presses_buttons_and_switches(surface, world):
    desk = Desk(begin(world, "explore", (1366, 768)))
    desk.press(F7, RIGHT)  # from the first tab to the second
    assert desk.press(ENTER) == [Set("lab", toolbar.list_controls(desk.state)[0].options[1][0])]
    name = desk.state.lab
    desk.press(RIGHT, ENTER)
    assert desk.state.lab not in (name, "explore")
    assert desk.press(ESC) is not None
    assert not desk.focus.active
    assert desk.press(ENTER) is None


@pytest.mark.parametrize("opening", [ENTER, DOWN])
def test_a_menu_is_opened_moved_in_and_chosen_from(surface, world, opening):
    desk = Desk(begin(world, "explore", (1366, 768)))
    desk.press(F7)
    while desk.focus.at[0] != "map":
        desk.press(TAB)
    desk.press(opening)
    assert desk.widgets.menu_open
    assert desk.press(LEFT) == []  # the menu takes the key
    assert desk.press(DOWN) == []
    assert desk.press(ENTER) == [Set("map", "pca")]
    assert not desk.widgets.menu_open
    assert desk.focus.at[0] == "map"  # it stays where it was
    desk.press(opening, ESC)
    assert not desk.widgets.menu_open
    assert desk.focus.active
    desk.press(opening, key(pygame.K_n, "n"))
    assert desk.press(ENTER) == [Set("map", "new")]


def test_a_menu_that_the_mouse_opened_takes_keys_too(surface, world):
    desk = Desk(begin(world, "explore", (1366, 768)))
    (menu,) = [one for (name, _), one in desk.widgets.list_focusable().items() if name == "layer"]
    assert isinstance(menu, UIDropDownMenu)
    desk.widgets.press(menu)
    desk.press(DOWN)
    (chosen,) = desk.press(ENTER)
    assert chosen.control == "layer"
    assert chosen.value != "none"


def test_up_and_down_change_a_slider(surface, world):
    desk = Desk(begin(world, "denoise", (1366, 768)))
    desk.press(F7)
    while desk.focus.at[0] != "level":
        desk.press(TAB)
    before = next(one for one in toolbar.list_controls(desk.state) if one.name == "level")
    (more,) = desk.press(UP)
    assert more == Set("level", pytest.approx(min(before.value + before.step, before.high)))
    assert desk.press(DOWN) == [Set("level", pytest.approx(before.value))]


def test_in_an_area_the_arrows_move_a_point_and_enter_clicks_there(surface, world):
    desk = Desk(begin(world, "explore", (1366, 768)))
    stop = next(one for one in focus_stops.list_stops(desk.state, desk.view) if one.is_area)
    desk.press(F7)
    while desk.focus.at[0] != stop.name:
        desk.press(TAB)
    (moved,) = desk.press(RIGHT)
    assert isinstance(moved, Move)
    assert stop.rect.centre[0] < moved.px[0] < stop.rect.right
    assert desk.press(ENTER) == [Press(moved.px), Release(moved.px)]
    assert desk.press(key(pygame.K_d, "d")) == [Press(moved.px)]
    further = desk.press(RIGHT)[0].px
    assert desk.press(ESC)[0] == Release(further)  # no drag goes on without the focus


def test_the_pad_is_drawn_on_by_keys(surface, world):
    desk = Desk(play(begin(world, "explore", (1366, 768)), Set("pad", True)))
    names = {name for name, _ in desk.walk()}
    assert {"pad close", "pad ink", "pad pen", "pad eraser", "pad undo", "pad clear", "pad file", "pad paste"} <= names
    while desk.focus.at[0] != "pad ink":
        desk.press(TAB)
    desk.press(key(pygame.K_d, "d"), RIGHT, RIGHT, DOWN, key(pygame.K_d, "d"))
    assert desk.state.drawing.image is not None


def test_other_keys_and_pages_over_the_lab_are_not_the_focuss(surface, world):
    desk = Desk(begin(world))
    assert desk.press(TAB) is None
    desk.press(F7)
    assert desk.press(key(pygame.K_t, "t")) is None
    assert desk.press(key(pygame.K_TAB, mod=pygame.KMOD_CTRL)) is None
    asked = play(desk.state, Key("escape"))
    assert focus_stops.list_stops(asked, desk.view) == []
    assert desk.focus.find_ring(asked, desk.view) is None
    assert desk.focus.find_ring(desk.state, desk.view) is not None


def test_a_labs_tip_names_no_key_that_moves_the_focus_now(surface, world):
    desk = Desk(begin(world))
    done = desk.press(F7, RIGHT)
    assert desk.focus.at[0] == "lab"
    (tip,) = (one.notice for one in done if isinstance(one, Report))
    assert tip
    assert "(Tab)" not in tip


def test_enter_goes_to_the_page_that_is_typed(surface, world):
    desk = Desk(begin(world))
    desk.press(F7)
    desk.state = desk.state.put(replace(desk.state.lessons, typed="3"))
    assert desk.press(ENTER) is None
    desk.state = desk.state.put(replace(desk.state.lessons, typed=""))
    assert desk.press(ENTER)


def test_the_ring_is_drawn_and_leaves_nothing_behind(app):
    def shot():
        app.frame([], 1.0)
        return pygame.surfarray.array3d(app.surface)

    app.frame([key(pygame.K_n, "n")])
    before = shot()
    app.frame([F7])
    ringed = shot()
    y = app.widgets.elements[0].rect.y
    assert (ringed[:, : y + 40] != before[:, : y + 40]).any()
    app.frame([TAB])
    assert (shot() != ringed).any()
    app.frame([ESC])
    app.frame([key(pygame.K_n, "n"), key(pygame.K_n, "n")])  # the line that a key ends
    assert (shot() == before).all()
    assert not app.state.status.closing
    assert app.state.status.question is None


def test_down_goes_to_the_next_row_and_to_the_nearest_place_there():
    rows = {"tab": Rect(500, 0, 60, 20), "menu": Rect(0, 40, 60, 20), "far": Rect(900, 40, 60, 20),
            "chip": Rect(505, 80, 40, 20)}  # fmt: skip
    stops = {(name, 0): FocusStop(name, rect) for name, rect in rows.items()}
    assert find_in_next_row(("tab", 0), stops, 1) == ("far", 0), "not the chip, which lies below it in the row after"
    assert find_in_next_row(("far", 0), stops, 1) == ("chip", 0)
    assert find_in_next_row(("chip", 0), stops, 1) == ("chip", 0), "in the last row it stays"
