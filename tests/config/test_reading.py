"""Presets and files are read, and what the command line sets wins."""

from pathlib import Path

import pytest

from latent_explorer import config
from latent_explorer.errors import InputError


def write_preset(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_same_key_in_two_sections_is_fine(tmp_path):
    made = config.load(write_preset(tmp_path, "data: {name: digits}\nobjective: {name: plain}\n"))
    assert (made.data.name, made.objective.name) == ("digits", "plain")


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"just words", b"\xff\xfe\xff", b"a: [1\n"])
def test_a_file_that_is_no_preset_is_one_line(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        config.load(str(path))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml", "x" * 300 + ".yaml"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(InputError, match="cannot be read: "):
        config.load(str(tmp_path / name))


@pytest.mark.parametrize("name", config.list_preset_names())
def test_every_preset_is_valid_and_says_what_it_is(name):
    assert config.load(name).description


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(InputError) as caught:
        config.load("digits-vea")
    assert "preset 'digits-vea' is unknown (did you mean digits-vae?)" in str(caught.value)
    assert "wine-vae" in str(caught.value)


def test_an_override_wins_over_the_preset_and_the_last_one_over_the_first():
    made = config.load("digits-vae", ["training.epochs=3", "training.learning_rate=1e-3", "training.epochs=5"])
    assert made.training.epochs == 5
    assert made.training.learning_rate == 0.001
    assert made.model == config.load("digits-vae").model


def test_an_override_reads_yaml_and_makes_its_section(tmp_path):
    made = config.load(
        write_preset(tmp_path, "description: bare\nmap:\n"), ["model.hidden=[9, 8]", "map.methods=[pca]"]
    )
    assert made.model.hidden == (9, 8)
    assert made.map.methods == ("pca",)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("training.epochs", "KEY=VALUE is allowed"),
        ("=3", "KEY=VALUE is allowed"),
        ("training.epochs.deep=3", "epochs has no keys of its own"),
        ("training.epoch=3", "training.epoch: unknown key"),
        ("training=3", "training: 3"),
        ("training.epochs=", "training.epochs: nothing arrived"),
        ("training.epochs=[", "--set training.epochs"),
        ("training.epochs=three", "training.epochs: 'three'"),
        (".=1", "unknown key"),
    ],
)
def test_an_override_that_is_wrong_says_how(override, said):
    with pytest.raises(InputError) as caught:
        config.load("digits-vae", [override])
    assert said in str(caught.value)
