"""Every text of every lab has room in each language on a small laptop, above a lesson's page and on a projector too."""

import re
from collections.abc import Iterator

import pygame
import pytest

from latent_explorer import languages, texts
from latent_explorer.engine.results import Results
from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.items import Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson, view
from latent_explorer.texts import tr
from latent_explorer.ui.render import text_layout
from latent_explorer.ui.render.text import Lettering
from tests.labs.test_laws import LAYOUTS, answered, opened
from tests.stage import map_rect, of_kind, play

SIZE = (1366, 768)
GIVEN = Lesson("Digits", (Page("Say it.", "What is it?", "This.", quiz=Quiz(("a 4", "a 9"))), Page("Then this.")))
CUT = ("Trying out every setting…", "Press Start.\nBoth begin with the same weights and see the same batches.")
"""Texts that may be cut: of a picture that is not there yet, in its place, which is as small as the picture."""
NUMBERED = re.compile(r"^\w+: \d+\s?%")
"""The names of clusters below their pictures on a projector: they are on the map in full."""


@pytest.fixture(autouse=True)
def fonts() -> Iterator[None]:
    pygame.font.init()
    yield
    pygame.font.quit()


def list_views(state: State) -> Iterator[tuple[State, Results]]:
    """Yield a lab as it begins, above a lesson's page, and both on a projector, each without and with what it shows."""
    given = lesson.start_lesson(state, GIVEN)
    for one in (state, given, play(state, Key("f5")), play(given, Key("f5"))):
        over = play(one, Move(map_rect(one).centre))
        yield one, Results()
        yield over, answered(over)


@pytest.mark.slow
@pytest.mark.parametrize("code", languages.list_languages())
def test_no_text_is_cut_on_a_small_screen(code):
    texts.use(languages.read(code))
    allowed, cut = {tr(one) for one in CUT}, set()
    for layout in LAYOUTS:
        for state, results in list_views(opened(*layout, size=SIZE)):
            lettering = Lettering(state.ui_scale)
            items = view.add_overlays(view.make_lab_view(state, results), state, results)
            shown = [one for one in of_kind(items, Text) if one.text and one.rect.width > 0]
            cut |= {(layout[0], one.text) for one in shown if text_layout.is_cut(one, lettering)}
    assert {(lab, text) for lab, text in cut if text not in allowed and not NUMBERED.match(text)} == set()
