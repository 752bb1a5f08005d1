"""The lab that CONTRIBUTING.md shows: a folder of its own, no other file touched, in the real loop of the window."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"

import pygame
import pytest

from latent_explorer import labs
from latent_explorer.labs import LABS, find_labs
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Image
from latent_explorer.shell import session, toolbar, update
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App
from tests import stage

GUIDE = Path(__file__).parents[2] / "CONTRIBUTING.md"
MAX_LINES = 60


@pytest.fixture
def source() -> str:
    (found,) = [
        code for code in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S) if "(Lab[" in code
    ]
    return found


@pytest.fixture
def app(source, tmp_path, monkeypatch) -> Iterator[App]:
    """The window on the new lab."""
    folder = tmp_path / "labs" / "scale"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "lab.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(labs, "__path__", [*labs.__path__, str(folder.parent)])
    found = find_labs()
    for name, lab in found.items():
        if name not in LABS:
            monkeypatch.setitem(LABS, name, lab)
    surface = window.open_window(stage.SIZE, fullscreen=False, headless=True)
    pygame.event.clear()
    app = App(surface, stage.make_world(), lab="scale", headless=True)
    for _ in range(200):
        app.frame(pygame.event.get())
        if app.ready:
            break
        pygame.time.wait(20)
    yield app
    app.close()
    pygame.quit()
    for name in [name for name in sys.modules if name.startswith("latent_explorer.labs.scale")]:
        del sys.modules[name]


def picture(app: App) -> bytes:
    (image,) = stage.of_kind(app.make_view(), Image)
    return image.picture.tobytes()


def click_dot(app: App, dot: int) -> None:
    px = stage.dot_px(app.state, dot)
    for kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        buttons = {"buttons": (0, 0, 0), "rel": (0, 0)} if kind == pygame.MOUSEMOTION else {"button": 1}
        app.frame([pygame.event.Event(kind, pos=px, touch=False, **buttons)])


def press_key(app: App, letter: str) -> None:
    shift = pygame.KMOD_LSHIFT if letter.isupper() else 0
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=ord(letter.lower()), mod=shift, unicode=letter)])


def test_it_is_short(source):
    assert len(source.splitlines()) <= MAX_LINES


def test_it_is_the_last_tab_and_the_others_are_as_before(app):
    assert list(LABS)[-1] == "scale"
    assert next(control for control in toolbar.list_controls(app.state) if control.name == "lab").value == "scale"


def test_it_follows_mouse_and_key_and_can_be_undone(app):
    first = picture(app)
    click_dot(app, 7)
    second = picture(app)
    assert second != first
    press_key(app, "k")
    assert LABS["scale"].get_own(app.state).factor == 1.05
    assert picture(app) != second
    press_key(app, "z")
    assert picture(app) == second
    press_key(app, "z")
    assert picture(app) == first


def test_its_key_and_tooltip_are_on_the_help_page(app, source):
    assert dict(update.make_help_rows(app.state))["K, Shift+K"] in source


def test_a_session_keeps_it_and_refuses_what_is_beyond_its_range(app):
    click_dot(app, 7)
    app.act(Set("factor", 2.5))
    document, lost = session.make_document(app.state, {})
    assert lost == ()
    restored = session.restore(app.state, document)
    assert restored.problems == ()
    assert restored.state.lab_states["scale"] == app.state.lab_states["scale"]
    document["own"]["scale"]["factor"] = 9.0
    refused = session.restore(app.state, document)
    assert len(refused.problems) == 1
    assert LABS["scale"].get_own(refused.state).factor == 1.0


def test_another_data_set_forgets_the_sample_and_keeps_the_factor(app):
    click_dot(app, 7)
    app.act(Set("factor", 2.0))
    app.act(Set("model", "other"))
    own = LABS["scale"].get_own(app.state)
    assert (own.image, own.factor) == (None, 2.0)


def test_the_other_labs_are_reached_from_it(app):
    app.act(Key("tab"))
    assert app.state.lab == next(iter(LABS))
