"""The dialog that asks for a file."""

from pathlib import Path

import pygame
import pygame_gui
import pytest

from latent_explorer.errors import InputError
from tests.ui.widgets.conftest import listed, press


def test_hidden_folders_and_files_are_left_out(open_dialog, tmp_path):
    dialog = open_dialog()
    assert listed(dialog) == ["pictures", "one.png", "two.PNG"]
    dialog.window._change_directory_path(tmp_path / "pictures")
    dialog.window._change_directory_path(tmp_path)
    assert listed(dialog) == ["pictures", "one.png", "two.PNG"]
    dialog.close()


def test_the_focus_is_seen(open_dialog, surface):
    dialog = open_dialog()
    dialog.draw(surface)
    before = pygame.surfarray.array3d(surface)
    dialog.process(press(pygame.K_TAB))
    dialog.draw(surface)
    assert (pygame.surfarray.array3d(surface) != before).any()


def test_a_double_click_opens(open_dialog, tmp_path):
    dialog = open_dialog()
    shown = dialog.window.file_selection_list
    twice = pygame_gui.UI_SELECTION_LIST_DOUBLE_CLICKED_SELECTION
    dialog.process(pygame.event.Event(twice, text="pictures", ui_element=shown))
    assert dialog.folder == tmp_path / "pictures"
    dialog.process(pygame.event.Event(twice, text="../two.PNG", ui_element=shown))
    assert dialog.chosen.resolve() == tmp_path / "two.PNG"


@pytest.mark.parametrize("key", [pygame.K_RETURN, None], ids=["enter", "typing"])
@pytest.mark.parametrize(
    "text",
    ["a" * 300, "b" * 300 + "/" + "c" * 5000, "nothing.png", "one.png/inside", "~nobody-of-that-name/x", ""],
)
def test_what_cannot_be_opened_is_one_line(open_dialog, text, key):
    dialog = open_dialog()
    line = dialog.window.file_path_text_line
    line.set_text(text)
    line.text = text
    if key is None:
        dialog.process(pygame.event.Event(pygame_gui.UI_TEXT_ENTRY_CHANGED, text=text, ui_element=line))
    elif text:
        with pytest.raises(InputError) as caught:
            dialog.process(press(key))
        assert len(str(caught.value)) <= 300
        assert "\n" not in str(caught.value)
    assert dialog.is_open
    assert dialog.chosen is None


@pytest.mark.parametrize("refused", ["iterdir", "is_dir", "is_file"])
def test_a_folder_that_may_not_be_read_is_one_line(open_dialog, tmp_path, monkeypatch, refused):
    inside = "pictures/inside.png" if refused == "is_file" else "pictures"
    original = getattr(Path, refused)

    def refuse(self: Path):
        if "pictures" in self.parts:
            raise PermissionError(13, "Permission denied", str(self))
        return original(self)

    dialog = open_dialog()
    monkeypatch.setattr(Path, refused, refuse)
    dialog.window.file_path_text_line.set_text(inside)
    with pytest.raises(InputError, match="Permission denied"):
        dialog.process(press(pygame.K_RETURN))
    assert dialog.is_open
    assert dialog.folder == tmp_path


def test_a_window_without_room_for_it_is_one_line(open_dialog):
    with pytest.raises(InputError, match="64x64"):
        open_dialog(size=(64, 64))
