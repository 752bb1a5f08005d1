"""The dialog that asks for a file."""

from pathlib import Path

import pygame
import pygame_gui
import pytest

from latent_explorer.errors import InputError
from latent_explorer.ui.widgets.file_dialog import OpenDialog


def press(code: int, unicode: str = "", mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=unicode, mod=mod, scancode=0)


@pytest.fixture
def open_dialog(surface, tmp_path):
    """Opens a dialog in a folder with two pictures, a text and a folder."""
    for name in (".config", "pictures"):
        (tmp_path / name).mkdir()
    for name in (".secret.png", "one.png", "two.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"")

    def make(folder: Path = tmp_path, size: tuple[int, int] | None = None) -> OpenDialog:
        return OpenDialog(
            size or surface.get_size(), title="Open", suffixes={".png"}, folder=folder, theme_name="dark", ui_scale=1.0
        )

    return make


def listed(dialog: OpenDialog) -> list[str]:
    return [item["text"] for item in dialog.window.file_selection_list.item_list]


def test_hidden_folders_and_files_are_left_out(open_dialog, tmp_path):
    dialog = open_dialog()
    assert listed(dialog) == ["pictures", "one.png", "two.PNG"]
    dialog.window._change_directory_path(tmp_path / "pictures")
    dialog.window._change_directory_path(tmp_path)
    assert listed(dialog) == ["pictures", "one.png", "two.PNG"]
    dialog.close()


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
