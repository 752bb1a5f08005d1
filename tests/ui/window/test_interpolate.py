"""Interpolate in a window: files by key, time that passes, and what a script can do."""

from pathlib import Path

import numpy as np
import pygame
import pytest

from latent_explorer import files
from latent_explorer.labs import LABS
from latent_explorer.labs.interpolate.queries import InterpolationPathValue, ProjectedPath, ProjectedPathValue
from latent_explorer.scene.events import Key, TimePassed
from latent_explorer.scene.items import FilmStrip, Image
from tests.stage import of_kind, texts
from tests.ui.conftest import settle

pytestmark = pytest.mark.slow  # films are made

LAB = LABS["interpolate"]


@pytest.fixture(autouse=True)
def placed(monkeypatch):
    """The small world's maps cannot place codes; here they lie on a diagonal."""

    def route(request: ProjectedPath, desk: object) -> ProjectedPathValue:
        along = np.linspace(0.2, 0.8, 50, dtype=np.float32)
        return ProjectedPathValue(request.map_name, request.path.stops, np.stack([along, along], axis=1))

    monkeypatch.setattr(ProjectedPath, "answer", route)


@pytest.fixture
def app(apps, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = apps("interpolate")
    settle(app)
    return app


def saved(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("interpolate"))


@pytest.mark.parametrize(("key", "suffix"), [("h", ".png"), ("g", ".gif")])
def test_a_key_saves_a_file_and_its_name_is_said(app, tmp_path, key, suffix):
    for count in (1, 2):
        app.act(Key(key))
        app.frame([])
        app.frame([])
        names = saved(tmp_path)
        assert len(names) == count, "none is written over"
    assert all(name.endswith(suffix) for name in names)
    assert any(files.make_saved_message(tmp_path / name) in texts(app.make_view()) for name in names)
    assert app.state.status.pending_export == ""
    app.frame([])
    assert len(saved(tmp_path)) == 2


def test_a_folder_that_cannot_be_written_is_one_line_and_nothing_is_lost(app, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(Path, "cwd", lambda: tmp_path / "file")
    before = app.state.lab_states
    app.act(Key("h"))
    app.frame([])
    app.frame([])
    assert str(tmp_path / "file") in app.state.status.message
    assert "\n" not in app.state.status.message
    assert app.state.lab_states == before
    assert app.state.status.message in texts(app.make_view())


def test_without_two_places_there_is_nothing_to_save(app, tmp_path):
    app.act(Key("c"))
    app.frame([])
    app.act(Key("h"))
    app.frame([])
    assert app.state.status.notice
    assert app.state.status.notice in texts(app.make_view())
    assert saved(tmp_path) == []


def test_what_plays_is_drawn_in_every_frame_and_nothing_is_asked_anew(app, monkeypatch):
    way = app.engine.results.get_value("linear", InterpolationPathValue)
    app.act(Key("space"))
    seen = []
    for _ in range(5):
        app.act(TimePassed(0.3))
        assert app.frame([])
        seen.append(of_kind(app.make_view(), Image)[0].picture)
    assert app.plays
    assert all(any(one is picture for picture in way.pictures) for one in seen)
    assert len({id(one) for one in seen}) == 5
    assert app.engine.results.get_value("linear", InterpolationPathValue) is way
    app.act(Key("space"))
    app.frame([])
    assert not app.plays


def test_every_row_is_painted(app):
    films = of_kind(app.make_view(), FilmStrip)
    assert len(films) == 4
    pixels = pygame.surfarray.array3d(app.surface)
    for film in films:
        place = film.picture_rects[0].inset(4)
        assert pixels[place.x : place.right, place.y : place.bottom].std() > 1


def test_a_script_scrubs_plays_sets_and_saves(apps, tmp_path, monkeypatch):
    from latent_explorer.ui.automation import script_steps
    from latent_explorer.ui.automation.script import Script

    monkeypatch.chdir(tmp_path)
    steps = tmp_path / "steps.yaml"
    steps.write_text(
        "- touch: [film, 0.0, 0.5]\n- set: {shown: data, speed: '2', loop: false}\n- key: space\n- wait: 1.0\n"
        "- key: space\n- set: {png: null}\n- screenshot: shot.png\n"
    )
    app = apps("interpolate", player=Script(script_steps.read(steps), tmp_path))
    app.run()
    own = app.state.lab_states["interpolate"]
    assert own.passing.head == pytest.approx(0.5, abs=0.02)
    assert (own.shown, own.speed, own.loop) == ("data", "2", False)
    assert len(saved(tmp_path)) == 1
    assert (tmp_path / "shot.png").is_file()


def test_pictures_that_are_still_being_made_are_waited_for(app, tmp_path, monkeypatch):
    keepsake = LABS["interpolate"].export_film
    monkeypatch.setattr(LABS["interpolate"], "export_film", lambda *what: "Decoding.")
    app.act(Key("h"))
    app.frame([])
    assert app.state.status.notice == "Decoding."
    assert app.state.status.pending_export == "png"
    monkeypatch.setattr(LABS["interpolate"], "export_film", keepsake)
    app.frame([])
    app.frame([])
    assert len(saved(tmp_path)) == 1
    assert app.state.status.pending_export == ""
