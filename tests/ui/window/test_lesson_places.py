"""Where one stopped in each lesson, kept for the next start."""

import json

import pytest

from latent_explorer.errors import InputError
from latent_explorer.scene.lesson_list import FINISHED
from latent_explorer.ui.window import lesson_places


def test_what_is_kept_is_bounded_and_the_latest(tmp_path):
    path = tmp_path / "lessons.json"
    lesson_places.write(path, {str(k): k + 1 for k in range(500)}, {})
    assert list(lesson_places.read(path).items())[-1] == ("499", 500)
    assert len(lesson_places.read(path)) == lesson_places.MAX_LESSONS
    path.write_text(
        json.dumps({"latent_explorer lessons": 1, "stopped": {"a": -1, "b": 0, "c": 10 * FINISHED, "d": 4}})
    )
    assert lesson_places.read(path) == {"d": 4}
    assert [one.name for one in tmp_path.iterdir()] == ["lessons.json"]


def test_votes_are_kept_beside_the_pages_until_they_are_gone(tmp_path):
    path = tmp_path / "lessons.json"
    first, second = {"a": {0: (1, 2)}}, {"a": {0: (1, 3), 4: (0, 1, 1)}, "b": {2: (1, 1)}}
    lesson_places.write(path, {"a": 1}, {}, first, {})
    lesson_places.write(path, {"a": 1}, {"a": 1}, second, first)
    assert (lesson_places.read(path), lesson_places.read_votes(path)) == ({"a": 1}, second)
    lesson_places.write(path, {"a": 1}, {"a": 1}, {"b": second["b"]}, second)
    assert lesson_places.read_votes(path) == {"b": {2: (1, 1)}}
    path.write_text(json.dumps({"latent_explorer lessons": 1, "stopped": {"a": 3}, "votes": "none"}))
    assert (lesson_places.read(path), lesson_places.read_votes(path)) == ({"a": 3}, {})


def test_a_folder_that_cannot_be_written_hinders_no_lesson(tmp_path):
    (tmp_path / "file").write_text("")
    lesson_places.write(tmp_path / "file" / "lessons.json", {"a": 1}, {})
    with pytest.raises(InputError, match="cannot be read"):
        lesson_places.read(tmp_path / "file" / "lessons.json")


def test_two_windows_keep_where_one_stopped_in_both(tmp_path):
    path = tmp_path / "lessons.json"
    lesson_places.write(path, {"a": 1}, {})
    lesson_places.write(path, {"a": 1, "b": 5}, {"a": 1})  # one window
    lesson_places.write(path, {"a": 2}, {"a": 1})  # the other, which began before
    assert lesson_places.read(path) == {"b": 5, "a": 2}
