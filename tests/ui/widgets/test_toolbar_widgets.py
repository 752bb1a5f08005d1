from dataclasses import replace

import pygame
import pygame_gui
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Button, Choice, Slider, Toggle
from latent_explorer.scene.events import Resize, Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import toolbar as bars
from latent_explorer.shell import update
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.render.boxes import to_box
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from latent_explorer.ui.widgets.widget_factory import ControlPlacement, WidgetFactory
from tests import stage
from tests.stage import play

pytestmark = pytest.mark.usefixtures("surface")

BAR = Rect(0, 0, 1000, 50)
SAMPLE = (
    Choice("fruit", (("a", "Apple"), ("b", "Banana")), "a", "Which fruit"),
    Choice("many", tuple((str(i), f"Number {i}") for i in range(5)), "1", "Which number", menu=True),
    Toggle("ripe", "Ripe", True, "Whether it is ripe"),
    Slider("size", "Size", 0.5, 0.0, 2.0, "How large"),
    Button("eat", "Eat", "Eat it"),
)


def show(
    controls: ToolbarWidgets, wanted, rect: Rect = BAR, size=(1000, 400), theme_name: str = "dark", **more
) -> bool:
    """Shown in one group, the last one at its right end."""
    return controls.show(
        [Group(rect, wanted[:-1], wanted[-1:], **more)], size=size, theme_name=theme_name, ui_scale=1.0
    )


@pytest.fixture
def bar():
    controls = ToolbarWidgets()
    show(controls, SAMPLE)
    return controls


def events(controls: ToolbarWidgets, px, kind: str = "click") -> list[Set]:
    """What clicking at `px` does, through the widgets' own events."""
    place = {"pos": px, "touch": False}
    controls.process(pygame.event.Event(pygame.MOUSEMOTION, rel=(0, 0), buttons=(0, 0, 0), **place))
    pygame.event.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pygame.mouse, "get_pos", lambda: px)
        controls.update(0.01)
    done = []
    for one in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        done.append(controls.process(pygame.event.Event(one, button=1, **place)))
    done += [controls.process(event) for event in pygame.event.get()]
    return [one for one in done if one is not None]


def widgets(controls: ToolbarWidgets, text: str) -> tuple[int, int]:
    """The middle of the widget that says `text`."""
    (found,) = [one for one in controls.elements if getattr(one, "text", None) == text]
    return found.rect.center


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


def test_what_finds_no_room_is_left_out(bar):
    show(bar, SAMPLE, Rect(0, 0, 240, 50), (240, 400))
    assert bar.omitted
    assert all(widget.rect.right <= 240 for widget in bar.elements)


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


def test_what_finds_no_room_is_set_in_the_menu_more():
    controls = ToolbarWidgets()
    switches = tuple(Toggle(f"do {number}", f"Switch {number}", number == 3, "") for number in range(4))
    show(controls, (*switches, SAMPLE[4]), Rect(0, 0, 330, 50), (330, 400))
    assert controls.omitted == ()
    (menu,) = [one for one in controls.elements if isinstance(one, UIDropDownMenu)]
    shown = {one.text for one in controls.elements if one is not menu}
    labels = [option[0] for option in menu.options_list]
    assert labels == [f"{'✓' if one.value else '–'} {one.label}" for one in switches if one.label not in shown]
    event = pygame.event.Event(pygame_gui.UI_DROP_DOWN_MENU_CHANGED, text=labels[-1], ui_element=menu)
    assert controls.process(event) == Set("do 3", False)


def test_a_slider_without_room_for_its_name_shows_its_value():
    controls = ToolbarWidgets()
    slider = Slider("size", "A name much longer than its place", 1.0, 0.0, 2.0, "", value_text="100 %")

    def caption(value: float, text: str) -> str:
        group = Group(Rect(0, 0, 190, 50), (replace(slider, value=value, value_text=text),), wraps=True)
        controls.show([group], size=(190, 400), theme_name="dark", ui_scale=1.0)
        (widgets,) = controls.sliders.values()
        return widgets.label.text

    assert [caption(1.0, "100 %"), caption(2.0, "200 %")] == ["100 %", "200 %"]


def test_where_a_row_is_too_narrow_sliders_and_menus_give_way():
    wide, narrow = ToolbarWidgets(), ToolbarWidgets()
    show(wide, SAMPLE)
    last = max(one.rect.right for one in wide.elements[1:])
    show(narrow, SAMPLE, Rect(0, 0, last + 30, 50), (last + 30, 400))
    assert narrow.omitted == ()
    for kind in ("current_value", "options_list"):
        before, after = (
            next(one.rect.width for one in controls.elements if hasattr(one, kind)) for controls in (wide, narrow)
        )
        assert after < before


def test_a_menu_that_gives_way_still_shows_its_choice():
    menus = [
        Choice(f"menu {k}", (("a", "Chosen word"), ("b", "A much longer choice than that")), "a", "", menu=True)
        for k in range(3)
    ]
    controls = ToolbarWidgets()
    show(controls, (*menus, SAMPLE[4]), Rect(0, 0, 560, 50), (560, 400))
    assert controls.omitted == ()
    shown = [one.selected_option[0] for one in controls.elements if isinstance(one, UIDropDownMenu)]
    assert shown == ["Chosen word"] * 3


def test_buttons_that_become_a_menu_make_one_that_shows_its_choice():
    labels = ("Interpolate", "Arithmetic", "Generate", "Anomaly", "Compress", "Cluster", "Factors")
    many = Choice("lab", tuple((label.lower(), label) for label in labels), "interpolate", "")
    controls = ToolbarWidgets()
    show(controls, (many, SAMPLE[4]), Rect(0, 0, 400, 50), (400, 400))
    assert [one.selected_option[0] for one in controls.elements if isinstance(one, UIDropDownMenu)] == ["Interpolate"]


def test_a_slider_sets_a_number(bar):
    (slider,) = [one for one in bar.elements if hasattr(one, "current_value")]
    import pygame_gui

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


def test_a_wrapping_group_goes_on_in_the_next_row():
    controls = ToolbarWidgets()
    show(controls, (*SAMPLE, SAMPLE[2]), Rect(10, 100, 260, 260), (1000, 400), wraps=True)
    assert controls.omitted == ()
    tops = {one.rect.y for one in controls.elements}
    assert len(tops) >= 3
    assert all(pygame.Rect(10, 100, 260, 260).contains(one.rect) for one in controls.elements)


def test_a_row_of_buttons_shrinks_and_then_becomes_a_menu():
    row = replace(SAMPLE[0], options=tuple((str(k), f"Number {k}") for k in range(6)), value="0")
    widths = {}
    for wide in (900, 600, 300):
        controls = ToolbarWidgets()
        show(controls, (row, SAMPLE[4]), Rect(0, 0, wide, 50), (wide, 400))
        assert controls.omitted == ()
        widths[wide] = [one.rect.width for one in controls.elements[1:]]
    assert [len(one) for one in widths.values()] == [6, 6, 1]
    assert max(widths[600]) < min(widths[900])


def test_a_menu_sets_the_value_behind_its_label(bar):
    import pygame_gui

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


def test_the_last_control_stands_at_the_right_end_and_is_the_last_to_go():
    for width in (1000, 500, 300, 120):
        controls = ToolbarWidgets()
        show(controls, SAMPLE, Rect(0, 0, width, 50), (width, 400))
        (eat,) = [one for one in controls.elements if getattr(one, "text", None) == "Eat"]
        assert eat.rect.right == width - 14
        assert all(one is eat or one.rect.right <= eat.rect.x for one in controls.elements)
        assert "eat" not in controls.omitted


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
