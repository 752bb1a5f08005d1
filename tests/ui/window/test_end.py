"""What a window leaves when it has closed: no thread, and nothing in memory."""

import gc
import threading
import weakref

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Set
from latent_explorer.ui.window.app import App
from tests import stage
from tests.ui.conftest import settle


def test_nothing_of_a_window_outlives_it(surface, tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_DATA", str(tmp_path))
    app = App(surface, stage.make_world(), lab="explore", headless=True)
    settle(app)
    for lab in LABS:
        app.act(Set("lab", lab))
        app.frame([])
    watched = [weakref.ref(one) for one in (app, app.engine, app.renderer, *app.library.values())]
    watched += [weakref.ref(one) for checkpoint in app.library.values() for one in checkpoint.maps.values()]
    app.close()
    del app
    gc.collect()
    assert [type(one()).__name__ for one in watched if one() is not None] == []


def test_no_thread_of_a_window_outlives_it(apps):
    before = set(threading.enumerate())
    app = apps()
    app.act(Set("layer", "density"))
    app.frame([])
    assert set(threading.enumerate()) - before
    app.close()
    assert set(threading.enumerate()) - before == set()
