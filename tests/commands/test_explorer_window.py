"""The process of a window that another process opens."""

import sys
from types import SimpleNamespace

import pytest

from latent_explorer.commands import explorer_window
from latent_explorer.errors import InputError
from latent_explorer.models import remote_functions


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"address": "x", "key": "no hex", "functions": []}'])
def test_the_windows_module_is_not_for_users(monkeypatch, line):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(readline=lambda: line))
    with pytest.raises(InputError, match=r"demo\.py"):
        explorer_window.connect_functions()


def test_a_checkpoint_that_holds_its_model_needs_nothing_of_the_other_process(monkeypatch):
    line = '{"address": "/tmp/it", "key": "00ff", "functions": []}'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(readline=lambda: line))
    assert explorer_window.connect_functions() is None


def test_functions_are_called_where_they_are_served_and_with_the_key(monkeypatch):
    line = '{"address": "/tmp/it", "key": "00ff", "functions": ["decode"]}\n'
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(readline=lambda: line))
    monkeypatch.setattr(remote_functions, "connect", lambda *served: served)
    assert explorer_window.connect_functions() == ("/tmp/it", b"\x00\xff", ("decode",))
