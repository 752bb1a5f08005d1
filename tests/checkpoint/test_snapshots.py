import filecmp
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer import config, training
from latent_explorer.checkpoint import checkpoint, checkpoint_file, snapshots, tensor_file, timeline
from latent_explorer.checkpoint.snapshots import Snapshots
from latent_explorer.commands import train
from latent_explorer.errors import InputError

SETTINGS = [
    "digits-ae", "--device", "cpu", "--set", "training.epochs=4", "--set", "training.batch_size=100", "--set",
    "model.hidden=[24]", "--set", "model.latent_dim=3", "--set", "map.methods=[pca]", "--set", "map.points=90",
]  # fmt: skip
STEPS = 4 * 15


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def film_path(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("film") / "ae.safetensors"
    assert train.main([*SETTINGS, "--out", str(out), "--snapshots", "5"]) == 0
    return out.with_suffix(".snapshots")


@pytest.fixture(scope="module")
def film(film_path) -> Snapshots:
    return snapshots.load(film_path)


def at(film: Snapshots, t: int) -> checkpoint.Checkpoint:
    return timeline.from_snapshots("film", film).make_checkpoint(t, "cpu")


# -- what is kept -------------------------------------------------------------------------------------


def test_the_moments_run_from_the_first_step_to_the_trained_model(film, film_path):
    assert [moment.step for moment in film.moments] == snapshots.choose_steps(STEPS, 5)
    assert (film.epochs[0], film.epochs[-1]) == (0.0, 4.0)
    trained = checkpoint_file.load(film_path.with_suffix(".safetensors"), "cpu")
    last = at(film, -1)
    assert np.array_equal(film.indices, trained.indices)
    assert np.array_equal(last.labels, trained.labels)
    np.testing.assert_allclose(last.latents, trained.latents, atol=1e-2)
    np.testing.assert_array_equal(last.decode(trained.latents[:3]), trained.decode(trained.latents[:3]))


def test_every_moment_is_a_checkpoint_that_encodes_and_decodes(film, digits):
    images = np.stack([digits.get_image(int(i)).numpy() for i in film.indices[:40]]) / np.float32(255)
    errors = []
    for t in range(len(film)):
        moment = at(film, t)
        assert list(moment.maps) == ["pca"]
        np.testing.assert_allclose(moment.encode(images), moment.latents[:40], atol=1e-2)
        np.testing.assert_allclose(moment.atlas.inverse_transform(moment.atlas.xy), moment.latents, atol=1e-3)
        np.testing.assert_allclose(moment.atlas.transform(moment.latents), moment.atlas.xy, atol=1e-4)
        errors.append(float(np.square(moment.decode(moment.latents[:40]) - images).mean()))
    assert errors[-1] < errors[0] / 2


def test_a_film_does_not_change_the_training(film_path):
    assert train.main([*SETTINGS, "--out", "plain.safetensors"]) == 0
    assert filecmp.cmp("plain.safetensors", film_path.with_suffix(".safetensors"), shallow=False)


def test_the_report_names_the_file(capsys):
    assert train.main([*SETTINGS, "--set", "training.epochs=1", "--snapshots", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["snapshots"] == "digits-ae.snapshots"
    assert len(snapshots.load(Path("digits-ae.snapshots"))) == 2


def test_a_training_cut_short_and_resumed_has_the_same_film(film_path, monkeypatch):
    whole, done = training.fit, []
    with monkeypatch.context() as patch:
        patch.setattr(
            training,
            "fit",
            lambda *a, **k: whole(*a, **{**k, "epoch_done": done.append, "stop": lambda: len(done) > 1}),
        )
        assert train.main([*SETTINGS, "--out", "ae.safetensors", "--snapshots", "5"]) == 0
    cut = snapshots.load(Path("ae.snapshots"))
    assert cut.moments[-1].step == 30
    assert train.main([*SETTINGS, "--out", "ae.safetensors", "--snapshots", "5", "--resume"]) == 0
    again, film = snapshots.load(Path("ae.snapshots")), snapshots.load(film_path)
    assert [moment.step for moment in again.moments] == [moment.step for moment in film.moments]
    for one, other in zip(again.moments, film.moments, strict=True):
        assert np.array_equal(one.latents, other.latents)


@given(st.integers(1, 10_000), st.integers(2, 100))
def test_moments_are_in_order_and_hold_both_ends(total, count):
    steps = snapshots.choose_steps(total, count)
    assert (steps[0], steps[-1]) == (0, total)
    assert steps == sorted(set(steps))
    assert len(steps) <= count


# -- bad files ----------------------------------------------------------------------------------------


def test_saved_and_loaded_and_saved_again_are_the_same_bytes(film, film_path):
    film.save(Path("again.snapshots"))
    assert filecmp.cmp("again.snapshots", film_path, shallow=False)


def test_a_checkpoint_is_no_film_and_a_film_no_checkpoint(film_path):
    with pytest.raises(InputError, match="no snapshots of a training"):
        snapshots.load(film_path.with_suffix(".safetensors"))
    with pytest.raises(InputError, match="its header is damaged"):
        checkpoint_file.read(film_path)


@pytest.mark.parametrize(
    "change",
    [
        {"steps": [0, 0, 1, 2, 3]},
        {"steps": [3, 2, 1, 0, -1]},
        {"steps": [0, 1]},
        {"steps": "01234"},
        {"steps": []},
        {"steps_an_epoch": 0},
        {"steps_an_epoch": None},
        {"points": 89},
        {"class_names": []},
        {"config": None},
    ],
)
def test_a_forged_header_is_refused(film_path, change):
    header, arrays = tensor_file.read(film_path, lambda header, layout: header)
    header = {key: value for key, value in header.items() if key != "digest"} | change
    tensor_file.write(Path("forged.snapshots"), header, arrays)
    with pytest.raises(InputError, match="forged"):
        snapshots.load(Path("forged.snapshots"))


def test_a_truncated_film_is_refused(film_path):
    Path("cut.snapshots").write_bytes(film_path.read_bytes()[:-100])
    with pytest.raises(InputError, match="cut"):
        snapshots.load(Path("cut.snapshots"))


def test_weights_that_do_not_fit_are_refused_when_the_moment_is_opened(film):
    odd = replace(film, config=replace(film.config, model=config.Model(latent_dim=3, hidden=(25,))))
    with pytest.raises(InputError, match="the weights do not fit the config"):
        at(odd, 0).decode(np.zeros((1, 3)))
