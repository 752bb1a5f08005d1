"""One training by two processes: the same steps as one process makes, one file written."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

import latent_explorer
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import train
from latent_explorer.training import distributed
from tests.stage import AWAY

ROOT = Path(latent_explorer.__file__).parents[1]
SETTINGS = [
    "--device", "cpu", "--set", "training.epochs=3", "--set", "training.batch_size=100", "--set", "model.hidden=[16]",
    "--set", "map.methods=[pca]", "--set", "map.points=50",
]  # fmt: skip


def by_two(*arguments: str, cwd: Path, script: Path = ROOT / "train.py") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if sys.platform.startswith("linux"):
        environment["GLOO_SOCKET_IFNAME"] = "lo"  # a machine may not be able to find itself by its name
    return subprocess.run(
        [*command, str(script), *arguments], cwd=cwd, env=environment, capture_output=True, text=True,
        check=False, timeout=240,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not distributed.distributed.is_available(), reason="this torch has no process groups")
def test_two_processes_make_the_steps_of_one_and_write_one_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert train.main(["digits-ae", *SETTINGS, "--out", "one.safetensors"]) == 0
    capsys.readouterr()
    done = by_two("digits-ae", *SETTINGS, "--out", "two.safetensors", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    reports = [line for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(reports) == 1
    assert json.loads(reports[0])["epochs"] == 3
    assert done.stderr.count(" 1,438 pictures") == 1
    one, two = (checkpoint_file.load(f"{name}.safetensors", "cpu") for name in ("one", "two"))
    for before, after in zip(one.metrics["history"], two.metrics["history"], strict=True):
        assert after["loss"] == pytest.approx(before["loss"], rel=1e-3)
        assert after["held_out"]["mse"] == pytest.approx(before["held_out"]["mse"], rel=1e-2)
    for name, weights in one.weights.items():
        np.testing.assert_allclose(two.weights[name].astype(float), weights.astype(float), atol=0.02)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.safetensors", "two.safetensors"]


def late(rank: int, folder: Path) -> Path:
    """train.py, whose process of that rank reads its arguments later than the other."""
    script = folder / "late.py"
    script.write_text(
        f"import os, sys, time\nif os.environ['RANK'] == '{rank}':\n    time.sleep(0.5)\n"
        "from latent_explorer.commands.train import main\nsys.exit(main())\n"
    )
    return script


def start_two(*arguments: str, cwd: Path, script: Path) -> tuple[int, str]:
    """Start two processes as torchrun does, without the seconds that it needs to start: when one fails, both end.

    Return the status of the one that ended first, and what both said.
    """
    said = cwd / "said.txt"
    with said.open("w") as file:
        running = [
            subprocess.Popen(
                [sys.executable, str(script), *arguments], cwd=cwd, stdout=file, stderr=file,
                env={**os.environ, "PYTHONPATH": str(ROOT), "RANK": str(rank), "WORLD_SIZE": "2"},
            )
            for rank in (0, 1)
        ]  # fmt: skip
        until = time.monotonic() + 60
        while all(one.poll() is None for one in running) and time.monotonic() < until:
            time.sleep(0.02)
        status = next(one.returncode for one in running if one.returncode is not None)
        for one in running:
            one.terminate()
            one.wait(timeout=10)
    return status, said.read_text()


@pytest.mark.parametrize("rank", [0, 1])
@pytest.mark.parametrize(
    ("wrong", "line"),
    [(["--set", "model.latent_dim=0"], "model.latent_dim: 0 arrived"), (["--nonsense"], "--nonsense")],
)
def test_a_mistake_is_said_once_whichever_process_finds_it_first(tmp_path, rank, wrong, line):
    status, said = start_two("digits-ae", *wrong, cwd=tmp_path, script=late(rank, tmp_path))
    assert status == 2
    (only,) = said.splitlines()
    assert only.startswith("train.py: " if wrong == ["--nonsense"] else "train: ")
    assert line in only


@pytest.mark.slow
def test_a_mistake_of_one_process_alone_is_said_by_it_and_ends_all(tmp_path):
    """Its data set cannot be read; the others wait for it in a collective operation meanwhile."""
    script = tmp_path / "alone.py"
    script.write_text(
        "import os, sys\nfrom latent_explorer.data import datasets\n"
        "from latent_explorer.commands import exit_status, train\n"
        "from latent_explorer.errors import InputError\nexit_status.FIRST_PROCESS_DELAY = 1.0\n"
        f"def fail(*_, **__):\n    raise InputError('{AWAY}')\n"
        "if os.environ['RANK'] == '1':\n    datasets.load = fail\n"
        "sys.exit(train.main())\n"
    )
    done = by_two("digits-ae", *SETTINGS, cwd=tmp_path, script=script)
    assert done.returncode != 0
    assert f"process 1: train: {AWAY}" in done.stderr.splitlines()
    assert "rank      : 1" in done.stderr  # torchrun's own report of who failed first


def test_one_of_several_processes_ends_with_its_work_done_before_the_interpreter_is_taken_down(tmp_path):
    """There torch's threads may abort it."""
    script = tmp_path / "abort.py"
    script.write_text(
        "import atexit, os, sys\natexit.register(os.abort)\n"
        "from latent_explorer.commands.train import main\nsys.exit(main())\n"
    )
    status, said = start_two("--list", cwd=tmp_path, script=script)
    assert status == 0
    assert "digits-ae" in said


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_shares_of_a_batch_are_the_whole_batch(monkeypatch, count, size):
    """Weighted by what `part` says, the average of the shares' means is the batch's mean."""
    values, seen, mean = torch.arange(count) ** 2, [], 0.0
    monkeypatch.setattr(distributed, "get_world_size", lambda: size)
    for rank in range(size):
        monkeypatch.setattr(distributed, "get_rank", lambda rank=rank: rank)
        index, weight = distributed.split_batch(torch.arange(count))
        seen += index.tolist() if weight else []
        mean += weight * float(values[index].double().mean()) / size
    assert seen == list(range(count))
    assert mean == pytest.approx(float(values.double().mean()))


def test_a_process_alone_has_nothing_to_share():
    assert (distributed.get_world_size(), distributed.get_rank(), distributed.is_leader()) == (1, 0, True)
    value, sums = object(), {"loss": torch.tensor(2.0)}
    assert distributed.broadcast(value) is value
    assert distributed.sum_over_processes(sums, 3, torch.device("cpu")) == (sums, 3)
    assert distributed.is_true_in_any(True, torch.device("cpu")) is True
    with distributed.run_leader_first(), distributed.join_process_group(torch.device("cpu")) as device:
        assert device == torch.device("cpu")
