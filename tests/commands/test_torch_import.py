"""The import of torch beside that of the window."""

import sys

from latent_explorer.commands import torch_import


def test_libraries_that_cannot_be_loaded_leave_it_to_torch_itself(monkeypatch):
    def fail() -> None:
        raise OSError("no such library")

    monkeypatch.setattr(torch_import, "load_libraries", fail)
    monkeypatch.setitem(sys.modules, "torch", None)
    torch_import.import_torch()  # which says nothing: whoever needs torch does
    monkeypatch.undo()
    torch_import.import_torch()
    assert sys.modules["torch"] is not None


def test_libraries_are_loaded_where_their_names_are_known_alone(monkeypatch):
    loaded: list[str] = []
    monkeypatch.setattr(torch_import, "_find_loader", lambda: lambda path, mode: loaded.append(path.decode()))
    monkeypatch.setattr(torch_import.sys, "platform", "win32")
    torch_import.load_libraries()
    assert loaded == []
    monkeypatch.setattr(torch_import.sys, "platform", "linux")
    torch_import.load_libraries()
    assert [path.rsplit("/", 1)[1] for path in loaded] == ["libtorch_global_deps.so", "libtorch.so"]
