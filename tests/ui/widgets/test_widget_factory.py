"""The widgets of one control."""

from dataclasses import replace

import pygame
import pygame_gui
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Choice, Slider
from latent_explorer.scene.events import Resize, Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import toolbar as bars
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.widgets.widget_factory import ControlPlacement, WidgetFactory
from tests import stage
from tests.stage import play
from tests.ui.widgets.conftest import events, show

pytestmark = pytest.mark.usefixtures("surface")


def test_a_slider_without_room_for_its_name_shows_its_value():
    controls = ToolbarWidgets()
    slider = Slider("size", "A name much longer than its place", 1.0, 0.0, 2.0, "", value_text="100 %")

    def caption(value: float, text: str) -> str:
        group = Group(Rect(0, 0, 190, 50), (replace(slider, value=value, value_text=text),), wraps=True)
        controls.show([group], size=(190, 400), theme_name="dark", ui_scale=1.0)
        (widgets,) = controls.sliders.values()
        return widgets.label.text

    assert [caption(1.0, "100 %"), caption(2.0, "200 %")] == ["100 %", "200 %"]


def test_long_names_in_a_menu_are_shortened_and_stay_apart():
    names = [f"a-name-much-too-long-for-a-menu-{seed}" for seed in ("one", "two")]
    names.append(names[0][:20] + "-and-another-middle-one")
    menu = Choice("model", tuple((name, name) for name in names), names[1], "Which", menu=True)
    controls = ToolbarWidgets()
    show(controls, (menu,))
    (widget,) = controls.elements
    labels = [option[0] for option in widget.options_list]
    assert len(set(labels)) == 3
    assert all(controls._font.size(label)[0] < widget.rect.width - 30 for label in labels[:2])
    assert labels[1].endswith("two")
    for name, label in zip(names, labels, strict=True):
        event = pygame.event.Event(pygame_gui.UI_DROP_DOWN_MENU_CHANGED, ui_element=widget, text=label)
        assert controls.process(event) == Set("model", name)


def test_a_menu_of_which_nothing_is_chosen_opens_under_its_title_and_every_entry_answers():
    options = (("names", "Names"), ("smooth", "Smooth"))
    for place, value in enumerate(("names", "smooth")):
        controls = ToolbarWidgets()
        show(controls, (Choice("view", options, "", "What is on", menu=True, closed_label="View"),))
        (menu,) = controls.elements
        assert menu.current_state.selected_option_button.text == "View"
        events(controls, menu.rect.center)
        controls.update(0.01)
        assert controls.menu_open
        assert menu.current_state.selected_option_button.text == "View"
        found = menu.current_state.options_selection_list
        assert found.get_single_selection() is None
        controls.update(0.01)
        pygame.event.clear()
        button = found.item_list[place]["button_element"]
        said = [controls.process(pygame.event.Event(pygame_gui.UI_BUTTON_PRESSED, ui_element=button))]
        for _ in range(2):  # the list tells the menu, the menu tells the window
            said += [controls.process(event) for event in pygame.event.get()]
        assert [one for one in said if one is not None] == [Set("view", value)]


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (3840, 2160)])
@pytest.mark.parametrize("lab", [*LABS])
def test_no_text_of_a_slider_is_cut_whatever_its_value(lab, size, scale):
    state = play(stage.begin(stage.make_world(), lab, size, text_scale=scale), Resize(size))
    for method in ("kmeans", "dbscan") if lab == "cluster" else ("live",):
        state, bar = play(state, Set("method" if lab == "cluster" else "source", method)), ToolbarWidgets()
        sliders = [one for one in LABS[lab].make_controls(state) if isinstance(one, Slider)]
        for slider in sliders:
            for share in (0.0, 0.329, 0.5, 0.66, 1.0):
                state = play(state, Set(slider.name, slider.low + share * (slider.high - slider.low)))
                bar.show(bars.make_groups(state), size=size, theme_name="dark", ui_scale=state.ui_scale)
                for widgets in bar.sliders.values():
                    needed = widgets.label.font.get_rect(widgets.label.text)
                    assert needed.width <= widgets.label.rect.width, widgets.label.text
                    assert needed.height <= widgets.label.rect.height, widgets.label.text


@pytest.mark.filterwarnings("ignore::UserWarning")  # of a label without room
@pytest.mark.parametrize("width", [1, 4, 10, 38, 64, 100])
def test_a_slider_without_room_stays_where_it_is(width):
    manager = pygame_gui.UIManager((200, 100))
    place = ControlPlacement(Slider("factor", "Factor", 0.5, 0.0, 1.0, "How much"), 0, 0, 20, (width,), 0)
    widgets = WidgetFactory(manager, pygame.font.Font(None, 12), 0.6).make(place)
    widgets.slider._update_data_and_fire_events_when_moved()
    for name in ("left_button", "right_button", "sliding_button"):
        if getattr(widgets.slider, name) is not None:
            getattr(widgets.slider, name).held = True
    manager.update(0.1)
    assert 0 <= widgets.slider.get_current_value() <= 1


def test_a_closed_menu_says_what_it_is_for_and_what_its_choice_means(bar):
    show(bar, (Choice("model", (("a", "mnist-cnn-vae"), ("b", "other")), "a", "Choose the checkpoint", menu=True),))
    menu = next(one for one in bar.elements if isinstance(one, UIDropDownMenu))
    bar.update(0.01)
    tip = menu.current_state.selected_option_button.tool_tip_text
    assert tip.startswith("Choose the checkpoint<br>")
    assert "convolutional network" in tip
    assert "Variational autoencoder" in tip
