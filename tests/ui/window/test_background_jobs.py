"""New maps and the way to them, in the window."""

from itertools import pairwise

import numpy as np
import pygame
import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import CornerNote, Map
from latent_explorer.ui.automation import script_steps
from latent_explorer.ui.automation.script import Script
from tests import stage
from tests.stage import BROKEN, of_kind, texts

PATIENCE = 20.0


@pytest.fixture
def world() -> stage.World:
    """Its own for each test, since maps are added to it."""
    return stage.make_world()


def pixels(app) -> np.ndarray:
    rect = LABS["explore"].get_layout(app.state).maps[0].inset(4)
    return pygame.surfarray.array3d(app.surface)[rect.x : rect.right, rect.y : rect.bottom]


def ask(app) -> None:
    for action in (Key("P"), Set("new map", "pca"), Set("up", 3), Set("make map")):
        app.act(action)
        app.frame([])


def test_a_new_map_is_made_and_shown(apps):
    app = apps()
    before = pixels(app).copy()
    ask(app)
    app.frame([])
    assert app.state.view.map_name == "pca-1-3"
    assert (pixels(app) != before).any()
    app.act(Key("p"))
    app.frame([])
    assert app.state.view.map_name == "tsne"
    assert (pixels(app) == before).all()


def test_the_figures_come_by_themselves(apps):
    app = apps()
    app.frame([])
    assert any("trustworthiness" in line for note in of_kind(app.make_view(), CornerNote) for line in note.lines)


def test_the_window_answers_while_a_map_is_made_and_dots_move_to_it(apps, monkeypatch):
    app = apps(headless=False)
    assert app.background.maps.finish(PATIENCE)
    ask(app)
    assert app.background.maps.finish(PATIENCE)
    app.frame([])
    assert app.state.view.map_name == "pca-1-3"
    assert app.state.map_task.transition is not None
    assert app.needs_frame()
    begun = app.state.map_task.transition.started_at
    shown = []
    for share in (0.0, 0.5, 0.9):
        monkeypatch.setattr("latent_explorer.ui.window.app.time.perf_counter", lambda share=share: begun + 0.6 * share)
        app.frame([])
        (dots,) = of_kind(app.make_view(), Map)
        assert dots.previous_map == "tsne"
        shown.append(pixels(app).copy())
    assert all((a != b).any() for a, b in pairwise(shown))
    monkeypatch.setattr("latent_explorer.ui.window.app.time.perf_counter", lambda: begun + 0.7)
    app.frame([])
    assert app.state.map_task.transition is None


def test_what_fails_is_one_line_over_the_old_map(apps, monkeypatch):
    app = apps()
    before = app.state.view.map_name

    def broken(*arguments):
        raise RuntimeError(BROKEN)

    monkeypatch.setattr("latent_explorer.engine.background.worker_process.run_in_process", broken)
    ask(app)
    app.frame([])
    assert app.state.view.map_name == before
    assert f"PCA 1-3: RuntimeError: {BROKEN}" in texts(app.make_view())


def test_a_script_makes_a_map_and_asks_for_a_moment_of_the_way(apps, tmp_path):
    path = tmp_path / "steps.yaml"
    path.write_text(
        "- key: P\n- set: {new map: latent, across: 4, up: 2}\n- set: {make map: true}\n"
        "- screenshot: there.png\n- moment: 0.5\n- screenshot: between.png\n- moment: 1\n- screenshot: again.png\n"
    )
    app = apps(player=Script(script_steps.read(path), tmp_path))
    app.run()
    there, between, again = (
        pygame.surfarray.array3d(pygame.image.load(tmp_path / f"{name}.png")) for name in ("there", "between", "again")
    )
    assert app.state.view.map_name == "latent-4-2"
    assert (there != between).any()
    assert (there == again).all()


@pytest.mark.parametrize("size", [(640, 480), (500, 400), (1280, 800)])
def test_the_form_has_room_for_what_makes_a_map(apps, size):
    app = apps()
    app.surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    app.frame([pygame.event.Event(pygame.VIDEORESIZE, w=size[0], h=size[1], size=size)])
    for method in ("tsne", "pca", "latent", "umap"):
        app.act(Key("P"))
        app.act(Set("new map", method))
        app.frame([])
        assert not {"new map", "perplexity", "across", "up", "neighbours", "make map"} & set(app.widgets.omitted)
        app.act(Key("escape"))
