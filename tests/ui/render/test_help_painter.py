"""The page of keys as it is drawn."""

import pygame
import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.items import HelpPage
from latent_explorer.shell import help_page, update
from latent_explorer.ui.render import help_painter, text, theme
from tests import stage

pytestmark = pytest.mark.usefixtures("surface")


@pytest.fixture(params=[(1440, 900), (1280, 800), (1024, 768), (800, 600), (640, 480)], ids=str)
def size(request):
    return request.param


@pytest.fixture(params=LABS)
def state(request, size):
    return stage.begin(stage.make_world(), request.param, size=size)


def paint_all(state) -> help_page.HelpGrid:
    """Every page of a lab's keys, as they are laid out."""
    rows = update.make_help_rows(state)
    grid = help_page.fit_grid(state.size, state.ui_scale, len(rows))
    for page in range(len(help_page.split_pages(rows, grid))):
        item = HelpPage("Keys", rows, "Esc closes", page)
        help_painter.paint(pygame.Surface(state.size), item, theme.make_theme("dark"), state.ui_scale, {})
    return grid


def test_what_a_key_does_is_written_in_full(state, monkeypatch):
    whole, cut = text.shorten, []

    def watched(text, font, width, **how):
        said = whole(text, font, width, **how)
        cut.extend([text] * (said != text))
        return said

    monkeypatch.setattr(text, "shorten", watched)
    paint_all(state)
    assert cut == []


def test_all_rows_of_all_pages_are_written_in_one_size(state, monkeypatch):
    words = {words for row in update.make_help_rows(state) for words in row if words}
    heights, line = set(), text.Lettering.render_line

    def watched(self, text, role, colour, **how):
        if text in words:
            heights.add(self.get_font(role, how.get("bold", False)).point_size)
        return line(self, text, role, colour, **how)

    monkeypatch.setattr(text.Lettering, "render_line", watched)
    grid = paint_all(state)
    assert len(heights) == 1
    assert min(heights) >= 0.93 * theme.FONT_SIZES["body"] * grid.ui_scale
