"""Reels: moments that are checkpoints, maps that turn only where something was learnt, and where reels lie."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.atlas.map_frame import MapFrame
from latent_explorer.checkpoint import checkpoint_paths, snapshots, timeline
from latent_explorer.checkpoint.library import Library
from latent_explorer.checkpoint.snapshots import Moment, Snapshots
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment, Timelines
from latent_explorer.errors import InputError
from tests.atlas.test_procrustes import turned

SETTINGS = config.from_dict({"model": {"latent_dim": 4, "hidden": [8]}})


@pytest.fixture
def film(cloud) -> Snapshots:
    latents, labels = cloud(90, 4)
    moments = tuple(Moment(10 * t, turned(latents, t) * (t + 1), {}) for t in range(3))
    return Snapshots(SETTINGS, ("a", "b", "c"), np.arange(90), labels, 10, moments)


@pytest.fixture
def sweep_folder(tiny, tmp_path) -> Path:
    folder = tmp_path / "digits-vae-beta"
    folder.mkdir()
    for beta in (4.0, 0.5, 1.0):
        objective = replace(tiny.config.objective, beta=beta)
        one = replace(tiny, config=replace(tiny.config, objective=objective))
        one.save(folder / f"digits-vae-beta-{beta:g}.safetensors")
    return folder


def test_a_film_becomes_moments_with_the_films_maps(film):
    made = timeline.from_snapshots("film", film)
    assert (made.kind, made.axis, len(made)) == ("film", "epoch", 3)
    assert made.axis_values.tolist() == [0, 1, 2]
    assert [one.label for one in made.moments] == ["epoch 0", "epoch 1", "epoch 2"]
    moment = made.make_checkpoint(1)
    assert moment.name == "film, epoch 1"
    ours, theirs = (xy - xy.mean(axis=0) for xy in (moment.atlas.xy, snapshots.compute_aligned_pca(film.moments)[1].xy))
    np.testing.assert_allclose(ours / ours.std(), theirs / theirs.std(), atol=1e-4)
    sizes = [one.plane.xy.std() for one in made.moments]
    assert sizes[0] < sizes[1] < sizes[2] < 2 * sizes[0]  # it grows threefold, and is seen nearer while it is small
    assert list(moment.maps) == ["pca"]


def test_a_sweep_is_in_the_order_of_its_value(sweep_folder):
    made = timeline.from_sweep(sweep_folder, "cpu")
    assert (made.kind, made.axis, made.name) == ("sweep", "beta", "digits-vae-beta")
    assert made.axis_values.tolist() == [0.5, 1, 4]
    assert [one.label for one in made.moments] == ["beta 0.5", "beta 1", "beta 4"]
    assert [one.config.objective.beta for one in made.moments] == [0.5, 1, 4]


def test_what_is_no_sweep_is_said(sweep_folder, tiny, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: 0 checkpoints arrived; .* at least two"):
        timeline.from_sweep(tmp_path / "empty")
    shutil.copy(sorted(sweep_folder.iterdir())[0], sweep_folder / "digits-vae-beta-again.safetensors")
    objective = replace(tiny.config.objective, beta=9.0)
    odd = replace(tiny.config, objective=objective, training=replace(tiny.config.training, epochs=3))
    path = replace(tiny, config=odd).save(sweep_folder / "digits-vae-beta-odd.safetensors")
    with pytest.raises(InputError, match=r"differ in objective\.beta, training\.epochs; .* one key"):
        timeline.from_sweep(sweep_folder)
    replace(tiny, indices=tiny.indices[::-1].copy()).save(path)
    with pytest.raises(InputError, match="different images"):
        timeline.from_sweep(sweep_folder)


def test_a_moment_is_lent_by_name_and_offered_nowhere(film, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library = Library((), "cpu")
    library.timelines.put(timeline.from_snapshots("mine", film))
    (_, second, _) = library.timelines["mine"].model_names
    assert library[second].name == "mine, epoch 1"
    assert library[second] is library[second]
    assert second not in library
    assert second not in list(library)
    for wrong in ("mine @ 3", "mine @ x", "other @ 0"):
        with pytest.raises(InputError, match="not there"):
            library[wrong]


def test_few_networks_are_kept_at_once(film):
    reels = Timelines("cpu")
    long = replace(
        film, moments=tuple(Moment(t, film.moments[0].latents, {}) for t in range(timeline.MAX_OPEN_MOMENTS + 5))
    )
    reels.put(timeline.from_snapshots("long", long))
    first = reels.find_moment("long @ 0")
    for model in reels["long"].model_names:
        reels.find_moment(model)
    assert reels.find_moment("long @ 0") is not first


def test_only_the_last_trainings_are_kept(film):
    reels = Timelines("cpu")
    for run in range(timeline.MAX_RUNS + 2):
        reels.put(replace(timeline.from_snapshots(f"live {run}", film), kind="live"))
    assert list(reels) == [f"live {run}" for run in range(2, timeline.MAX_RUNS + 2)]


def test_a_reel_grows_by_moments_and_their_losses(film):
    still = timeline.from_snapshots("film", film).moments[0]
    grown = Timeline("live 1", "live", "epoch", (), film.indices, film.labels, ())
    for t in range(3):
        grown = grown.with_moment(replace(still, axis_value=float(t)), {"loss": 3.0 - t})
    assert grown.model_names == ("live 1 @ 0", "live 1 @ 1", "live 1 @ 2")
    assert grown.loss_curves["loss"].tolist() == [3, 2, 1]


def test_the_film_of_a_training_on_own_images_has_their_digest(film, tmp_path):
    own = config.from_dict({"data": {"name": "array", "shape": [1, 4, 9]}, "model": {"latent_dim": 4, "hidden": [8]}})
    replace(film, config=own, source="abc").save(tmp_path / "mine.snapshots")
    read = snapshots.load(tmp_path / "mine.snapshots")
    made = timeline.from_snapshots("film", read).make_checkpoint(1)
    assert (read.source, made.source, made.image_shape) == ("abc", "abc", (1, 4, 9))
    assert made.data_key[-1] == "abc"


def test_films_and_sweeps_are_found_where_they_lie(sweep_folder, tiny, tmp_path, monkeypatch):
    moments = tuple(Moment(step, tiny.latents, tiny.weights) for step in (0, 7))
    film = Snapshots(tiny.config, tiny.class_names, tiny.indices, tiny.labels, 7, moments)
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
    film.save(tmp_path / "here" / "mine.snapshots")
    film.save(tmp_path / "there" / "theirs.snapshots")
    tiny.save(tmp_path / "there" / "theirs.safetensors")
    shutil.move(sweep_folder, tmp_path / "here")
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
    for path in timeline.list_shipped():
        reels = Timelines("cpu")
        name = reels.add(path)
        found = reels[name]
        assert len(found) > 3
        assert len(found.indices) == len(found.labels) == len(found.moments[0].latents)
        assert all(np.abs(one.plane.xy - 0.5).max() <= 0.5 for one in found.moments)
    assert [path.name for path in timeline.list_shipped()] == ["digits-training.snapshots", "digits-beta"]


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


def test_a_still_has_its_own_frame(film):
    """What a moment's checkpoint says of a position is what its map shows there."""
    still: TimelineMoment = timeline.from_snapshots("film", film).moments[-1]
    assert isinstance(still.plane.frame, MapFrame)
    moment = timeline.from_snapshots("film", film).make_checkpoint(2)
    np.testing.assert_allclose(moment.atlas.inverse_transform(moment.atlas.xy[:5]), moment.latents[:5], atol=1e-3)
    assert checkpoint_paths.SUFFIX != snapshots.SUFFIX


def test_a_film_that_went_on_since_it_was_opened_is_opened_beside_the_old_one(film, tmp_path):
    path, shelf = tmp_path / "film.snapshots", Timelines("cpu")
    replace(film, moments=film.moments[:2]).save(path)
    assert shelf.open(path) == shelf.open(path) == "film"
    film.save(path)
    assert shelf.open(path) == shelf.open(path) == "film (2)"
    assert [len(shelf[name]) for name in ("film", "film (2)")] == [2, 3]
    path.write_bytes(b"half")
    with pytest.raises(InputError):
        shelf.open(path)
    assert list(shelf) == ["film", "film (2)"]
