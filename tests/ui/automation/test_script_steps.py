"""The steps of a script as they are read, and what is refused."""

import pytest
import yaml

from latent_explorer.errors import InputError
from latent_explorer.ui.automation import script_steps


def at_line(number: int) -> str:
    return f"mine.yaml, line {number}"


def test_every_verb_can_be_read_and_lines_are_counted(write):
    examples = {
        "lab": "compare", "move": [0.1, 0.2], "click": [0, 1], "double_click": [0.5, 0.5],
        "drag": [[0.1, 0.2], [0.3, 0.4]], "pan": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
        "scroll": [0.5, 0.5, -2], "touch": ["bars", 0.1, 0.2],
        "key": "f1", "set": {"map": "pca"}, "moment": 0.3, "wait": 0.5, "resize": [300, 200],
        "open": "cat.png", "draw": [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.5]]], "screenshot": "a.png", "record": "a.gif",
    }  # fmt: skip
    assert set(examples) == set(script_steps.VERBS)
    steps = script_steps.read(write("# a comment\n" + yaml.dump([{verb: value} for verb, value in examples.items()])))
    assert [step.verb for step in steps] == list(examples)
    assert steps[0].location.endswith(at_line(2))
    assert all(step.slot == 0 for step in steps)


def test_map_2_is_the_second_map(write):
    (step,) = script_steps.read(write("- move: [0.5, 0.5]\n  map: 2\n"))
    assert step.slot == 1


@pytest.mark.parametrize(
    ("text", "line", "arrived", "allowed"),
    [
        ("- move: [0.5, 0.5]\n- mvoe: [0.5, 0.5]", 2, "mvoe", "double_click"),
        ("- move: [0.5, 0.5]\n  map: 9", 1, "9", "a whole number from 1 to"),
        ("- move: [0.5, 0.5]\n  map: true", 1, "True", "a whole number from 1 to"),
        ("- move: [0.5, 1.5]", 1, "1.5", "map units 0..1"),
        ("- scroll: [-0.1, 0.5, 2]", 1, "-0.1", "positive steps zoom in"),
        ("- drag: [[0.5, 0.5], [0.5, 2]]", 1, "2", "map units 0..1"),
        ("- move: [0.5, 0.5]\n  map: two", 1, "'two'", "a whole number from 1 to"),
        ("- move: [0.5, 0.5]\n  map: 0", 1, "0", "a whole number from 1 to"),
        ("- move: 0.5", 1, "0.5", "[x, y] in map units"),
        ("- move: [0.5]", 1, "[0.5]", "[x, y] in map units"),
        ("- move: [a, b]", 1, "['a', 'b']", "[x, y] in map units"),
        ("- move: [.nan, 0.5]", 1, "nan", "[x, y] in map units"),
        ("- move: [true, 0.5]", 1, "True", "[x, y] in map units"),
        ("- move:", 1, "nothing", "[x, y] in map units"),
        ("- click: {x: 1}", 1, "{'x': 1}", "[x, y]"),
        ("- drag: [0.1, 0.2]", 1, "[0.1, 0.2]", "[[x, y], [x, y], ...]"),
        ("- drag: [[0.1, 0.2]]", 1, "[[0.1, 0.2]]", "[[x, y], [x, y], ...]"),
        ("- scroll: [0.1, 0.2]", 1, "[0.1, 0.2]", "[x, y, steps]"),
        ("- wait: -1", 1, "-1", "seconds, 0 to 600"),
        ("- wait: soon", 1, "'soon'", "seconds, 0 to 600"),
        ("- resize: [0, 100]", 1, "[0, 100]", "[width, height]"),
        ("- screenshot: 5", 1, "5", "a file name"),
        ("- key: [a]", 1, "['a']", "the name of a key"),
        ("- key: no such key", 1, "no such key", "the name of a key"),
        ("- key: ''", 1, "''", "the name of a key"),
        ("- set: names", 1, "'names'", "{control: value}"),
        ("- set: {}", 1, "{}", "{control: value}"),
        ("- lab: cooking", 1, "'cooking'", "explore, compare"),
        ("- lab: 5", 1, "5", "one of explore, compare"),
        ("- move: [0.5, 0.5]\n  click: [0.5, 0.5]", 1, "move, click", "one of"),
        ("- map: 2", 1, "nothing", "one of"),
        ("- move", 1, "'move'", "a step like"),
        ("- 7", 1, "7", "a step like"),
        ("-", 1, "nothing", "a step like"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_line_what_arrived_and_what_is_allowed(write, text, line, arrived, allowed):
    with pytest.raises(InputError) as error:
        script_steps.read(write(text))
    said = str(error.value)
    assert f"{at_line(line)}:" in said
    assert arrived in said
    assert allowed in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "arrived"),
    [
        ("move: [0.5, 0.5]", "{'move': [0.5, 0.5]}"),
        ("just words", "'just words'"),
        ("", "nothing"),
        ("# only a comment", "nothing"),
    ],
)
def test_a_script_is_a_list(write, text, arrived):
    with pytest.raises(InputError, match=r"mine\.yaml: .*a list of steps is allowed") as error:
        script_steps.read(write(text))
    assert arrived in str(error.value)


@pytest.mark.parametrize("text", ["- set:\n\tmap: pca", "- move: [0.5, 0.5", "- {a: b}: }", "- !!python/object:x {}"])
def test_what_is_no_yaml_is_said_in_one_line_that_names_file_and_line(write, text):
    with pytest.raises(InputError, match=r"mine\.yaml, line \d") as error:
        script_steps.read(write(text))
    assert "\n" not in str(error.value)


def test_a_file_that_is_missing_or_no_text(tmp_path):
    with pytest.raises(InputError, match=r"gone\.yaml: cannot be read"):
        script_steps.read(tmp_path / "gone.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no UTF-8 text"):
        script_steps.read(tmp_path / "bytes.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        script_steps.read(tmp_path)
