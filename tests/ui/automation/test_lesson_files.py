"""Lesson files: how they are read, and what is refused."""

import math
import re

import pytest

from latent_explorer.errors import InputError
from latent_explorer.scene.quiz import Quiz
from latent_explorer.ui.automation import lesson_files

THREE = """
title: Digits
models: [first, second]
pages:
  - say: One.
    do:
      - click: [0.2, 0.25]
  - say: Two.
    ask: Why?
    do:
      - set: {covered: true, theme: light}
      - click: [0.8, 0.3]
  - say: Three.
    point at: [[0.5, 0.5], class 4, picture]
    expect:
      - nearest: 4
      - number: {after: R², from: 0.9}
"""


def at_line(number: int) -> str:
    return f"mine.yaml, line {number}"


# -- reading ------------------------------------------------------------------------------------------


def test_a_lesson_is_read(write):
    book = lesson_files.read(write(THREE))
    assert book.lesson.title == "Digits"
    assert book.models == ("first", "second")
    assert [page.text for page in book.lesson.pages] == ["One.", "Two.", "Three."]
    assert [page.question for page in book.lesson.pages] == ["", "Why?", ""]
    assert [[step.verb for step in steps] for steps in book.steps] == [["click"], ["set", "click"], []]
    assert book.steps[1][0].location.endswith(at_line(11))
    assert [str(one) for one in book.lesson.pages[2].point_at] == ["[0.5, 0.5]", "class 4", "picture"]
    assert book.target_locations[2].endswith(f"{at_line(14)}, page 3")
    nearest, number = book.expectations[2]
    assert (nearest.claim, nearest.value) == ("nearest", "4")
    assert nearest.location.endswith(f"{at_line(16)}, page 3")
    assert (number.value.after, number.value.low, number.value.high) == ("R²", 0.9, math.inf)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "title: Digits",
            "titel: Digits",
            2,
            "titel: unknown key (did you mean title?); allowed: title, models",
        ),
        ("title: Digits", "title:", 2, "title: nothing arrived; text of 1 to 60"),
        ("title: Digits", "title: [a]", 2, "title: ['a'] arrived"),
        ("title: Digits\n", "", 2, "the key title is missing"),
        ("[first, second]", "first", 3, "models: 'first' arrived; a list of the names of 1 to 4"),
        ("[first, second]", "[1]", 3, "models: [1] arrived"),
        ("models: [first, second]\n", "", 2, "the key models is missing"),
        ("say: Three.", "say: " + "x" * 300, 13, "say: 300 characters arrived; text of 1 to 260"),
        ("say: Three.", "tell: Three.", 13, "pages[2].tell: unknown key; allowed: say, ask, choices, right"),
        (
            "- say: One.\n    do:\n      - click: [0.2, 0.25]",
            "- One.",
            5,
            "pages[0]: 'One.' arrived; a mapping with the keys say, ask, choices, right",
        ),
        ("ask: Why?", "ask: ''", 9, "ask: '' arrived; text of 1 to 100"),
        ("ask: Why?", "choices: [a, b]", 9, "page 2: choices arrived without a question; add ask"),
        ("ask: Why?", "ask: Why?\n    right: A", 10, "page 2: right arrived without choices"),
        ("ask: Why?", "ask: Why?\n    choices: [a]", 10, "choices: ['a'] arrived; a list of 2 to 4"),
        ("ask: Why?", "ask: Why?\n    choices: [a, a]", 10, "page 2: the same choice arrived twice"),
        ("ask: Why?", "ask: Why?\n    choices: [a, b]\n    right: C", 11, "right: 'C' arrived; A, B are allowed"),
        ("ask: Why?", "ask: Why?\n    choices: [a, b]\n    right: [[A]]", 11, "a letter, or a list of letters, of A"),
        ("- click: [0.8, 0.3]", "- klick: [0.8, 0.3]", 12, "klick arrived; one of lab, move"),
        ("- click: [0.8, 0.3]", "- click: [0.8, 3]", 12, "[0.8, 3] arrived"),
        ("- click: [0.8, 0.3]", "- screenshot: a.png", 12, "screenshot arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- open: /etc/motd", 12, "open arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: f12", 12, "key: f12 arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: F10", 12, "key: F10 arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl  s", 12, "key: ctrl s arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl O", 12, "key: ctrl O arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: ctrl v", 12, "key: ctrl v arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- key: O", 12, "key: O arrived; a lesson neither writes files"),
        ("- click: [0.8, 0.3]", "- lab: cooking", 12, "'cooking' arrived; one of explore"),
        ("point at: [[0.5, 0.5], class 4, picture]", "point at:", 14, "point at: nothing arrived; a list of 1 to 8"),
        (
            "[[0.5, 0.5], class 4, picture]",
            "[[0.5, 5], map]",
            14,
            "[[0.5, 5], 'map'] arrived; a list of 1 to 8 of [x, y]",
        ),
        ("point at:", "points at:", 14, "points at: unknown key (did you mean point at?); allowed: say"),
        ("- nearest: 4", "- nearer: 4", 16, "page 3: nearer arrived (did you mean nearest?); one of shown, not shown"),
        ("- nearest: 4", "- nearest: [4]", 16, "page 3: nearest: [4] arrived; the class of the dot nearest"),
        ("- nearest: 4", "- 4", 16, "page 3: 4 arrived; a claim like `shown: unlike the data`"),
        ("- nearest: 4", "- verdict: red", 16, "verdict: 'red' arrived; one of like, unlike is allowed"),
        ("- nearest: 4", "- control: layer", 16, "control: 'layer' arrived; {control: value} is allowed"),
        ("from: 0.9", "form: 0.9", 17, "number.form: unknown key (did you mean from?); allowed: after, before, from"),
        (", from: 0.9", "", 17, "number: the key from or to is missing"),
        ("from: 0.9", "from: 2, to: 1", 17, "number: from 2 to 1 arrived; from the lower to the higher"),
        ("after: R², ", "", 17, "number: one of the keys after and before is allowed"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(write, old, new, line, said):
    assert old in THREE
    with pytest.raises(InputError) as error:
        lesson_files.read(write(THREE.replace(old, new)))
    text = str(error.value)
    assert re.search(re.escape(at_line(line)) + r"(, page \d)?: ", text)
    assert said in text
    assert "\n" not in text


@pytest.mark.parametrize("text", ["", "[]", "title: [", "just words", "title: a\nmodels: [a]\npages: []"])
def test_what_is_no_lesson_at_all(write, text):
    with pytest.raises(InputError, match=r"mine\.yaml"):
        lesson_files.read(write(text))


def test_a_name_that_is_not_known_names_those_that_are(tmp_path):
    with pytest.raises(InputError) as error:
        lesson_files.load("autoencodr")
    assert "autoencoder?" in str(error.value)
    for name in lesson_files.list_names():
        assert name in str(error.value)
    with pytest.raises(InputError, match=r"gone\.yaml: cannot be read"):
        lesson_files.load(str(tmp_path / "gone.yaml"))


@pytest.mark.parametrize(
    ("right", "numbers"), [("", ()), ("right: B", (1,)), ("right: [C, A, A]", (0, 2)), ("right: []", ())]
)
def test_choices_are_taken_as_they_are_written(write, right, numbers):
    path = write(THREE.replace("ask: Why?", f"ask: Why?\n    choices: [yes, 3.10, both]\n    {right}"))
    assert lesson_files.read(path).lesson.pages[1].quiz == Quiz(("yes", "3.10", "both"), numbers)


def test_texts_are_taken_as_they_are_written(tmp_path):
    path = tmp_path / "plain.yaml"
    path.write_text("title: 3.10\nmodels: [mnist-vae]\npages:\n  - say: No\n    ask: 2024-01-01\n", encoding="utf-8")
    lesson = lesson_files.read(path).lesson
    assert (lesson.title, lesson.pages[0].text, lesson.pages[0].question) == ("3.10", "No", "2024-01-01")
