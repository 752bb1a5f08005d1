from dataclasses import replace

import pygame
import pygame_gui
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Slider
from latent_explorer.scene.events import Set
from latent_explorer.shell import toolbar as bars
from latent_explorer.shell import update
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from tests import stage
from tests.ui.widgets.conftest import SAMPLE, events, show, widgets

pytestmark = pytest.mark.usefixtures("surface")


@pytest.mark.parametrize(
    ("text", "action"),
    [("Banana", Set("fruit", "b")), ("Apple", Set("fruit", "a")), ("Ripe", Set("ripe", False)), ("Eat", Set("eat"))],
)
def test_a_click_on_a_widget_sets_its_control(bar, text, action, monkeypatch):
    px = widgets(bar, text)
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    assert events(bar, px) == [action]


@pytest.mark.parametrize(("option", "done"), [("Number 1", []), ("Number 3", [Set("many", "3")])])
def test_a_press_on_an_option_closes_the_menu_also_on_what_is_chosen_already(bar, option, done, monkeypatch):
    (menu,) = [one for one in bar.elements if isinstance(one, UIDropDownMenu)]
    px = menu.rect.center
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    events(bar, px)
    bar.update(0.01)
    assert bar.menu_open
    listed = menu.menu_states["expanded"].options_selection_list.item_list
    (place,) = [item["button_element"].rect.center for item in listed if item["text"] == option]
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: place)
    found = events(bar, place)
    for _ in range(3):  # the widgets answer with events of their own
        found += [one for event in pygame.event.get() if (one := bar.process(event)) is not None]
        bar.update(0.01)
    assert found == done
    show(bar, SAMPLE)
    assert not bar.menu_open


def test_only_the_widgets_of_a_changed_control_are_made_again(bar):
    before = bar.elements
    assert show(bar, (SAMPLE[0], SAMPLE[1], replace(SAMPLE[2], value=False), *SAMPLE[3:]))
    kept = [one for one in before if one in bar.elements]
    (gone,) = [one for one in before if one not in bar.elements]
    assert gone.text == "Ripe"
    assert not gone.alive()
    assert all(one.alive() for one in kept)
    assert len(bar.elements) == len(before)
    show(bar, SAMPLE, size=(900, 400))
    assert not any(one.alive() for one in kept)


def test_every_control_has_its_widgets_inside_the_bar(bar):
    assert bar.omitted == ()
    assert len(bar.elements) == 2 + 1 + 1 + 1 + 1
    for widget in bar.elements:
        assert pygame.Rect(0, 0, 1000, 50).contains(widget.rect)
    boxes = [widget.rect for widget in bar.elements]
    assert all(not a.colliderect(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_the_same_controls_are_not_made_again(bar):
    assert not show(bar, SAMPLE)
    assert show(bar, SAMPLE, theme_name="light")
    assert show(bar, SAMPLE[:3], theme_name="light")


def test_covers_only_where_a_widget_is(bar):
    assert bar.covers(widgets(bar, "Banana"))
    assert not bar.covers((999, 49))
    assert not bar.covers((500, 300))
    assert not ToolbarWidgets().covers((5, 5))


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (640, 480)])
@pytest.mark.parametrize("lab", sorted(LABS))
def test_every_control_of_every_lab_finds_room(world, lab, size):
    state = stage.begin(world, lab, size).put(replace(stage.begin(world, lab, size).overlay, offer_last_session=True))
    states = [state, update.update(state, Set("source", "live"))[0]] if lab == "learn" else [state]
    for one in states:
        controls = ToolbarWidgets()
        controls.show(bars.make_groups(one), size=one.size, theme_name="dark", ui_scale=one.ui_scale)
        assert controls.omitted == ()


@pytest.mark.slow
@pytest.mark.parametrize("text_scale", [1.5, 2.0])
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("lab", sorted(LABS))
def test_with_larger_text_every_control_is_in_reach(world, lab, size, text_scale):
    """In its row or in the menu More; pygame_gui says nothing of too small places: warnings are errors here."""
    state = stage.begin(world, lab, size)
    state = state.put(replace(state.preferences, text_scale=text_scale))
    controls = ToolbarWidgets()
    groups = bars.make_groups(state)
    controls.show(groups, size=state.size, theme_name="dark", ui_scale=state.ui_scale)
    assert controls.omitted == ()
    rows = [to_box(group.rect) for group in groups]
    assert all(any(row.contains(one.rect) for row in rows) for one in controls.elements)


def test_a_slider_sets_a_number(bar):
    (slider,) = [one for one in bar.elements if hasattr(one, "current_value")]

    event = pygame.event.Event(pygame_gui.UI_HORIZONTAL_SLIDER_MOVED, value=1.25, ui_element=slider)
    assert bar.process(event) == Set("size", 1.25)


@pytest.mark.parametrize(("share", "value"), [(0.98, 2.0), (0.5, 1.0), (0.02, 0.0)])
def test_a_press_beside_the_handle_of_a_slider_brings_it_there(bar, share, value):
    (slider,) = [one for one in bar.elements if hasattr(one, "current_value")]
    px = (round(slider.rect.x + share * slider.rect.width), slider.rect.centery)
    assert events(bar, px)[0] == Set("size", pytest.approx(value, abs=0.05))
    assert slider.get_current_value() == pytest.approx(value, abs=0.05)


def test_the_handle_that_came_to_the_mouse_is_dragged_on(bar):
    (slider,) = [one for one in bar.elements if hasattr(one, "current_value")]
    px = (slider.rect.right - 30, slider.rect.centery)
    bar.process(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=px, touch=False))
    assert slider.sliding_button.held
    assert slider.sliding_button.rect.collidepoint(px)


def test_a_slider_that_the_lab_moves_is_moved_and_stays_the_same_widget(bar):
    """A drag would end if the slider under the mouse were made again."""
    (slider,) = [one for one in bar.elements if hasattr(one, "current_value")]
    further = tuple(replace(one, value=1.5, value_text="150 %") if isinstance(one, Slider) else one for one in SAMPLE)
    assert show(bar, further)
    assert slider in bar.elements
    assert slider.get_current_value() == pytest.approx(1.5)
    assert not show(bar, further)


def test_a_menu_sets_the_value_behind_its_label(bar):

    (menu,) = [one for one in bar.elements if hasattr(one, "options_list")]
    event = pygame.event.Event(pygame_gui.UI_DROP_DOWN_MENU_CHANGED, text="Number 3", ui_element=menu)
    assert bar.process(event) == Set("many", "3")


def test_an_open_menu_closes_without_a_choice(bar, monkeypatch):
    assert not bar.menu_open
    (menu,) = [one for one in bar.elements if isinstance(one, UIDropDownMenu)]
    px = menu.rect.center
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: px)
    events(bar, px)
    bar.update(0.01)
    assert bar.floating
    assert bar.menu_open
    bar.close_menus()
    show(bar, SAMPLE)
    assert not bar.floating
    assert not bar.menu_open
