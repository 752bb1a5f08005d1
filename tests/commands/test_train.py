import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from PIL import Image

import latent_explorer
from latent_explorer import config
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import train
from latent_explorer.data import datasets, torchvision_sets
from latent_explorer.metrics import anomaly_detection
from latent_explorer.training import judge_training
from tests.commands.conftest import QUICK, failed

ROOT = Path(latent_explorer.__file__).parents[1]
pytestmark = pytest.mark.usefixtures("elsewhere")


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


@pytest.mark.slow
def test_the_features_are_compared_where_that_is_asked_for(capsys):
    assert train.main([*QUICK, "--probe", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = json.loads(lines[-1])["features"]
    assert found == checkpoint_file.load("digits-vae.safetensors").metrics["features"]
    assert list(found) == ["codes", "pixels", "pca"]
    assert found["pixels"]["linear_all"] > 0.9
    assert any(line.split()[0] == "pixels" for line in lines)


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
        (
            ["--set", "map.methods=[tsne]", "--set", "map.points=50", "--set", "map.perplexity=30"],
            "map.perplexity: 30 arrived for 50 points",
        ),
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


def test_ctrl_c_elsewhere_is_one_line(capsys, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(datasets, "load", interrupted)
    assert failed(capsys, 130, QUICK) == "train: interrupted"


# -- images and paths of ones own ------------------------------------------------------------------------


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
