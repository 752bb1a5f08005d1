"""What a lesson's page claims of the window: each claim where it holds, and what is said where it does not."""

import pytest

from latent_explorer.scene.events import Move, Set
from latent_explorer.scene.items import Chip, CornerNote, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import toolbar, view
from latent_explorer.ui.automation import lesson_check
from latent_explorer.ui.automation.lesson_check import Scene
from latent_explorer.ui.automation.lesson_expectations import parse_expectation
from tests.stage import answered, begin, dot_px, make_world, map_rect, play, px_of, with_judge

TABLE = (
    Text(Rect(100, 0, 50, 20), "Apart"), Text(Rect(200, 0, 50, 20), "Near"),
    Text(Rect(0, 30, 90, 20), "mnist-ae"), Text(Rect(100, 30, 50, 20), "18%"), Text(Rect(200, 30, 50, 20), "79%"),
    Text(Rect(0, 60, 90, 20), "mnist-vae"), Text(Rect(100, 60, 50, 20), "−4"), Text(Rect(200, 60, 50, 20), "1,200"),
    Text(Rect(0, 90, 90, 20), "R² 0.93 of 1,438"), Text(Rect(0, 120, 90, 20), "13 of 40 look like the data"),
    CornerNote(Rect(0, 150, 90, 20), ("trustworthiness 0.99", "9.8e-05")),
    Chip(Rect(0, 180, 20, 20), "seven", None, True),
    Text(Rect(0, 690, 90, 20), "What the teacher reads"),
    Text(Rect(1100, 30, 90, 20), "mnist-vae"),
)  # fmt: skip
"""A view: a table, some lines, the card of a lesson below the lab, and what a presentation has on its next page."""


@pytest.fixture(scope="module")
def state():
    """Explore with a judge and a lesson's card of 100 pixels, the mouse on a dot."""
    lab = begin(with_judge(make_world()), size=(1000, 600), lesson_height=100)
    return play(lab, Move(dot_px(lab, 3)))


def find(claim: dict, state, shown=None, uncovered=None) -> str:
    """What is said of a claim; empty if it holds."""
    shown = view.make_lab_view(state, answered(state)) if shown is None else shown
    scene = Scene(state, shown, shown if uncovered is None else uncovered, toolbar.list_controls(state))
    error = lesson_check.find_failure(parse_expectation(claim, "mine.yaml, line 7, page 2"), scene)
    return "" if error is None else str(error)


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ({"shown": "LOOK like  the data"}, ""),
        ({"shown": "trustworthiness"}, ""),
        ({"shown": "seven"}, ""),
        ({"shown": "look like a cat"}, "there is '13 of 40 look like the data'"),
        ({"shown": "the teacher"}, "there is"),
        ({"not shown": "a cat"}, ""),
        ({"not shown": "look like"}, "there is '13 of 40 look like the data'"),
        ({"number": {"after": "R²", "from": 0.9, "to": 1}}, ""),
        ({"number": {"after": "R²", "from": 0.95}}, "after 'R²' from 0.95 is expected; there is 0.93"),
        ({"number": {"after": "0.93 of", "from": 1438, "to": 1438}}, ""),
        ({"number": {"before": "of 40", "from": 13, "to": 13}}, ""),
        ({"number": {"before": "of 40", "to": 12}}, "before 'of 40' to 12 is expected; there is 13"),
        ({"number": {"after": "Apart", "text": "mnist-vae", "to": -4}}, ""),
        ({"number": {"after": "Near", "text": "mnist-vae", "from": 1200}}, ""),
        ({"number": {"after": "Apart", "from": 18}}, ""),
        ({"number": {"after": "mnist-ae", "from": 18, "to": 18}}, ""),
        ({"number": {"after": "trustworthiness", "from": 0.99}}, ""),
        ({"number": {"after": "of", "from": 1000}}, "there is 1438 and 40"),
        ({"number": {"after": "of", "from": 1000, "which": 1}}, ""),
        ({"number": {"after": "of", "from": 1000, "which": 3}}, "there are fewer than 3"),
        ({"number": {"after": "loss", "to": 1}}, "no number follows"),
    ],
)
def test_texts_and_numbers_on_the_screen(state, claim, found):
    said = find(claim, state, TABLE)
    assert (said == "") == (found == "")
    assert found in said
    assert not said or said.startswith("mine.yaml, line 7, page 2: ")


def test_a_row_is_that_of_the_very_words_if_there_is_one(state):
    longer = (Text(Rect(0, 20, 90, 10), "mnist-ae-2d"), Text(Rect(200, 20, 50, 10), "5"), *TABLE)
    assert find({"number": {"after": "Near", "text": "mnist-ae", "from": 79, "to": 79}}, state, longer) == ""
    assert find({"number": {"after": "Near", "text": "ae-2d", "from": 5, "to": 5}}, state, longer) == ""


def test_the_pointer_the_lamp_and_the_state(state):
    checkpoint = state.get_checkpoint(0)
    here = checkpoint.class_names[checkpoint.labels[3]]
    for claim in (
        {"nearest": here}, {"nearest among": ["x", here]}, {"lab": "explore"}, {"model": "first"},
        {"control": {"layer": "none", "names": True}},
    ):  # fmt: skip
        assert find(claim, state) == ""
    assert find({"nearest": "nine"}, state).endswith(f"nearest: 'nine' is expected; there is '{here}'")
    assert "the pointer is on no map" in find({"nearest": here}, state.with_hover(None))
    assert "there is explore" in find({"lab": "compare"}, state)
    assert "there is first" in find({"model": "second"}, state)
    assert "layer is none" in find({"control": {"layer": "distance"}}, state)
    assert "names is True" in find({"control": {"names": False}}, state)
    assert "no control lair (did you mean layer?)" in find({"control": {"lair": "none"}}, state)
    assert "bookmark is a button" in find({"control": {"bookmark": True}}, state)


def test_the_lamp_is_read_below_its_cover(state):
    rect = Rect(0, 0, 100, 20)
    lamp, covered = (Text(rect, "Unlike the data"),), (Text(rect, "?"),)
    assert find({"verdict": "unlike"}, state, covered, lamp) == ""
    assert find({"verdict": "like"}, state, covered, lamp).endswith("the lamp says 'unlike the data'")
    assert find({"verdict": "like"}, state, covered).endswith("there is no lamp")
    far = play(state, Move(px_of(state, (0.99, 0.01))))
    assert map_rect(far).contains(far.pointer.hover.px)
    assert "the lamp says 'far from every dot'" in find({"verdict": "like"}, far)


def test_an_error_message_that_quotes_a_claim_does_not_fulfil_it(state):
    failed = state.with_message("mine.yaml, line 7, page 2: shown: 'a cat' is expected; there is no text")
    view_of_it = (*TABLE, Text(Rect(0, 210, 90, 20), failed.status.message))
    assert "is expected" in find({"shown": "a cat"}, failed, view_of_it)
    assert find({"shown": "seven"}, failed, view_of_it) == ""


def test_of_two_models_a_claim_may_name_either(state):
    both = play(state, Set("lab", "compare"))
    assert find({"model": "second"}, both) == ""
