"""Loading the engine behind the window: what the collector leaves out, errors, and a window that closes too soon."""

import threading
from types import SimpleNamespace

import pytest

from latent_explorer.engine.scheduler import Engine
from latent_explorer.ui.window import engine_loader

PATIENCE = 20


def test_torch_is_kept_from_the_collector_while_the_window_is_open(apps, monkeypatch):
    called: list[str] = []
    names = ("freeze", "enable", "unfreeze")
    spies = {name: lambda name=name: called.append(name) for name in names}
    monkeypatch.setattr(engine_loader, "gc", SimpleNamespace(**spies))
    app = apps()
    assert called == ["freeze", "enable"]
    app.close()
    assert called == list(names)


def test_an_error_of_the_loader_ends_the_run(apps, monkeypatch):
    def fail(self, names):
        raise MemoryError("too large")

    monkeypatch.setattr(Engine, "warm_up", fail)
    app = apps(ready=False)
    app.loader.join(PATIENCE)
    with pytest.raises(MemoryError, match="too large"):
        app.run()


def test_a_window_that_closes_before_it_has_loaded_leaves_no_thread(apps, monkeypatch):
    gate, warm_up = threading.Event(), Engine.warm_up

    def wait_first(self, names):
        gate.wait(PATIENCE)
        warm_up(self, names)

    monkeypatch.setattr(Engine, "warm_up", wait_first)
    before = set(threading.enumerate())
    app = apps(ready=False, headless=False)
    assert not app.close()
    gate.set()
    app.loader.join(PATIENCE)
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
    assert set(threading.enumerate()) - before == set()
