"""Films and sweeps are found where they lie, read at their first use, and lend their moments by name."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_explorer.checkpoint import timelines
from latent_explorer.checkpoint.library import Library
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.checkpoint.timeline import from_snapshots
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.errors import InputError


def test_a_moment_is_lent_by_name_and_offered_nowhere(film, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library = Library((), "cpu")
    library.timelines.put(from_snapshots("mine", film))
    (_, second, _) = library.timelines["mine"].model_names
    assert library[second].name == "mine, epoch 1"
    assert library[second] is library[second]
    assert second not in library
    assert second not in list(library)
    for wrong in ("mine @ 3", "mine @ x", "other @ 0"):
        with pytest.raises(InputError, match="not there"):
            library[wrong]


def test_few_networks_are_kept_at_once(film):
    opened = Timelines("cpu")
    long = replace(
        film, moments=tuple(Moment(t, film.moments[0].latents, {}) for t in range(timelines.MAX_OPEN_MOMENTS + 5))
    )
    opened.put(from_snapshots("long", long))
    first = opened.find_moment("long @ 0")
    for model in opened["long"].model_names:
        opened.find_moment(model)
    assert opened.find_moment("long @ 0") is not first


def test_only_the_last_trainings_are_kept(film):
    opened = Timelines("cpu")
    for run in range(timelines.MAX_RUNS + 2):
        opened.put(replace(from_snapshots(f"live {run}", film), kind="live"))
    assert list(opened) == [f"live {run}" for run in range(2, timelines.MAX_RUNS + 2)]


def test_films_and_sweeps_are_found_where_they_lie(sweep, tiny, tmp_path, monkeypatch):
    moments = tuple(Moment(step, tiny.latents, tiny.weights) for step in (0, 7))
    film = Snapshots(tiny.config, tiny.class_names, tiny.indices, tiny.labels, 7, moments)
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
    film.save(tmp_path / "here" / "mine.snapshots")
    film.save(tmp_path / "there" / "theirs.snapshots")
    tiny.save(tmp_path / "there" / "theirs.safetensors")
    shutil.move(sweep, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    library = Library((str(tmp_path / "there" / "theirs.safetensors"),), "cpu")
    assert {"theirs", "mine", "digits-vae-beta"} <= set(library.timelines)
    assert library.timelines.has_kind("mine", "film")
    assert library.timelines.has_kind("digits-vae-beta", "sweep")
    assert len(library.timelines["mine"]) == 2
    named = Library((str(tmp_path / "there" / "theirs.snapshots"),), "cpu")
    assert named.requested_timelines == ("theirs",)
    assert named.requested == ("theirs",)  # the checkpoint beside it


def test_what_comes_with_the_program_can_be_shown():
    for path in timelines.list_shipped():
        opened = Timelines("cpu")
        name = opened.add(path)
        found = opened[name]
        assert len(found) > 3
        assert len(found.indices) == len(found.labels) == len(found.moments[0].latents)
        assert all(np.abs(one.plane.xy - 0.5).max() <= 0.5 for one in found.moments)
    assert [path.name for path in timelines.list_shipped()] == ["digits-training.snapshots", "digits-beta"]


def test_a_film_that_cannot_be_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("broken.snapshots").write_bytes(b"nonsense")
    with pytest.raises(InputError, match=r"broken\.snapshots"):
        Library(("broken.snapshots",))
    with pytest.raises(InputError, match="missing"):
        Library(("missing.snapshots",))
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder: 0 checkpoints arrived"):
        Library(("folder",))
    library = Library(())
    with pytest.raises(InputError, match=r"broken\.snapshots"):
        library.timelines["broken"]
    assert "broken" not in library.timelines


def test_a_film_that_went_on_since_it_was_opened_is_opened_beside_the_old_one(film, tmp_path):
    path, opened = tmp_path / "film.snapshots", Timelines("cpu")
    replace(film, moments=film.moments[:2]).save(path)
    assert opened.open(path) == opened.open(path) == "film"
    film.save(path)
    assert opened.open(path) == opened.open(path) == "film (2)"
    assert [len(opened[name]) for name in ("film", "film (2)")] == [2, 3]
    path.write_bytes(b"half")
    with pytest.raises(InputError):
        opened.open(path)
    assert list(opened) == ["film", "film (2)"]
