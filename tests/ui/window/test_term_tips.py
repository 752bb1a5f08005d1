"""The sentence of a term, where the mouse rests on it."""

import pytest

from latent_explorer.scene import glossary
from latent_explorer.scene.items import CornerNote, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.text import Lettering
from latent_explorer.ui.window.term_tips import REST_SECONDS, TermTips, find_term_at
from tests.stage import texts

pytestmark = pytest.mark.usefixtures("surface")  # which opens pygame's fonts

SIZE = (1000, 700)
LINE = Text(Rect(100, 100, 400, 24), "held-out samples and their posterior")


@pytest.fixture
def letters(surface) -> Lettering:
    return Lettering(1.0)


def find(view, px, letters):
    found = find_term_at(view, px, letters)
    return found.term if found else None


def test_it_is_shown_after_a_rest_and_gone_when_the_mouse_goes_on(letters):
    tips, place = TermTips(), (110.0, 112.0)
    assert tips.make_items((LINE,), place, 5.0, letters, SIZE, hidden=False) == ()
    assert not tips.is_due(5.0 + REST_SECONDS / 2)
    rested = 5.0 + 2 * REST_SECONDS
    assert tips.is_due(rested)
    shown = tips.make_items((LINE,), (111.0, 112.0), rested, letters, SIZE, hidden=False)
    term = glossary.find_first("held-out")
    assert term is not None
    assert texts(shown) == f"{term.term}\n{term.says}"
    assert not tips.is_due(9.0)
    assert tips.make_items((LINE,), place, 9.0, letters, SIZE, hidden=True) == ()
    assert tips.make_items((LINE,), (160.0, 112.0), 9.0, letters, SIZE, hidden=False) == ()


@pytest.mark.parametrize("place", [(1.0, 1.0), (999.0, 699.0), (500.0, 690.0)])
def test_it_lies_within_the_window(letters, place):
    tips, line = TermTips(), Text(Rect(0, 0, *SIZE), "code " * 60, wrap=True)
    tips.make_items((line,), place, 0.0, letters, SIZE, hidden=False)
    everywhere = Text(Rect(int(place[0]) - 1, int(place[1]) - 8, 60, 16), "code")
    panel, *_ = tips.make_items((everywhere,), place, 1.0, letters, SIZE, hidden=False)
    assert isinstance(panel, Panel)
    assert panel.rect.x >= 0
    assert panel.rect.y >= 0
    assert panel.rect.right <= SIZE[0]
    assert panel.rect.bottom <= SIZE[1]


def test_the_term_is_the_one_under_the_mouse(letters):
    start = letters.measure("held-out samples and their ", "body")[0]
    assert find((LINE,), (100 + start + 10, 112), letters) == "posterior"
    assert find((LINE,), (100 + start - 30, 112), letters) is None
    assert find((LINE,), (490, 112), letters) is None, "behind its last letter"


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_lines_of_a_wrapped_text_are_told_apart(letters, align):
    rect = Rect(100, 100, 130, 120)
    text = Text(rect, "a judge knows the prior and the threshold of it", wrap=True, align=align)
    seen = {find((text,), (x, y), letters) for x in range(100, 230, 4) for y in range(100, 220, 4)}
    assert seen == {None, "judge", "prior", "threshold"}
    last = [
        y for y in range(100, 220) if any(find((text,), (x, y), letters) == "threshold" for x in range(100, 230, 9))
    ]
    first = [y for y in range(100, 220) if any(find((text,), (x, y), letters) == "judge" for x in range(100, 230, 9))]
    assert max(first) <= min(last)


def test_what_lies_under_a_panel_is_not_explained_and_notes_on_a_map_are(letters):
    assert find((LINE, Panel(Rect(0, 0, 500, 500))), (110, 112), letters) is None
    note = CornerNote(Rect(0, 0, 400, 300), ("trustworthiness 0.99",))
    assert find((note,), (20, 285), letters) == "trustworthiness"
    assert find((note,), (20, 100), letters) is None
