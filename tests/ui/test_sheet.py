"""The page of keys as it is drawn."""

import pygame
import pytest

from latent_explorer.labs import LABS, keys_page, shell
from latent_explorer.labs.view import Sheet
from latent_explorer.ui import lettering, sheet, theme
from tests import stage

pytestmark = pytest.mark.usefixtures("surface")


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 768), (800, 600), (640, 480)])
@pytest.mark.parametrize("lab", LABS)
def test_what_a_key_does_is_written_in_full(lab, size, monkeypatch):
    world = stage.world()
    state = stage.begin(world, lab, size=size)
    rows = shell.help_rows(state, world)
    whole, cut = lettering.shortened, []

    def watched(text, font, width, **how):
        said = whole(text, font, width, **how)
        cut.extend([text] * (said != text))
        return said

    monkeypatch.setattr(lettering, "shortened", watched)
    for page in range(len(keys_page.pages(rows, keys_page.grid(size, state.unit, len(rows))))):
        item = Sheet("Keys", rows, "Esc closes", page)
        sheet.paint(pygame.Surface(size), item, theme.theme("dark"), state.unit, {})
    assert cut == []


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 768), (800, 600), (640, 480)])
@pytest.mark.parametrize("lab", LABS)
def test_all_rows_of_all_pages_are_written_in_one_size(lab, size, monkeypatch):
    world = stage.world()
    state = stage.begin(world, lab, size=size)
    rows = shell.help_rows(state, world)
    words = {words for row in rows for words in row if words}
    heights, line = set(), lettering.Lettering.line

    def watched(self, text, role, colour, **how):
        if text in words:
            heights.add(self.font(role, how.get("bold", False)).point_size)
        return line(self, text, role, colour, **how)

    monkeypatch.setattr(lettering.Lettering, "line", watched)
    found = keys_page.grid(size, state.unit, len(rows))
    for page in range(len(keys_page.pages(rows, found))):
        sheet.paint(pygame.Surface(size), Sheet("Keys", rows, "Esc closes", page), theme.theme("dark"), state.unit, {})
    assert len(heights) == 1
    assert min(heights) >= 0.93 * theme.SIZES["body"] * found.unit
