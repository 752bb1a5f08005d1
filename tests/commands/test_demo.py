"""`demo.py` as a user calls it. Few processes are started, since each costs seconds; their results are shared."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from latent_explorer.checkpoint import checkpoint_file, checkpoint_paths
from latent_explorer.commands import demo
from tests.stage import ROOT

PATIENCE = 55
"""Seconds; less than the engine waits for an answer that never comes."""
HEAVY = ("torch", "torchvision", "sklearn", "openTSNE")

QUICK_BENCH = f"""
import json, sys
from latent_explorer.commands import demo
from latent_explorer.ui.window import window

heavy = lambda: [name for name in {HEAVY} if name in sys.modules]
seen = dict(start=heavy())
real = window.open_window

def open_window(*arguments, **options):
    surface = real(*arguments, **options)
    seen["window"] = heavy()
    from latent_explorer.ui.automation import benchmark
    from latent_explorer.ui.window import app
    benchmark.HOVER_SECONDS, benchmark.IDLE_SECONDS, benchmark.SETTLE_SECONDS, benchmark.REPEATS = 0.5, 0.5, 0.2, 20
    frame = app.App.frame

    def watched(self, events):
        drawn = frame(self, events)
        if self.ready:
            seen.setdefault("ready", heavy())
        return drawn

    app.App.frame = watched
    return surface

window.open_window = open_window
status = demo.main(["--headless", "--bench", "--json", "--size", "640x480"])
print(json.dumps(seen), file=sys.stderr)
sys.exit(status)
"""
"""The command with a short mouse path, watching what is imported when."""


def environment(**changes: str) -> dict[str, str]:
    """This process's, without a display."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    found = {name: value for name, value in os.environ.items() if name not in names}
    return {**found, "OMP_NUM_THREADS": "1", **changes}


def run(*arguments: str, program: tuple[str, ...] = (str(ROOT / "demo.py"),), **changes: str):
    return subprocess.run(
        [sys.executable, *program, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(**changes),
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """No argument but what makes it end, with a picture of a size that was asked for."""
    folder = tmp_path_factory.mktemp("plain")
    done = run(
        "--headless", "--screenshot", str(folder / "shot.png"), "--size", "800x500",
        LATENT_EXPLORER_DATA=str(folder),
    )  # fmt: skip
    return SimpleNamespace(done=done, shot=folder / "shot.png")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    done = run(
        program=("-c", QUICK_BENCH), LATENT_EXPLORER_DATA=str(tmp_path_factory.mktemp("no data")), PYTHONPATH=str(ROOT)
    )
    assert done.returncode == 0, done.stderr
    return SimpleNamespace(out=done.stdout, seen=json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.slow
def test_without_arguments_it_draws_the_shipped_models_side_by_side(plain):
    assert plain.done.returncode == 0, plain.done.stderr
    assert plain.done.stdout == ""
    assert plain.done.stderr == ""
    picture = np.asarray(Image.open(plain.shot).convert("RGB"))
    assert picture.shape == (500, 800, 3)
    left, right = picture[:, :400], picture[:, 400:]
    assert left.std() > 10
    assert right.std() > 10
    assert (left != right).any()


@pytest.mark.slow
def test_bench_prints_one_json_object_with_what_was_agreed(bench):
    report = json.loads(bench.out)
    assert len(bench.out.strip().splitlines()) == 1
    assert report["models"] == ["mnist-ae", "mnist-vae"]
    assert report["points"] == sum(len(checkpoint_file.load(name, "cpu").atlas.xy) for name in report["models"])
    for name in ("frame_ms", "decode_ms", "inverse_us", "event_to_pixels_ms"):
        assert {"p50", "p95", "p99", "max"} <= set(report[name])
        assert report[name]["p50"] > 0
    assert isinstance(report["device"], str)
    for name in ("startup_s", "bare_decode_ms", "idle_cpu_percent"):
        assert isinstance(report[name], float)


@pytest.mark.slow
def test_the_window_stands_before_torch_is_imported(bench):
    assert bench.seen["start"] == []
    assert bench.seen["window"] == []


@pytest.mark.slow
def test_on_the_way_to_the_first_interactive_frame_only_torch_is_imported(bench):
    assert bench.seen["ready"] == ["torch"]


def test_without_a_display_it_says_so_names_the_option_and_exits_with_2():
    done = run()
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "no display" in line
    assert "--headless" in line


# -- a user's mistakes, in this process ---------------------------------------------------------------


@pytest.fixture
def says(monkeypatch, capsys, tmp_path):
    """Runs the command and gives its one line on standard error, having seen that it exits with 2."""
    monkeypatch.setenv("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    monkeypatch.chdir(tmp_path)
    for name in ("SDL_VIDEODRIVER", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))  # what the command sets is put back

    def says(*arguments: str) -> str:
        try:
            status = demo.main(["--headless", *arguments])
        except SystemExit as error:
            status = error.code
        out, err = capsys.readouterr()
        assert status == 2, err
        assert out == ""
        (line,) = err.splitlines()
        assert line.startswith("demo")
        return line

    yield says
    pygame.quit()


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    """Files that are no checkpoints, each in its own way."""
    good = checkpoint_paths.find("digits-vae").read_bytes()
    length = int.from_bytes(good[:8], "little")
    header = json.loads(good[8 : 8 + length])
    own = json.loads(header["__metadata__"]["latent_explorer"])
    own["format"] = 99
    header["__metadata__"]["latent_explorer"] = json.dumps(own, sort_keys=True)
    newer = json.dumps(header).encode()
    flipped = bytearray(good)
    flipped[-100] ^= 1
    content = {
        "empty": b"",
        "truncated": good[: len(good) // 2],
        "newer": len(newer).to_bytes(8, "little") + newer + good[8 + length :],
        "text": b"hello, I am a text file\n" * 20,
        "flipped": bytes(flipped),
    }
    found = {name: tmp_path / f"{name}.safetensors" for name in (*content, "foreign")}
    for name, data in content.items():
        found[name].write_bytes(data)
    save_file({"weight": np.zeros((3, 3), np.float32)}, found["foreign"])
    return found


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("empty", "is empty"),
        ("truncated", "truncated"),
        ("foreign", "no latent_explorer checkpoint"),
        ("newer", "format 99"),
        ("text", "no checkpoint"),
        ("flipped", "digest"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named_with_the_reason(says, files, name, why):
    line = says(str(files[name]))
    assert f"{name}.safetensors" in line
    assert why in line


def test_a_missing_checkpoint_is_named_with_the_shipped_ones(says, tmp_path):
    line = says("mnist-vea")
    assert "mnist-vea" in line
    assert "mnist-vae" in line
    assert str(tmp_path / "gone.safetensors") in says(str(tmp_path / "gone.safetensors"))
    assert "folder" in says(str(tmp_path))


@pytest.mark.parametrize("size", ["big", "0x0", "800", "800x", "-5x300", "99999x99999", "800x600x3", "8e2x600", "²x³"])
def test_a_size_that_is_none(says, size):
    line = says(f"--size={size}")
    assert size in line
    assert "1440x900" in line


@pytest.mark.parametrize("scale", ["big", "0", "4.5", "nan", "-1", "1,5"])
def test_a_scale_that_is_none(says, scale):
    line = says(f"--scale={scale}")
    assert scale in line
    assert "0.5 to 4" in line


def test_a_lab_that_is_none(says):
    line = says("--lab", "cooking")
    assert "cooking" in line
    assert "explore" in line
    assert "compare" in line


def test_other_arguments_that_are_wrong(says, tmp_path):
    assert "--colour" in says("--colour")
    assert "tpu" in says("--device", "tpu")
    assert "picture.gif" in says("--screenshot", str(tmp_path / "picture.gif"))
    assert "gone.yaml" in says("--script", str(tmp_path / "gone.yaml"))
    assert "--bench" in says("--bench", "--script", str(tmp_path / "gone.yaml"))


def test_a_wrong_script_is_one_line_too(says, tmp_path):
    (tmp_path / "steps.yaml").write_text("- move: [0.5, 0.5]\n- jump: 3\n")
    line = says("--script", str(tmp_path / "steps.yaml"))
    assert re.search(r"\bsteps\.yaml, line 2\b.*\bjump\b", line)


def test_the_help_names_every_lab():
    from latent_explorer.labs import LABS

    (line,) = re.findall(r"--lab NAME\s+(.*?)\(default", demo.make_parser().format_help(), re.S)
    assert set(line.split("one of ")[1].replace(",", " ").split()) == set(LABS)
