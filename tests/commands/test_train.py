import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import types
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest
import torch
from PIL import Image

import latent_explorer
from latent_explorer import config, files, models, training
from latent_explorer.atlas import projection
from latent_explorer.checkpoint import build_checkpoint, checkpoint_file
from latent_explorer.checkpoint import judge as judges
from latent_explorer.commands import train, training_run
from latent_explorer.data import datasets, torchvision_sets
from latent_explorer.data.split import Split
from latent_explorer.errors import WorkError
from latent_explorer.metrics import anomaly_detection, reconstruction
from latent_explorer.models.picture_judge import PictureJudge
from latent_explorer.training import judge_training
from latent_explorer.training.interrupts import handle_interrupts
from tests.stage import DISK_FULL, disk_full

ROOT = Path(latent_explorer.__file__).parents[1]
QUICK = [
    "--device", "cpu", "--set", "training.epochs=1", "--set", "model.hidden=[16]",
    "--set", "map.methods=[pca]", "--set", "map.points=50",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def failed(capsys: pytest.CaptureFixture[str], status: int, arguments: list[str]) -> str:
    """The one line on standard error of a run that ends with `status`."""
    assert train.main(arguments) == status
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert lines[-1].startswith("train: ")
    assert "Traceback" not in err
    return lines[-1]


# -- what it prints and writes ------------------------------------------------------------------------


def test_list_prints_a_line_a_preset(capsys):
    assert train.main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == config.list_preset_names()
    assert all(len(line.split()) > 3 for line in lines)


def test_json_is_the_last_line_and_has_every_key(capsys):
    assert train.main([*QUICK, "--json", "--device", "cpu"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1], parse_constant=pytest.fail)
    assert report["checkpoint"] == "digits-vae.safetensors"
    assert report["preset"] == "digits-vae"
    assert report["epochs"] == 1
    assert report["device"] == "cpu"
    assert report["seconds"] > 0
    assert report["train_images_per_second"] == pytest.approx(1438 / report["seconds"], rel=0.2)
    made = checkpoint_file.load("digits-vae.safetensors", "cpu")
    assert report["parameters"] == sum(p.numel() for p in made.model.parameters())
    assert report["test"] == made.metrics["test"]
    assert set(report["test"]) == {"mse", "bce", "neg_elbo", "kl", "active_units", "knn_accuracy"}
    assert 0 < report["test"]["mse"] < 0.2
    assert report["test"]["neg_elbo"] > report["test"]["bce"] - 5
    assert 0.1 < report["test"]["knn_accuracy"] <= 1


@pytest.mark.slow
def test_a_judge_of_pictures_is_fitted_to_the_data_set_and_used(capsys, monkeypatch):
    monkeypatch.setattr(judge_training, "choose_steps", lambda count: 4)
    assert train.main([*QUICK, "digits-ae", "--judge", "--json"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["judge"] == "digits-ae.judge"
    made = checkpoint_file.load("digits-ae.safetensors", "cpu")
    assert made.judge_path == Path("digits-ae.judge").absolute() or made.judge_path == Path("digits-ae.judge")
    assert made.judge.compute_plausibility(made.decode(made.latents[:5])).shape == (5,)


def test_a_judge_that_cannot_be_written_is_a_line_and_the_training_is_reported(tmp_path, monkeypatch):
    split, said = Split(torch.zeros(20, 1, 8, 8, dtype=torch.uint8), torch.zeros(20)), []
    monkeypatch.setattr(judge_training, "fit_judge", lambda *_, **__: (PictureJudge((1, 8, 8)), np.zeros(3)))
    monkeypatch.setattr(files.os, "fsync", disk_full)
    prepared = types.SimpleNamespace(dataset=types.SimpleNamespace(train=split, image_shape=(1, 8, 8)))
    interrupts = types.SimpleNamespace(enter_optional=nullcontext)
    lead = training_run._Leader(prepared, tmp_path / "it.safetensors", said.append, interrupts)
    assert lead._fit_judge(tmp_path / "it.safetensors") is None
    assert said[-1].endswith(f"it.judge: cannot be written: {DISK_FULL}; there is no judge of pictures")


def test_a_judge_is_fitted_without_a_model(capsys, monkeypatch):
    monkeypatch.setattr(judge_training, "choose_steps", lambda count: 2)
    monkeypatch.setattr(judge_training, "BATCH_SIZE", 16)
    assert train.main(["judge", "digits-vae", "--out", "mine.judge", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"judge": "mine.judge", "images": 1438}
    assert judges.load_judge(Path("mine.judge")).image_shape == (1, 8, 8)
    assert not Path("digits-vae.safetensors").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["digits-vae", "--out", "it.safetensors"], "ends in .judge"), (["wine-ae"], "wine-ae: rows arrived")],
)
def test_what_no_judge_can_be_fitted_to_is_one_line(arguments, said, capsys):
    assert train.main(["judge", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_rows_of_a_table_have_no_judge_but_an_r2_a_column(capsys):
    assert train.main([*QUICK, "wine-ae", "--judge"]) == 2
    assert "rows" in capsys.readouterr().err
    assert train.main([*QUICK, "wine-ae", "--json"]) == 0
    text = capsys.readouterr().out
    assert len(json.loads(text.splitlines()[-1])["r2"]) == 13
    assert "proline" in text


@pytest.mark.slow
def test_a_class_left_out_is_measured_as_what_is_unusual(capsys):
    wanted = [*QUICK, "--json", "--set", "data.leave_out=[6]", "--set", "training.epochs=3", "--set", "map.points=1797"]
    assert train.main([*wanted, "--out", "odd.safetensors"]) == 0
    out, err = capsys.readouterr()
    report = json.loads(out.splitlines()[-1])
    made = checkpoint_file.load("odd.safetensors", "cpu")
    assert "6 (181 images)" in err
    assert made.config.data.leave_out == ("6",)
    assert report["test"]["auc"] > 0.5
    assert (
        len(made.metrics["errors"]["normal"]) == len(made.metrics["errors"]["left_out"]) == anomaly_detection.QUANTILES
    )
    assert (made.labels == 6).sum() == 181, "the map shows them all the same"
    assert made.data_key == checkpoint_file.load("digits-vae", "cpu").data_key, "dots count the same images"
    assert failed(capsys, 2, [*QUICK, "--set", "data.leave_out=[six]"]).endswith(
        "data.leave_out: 'six' arrived; classes of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 are allowed"
    )


def test_the_errors_of_held_out_pictures_are_kept():
    assert train.main([*QUICK, "--out", "kept.safetensors"]) == 0
    made = checkpoint_file.load("kept.safetensors", "cpu")
    dataset = datasets.load(made.config.data)
    again = reconstruction.encode_images(made.model, dataset.test.images).errors.numpy()
    assert made.metrics["errors"] == {"normal": anomaly_detection.compute_quantiles(again)}
    assert again.mean() == pytest.approx(made.metrics["test"]["mse"], rel=1e-3)


def test_a_plain_autoencoder_has_no_elbo(capsys):
    assert train.main([*QUICK, "--json", "--set", "objective.name=plain", "--out", "ae.safetensors"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(report["test"]) == {"mse", "bce", "knn_accuracy"}


def test_a_file_of_ones_own_is_a_preset_and_names_its_checkpoint(capsys):
    Path("mine.yaml").write_text("training: {epochs: 7}\nmap: {methods: [pca], points: 30}\n")
    assert train.main(["mine.yaml", "--set", "training.epochs=1", "--set", "model.hidden=[8]"]) == 0
    made = checkpoint_file.load("mine.safetensors")
    assert made.config.training.epochs == 1
    assert made.made_by["preset"] == "mine"
    assert made.config.model.hidden == (8,)
    assert "mine.safetensors" in capsys.readouterr().out


def test_the_same_command_writes_the_same_bytes_but_other_seeds_do_not():
    written = []
    for out, seed in (("a", 0), ("b", 0), ("c", 1)):
        assert train.main([*QUICK, "--out", f"{out}.safetensors", "--set", f"training.seed={seed}"]) == 0
        written.append(Path(f"{out}.safetensors").read_bytes())
    assert written[0] == written[1] != written[2]


def test_a_plane_of_latents_is_always_a_map():
    assert train.main([*QUICK, "--set", "model.latent_dim=2", "--out", "flat.safetensors"]) == 0
    assert list(checkpoint_file.load("flat.safetensors").maps) == ["pca", "latent"]


def test_the_map_takes_training_images_first_then_held_out_ones():
    assert build_checkpoint.draw_indices(100, 50, 30, 0).max() < 100
    both = build_checkpoint.draw_indices(100, 50, 120, 0)
    assert set(range(100)) < set(both.tolist())
    assert len(both) == len(set(both.tolist())) == 120
    assert build_checkpoint.draw_indices(100, 50, 10_000, 0).tolist() == list(range(150))


# -- wrong input: status 2 and one line -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such"], "preset 'no-such' is unknown"),
        (["no-such.yaml"], "no-such.yaml: cannot be read"),
        (["--set", "training.epochs=0"], "training.epochs: 0 arrived; a whole number from 1"),
        (["--set", "training.epoch=3"], "training.epoch: unknown key (did you mean epochs?)"),
        (["--set", "training.epochs"], "KEY=VALUE"),
        (["--out", "model.pt"], "--out model.pt: a file name that ends in .safetensors is allowed"),
        (["--out", "folder.safetensors"], "a folder arrived; a file is allowed"),
        (["--out", "file/model.safetensors"], "cannot be written there"),
        (["--out", "x" * 300 + ".safetensors"], "cannot be written there: File name too long"),
        (["--set", "model.network=cnn", "--set", "model.channels=[4,4,4,4]"], "4 halvings arrived for pictures of 8x8"),
        (["--set", "map.methods=[tsne]", "--set", "map.points=50"], "map.perplexity: 30 arrived for 50 points"),
        (["--set", "model.hidden=[65536, 65536, 65536]"], "17,190,223,952 parameters arrived"),
    ],
)
def test_a_mistake_is_one_line_and_status_two(capsys, arguments, said):
    Path("folder.safetensors").mkdir()
    Path("file").write_text("")
    assert said in failed(capsys, 2, arguments)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the accelerator")
def test_a_device_that_is_not_here_is_one_line_and_the_cpu_stands_in(capsys):
    assert train.main([*QUICK, "--json", "--device", "cuda"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out.splitlines()[-1])["device"] == "cpu"
    assert "device 'cuda' is not available here; going on with the CPU" in (out + err).splitlines()


@pytest.mark.parametrize("arguments", [["--nonsense"], ["a", "b"], ["--device", "tpu"], ["--set"]])
def test_arguments_that_are_none_are_one_line_and_status_two(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        train.main(arguments)
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_mnist_that_cannot_be_had_names_folder_and_files(capsys, monkeypatch, tmp_path):
    def open_url(url: str) -> None:
        raise URLError("no network")

    monkeypatch.setattr("latent_explorer.data.download.open_url", open_url)
    line = failed(capsys, 2, ["mnist-vae", "--data-dir", str(tmp_path / "data")])
    assert str(tmp_path / "data" / "MNIST" / "raw") in line
    assert all(name in line for name in torchvision_sets.IDX_FILES)
    assert not Path("mnist-vae.safetensors").exists()


def test_a_data_folder_that_cannot_be_made_is_status_two(capsys):
    Path("file").write_text("")
    line = failed(capsys, 2, ["mnist-vae", "--data-dir", "file/below"])
    assert "MNIST" in line
    assert os.path.join("file", "below", "MNIST", "raw") in line


# -- trouble while working ------------------------------------------------------------------------------


def poisoned(epoch: int):
    """`training.fit` whose weights become NaN in `epoch`."""
    fit = training.fit

    def run(model: models.Autoencoder, images: torch.Tensor, settings: config.Training, **rest: object):
        steps = -(-len(images) // settings.batch_size)
        now = iter(range(10**6))

        def stop() -> bool:
            if next(now) == (epoch - 1) * steps:
                with torch.no_grad():
                    model.head.weight[0, 0] = float("nan")
            return False

        return fit(model, images, settings, **{**rest, "stop": stop})

    return run


def test_a_loss_that_becomes_nan_keeps_the_last_good_weights_and_says_so(capsys, monkeypatch):
    monkeypatch.setattr(training, "fit", poisoned(3))
    assert train.main([*QUICK, "--set", "training.epochs=5", "--json"]) == 1
    out, err = capsys.readouterr()
    assert re.search(r"\bNaN\b.* epoch 3\b.* epoch 2\b", err)
    assert "learning_rate" in err
    assert json.loads(out.splitlines()[-1])["epochs"] == 2
    made = checkpoint_file.load("digits-vae.safetensors", "cpu")
    assert len(made.metrics["history"]) == 2
    test = datasets.load(made.config.data, seed=made.config.training.seed).test.images
    assert reconstruction.encode_images(made.model, test).metrics["mse"] == pytest.approx(
        made.metrics["test"]["mse"], rel=1e-3
    )


def test_a_loss_that_is_nan_at_once_writes_nothing(capsys):
    arguments = ["--set", "training.optimizer=sgd", "--set", "training.learning_rate=100", "--set", "training.epochs=2"]
    Path("digits-vae.safetensors").write_text("old")
    assert re.search(r"\bNaN\b.* epoch 1\b.*\btraining\.learning_rate\b", failed(capsys, 1, arguments))
    assert Path("digits-vae.safetensors").read_text() == "old"


def test_a_model_that_memory_does_not_hold_is_one_line(capsys, monkeypatch):
    def fit(*_: object, **__: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr(training, "fit", fit)
    assert "memory" in failed(capsys, 1, QUICK)


@pytest.fixture
def disk_full_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Files can be made, but not put in place, below the current folder; the folder for temporary ones is fine."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    replace = os.replace

    def full(source: str, target: Path) -> None:
        if Path(target).resolve().is_relative_to(tmp_path.resolve()):
            raise OSError(errno.ENOSPC, DISK_FULL)
        replace(source, target)

    monkeypatch.setattr(os, "replace", full)
    return elsewhere


def test_a_full_disk_keeps_the_old_file_and_rescues_the_model(capsys, disk_full_here, tmp_path):
    out = Path("model.safetensors")
    out.write_text("old")
    line = failed(capsys, 1, [*QUICK, "--out", str(out)])
    assert f"model.safetensors: cannot be written: {DISK_FULL}" in line
    kept = re.search(r"the trained model was kept as (\S+\.safetensors)$", line)
    assert kept
    assert Path(kept[1]).is_relative_to(disk_full_here)
    assert checkpoint_file.load(kept[1], "cpu").config.model.hidden == (16,)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / out]


def test_two_rescues_do_not_hit_each_other(capsys, disk_full_here):
    lines = {failed(capsys, 1, [*QUICK, "--out", "model.safetensors"]) for _ in range(2)}
    assert len(lines) == 2
    assert len(list(disk_full_here.rglob("*.safetensors"))) == 2


def test_no_space_anywhere_names_the_first_trouble(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, DISK_FULL)

    monkeypatch.setattr(os, "fsync", full)
    line = failed(capsys, 1, [*QUICK, "--out", "model.safetensors"])
    assert line == f"train: model.safetensors: cannot be written: {DISK_FULL}"
    assert not list(tmp_path.rglob("*.safetensors"))
    assert not list(tmp_path.rglob(".checkpoint-*"))


# -- Ctrl-C ---------------------------------------------------------------------------------------------


def started(*arguments: str, until: bytes) -> subprocess.Popen[bytes]:
    """train.py in a process of its own, as soon as `until` stands on its standard error."""
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "train.py"), *arguments],
        env={**environment, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    seen = b""
    while until not in seen:
        chunk = os.read(process.stderr.fileno(), 4096)
        assert chunk, seen.decode()
        seen += chunk
    return process


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_ctrl_c_keeps_what_was_learnt():
    process = started(*QUICK, "--set", "training.epochs=100000", "--json", until=b"loss=")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    assert b"keeping what was learnt" in err
    assert b"Traceback" not in err
    report = json.loads(out.splitlines()[-1])
    assert 1 <= report["epochs"] < 100_000
    made = checkpoint_file.load(report["checkpoint"], "cpu")
    assert len(made.metrics["history"]) == report["epochs"]
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["digits-vae.resume", "digits-vae.safetensors"]


def test_ctrl_c_before_the_first_step_writes_nothing(capsys, monkeypatch):
    fit = training.fit
    monkeypatch.setattr(training, "fit", lambda *a, **k: fit(*a, **{**k, "stop": lambda: True}))
    assert "nothing was learnt" in failed(capsys, 1, QUICK)
    assert not Path("digits-vae.safetensors").exists()


def test_ctrl_c_during_a_map_leaves_out_that_map(capsys, monkeypatch):
    fit = projection.fit

    def interrupted(method: str, *rest: object, **options: object) -> projection.Projection:
        if method == "tsne":
            raise KeyboardInterrupt
        return fit(method, *rest, **options)

    monkeypatch.setattr(projection, "fit", interrupted)
    assert train.main([*QUICK, "--set", "map.methods=[tsne, pca]", "--set", "map.perplexity=9"]) == 0
    assert "t-SNE map" in capsys.readouterr().err
    assert list(checkpoint_file.load("digits-vae.safetensors").maps) == ["pca"]


def test_ctrl_c_elsewhere_is_one_line(capsys, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(datasets, "load", interrupted)
    assert failed(capsys, 130, QUICK) == "train: interrupted"


def test_the_first_ctrl_c_asks_and_the_second_interrupts():
    before = signal.getsignal(signal.SIGINT)
    with handle_interrupts() as interrupts, interrupts.enter_training():
        signal.raise_signal(signal.SIGINT)
        assert interrupts.stop_requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_before_the_training_ctrl_c_interrupts():
    with handle_interrupts() as interrupts, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert not interrupts.stop_requested


def test_after_the_training_ctrl_c_interrupts_only_what_is_optional():
    done = []
    with handle_interrupts() as interrupts:
        with interrupts.enter_training():
            pass
        signal.raise_signal(signal.SIGINT)
        done.append("needed")
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt), interrupts.enter_optional():
                done.append("optional")
        signal.raise_signal(signal.SIGINT)
        done.append("needed too")
    assert done == ["needed", "needed too"]
    with handle_interrupts() as interrupts, pytest.raises(KeyboardInterrupt), interrupts.enter_optional():
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("place", ["encode_images", "encode_all", "measure_knn_accuracy"])
def test_ctrl_c_after_the_last_epoch_loses_no_training(capsys, monkeypatch, place):
    whole = getattr(reconstruction, place)

    def pressed(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        return whole(*arguments, **options)

    monkeypatch.setattr(reconstruction, place, pressed)
    assert train.main(QUICK) == 0
    assert "accuracy" in capsys.readouterr().err
    made = checkpoint_file.load("digits-vae.safetensors")
    assert "knn_accuracy" not in made.metrics["test"]
    assert {"mse", "bce"} <= made.metrics["test"].keys()


def test_ctrl_c_while_the_file_is_written_writes_it(monkeypatch):
    whole = files.write

    def pressed(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        whole(*arguments, **options)

    monkeypatch.setattr(files, "write", pressed)
    assert train.main(QUICK) == 0
    assert checkpoint_file.load("digits-vae.safetensors").made_by["complete"] is True


def test_figures_that_overflow_are_left_out_and_the_file_opens(monkeypatch):
    whole = reconstruction.encode_images

    def overflow(*arguments, **options):
        found = whole(*arguments, **options)
        return replace(found, metrics={**found.metrics, "bce": float("inf")})

    monkeypatch.setattr(reconstruction, "encode_images", overflow)
    assert train.main(QUICK) == 0
    made = checkpoint_file.load("digits-vae.safetensors")
    assert "bce" not in made.metrics["test"]
    assert "bce" not in made.metrics["history"][0]["held_out"]


def test_a_reader_that_has_gone_is_no_traceback():
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "train.py"), "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 1)
    assert b"Traceback" not in err


@pytest.mark.slow
def test_the_features_are_compared_where_that_is_asked_for(capsys):
    assert train.main([*QUICK, "--probe", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = json.loads(lines[-1])["features"]
    assert found == checkpoint_file.load("digits-vae.safetensors").metrics["features"]
    assert list(found) == ["codes", "pixels", "pca"]
    assert found["pixels"]["linear_all"] > 0.9
    assert any(line.split()[0] == "pixels" for line in lines)


# -- curves -------------------------------------------------------------------------------------------


def test_the_learning_curve_is_drawn_and_every_epoch_is_in_the_file(capsys):
    from PIL import Image

    arguments = [*QUICK, "--set", "training.epochs=3", "--set", "training.validation=0.1", "--curve", "curve.png"]
    assert train.main(arguments) == 0
    assert "written: curve.png" in capsys.readouterr().out
    picture = Image.open("curve.png")
    assert picture.format == "PNG"
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 50
    history = checkpoint_file.load("digits-vae.safetensors").metrics["history"]
    assert [epoch["epoch"] for epoch in history] == [1, 2, 3]
    assert all({"mse", "bce", "kl", "neg_elbo"} <= set(epoch["held_out"]) for epoch in history)
    assert history[-1]["held_out"]["mse"] < history[0]["held_out"]["mse"]
    assert history[-1]["validation"] > 0


def test_a_curve_that_cannot_be_written_is_found_before_the_training(capsys):
    Path("file").write_text("")
    for odd, why in (("curve.jpg", "a file name that ends in .png"), ("file/curve.png", "cannot be written there")):
        assert f"--curve {odd}: {why}" in failed(capsys, 2, [*QUICK, "--curve", odd])
    assert not Path("digits-vae.safetensors").exists()


def test_a_folder_for_the_curve_is_made(capsys):
    assert train.main([*QUICK, "--curve", "new/folder/curve.png"]) == 0
    assert Path("new/folder/curve.png").stat().st_size > 1000


def test_a_disk_that_is_full_at_the_curve_costs_neither_model_nor_figures(capsys, monkeypatch):
    whole = files.write

    def full(path, data, **options):
        if path.suffix == ".png":
            raise WorkError(f"{path}: {DISK_FULL}")
        whole(path, data, **options)

    monkeypatch.setattr(files, "write", full)
    assert train.main([*QUICK, "--curve", "curve.png", "--json"]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines()[-1] == f"train: curve.png: {DISK_FULL}"
    assert checkpoint_file.load(json.loads(out.splitlines()[-1])["checkpoint"])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_standard_output_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "train.py"), "--list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [f"train: standard output cannot be written: {DISK_FULL}"]


def test_logs_hold_every_epochs_figures(capsys, monkeypatch):
    written: list[tuple[str, float, int]] = []

    class Writer:
        def __init__(self, folder: str) -> None:
            Path(folder).mkdir()

        def add_scalar(self, *figures: object) -> None:
            written.append(figures)

        def flush(self) -> None: ...

        def close(self) -> None: ...

    stand_in = types.ModuleType("torch.utils.tensorboard")
    stand_in.SummaryWriter = Writer
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", stand_in)
    assert train.main([*QUICK, "--set", "training.epochs=2", "--log-dir", "logs"]) == 0
    assert Path("logs").is_dir()
    assert {name for name, _, epoch in written if epoch == 2} >= {"train/loss", "train/kl", "held_out/mse"}


def test_without_tensorboard_it_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert '"latent-explorer[tensorboard]"' in failed(capsys, 2, [*QUICK, "--log-dir", "logs"])


@pytest.mark.parametrize("count", [16, 40])
def test_few_images_are_trained_with_the_defaults(capsys, tmp_path, monkeypatch, count):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")
    Path("pictures").mkdir()
    for i in range(count):
        Image.new("L", (8, 8), 5 * i).save(f"pictures/{i}.png")
    Path("few.yaml").write_text(
        "data: {name: folder, path: pictures, size: 8, channels: 1}\nmodel: {hidden: [8]}\ntraining: {epochs: 1}\n"
    )
    assert train.main(["few.yaml", "--sweep", "model.latent_dim=2,3", "--out", "runs"]) == 0
    err = capsys.readouterr().err
    used = (count - 1) // 3
    assert err.count(f"map.perplexity: {used} in place of 30, since there are {count} points") == 2
    assert checkpoint_file.load("runs/few-latent_dim-2.safetensors").config.map.perplexity == used
    assert train.main(["few.yaml", "--sweep", "model.latent_dim=2,3", "--out", "runs", "--resume"]) == 0
    assert "-- model" not in capsys.readouterr().err
    assert train.main(["few.yaml", "--set", "map.perplexity=30"]) == 2
    assert f"map.perplexity: 30 arrived for {count} points" in capsys.readouterr().err


def test_paths_in_the_home_folder_and_with_blanks(capsys, tmp_path, monkeypatch):
    home = tmp_path / "my home"
    monkeypatch.setenv("HOME", str(home))
    (home / "presets").mkdir(parents=True)
    (home / "presets" / "it.yaml").write_text("data: {name: digits}")
    arguments = [*QUICK, "--out=~/it is.safetensors", "--curve=~/curve.png"]
    assert train.main(["~/presets/it.yaml", *arguments]) == 0
    assert {"curve.png", "it is.safetensors"} < {path.name for path in home.iterdir()}
    assert not Path("~").exists()
    (command,) = re.findall(r"open it: python demo.py (.*)\)$", capsys.readouterr().out, re.M)
    assert shlex.split(command) == [str(home / "it is.safetensors")]
