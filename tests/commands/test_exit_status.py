"""Streams that are closed or full cost no file and show no traceback; of several processes one says an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import latent_explorer
from latent_explorer.commands import exit_status
from latent_explorer.errors import InputError
from tests.stage import AWAY, DISK_FULL

ROOT = Path(latent_explorer.__file__).parents[1]
TRAIN = [
    "train.py", "--device", "cpu", "--set", "training.epochs=1", "--set", "map.methods=[pca]", "--set", "map.points=50",
    "--out", "it.safetensors", "--curve", "it.png",
]  # fmt: skip
DEMO = ["demo.py", "--headless", "--screenshot", "it.png", "--size", "400x300", "digits-vae"]


def run(arguments: list[str], streams: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    program, *rest = arguments
    command = f'exec "$@" {streams}'
    return subprocess.run(
        ["sh", "-c", command, "sh", sys.executable, ROOT / program, *rest],
        cwd=folder, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "streams"),
    [(TRAIN, "<&- >&- 2>&-"), (DEMO, "2>&-")],
)
def test_closed_streams_cost_no_file(tmp_path, arguments, streams):
    done = run(arguments, streams, tmp_path)
    assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (0, False)
    assert (tmp_path / "it.png").read_bytes().endswith(b"IEND\xaeB`\x82")
    assert arguments is DEMO or (tmp_path / "it.safetensors").stat().st_size > 10_000


OPENS = """
import os, sys
from latent_explorer.commands import exit_status

def write():
    with open("it.txt", "w") as file:
        print("nowhere")
        print("nowhere", file=sys.stderr)
        sys.stdout.flush()
        os.write(2, b"nowhere either, as native code does")
        file.write(str(file.fileno()))
    return 0

sys.exit(exit_status.run_guarded("it", write))
"""


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&- >&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_number_of_a_closed_stream(tmp_path, streams):
    """By a command that imports little; each of the two real ones is started with closed streams above."""
    (tmp_path / "it.py").write_text(OPENS)
    done = run([str(tmp_path / "it.py")], streams, tmp_path)
    assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (0, False)
    number = (tmp_path / "it.txt").read_text()
    assert number.isdigit()
    assert int(number) > 2


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is of Linux")
def test_a_full_standard_output_costs_no_file(tmp_path):
    done = run(TRAIN, ">/dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"train: standard output cannot be written: {DISK_FULL}"
    assert (tmp_path / "it.safetensors").stat().st_size > 10_000
    assert (tmp_path / "it.png").stat().st_size > 10_000


@pytest.mark.slow
def test_a_driver_that_sdl_does_not_have_is_one_line(tmp_path):
    done = run(["demo.py", "digits-vae"], "", tmp_path, SDL_VIDEODRIVER="typo")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("demo: no display (")
    assert "typo" in line


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
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_standard_output_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, str(ROOT / "train.py"), "--list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [f"train: standard output cannot be written: {DISK_FULL}"]


def test_a_mistake_of_another_process_than_the_first_is_said_by_that_process(monkeypatch, capsys):
    def run() -> int:
        raise InputError(AWAY)

    monkeypatch.setenv("RANK", "3")
    monkeypatch.setattr(exit_status, "FIRST_PROCESS_DELAY", 0)
    assert exit_status.run_guarded("train", run) == 2
    assert capsys.readouterr().err == f"process 3: train: {AWAY}\n"
