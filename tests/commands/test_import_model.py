"""`train.py import` as a user calls it, in this process."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from latent_explorer import load
from latent_explorer.checkpoint import from_model
from latent_explorer.checkpoint.from_model import MapSettings
from latent_explorer.commands import train
from latent_explorer.errors import InputError

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

from tests.models import graphs

SHAPE = (1, 8, 8)
WEIGHT = np.linalg.qr(np.random.default_rng(0).normal(size=(64, 4)))[0].astype(np.float32)
QUICK = ["--set", "map.methods=[pca]", "--set", "map.points=60", "--set", "data.limit=100", "--no-inverse"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")
    (tmp_path / "e.onnx").write_bytes(graphs.make_encoder(WEIGHT, SHAPE))
    (tmp_path / "d.onnx").write_bytes(graphs.make_decoder(WEIGHT.T.copy(), SHAPE))


def run(*arguments, encoder="e.onnx", decoder="d.onnx", data="digits", out="mine.safetensors"):
    given = {"--encoder": encoder, "--decoder": decoder, "--data": data, "--out": out}
    options = [part for name, value in given.items() if value is not None for part in (name, value)]
    return train.main(["import", *options, *QUICK, *arguments])


def refuse(capsys, *arguments, **given):
    """Return the one line with which the command ends."""
    before = sorted(os.listdir())
    assert run(*arguments, **given) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train import: ")
    assert sorted(os.listdir()) == before
    return line


def test_the_file_opens_anywhere_and_holds_the_graphs(capsys):
    assert run("--json") == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    made = load(report["checkpoint"])
    assert (made.name, made.latent_dim, report["latent_dim"]) == ("mine", 4, 4)
    z = made.latents[:3]
    expected = 1 / (1 + np.exp(-z @ WEIGHT.T)).reshape(3, *SHAPE)
    np.testing.assert_allclose(made.decode(z), expected, atol=1e-5)


def test_the_keys_of_the_map_arrive(capsys, monkeypatch):
    def stop(*_, settings: MapSettings, **__):
        raise InputError(f"{settings.backend} {settings.place}")

    monkeypatch.setattr(from_model, "from_dataset", stop)
    assert run("--set", "map.backend=cuml", "--set", "map.place=all") == 2
    assert capsys.readouterr().err.endswith("cuml all\n")


def test_an_array_file_and_the_models_own_pixels(capsys):
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    np.save("images.npy", images)
    assert run("--pixels=-1..1", data="images.npy") == 0
    made = load("mine.safetensors")
    expected = (images.reshape(40, -1) / 127.5 - 1) @ WEIGHT
    np.testing.assert_allclose(made.encode(images[:, None] / np.float32(255)), expected, atol=1e-4)


@pytest.mark.parametrize(
    "content", [b"", b"no graph", bytes(range(256)), pytest.param(None, id="truncated"), pytest.param("x", id="folder")]
)
def test_a_file_that_is_no_graph(capsys, tmp_path, content):
    path = tmp_path / "bad.onnx"
    if content == "x":
        path.mkdir()
    else:
        path.write_bytes((tmp_path / "d.onnx").read_bytes()[:-60] if content is None else content)
    assert "--decoder" in (said := refuse(capsys, decoder="bad.onnx"))
    assert "bad.onnx" in said


def test_a_file_of_gigabytes_is_not_read(capsys, monkeypatch):
    with open("huge.onnx", "wb") as file:
        file.truncate(3 << 30)
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path} was read"))
    assert "3,221,225,472" in refuse(capsys, encoder="huge.onnx")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there is no /dev/zero")
def test_a_device_without_an_end_is_not_read(capsys):
    refuse(capsys, encoder="/dev/zero")


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["--pixels=1..0"], {}),
        (["--pixels=black"], {}),
        (["--set", "model.latent_dim=3"], {}),
        (["--set", "data.sise=3"], {}),
        ([], {"out": "mine.onnx"}),
        ([], {"data": "no-such-data"}),
        ([], {"encoder": "missing.onnx"}),
        ([], {"encoder": None}),
        ([], {"encoder": None, "decoder": None}),
        (["--from", "pythae", "folder"], {}),
        ([], {"encoder": "d.onnx"}),
        (["--set", "data.size=16"], {}),
    ],
)
def test_what_does_not_fit_is_one_line(capsys, arguments, given):
    capsys.readouterr()
    before = sorted(os.listdir())
    assert run(*arguments, **given) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("train import: ")
    assert sorted(os.listdir()) == before


def test_a_range_of_pixels_may_begin_with_a_minus(capsys):
    np.save("images.npy", np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8))
    assert run("--pixels", "-1..1", data="images.npy") == 0
    assert load("mine.safetensors").config.model.pixel_range == (-1, 1)


@pytest.mark.parametrize("name", ["m.keras", "m.pt2"])
def test_files_that_hold_code_are_answered_with_the_way_to_onnx(capsys, tmp_path, name):
    (tmp_path / name).write_bytes(b"code")
    assert "export" in refuse(capsys, encoder=name)


@pytest.mark.parametrize("kind", ["keras", "torchscript"])
def test_files_that_hold_code_are_not_opened(capsys, monkeypatch, kind):
    line = refuse(capsys, "--from", kind, "model.bin", encoder=None, decoder=None)
    assert "--encoder" in line


def test_an_unknown_program_is_answered_with_the_known_ones(capsys):
    assert "diffusers" in refuse(capsys, "--from", "theano", "x", encoder=None, decoder=None)


def write_model(values, sample):
    """Write the graphs of a linear model of 2 numbers, of samples of the shape `sample`."""
    weight = np.linalg.qr(np.random.default_rng(1).normal(size=(values, 2)))[0].astype(np.float32)
    Path("e.onnx").write_bytes(graphs.make_encoder(weight, sample))
    Path("d.onnx").write_bytes(graphs.make_decoder(weight.T.copy(), sample))
    return weight


def write_rows(columns=3, count=40):
    """Write a table of numbers and a class, and return its numbers."""
    rows = np.random.default_rng(0).normal(size=(count, columns)).round(3)
    names = [*(f"c{k}" for k in range(columns)), "class"]
    lines = [",".join([*map(str, row), "ab"[k % 2]]) for k, row in enumerate(rows)]
    Path("rows.csv").write_text("\n".join([",".join(names), *lines]) + "\n")
    return rows


def test_rows_arrive_in_their_own_units(capsys):
    weight, rows = write_model(3, (3,)), write_rows()
    assert run("--samples", "rows", data="rows.csv") == 0
    made = load("mine.safetensors")
    assert made.class_names == ("a", "b")
    assert made.sample_kind.value_names == ("c0", "c1", "c2")
    latents = rows @ weight
    assert max(np.abs(latents - z).max(axis=1).min() for z in made.latents) < 1e-3


def test_rows_of_an_array_have_what_lies_beside_them(capsys):
    write_model(3, (3,))
    rows = np.random.default_rng(0).normal(size=(40, 3))
    classes = {"y": np.arange(40) % 2, "class_names": ["no", "yes"]}
    np.savez("rows.npz", x=rows, columns=["a", "b", "c"], age=rows[:, 0], **classes)
    assert run("--samples", "rows", data="rows.npz") == 0
    made = load("mine.safetensors")
    assert [one.name for one in made.config.data.columns] == ["a", "b", "c"]
    assert made.class_names == ("no", "yes")
    assert "age" in made.attributes
    np.savez("rows.npz", x=rows, y=np.arange(7))
    capsys.readouterr()
    assert "labels" in refuse(capsys, "--samples", "rows", data="rows.npz", out="other.safetensors")


@pytest.mark.parametrize("sample", [(1, 12), (12, 1), (12,)])
def test_signals_of_any_layout_arrive_and_come_back(capsys, sample):
    weight = write_model(12, sample)
    series = np.random.default_rng(0).normal(size=(40, 12)).round(3)
    lines = [f"{','.join(map(str, one))}:{'ab'[k % 2]}" for k, one in enumerate(series)]
    Path("runs.ts").write_text("\n".join(["@classLabel true a b", "@data", *lines]) + "\n")
    assert run(data="runs.ts") == 0
    made = load("mine.safetensors")
    assert made.image_shape == (1, 1, 12)
    assert max(np.abs(series @ weight - z).max(axis=1).min() for z in made.latents) < 1e-3
    expected = 1 / (1 + np.exp(-made.latents[:2] @ weight.T))
    drawn = made.sample_kind.restore_units(made.decode(made.latents[:2]))[:, 0]
    np.testing.assert_allclose(drawn, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "columns", "part"),
    [
        (["--samples", "rows"], 4, "4 values a row arrived; the encoder takes 3"),
        ([], 3, "--samples signals or rows is needed"),
        (["--samples", "row"], 3, "one of images, signals, rows"),
        (["--samples", "rows", "--pixels=0..255"], 3, "--pixels"),
        (["--samples", "rows", "--set", "data.label=''"], 3, "not numbers arrived: class"),
    ],
)
def test_rows_that_do_not_fit_are_one_line(capsys, arguments, columns, part):
    write_model(3, (3,))
    write_rows(columns)
    assert run(*arguments, data="rows.csv") == 2
    assert part in capsys.readouterr().err.splitlines()[-1]
    assert not os.path.exists("mine.safetensors")
