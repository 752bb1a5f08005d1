"""A lesson is played unseen, and a picture of each page is kept."""

import re

import pytest

from latent_explorer.commands import demo
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Replace
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.shell import lesson
from latent_explorer.ui.handout.page_collector import TEXT_SCALES, PageCollector

LESSON_FILE = """
title: Two pages
models: [digits-vae]
pages:
  - {say: First., ask: "Why?", answer: Because., do: [{lab: explore}, {move: [0.4, 0.5]}]}
  - {say: Then., do: [{lab: generate}]}
"""


@pytest.mark.slow
def test_a_lesson_is_played_unseen_and_becomes_a_file(tmp_path):
    (tmp_path / "mine.yaml").write_text(LESSON_FILE)
    path = tmp_path / "out" / "mine.html"
    assert demo.main(["--lesson", str(tmp_path / "mine.yaml"), "--handout", str(path)]) == 0
    text = path.read_text("utf-8")
    assert text.count("<img") == 2
    assert "Because." in text.split("Answers")[1]
    pictures = re.findall(r"base64,([^\"]+)\"><p>", text)
    assert pictures[0] != pictures[1]


@pytest.mark.slow
def test_a_claim_that_does_not_hold_is_said_and_the_hand_out_is_written(tmp_path, capsys):
    text = LESSON_FILE.replace("do: [{lab: generate}]", "expect: [{lab: cluster}], do: [{lab: generate}]")
    (tmp_path / "mine.yaml").write_text(text)
    path = tmp_path / "mine.html"
    assert demo.main(["--lesson", str(tmp_path / "mine.yaml"), "--handout", str(path)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "lab: 'cluster' is expected" in line and "written all the same" in line] == lines
    assert path.read_text("utf-8").count("<img") == 2


def collect(app, collector: PageCollector, pages: tuple[Page, ...]) -> None:
    """Let the collector turn the pages of a lesson."""
    app.act(Replace(lesson.start_lesson(app.state, Lesson("Codes", pages, name="codes"))))
    for _ in range(10):
        if not collector.step(app):
            return
    raise AssertionError("it does not end")


def test_each_page_has_a_picture_of_the_lab_without_bar_and_card(app):
    collector = PageCollector()
    collect(app, collector, (Page("First."), Page("Then.", "Why?", "So.")))
    made = collector.make_handout()
    assert [(one.number, one.page.text) for one in made.pages] == [(1, "First."), (2, "Then.")]
    for one in made.pages:
        width, height = one.picture.size
        assert width == app.state.size[0]
        assert height < app.surface.get_height()
        assert len(one.picture.getcolors(1 << 20)) > 20


def test_text_is_larger_on_paper_as_far_as_what_is_pointed_at_stays_on_the_screen(app, monkeypatch):
    scales = []

    def find_missing() -> str:
        scales.append(app.state.preferences.text_scale)
        return "" if scales[-1] < TEXT_SCALES[0] else "it is not there"

    monkeypatch.setattr(app, "find_missing_target", find_missing)
    collect(app, PageCollector(), (Page("First."),))
    assert tuple(scales) == TEXT_SCALES[:2]


def test_a_lesson_that_never_began_has_no_hand_out(app):
    collector = PageCollector()
    assert not collector.step(app)
    with pytest.raises(InputError):
        collector.make_handout()


def test_a_step_of_the_lesson_that_failed_ends_it(app):
    app.act(Replace(app.state.with_message("no such model")))
    with pytest.raises(InputError, match="no such model"):
        PageCollector().step(app)
