"""The keys of the file dialog."""

import pygame
import pytest

from tests.ui.widgets.conftest import press


@pytest.mark.parametrize("enter", [pygame.K_RETURN, pygame.K_KP_ENTER])
def test_arrows_select_and_enter_opens(open_dialog, tmp_path, enter):
    dialog = open_dialog()
    for key in (pygame.K_DOWN, pygame.K_DOWN, pygame.K_DOWN, pygame.K_DOWN, pygame.K_UP):
        dialog.process(press(key))
    assert [one["selected"] for one in dialog.window.file_selection_list.item_list] == [False, True, False]
    dialog.process(press(enter))
    assert not dialog.is_open
    assert dialog.chosen == tmp_path / "one.png"


def test_enter_on_a_folder_lists_it(open_dialog, tmp_path):
    dialog = open_dialog()
    dialog.process(press(pygame.K_DOWN))
    dialog.process(press(pygame.K_RETURN))
    assert dialog.is_open
    assert dialog.folder == tmp_path / "pictures"
    dialog.process(press(pygame.K_DOWN))  # it is empty
    assert dialog.chosen is None


def test_typing_jumps_to_a_name_and_backspace_to_the_folder_above(open_dialog, tmp_path):
    dialog = open_dialog()

    def chosen() -> str:
        return next(one["text"] for one in dialog.window.file_selection_list.item_list if one["selected"])

    for letter, name in (("t", "two.PNG"), ("w", "two.PNG")):
        dialog.process(press(ord(letter), letter))
        assert chosen() == name
    dialog.process(press(pygame.K_HOME))
    assert chosen() == "pictures"
    dialog.process(press(pygame.K_RETURN))
    assert dialog.folder == tmp_path / "pictures"
    dialog.process(press(pygame.K_BACKSPACE))
    assert dialog.folder == tmp_path


def test_tab_reaches_the_line_of_text_and_every_button(open_dialog, tmp_path):
    dialog = open_dialog()
    window, seen = dialog.window, []
    dialog.process(press(pygame.K_DOWN))
    dialog.process(press(pygame.K_DOWN))  # a file, so that OK can be pressed
    for _ in range(7):
        seen.append(dialog.keys.focused)
        dialog.process(press(pygame.K_TAB))
    assert dialog.keys.focused is window.file_selection_list
    buttons = [window.home_button, window.parent_directory_button, window.refresh_button, window.ok_button]
    assert seen == [window.file_selection_list, window.file_path_text_line, *buttons, window.cancel_button]
    dialog.process(press(pygame.K_TAB, mod=pygame.KMOD_SHIFT))
    assert dialog.keys.focused is window.cancel_button
    dialog.process(press(pygame.K_TAB, mod=pygame.KMOD_SHIFT))
    dialog.process(press(pygame.K_RETURN))  # OK
    for event in pygame.event.get():
        dialog.process(event)
    assert dialog.chosen == tmp_path / "one.png"


def test_in_the_line_of_text_letters_are_written(open_dialog):
    dialog = open_dialog()
    dialog.process(press(pygame.K_TAB))
    dialog.process(press(pygame.K_t, "t"))
    assert not any(one["selected"] for one in dialog.window.file_selection_list.item_list)
    dialog.process(press(pygame.K_ESCAPE))
    assert not dialog.is_open
