"""A hand-out as one HTML file."""

import re

from latent_explorer.scene.lesson import Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.ui.handout.html_writer import make_html
from tests.ui.handout.conftest import make_handout


def test_html_holds_every_page_and_needs_no_other_file():
    text = make_html(make_handout())
    assert text.count("<img") == text.count("data:image/png;base64,") == 3
    assert "A code is &lt;two&gt; numbers." in text
    assert "What a code is.   ·   8 minutes" in text
    assert text.index("Near codes look alike.") < text.index("Answers") < text.index("Left of the 9.")
    assert not re.findall(r'(?:src|href)="(?!data:)', text)
    assert text.count("@font-face") == 2


def test_choices_stand_below_their_question_and_the_right_one_among_the_answers():
    page = Page("One.", "Which?", "It looks so.", quiz=Quiz(("the 4", "the <9>", "none"), right=(1,)))
    given = make_handout([page, Page("Two.", "Who?", quiz=Quiz(("I", "you"), right=(0,))), Page("Three.")])
    text = make_html(given)
    assert text.index("Which?") < text.index("A: the 4   ·   B: the &lt;9&gt;   ·   C: none") < text.index("Answers")
    assert "B: the &lt;9&gt;. It looks so." in text
    assert given.pages[1].answer == "A: I"
    assert [one.number for one in given.answered_pages] == [1, 2]
