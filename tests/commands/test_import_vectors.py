"""`train.py import --vectors` as a user calls it, in this process."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from latent_explorer import load
from latent_explorer.commands import train

VECTORS = np.random.default_rng(0).normal(size=(20, 5)).astype(np.float32)
WORDS = [f"word {k}" for k in range(20)]
METADATA = "word\tkind\trank\n" + "".join(f"{word}\t{'ab'[k % 2]}\t{k / 2}\n" for k, word in enumerate(WORDS))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savetxt("v.tsv", VECTORS, delimiter="\t")
    (tmp_path / "m.tsv").write_text(METADATA, "utf-8")
    (tmp_path / "short.tsv").write_text("a\nb\n", "utf-8")


def run(*arguments, vectors="v.tsv", out="words.safetensors"):
    options = ["import", "--vectors", vectors, "--out", out, "--set", "map.methods=[pca]"]
    return train.main([*options, *arguments])


def test_tensorboards_pair_opens_anywhere(capsys):
    assert run("--metadata", "m.tsv", "--json") == 0
    said = capsys.readouterr()
    report = json.loads(said.out.splitlines()[-1])
    made = load(report["checkpoint"])
    assert made.kept.texts == tuple(WORDS)
    assert (made.class_names, list(made.attributes), made.name) == (("a", "b"), ["rank"], "words")
    np.testing.assert_allclose(made.latents, VECTORS, atol=5e-3)


def test_a_folder_of_the_projector_brings_its_thumbnails(tmp_path):
    tiles = np.repeat(np.arange(20, dtype=np.uint8), 4 * 4 * 3).reshape(4, 5, 4, 4, 3)
    Image.fromarray(tiles.swapaxes(1, 2).reshape(16, 20, 3)).save("s.png")
    sprite = 'sprite { image_path: "s.png" single_image_dim: 4 single_image_dim: 4 }'
    config = f'embeddings {{ tensor_path: "v.tsv" metadata_path: "m.tsv" {sprite} }}'
    (tmp_path / "projector_config.pbtxt").write_text(config, "utf-8")
    assert run(vectors=".") == 0
    made = load("words.safetensors")
    assert made.kept.texts == tuple(WORDS)
    assert made.kept.pictures[:, 0, 0, 0].tolist() == list(range(20))


def test_words_of_the_file_are_the_texts_and_the_first_ones_are_enough(tmp_path):
    rows = "".join(f"w{k} {' '.join(map(str, row))}\n" for k, row in enumerate(VECTORS.tolist()))
    (tmp_path / "v.vec").write_text(rows, "utf-8")
    assert run("--limit", "12", "--metric", "cosine", vectors="v.vec") == 0
    made = load("words.safetensors")
    assert made.kept.texts == tuple(f"w{k}" for k in range(12))
    np.testing.assert_allclose(np.linalg.norm(made.latents, axis=1), 1, atol=2e-3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--data", "digits"), "--data"),
        (("--encoder", "e.onnx"), "--encoder"),
        (("--text", "word"), "--metadata"),
        (("--metadata", "short.tsv"), "short.tsv: 2 rows"),
        (("--metadata", "none.tsv"), "none.tsv"),
        (("--limit", "0"), "--limit"),
        (("--set", "data.size=8"), "--vectors"),
        (("--set", "map.metric=cosine"), "--metric"),
        (("--set", "map.place=all"), "map.points"),
        (("--set", "map.backend=cuml"), "map.points"),
        (("--limit", "-1"), "--limit"),
        (("--metadata", "m.tsv", "--label", "kinds"), "did you mean kind"),
    ],
)
def test_what_does_not_go_together_is_one_line(capsys, arguments, said):
    before = sorted(os.listdir())
    assert run(*arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("train import: ")
    assert said in line
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("arguments", [(), ("--metadata", "m.tsv"), ("--limit", "3")])
def test_without_vectors_a_model_needs_its_data(capsys, arguments):
    assert train.main(["import", "--encoder", "e", "--decoder", "d", "--out", "x.safetensors", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--vectors" in line
