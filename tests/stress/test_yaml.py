"""Any text gives values or one short line within two seconds: presets, scripts and lessons may be a stranger's."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_explorer import config, resources
from latent_explorer.config import from_dict
from latent_explorer.config.yaml_file import parse_yaml
from latent_explorer.errors import InputError
from latent_explorer.ui.automation import lesson_files, script_steps

pytestmark = pytest.mark.slow  # a hunt

PLACES = ("presets", "assets/lessons", "assets")
SHIPPED = [path for place in PLACES for path in sorted(resources.find_folder(place).glob("*.yaml"))]
LAUGH = "[x, x, x, x, x, x, x, x, x]"
for level in range(9):
    LAUGH = f"[&a{level} {LAUGH}{f', *a{level}' * 8}]"
ODD = {
    "aliases": LAUGH, "digits": "1" * 60_000, "float": "1" * 60_000 + "e5", "hexadecimal": "0x" + "f" * 5000,
    "bool": "!!bool abc", "null": "!!null abc", "int": "!!int abc", "whole": "!!int " + "1" * 9000,
    "time": "!!timestamp abc", "binary": "!!binary é", "sixties": "1" + ":1" * 5000,
    "explicit": "!!int 1" + ":1" * 5000,
    "date": "2020-99-99", "self": "&a [*a]", "merge": "{<<: [1]}", "no alias": "*nothing",
    "tag": "!!python/name:os.system x",
    "deep": "[" * 5000, "mapped": "{a: " * 5000, "blocks": "- " * 5000, "keys": "? " * 5000, "set": "!!set {a, b}",
    "pairs": "!!pairs [a: b]", "omap": "!!omap [a: b]", "list key": "{[a]: b}", "huge": "x" * 200_000,
    "long key": f"{{{'k' * 9000}: 1}}", "text": "'" + "x" * 9000 + "'",
    "repeated": f"[&a {'x' * 60_000}{', *a' * 5000}]",
    "lines": '"a\\nb\\nc"', "control": '"\\e[31m"', "inf": "[.inf, -.inf, .nan]", "sum": "{=: 1}", "big": "9" * 99,
}  # fmt: skip
"""Small texts that are hard to parse, to convert or to quote."""


def refusal(read: Callable[[], object]) -> str:
    try:
        read()
    except InputError as error:
        return str(error)
    return ""


def attempt(text: str, folder: Path) -> None:
    """Read a text in every way."""
    path = folder / "it.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    readers = (
        lambda: config.load(str(path)), lambda: script_steps.read(path), lambda: lesson_files.read(path),
        lambda: config.load("digits-vae", [f"model.hidden={text}"]), lambda: parse_yaml(text, "it"),
    )  # fmt: skip
    for read in readers:
        begun = time.thread_time()
        said = refusal(read)
        assert time.thread_time() - begun < 2
        assert len(said) <= 300
        assert said.isprintable()


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize(
    "frame",
    [
        "{}", "model: {{hidden: {}}}", "training: {{epochs: {}}}", "- wait: {}", "- set: {}", "- key: {}",
        "- touch: {}",
        "title: {}\nmodels: [a]\npages: [say: b]", "title: t\nmodels: {}\npages: []",
        "title: t\nmodels: [a]\npages: [{{say: b, do: [{{wait: {}}}]}}]", "{{{}: 1}}", "- {{{}: 1}}", "data: {{{}: 1}}",
    ],
)  # fmt: skip
def test_what_is_odd_is_one_short_line(name, frame, tmp_path):
    attempt(frame.format(ODD[name]), tmp_path)


@pytest.mark.parametrize("seed", range(4))
def test_shipped_files_with_mistakes(seed, tmp_path):
    draw = random.Random(seed)
    pieces = [
        *"[]{}:,-&*!?|>'\"#%@ \n\t0",
        "&a ",
        "*a",
        "!!int ",
        "<<: ",
        *(one for one in ODD.values() if len(one) < 30),
    ]
    for _ in range(25):
        text = draw.choice(SHIPPED).read_text()
        for _ in range(draw.randint(1, 5)):
            start = draw.randrange(len(text))
            text = text[:start] + draw.choice(pieces) + text[start + draw.choice((0, 0, 1, 9)) :]
        attempt(text, tmp_path)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text(tmp_path_factory, text):
    attempt(text, tmp_path_factory.getbasetemp())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
        lambda one: (
            st.lists(one, max_size=4) | st.dictionaries(st.sampled_from(("data", "wait", "do", "1")), one, max_size=3)
        ),
        max_leaves=9,
    )
)
def test_any_values(value):
    for text in (yaml.safe_dump(value), yaml.safe_dump([{"wait": value}]), yaml.safe_dump({"training": value})):
        assert len(refusal(lambda text=text: from_dict(parse_yaml(text, "it")))) <= 300


def test_what_is_shipped_stays_far_below_the_bounds():
    from latent_explorer.config import yaml_file

    for path in SHIPPED:
        assert len(path.read_text()) < yaml_file.MAX_CHARACTERS / 5
        yaml_file.read_yaml(path)


def test_aliases_that_repeat_little_are_read():
    assert parse_yaml("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}", "it") == {
        "a": {"x": 1},
        "b": {"x": 1},
        "c": {"x": 1, "y": 2},
    }
