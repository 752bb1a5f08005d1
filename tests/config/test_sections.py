"""Every key of a config takes what it allows, and says so of anything else."""

import json
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latent_explorer import config
from latent_explorer.config import Config
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
        ({"model": {"refine": 17}}, "model.refine: 17", "0 to 16"),
        ({"training": {"optimizer": "lbfgs"}}, "training.optimizer: 'lbfgs'", "one of adamw, adam, sgd, muon"),
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
