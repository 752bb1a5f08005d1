"""Any text is YAML within bounds, or one error that names the place."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latent_explorer import config
from latent_explorer.config.yaml_file import parse_yaml, write_yaml_line
from latent_explorer.errors import InputError


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


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("010", 10), ("0o10", 8), ("0x1F", 31), ("-0b11", -3), ("+7", 7), ("1_000", 1000), ("1_000.5", 1000.5),
        ("08", 8), ("5.", 5.0), ("-.inf", -math.inf),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written(text, number):
    read = parse_yaml(text, "x")
    assert (read, type(read)) == (number, type(number))


@pytest.mark.parametrize("text", ["1:1:1:1", "1:30", "-1:30.5", "190:20:30.15", "1__0", "1_", "2024-01-02", "٣"])
def test_what_yaml_once_took_for_a_number_or_a_date_stays_a_text(text):
    assert parse_yaml(text, "x") == text


@pytest.mark.parametrize(
    "value",
    ["08", "0o10", "010", "1e5", ".5e3", "1:30", "2024-01-02", "yes", "~", "", "x: y", 8, 1e5, -math.inf, [0.25, "3"]],
)
def test_what_is_written_is_read_as_it_was(value):
    assert repr(parse_yaml(write_yaml_line(value), "x")) == repr(value)


def test_a_number_in_sixties_is_refused_as_it_was_written():
    with pytest.raises(InputError, match=r"training\.epochs: '1:1:1:1' arrived; a whole number from 1 to"):
        config.from_dict(parse_yaml("training: {epochs: 1:1:1:1}", "mine.yaml"))


def test_a_tab_is_named_with_its_line_and_the_cure():
    with pytest.raises(InputError, match=r"line 2, column 1: .*indent with spaces"):
        parse_yaml("training:\n\tepochs: 3\n", "mine.yaml")


def test_a_key_given_twice_is_refused_with_its_line():
    with pytest.raises(InputError, match=r"line 3, column 3: the key 'epochs' is given twice"):
        parse_yaml("training:\n  epochs: 3\n  epochs: 4\n", "mine.yaml")


def test_yaml_runs_no_code(tmp_path):
    hit = tmp_path / "hit"
    with pytest.raises(InputError, match="could not determine a constructor"):
        parse_yaml(f"description: !!python/object/apply:os.system ['touch {hit}']\n", "mine.yaml")
    assert not hit.exists()
