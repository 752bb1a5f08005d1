"""Where the mouse rests on a term of the glossary, its sentence: found when the mouse has rested for a moment, so that
a moving mouse costs nothing."""

import math

from latent_explorer.scene import glossary
from latent_explorer.scene.events import Px
from latent_explorer.scene.glossary import Term
from latent_explorer.scene.items import Item, Panel, Text, View
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render import text_layout
from latent_explorer.ui.render.text import Lettering

REST_SECONDS = 0.6
REST_REACH = 4
"""Pixels that a resting mouse may tremble."""
WIDTH, PADDING, GAP = 360, 12, 10
"""Design pixels."""


class TermTips:
    """The mouse as it rests, and the sentence that is shown there."""

    def __init__(self) -> None:
        self._at: Px | None = None
        self._since = math.inf
        """When the mouse came to rest, in seconds of the window's time."""
        self._is_answered = False
        """Whether a frame was made since it has rested long enough."""

    def is_due(self, clock: float) -> bool:
        """Return whether a frame is to be made, since the mouse has rested long enough now."""
        return not self._is_answered and clock - self._since >= REST_SECONDS

    def make_items(self, view: View, mouse: Px | None, clock: float, lettering: Lettering, size: tuple[int, int],
                   *, hidden: bool) -> View:  # fmt: skip
        """Return the sentence of the term that the mouse rests on; nothing while it moves, or if `hidden`."""
        self._follow(mouse, clock)
        if mouse is None or clock - self._since < REST_SECONDS:
            return ()
        self._is_answered = True
        term = None if hidden else find_term_at(view, mouse, lettering)
        return () if term is None else tuple(_draw_tip(term, mouse, lettering, size))

    def _follow(self, mouse: Px | None, clock: float) -> None:
        if mouse is None or (self._at is not None and math.dist(mouse, self._at) <= REST_REACH):
            return
        self._at, self._since, self._is_answered = mouse, clock, False


def find_term_at(view: View, px: Px, lettering: Lettering) -> Term | None:
    """Return the term whose letters lie at a pixel; of a text whose letters have no known places, the first one."""
    place_in_text = text_layout.find_text_at(view, px, lettering)
    if place_in_text is None:
        return None
    text, letter = place_in_text
    return glossary.find_first(text) if letter is None else glossary.find_at(text, letter)


def _draw_tip(term: Term, mouse: Px, lettering: Lettering, size: tuple[int, int]) -> list[Item]:
    u = lettering.ui_scale
    pad, gap = round(PADDING * u), round(GAP * u)
    width = min(round(WIDTH * u), size[0] - 2 * gap)
    inner = width - 2 * pad
    head = lettering.measure(term.term, "body", bold=True)[1]
    body = lettering.measure(term.says, "body", width=inner)[1]
    height = 2 * pad + head + body
    x = min(max(gap, round(mouse[0]) - 2 * gap), size[0] - gap - width)
    below, above = round(mouse[1]) + 2 * gap, round(mouse[1]) - 2 * gap - height
    box = Rect(x, below if below + height <= size[1] - gap else max(gap, above), width, height)
    name, sentence = box.inset(pad).split_top(head)
    return [
        Panel(box, "panel", "muted"),
        Text(name, term.term, "body", "accent", bold=True),
        Text(sentence, term.says, "body", wrap=True),
    ]
