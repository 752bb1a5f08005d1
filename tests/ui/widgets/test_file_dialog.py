"""The dialog that asks for a file."""

from latent_explorer.ui.widgets.file_dialog import OpenDialog


def test_hidden_folders_and_files_are_left_out(surface, tmp_path):
    for name in (".config", "pictures"):
        (tmp_path / name).mkdir()
    for name in (".secret.png", "one.png", "two.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    dialog = OpenDialog(
        surface.get_size(), title="Open", suffixes={".png"}, folder=tmp_path, theme_name="dark", ui_scale=1.0
    )
    listed = [item["text"] for item in dialog.window.file_selection_list.item_list]
    assert listed == ["pictures", "one.png", "two.PNG"]
    dialog.window._change_directory_path(tmp_path / "pictures")
    dialog.window._change_directory_path(tmp_path)
    assert [item["text"] for item in dialog.window.file_selection_list.item_list] == listed
    dialog.close()
