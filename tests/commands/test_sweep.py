"""`--sweep`: every value trained, compared in a table and a picture."""

import json
from pathlib import Path

import pytest
import torch
from PIL import Image

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import sweep, train, training_run
from latent_explorer.commands.sweep import Sweep
from latent_explorer.errors import InputError, StoppedError, WorkError
from tests.stage import BROKEN

QUICK = [
    "--device", "cpu", "--set", "training.epochs=2", "--set", "model.hidden=[16]",
    "--set", "map.methods=[pca]", "--set", "map.points=50",
]  # fmt: skip


pytestmark = pytest.mark.usefixtures("elsewhere")


def test_every_value_is_trained_and_compared(capsys):
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,6", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    found = json.loads(lines[-1])
    assert [row["value"] for row in found["runs"]] == [2, 6]
    for row in found["runs"]:
        made = checkpoint_file.load(row["checkpoint"])
        assert made.latent_dim == row["value"]
        assert row["mse"] == made.metrics["test"]["mse"]
        assert row["code_bytes"] == 4 * row["value"]
    assert lines[0].split()[:3] == ["model.latent_dim", "MSE", "-ELBO"]
    assert [line.split()[0] for line in lines[1:3]] == ["2", "6"]
    picture = Image.open(found["picture"])
    assert picture.width > 2 * picture.height
    assert len(picture.convert("L").getcolors(1 << 16)) > 20  # something is drawn


@pytest.mark.slow
def test_values_may_be_words_and_lists(capsys):
    assert train.main([*QUICK, "--sweep", "objective.name=plain,sparse", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [Path(row["checkpoint"]).name for row in found["runs"]] == [
        "digits-vae-name-plain.safetensors",
        "digits-vae-name-sparse.safetensors",
    ]
    assert Sweep.parse("model.hidden=[64],[128, 64]").values == ([64], [128, 64])
    assert Sweep.parse("objective.beta=0.5,1e-3").values == (0.5, 0.001)
    assert list(map(sweep.to_slug, ([128, 64], "a/b c"))) == ["128-64", "a_b_c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model.latent_dim", "KEY=VALUE,VALUE"),
        ("=1,2", "KEY=VALUE,VALUE"),
        ("model.latent_dim=4", "KEY=VALUE,VALUE"),
        ("model.latent_dim=4,4", "names a value twice"),
        ("model.latent=4,8", "model.latent: unknown key (did you mean latent_dim?)"),
        ("model.latent_dim=4,0", "model.latent_dim: 0 arrived"),
        ("model.latent_dim=4,[", "--sweep model.latent_dim"),
    ],
)
def test_a_mistake_is_one_line_before_anything_is_trained(capsys, text, said):
    assert train.main([*QUICK, "--sweep", text]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert list(Path.cwd().iterdir()) == []


def test_a_file_in_place_of_a_folder_is_refused(capsys):
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4", "--out", "x.safetensors"]) == 2
    assert "a folder is allowed" in capsys.readouterr().err


def test_a_run_that_fails_is_said_and_left_out(capsys, monkeypatch):
    whole = training_run.run

    def fails_once(config, **rest):
        if config.model.latent_dim == 4:
            raise WorkError(BROKEN)
        return whole(config, **rest)

    monkeypatch.setattr(training_run, "run", fails_once)
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4,6", "--json"]) == 1
    out, err = capsys.readouterr()
    assert f"= 4 failed: {BROKEN}" in err
    assert [row["value"] for row in json.loads(out.splitlines()[-1])["runs"]] == [2, 6]


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [[], ["--set", "training.precision=bfloat16", "--set", "model.normalisation=batch"]],  # also where it is emulated
)
def test_resumed_it_trains_only_what_is_not_finished(capsys, monkeypatch, other):
    assert train.main([*QUICK, *other, "--sweep", "model.latent_dim=2,4"]) == 0
    first = capsys.readouterr().out
    trained = []
    whole = training_run.run
    monkeypatch.setattr(training_run, "run", lambda c, **rest: trained.append(c.model.latent_dim) or whole(c, **rest))
    assert train.main([*QUICK, *other, "--sweep", "model.latent_dim=2,4,6", "--resume"]) == 0
    assert trained == [6]
    assert first.splitlines()[1].split()[:4] == capsys.readouterr().out.splitlines()[1].split()[:4]


@pytest.mark.slow
@pytest.mark.parametrize("damaged", [False, True])
def test_resumed_it_trains_anew_what_has_other_settings_or_cannot_be_read(capsys, damaged):
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4"]) == 0
    first = sorted(Path.cwd().rglob("*.safetensors"))
    if damaged:
        first[0].write_bytes(b"nothing")
    other = [] if damaged else ["--set", "model.hidden=[5]"]
    assert train.main([*QUICK, *other, "--sweep", "model.latent_dim=2,4", "--resume"]) == 0
    for path in first:
        hidden = checkpoint_file.load(path, "cpu").config.model.hidden
        assert damaged or hidden == (5,)


def test_ctrl_c_ends_the_sweep_with_what_there_is(capsys, monkeypatch):
    whole = training_run.run

    def stopped(config, **rest):
        report = whole(config, **rest)
        report.stopped = True
        return report

    monkeypatch.setattr(training_run, "run", stopped)
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4,6", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out.splitlines()[-1])["runs"]) == 1


def test_ctrl_c_before_the_first_step_ends_the_sweep_too(capsys, monkeypatch):
    whole, begun = training_run.run, []

    def stopped(config, **rest):
        begun.append(config.model.latent_dim)
        if len(begun) == 2:
            raise StoppedError("stopped before the first step")
        return whole(config, **rest)

    monkeypatch.setattr(training_run, "run", stopped)
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4,6", "--json"]) == 1
    out, err = capsys.readouterr()
    assert begun == [2, 4]
    assert "--resume" in err
    assert [row["value"] for row in json.loads(out.splitlines()[-1])["runs"]] == [2]


def test_a_value_that_makes_no_model_is_found_before_the_first_training(capsys):
    sizes = "model.channels=[4],[4,4,4,4,4,4,4,4,4]"
    assert train.main([*QUICK, "--set", "model.network=cnn", "--sweep", sizes]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.slow
def test_a_late_mistake_does_not_lose_the_table(capsys):
    chosen = ["--set", "map.methods=[tsne]", "--set", "map.perplexity=30"]
    assert train.main([*QUICK, *chosen, "--sweep", "map.points=120,16", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "= 16 failed: map.perplexity" in err
    assert [row["value"] for row in json.loads(out.splitlines()[-1])["runs"]] == [120]


@pytest.mark.slow
def test_a_run_that_ended_early_is_finished(capsys, monkeypatch):
    early = [
        "--set", "training.validation=0.2", "--set", "training.patience=1", "--set", "training.epochs=50",
        "--set", "training.learning_rate=5.0", "--set", "training.optimizer=sgd", "--set", "training.clip=0.5",
    ]  # fmt: skip
    assert train.main([*QUICK, *early, "--sweep", "training.seed=1,2"]) == 0
    assert "ended early" in capsys.readouterr().err
    monkeypatch.setattr(training_run, "run", None)
    assert train.main([*QUICK, *early, "--sweep", "training.seed=1,2", "--resume"]) == 0


def test_a_training_leaves_the_number_of_threads_as_it_was(monkeypatch):
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert train.main(QUICK) == 0
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)


def test_several_processes_are_refused(capsys, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert train.main([*QUICK, "--sweep", "model.latent_dim=2,4"]) == 2
    assert "several processes arrived" in capsys.readouterr().err


def test_codes_of_a_codebook_are_counted_in_bits():
    from latent_explorer import config, models

    model = models.build(config.Model(latent_dim=8), config.Objective("quantised", codes=64, groups=4), (1, 8, 8))
    assert model.code_bytes == 3  # 4 times 6 bits


def test_a_sweep_of_one_value_is_none():
    with pytest.raises(InputError):
        Sweep.parse("objective.beta=1")
