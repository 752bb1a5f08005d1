"""The page of the documentation on lessons: its example is played, and no key, step or claim is missing on it."""

import re
from pathlib import Path
from typing import get_type_hints

import pytest

import latent_explorer
from latent_explorer.config import schema, type_hints
from latent_explorer.scene import lesson_target
from latent_explorer.ui.automation import lesson_files, lesson_writer
from latent_explorer.ui.automation.lesson_expectations import CLAIMS, NumberClaim
from latent_explorer.ui.automation.script_steps import VERBS
from tests.ui.automation.test_lesson_expectations import play  # noqa: F401

PAGE = (Path(latent_explorer.__file__).parents[1] / "docs" / "lessons.md").read_text(encoding="utf-8")


@pytest.fixture
def example(tmp_path) -> Path:
    """The example of the page, as a file."""
    found = re.search(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    path = tmp_path / "mine.yaml"
    path.write_text(found.group(1), encoding="utf-8")
    return path


def test_the_example_is_a_lesson(example):
    book = lesson_files.read(example)
    assert len(book.lesson.pages) == 3
    assert all(book.expectations)
    assert all(page.point_at for page in book.lesson.pages)


@pytest.mark.slow
def test_the_example_can_be_given_and_what_it_claims_holds(example, play):  # noqa: F811
    _, watch = play(str(example), (1280, 800), 0)
    assert watch.pages == [0, 1, 2]
    assert watch.wrong == []


def test_all_that_a_file_can_hold_is_on_the_page():
    names = [
        *type_hints.list_keys(lesson_files._Keys), *type_hints.list_keys(lesson_files._PageKeys), *CLAIMS,
        *(verb for verb in VERBS if verb not in lesson_files.FORBIDDEN_STEPS), *lesson_target.ALONE,
        *lesson_target.NAMED, *type_hints.list_keys(NumberClaim), "map", "seconds",
    ]  # fmt: skip
    prose = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    written = " ".join(re.findall(r"`([^`]+)`", prose))
    missing = [name for name in names if not re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", written)]
    assert missing == []


@pytest.mark.parametrize("key", ["title", "learn", "say", "ask", "answer", "notes"])
def test_its_numbers_are_those_of_the_format(key):
    (said,) = re.findall(rf"^\| `{key}` \|.*?up to (\d+) characters", PAGE, re.MULTILINE)
    kind = lesson_files._Keys if key in type_hints.list_keys(lesson_files._Keys) else lesson_files._PageKeys
    hint = get_type_hints(kind, include_extras=True)[key]
    assert schema.fits(hint, "x" * int(said))
    assert not schema.fits(hint, "x" * (int(said) + 1))


def test_it_quotes_what_a_recording_writes():
    assert lesson_writer.SAY in PAGE
