"""Which lessons there are, and in which order."""

from latent_explorer.ui.automation import lesson_files, lesson_shelf

GOOD = "title: Mine\nlearn: What is mine.\nminutes: 5\nmodels: [mnist-vae]\npages:\n  - say: One.\n  - say: Two.\n"


def test_shipped_lessons_come_in_the_order_of_teaching_and_unknown_ones_after_them(monkeypatch):
    monkeypatch.setattr(lesson_files, "list_names", lambda: ["another", "elbo", "believe", "plane"])
    assert lesson_shelf.list_shipped() == ["plane", "elbo", "believe", "another"]


def test_every_shipped_lesson_is_listed_without_an_error(tmp_path):
    entries = lesson_shelf.list_lessons(tmp_path)
    assert {one.name for one in entries} == set(lesson_files.list_names())
    assert [one.error for one in entries if one.error] == []


def test_lessons_of_the_folder_come_after_them_and_a_broken_one_says_why(tmp_path):
    (tmp_path / "b.yaml").write_text(GOOD)
    (tmp_path / "a.yml").write_text(GOOD.replace("say: Two", "sya: Two"))
    (tmp_path / "c.yaml").write_text(GOOD.replace("[mnist-vae]", "[mnist-vae"))
    (tmp_path / "other.yaml").write_text("services:\n  web: {}\n")
    (tmp_path / "steps.yaml").write_text("- lab: explore\n")
    own = [one for one in lesson_shelf.list_lessons(tmp_path) if one.own]
    assert [one.title for one in own] == ["a.yml", "Mine", "c.yaml"]
    assert own[1].length == "5 min, 2 pages"
    assert own[1].name == str(tmp_path / "b.yaml")
    for one, place in ((own[0], "a.yml, line 7"), (own[2], "c.yaml, line 5")):
        assert one.error.startswith(place)
        assert "\n" not in one.error


def test_a_file_that_changed_is_read_again(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    lesson_shelf.list_lessons(tmp_path)
    path.write_text(GOOD.replace("Mine", "Other mine"))
    assert lesson_shelf.list_lessons(tmp_path)[-1].title == "Other mine"


def test_a_folder_that_is_gone_has_no_lessons(tmp_path):
    assert not any(one.own for one in lesson_shelf.list_lessons(tmp_path / "gone"))


def test_a_pipe_of_that_name_is_not_opened_and_an_ending_in_capitals_is_a_lesson_too(tmp_path, monkeypatch):
    (tmp_path / "MINE.YAML").write_text(GOOD)
    (tmp_path / "pipe.yaml").write_text(GOOD)
    monkeypatch.setattr(type(tmp_path), "is_file", lambda path: path.name != "pipe.yaml")
    own = [one for one in lesson_shelf.list_lessons(tmp_path) if one.own]
    assert [(one.title, one.error) for one in own] == [("Mine", "")]


def test_of_a_file_that_is_saved_again_and_again_one_version_is_kept(tmp_path):
    path = tmp_path / "mine.yaml"
    for size in range(5):
        path.write_text(GOOD + "\n" * size)
        lesson_shelf.list_lessons(tmp_path)
    assert sum(str(path) in str(one) for one in lesson_shelf._known) == 1
