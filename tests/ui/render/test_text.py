"""Lines of text, and what becomes of them where they are wider than their place."""

from dataclasses import replace

import pygame
import pytest

from latent_explorer.scene import lesson_page
from latent_explorer.scene.items import Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import text_layout
from latent_explorer.ui.render.text import Lettering, shorten

pytestmark = pytest.mark.usefixtures("surface")  # which opens pygame's fonts

SAID = "Saved in ~/documents/lectures/representation learning/winter/week 7/pictures: interpolate-20260504-030201.png"


@pytest.fixture
def font(surface) -> pygame.font.Font:
    return Lettering(0.6).get_font("body")


@pytest.mark.parametrize("width", [250, 330, 420])
def test_the_name_of_a_file_stays_whole_and_its_folder_is_cut(font, width):
    line = shorten(SAID, font, width, middle=True)
    assert font.size(line)[0] <= width
    assert line.endswith("interpolate-20260504-030201.png")
    assert line.startswith("Sav")
    assert "…" in line


def test_where_not_even_the_name_fits_its_end_is_kept(font):
    line = shorten(SAID, font, 90, middle=True)
    assert line.startswith("…")
    assert line.endswith("030201.png")


def test_a_name_alone_loses_its_middle(font):
    line = shorten("mnist-variational-with-a-long-name-seed-7", font, 110, middle=True)
    assert line.startswith("mnist")
    assert line.endswith("seed-7")


def test_text_is_shortened_to_its_width():
    lettering = Lettering(1.0)
    words = "the quick brown fox jumps over the lazy dog"
    for width in (5, 20, 60, 150, 290):
        assert lettering.render_line(words, "body", (0, 0, 0), width=width).get_width() <= width
    whole = lettering.render_line(words, "body", (0, 0, 0)).get_width()
    assert lettering.render_line(words, "body", (0, 0, 0), width=whole).get_width() == whole
    assert lettering.render_line(words, "body", (0, 0, 0), width=150).get_width() > 110  # as much as fits


def test_wrapped_text_is_narrow_and_tall():
    lettering = Lettering(1.0)
    words = "the quick brown fox jumps over the lazy dog"
    line, block = (lettering.render_line(words, "body", (0, 0, 0), width=120, wrap=wrap) for wrap in (False, True))
    assert block.get_width() <= 120
    assert block.get_height() >= 3 * line.get_height()


def test_a_line_is_rendered_once():
    lettering = Lettering(1.0)
    assert lettering.render_line("a", "body", (0, 0, 0)) is lettering.render_line("a", "body", (0, 0, 0))
    assert lettering.render_line("a", "body", (0, 0, 0)) is not lettering.render_line("a", "body", (9, 0, 0))


def test_text_grows_with_the_unit():
    small, large = (Lettering(unit).render_line("seven", "body", (0, 0, 0)) for unit in (1.0, 2.0))
    assert large.get_height() > 1.7 * small.get_height()


@pytest.mark.parametrize("middle", [False, True])
def test_a_shortened_text_is_as_long_as_fits(middle):
    font = Lettering(1.0).get_font("body")
    text = "my-very-long-experiment-name-seed-7"
    for width in (0, 5, 20, 60, 120, 200, 1000):
        found = shorten(text, font, width, middle=middle)
        assert font.size(found)[0] <= max(width, 0) or found == ""
        assert found in ("", text) or found.startswith(text[: max(1, (len(found) - 1) // 2)])
    assert shorten(text, font, 120, middle=True).endswith("7")
    assert shorten(text, font, 120).endswith("…")


def test_a_wrapped_text_takes_the_first_size_whose_last_line_is_whole():
    lettering, said = Lettering(1.0), "by and by a page is played " * 4
    height = lettering.measure(said, "large", width=300)[1]
    for room, size in ((height, "large"), (height - 1, "title")):
        item = Text(Rect(0, 0, 300, room), said, "large", wrap=True, fallback_sizes=("title", "body"))
        assert text_layout.settle(item, lettering).size == size


def test_on_a_lesson_s_last_page_few_words_are_not_cut():
    size, given = (1366, 768), Lesson("Codes", (Page("One."),))
    height = lesson_page.compute_height(size, 1.0)
    layout = lesson_page.make_layout(size, height, 1.0, has_question=False, names_next=True)
    items = lesson_page.make_items(given, layout, 1.0, next_title="Half-way", note="MM wwwwww")
    lettering = Lettering(1.0)
    for words, said in (("MM wwwwww", "MM wwwwww"), ("Back", "Zurück")):  # a wide note, and German on the button
        (item,) = (replace(one, text=said) for one in items if isinstance(one, Text) and one.text == words)
        font = lettering.get_font(text_layout.settle(item, lettering).size, item.bold)
        assert font.size(said)[0] <= item.rect.width
