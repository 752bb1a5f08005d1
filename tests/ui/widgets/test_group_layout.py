"""Controls in their row: as wide as they are, narrow, or left out."""

from dataclasses import replace

import pygame
import pytest
from pygame_gui.elements import UIDropDownMenu

from latent_explorer.scene.controls import Choice
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets
from tests.ui.widgets.conftest import SAMPLE, show

pytestmark = pytest.mark.usefixtures("surface")


def test_what_finds_no_room_is_left_out(bar):
    show(bar, SAMPLE, Rect(0, 0, 240, 50), (240, 400))
    assert bar.omitted
    assert all(widget.rect.right <= 240 for widget in bar.elements)


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


def test_the_last_control_stands_at_the_right_end_and_is_the_last_to_go():
    for width in (1000, 500, 300, 120):
        controls = ToolbarWidgets()
        show(controls, SAMPLE, Rect(0, 0, width, 50), (width, 400))
        (eat,) = [one for one in controls.elements if getattr(one, "text", None) == "Eat"]
        assert eat.rect.right == width - 14
        assert all(one is eat or one.rect.right <= eat.rect.x for one in controls.elements)
        assert "eat" not in controls.omitted
