import json
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latent_explorer import config
from latent_explorer.config import Config
from latent_explorer.config.yaml_file import parse_yaml
from latent_explorer.errors import InputError

KEYS = [
    (section.name, key.name)
    for section in fields(Config)
    if section.name != "description"
    for key in fields(section.default_factory)
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["mlp", "cnn", "tsne", "pca", "adam", "mnist", 10**400, 1e-3, 128]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip


def preset(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# -- values -------------------------------------------------------------------------------------------


@given(key=st.sampled_from(KEYS), value=ANYTHING)
@example(key=("training", "epochs"), value=10**400)
@example(key=("training", "learning_rate"), value=10**400)
@example(key=("training", "epochs"), value=True)
@example(key=("data", "channels"), value=True)
def test_a_value_is_kept_or_refused_by_its_key_name(key, value):
    section, name = key
    try:
        kept = config.from_dict({section: {name: value}}).as_dict()[section][name]
    except InputError as error:
        message = str(error)
    else:
        assert kept == value
        assert isinstance(kept, bool) == isinstance(value, bool)
        return
    assert f"{section}.{name}" in message
    assert "allowed" in message or "twice" in message or "map where" in message


@given(
    latent_dim=st.integers(1, 4096),
    hidden=st.lists(st.integers(1, 65_536), max_size=16),
    rate=st.floats(1e-12, 100.0),
    limit=st.none() | st.integers(16, 1000),
    perplexity=st.floats(2.0, 10_000.0),
)
def test_a_config_survives_its_dictionary_and_json(latent_dim, hidden, rate, limit, perplexity):
    values = {
        "data": {"limit": limit},
        "model": {"latent_dim": latent_dim, "hidden": hidden},
        "training": {"learning_rate": rate},
        "map": {"perplexity": perplexity},
    }
    made = config.from_dict(values)
    assert config.from_dict(json.loads(json.dumps(made.as_dict()))) == made


@pytest.mark.parametrize(
    ("values", "arrived", "allowed"),
    [
        ({"training": {"epochs": 0}}, "training.epochs: 0", "a whole number from 1 to 1,000,000"),
        ({"training": {"epochs": 2.5}}, "training.epochs: 2.5", "a whole number"),
        ({"training": {"epochs": "3"}}, "training.epochs: '3'", "a whole number"),
        ({"training": {"epochs": True}}, "training.epochs: True", "a whole number"),
        ({"training": {"epochs": None}}, "training.epochs: nothing", "a whole number"),
        ({"training": {"learning_rate": 0}}, "training.learning_rate: 0 arrived", "a number above 0 to 100"),
        ({"training": {"learning_rate": float("nan")}}, "training.learning_rate: nan", "a number above 0 to 100"),
        ({"training": {"optimizer": "lbfgs"}}, "training.optimizer: 'lbfgs'", "one of adamw, adam, sgd"),
        ({"objective": {"beta": -1}}, "objective.beta: -1 arrived", "a number from 0"),
        ({"objective": {"name": ["plain"]}}, "objective.name: ['plain']", "one of plain, variational"),
        ({"model": {"hidden": 128}}, "model.hidden: 128", "a list of up to 16 entries"),
        ({"model": {"hidden": [128, 0]}}, "model.hidden[1]: 0", "a whole number from 1"),
        ({"model": {"channels": []}}, "model.channels: []", "a list of 1 to 10 entries"),
        ({"map": {"methods": ["isomap"]}}, "map.methods[0]: 'isomap'", "one of tsne, pca, latent, umap"),
        ({"map": {"methods": ["pca", "pca"]}}, "map.methods: ['pca', 'pca']", "twice"),
        ({"data": {"channels": 2}}, "data.channels: 2", "one of 1, 3"),
        ({"data": {"leave_out": "6"}}, "data.leave_out: '6'", "a list of 1 to 10,000 entries"),
        ({"data": {"leave_out": [0.5]}}, "data.leave_out[0]: 0.5", "text"),
        ({"data": {"leave_out": [True]}}, "data.leave_out[0]: True", "text"),
        ({"data": {"held_out": 1.0}}, "data.held_out: 1.0", "a number above 0 below 1"),
        ({"model": 3}, "model: 3", "network, latent_dim"),
        ({"description": 3}, "description: 3", "text"),
    ],
)
def test_an_error_names_the_key_what_arrived_and_what_is_allowed(values, arrived, allowed):
    with pytest.raises(InputError) as caught:
        config.from_dict(values, source="mine.yaml")
    message = str(caught.value)
    assert message.startswith("mine.yaml: ")
    assert arrived in message
    assert allowed in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("values", "key", "hint"),
    [
        ({"trainig": {}}, "trainig", "did you mean training?"),
        ({"training": {"epoch": 3}}, "training.epoch", "did you mean epochs?"),
        ({"training": {"zzz": 3}}, "training.zzz", "allowed: epochs, batch_size"),
        ({"training": {7: 3}}, "training.7", "allowed: epochs"),
    ],
)
def test_an_unknown_key_is_named_with_the_known_ones(values, key, hint):
    with pytest.raises(InputError) as caught:
        config.from_dict(values)
    assert f" {key}: unknown key" in str(caught.value)
    assert hint in str(caught.value)
    assert "allowed: " in str(caught.value)


def test_a_whole_number_stands_for_a_number_and_nothing_for_a_section():
    made = config.from_dict({"objective": {"beta": 4}, "training": None})
    assert made.objective.beta == 4.0
    assert isinstance(made.objective.beta, float)
    assert made.training == config.Training()


def test_the_name_of_a_digit_may_be_written_as_a_number():
    assert config.from_dict({"data": {"leave_out": [6, "8"]}}).data.leave_out == ("6", "8")
    assert config.from_dict(config.load("digits-anomaly").as_dict()).data.leave_out == ("6",)


def test_a_config_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Config().training.epochs = 3  # type: ignore[misc]


# -- YAML ---------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("ab01-:{}[]&*!|>#%@`'\",.\t\n ?<=~xe_é\0"), max_size=30))
@example("2024-13-45")
@example("{[1]: 2}")
@example("? {a: b}\n: 1")
@example("!!int x")
@example("1" * 5000)
@example("[" * 5000)
@example("&a [*a]")
def test_any_text_is_yaml_or_an_input_error(text):
    message = "mine.yaml"
    try:
        parse_yaml(text, "mine.yaml")
    except InputError as error:
        message = str(error)
    assert message.startswith("mine.yaml")
    assert "\n" not in message


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "1.0e-3", "+1e-3", ".1e-2", "0.001"])
def test_exponents_are_numbers(text):
    assert parse_yaml(text, "x") == 0.001


@pytest.mark.parametrize("text", ["1e", "e-3", "1e-3x", "v1e-3"])
def test_words_that_look_like_exponents_stay_words(text):
    assert parse_yaml(text, "x") == text


def test_a_tab_is_named_with_its_line_and_the_cure(tmp_path):
    with pytest.raises(InputError, match=r"line 2, column 1: .*indent with spaces"):
        config.load(preset(tmp_path, "training:\n\tepochs: 3\n"))


def test_a_key_given_twice_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputError, match=r"line 3, column 3: the key 'epochs' is given twice"):
        config.load(preset(tmp_path, "training:\n  epochs: 3\n  epochs: 4\n"))


def test_the_same_key_in_two_sections_is_fine(tmp_path):
    made = config.load(preset(tmp_path, "data: {name: digits}\nobjective: {name: plain}\n"))
    assert (made.data.name, made.objective.name) == ("digits", "plain")


def test_yaml_runs_no_code(tmp_path):
    hit = tmp_path / "hit"
    with pytest.raises(InputError, match="could not determine a constructor"):
        config.load(preset(tmp_path, f"description: !!python/object/apply:os.system ['touch {hit}']\n"))
    assert not hit.exists()


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


# -- presets and overrides ----------------------------------------------------------------------------


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
    made = config.load(preset(tmp_path, "description: bare\nmap:\n"), ["model.hidden=[9, 8]", "map.methods=[pca]"])
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


@pytest.mark.parametrize(
    ("model", "objective", "said"),
    [
        ({"output": "linear"}, {"loss": "bce"}, r"objective\.loss: bce arrived with model\.output linear"),
        ({"output": "linear", "network": "a.B"}, {"loss": "mse"}, r"model\.network: a\.B arrived with model\.output"),
        ({"output": "tanh"}, {}, r"model\.output: .tanh. .*sigmoid, linear"),
    ],
)
def test_a_linear_output_goes_with_the_squared_error_alone(model, objective, said):
    with pytest.raises(InputError, match=said):
        config.from_dict({"model": model, "objective": objective})
    for fitting in ({"loss": "mse"}, {"name": "robust"}):  # correntropy is of squared errors too
        assert config.from_dict({"model": {"output": "linear"}, "objective": fitting}).model.output == "linear"
