"""A question before something is lost, as a card in the middle of the window. It knows its words, and no state."""

import math
from dataclasses import dataclass

from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text, Veil
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import tr

ANSWER = "question"
"""The control of the card's buttons, for scripts too: True for yes, False for no."""
LEAVE = Set("leave")
"""What the program is asked to do when the user leaves it."""
WIDTH, PADDING, GAP = 440, 22, 12
TITLE_HEIGHT, LINE_HEIGHT, BUTTON_HEIGHT, LETTER_WIDTH = 32, 24, 40, 9.2
"""Design pixels; the last is the room that is kept for a letter."""


@dataclass(frozen=True)
class Question:
    """What is asked, and what is done if the answer is yes."""

    title: str
    yes: str
    no: str
    action: Set
    text: str = ""
    """What would be lost; empty if nothing would."""
    chosen: bool = True
    """The answer that Enter gives, and whose button is marked."""


@dataclass(frozen=True)
class QuestionLayout:
    """Rectangles of the card."""

    card: Rect
    title: Rect
    text: Rect
    yes: Rect
    no: Rect


def make_layout(question: Question, window: tuple[int, int], ui_scale: float) -> QuestionLayout:
    """Return the card in the middle of a window, as high as its text needs."""
    u = max(ui_scale, 0.75)
    pad, gap, button = round(PADDING * u), round(GAP * u), round(BUTTON_HEIGHT * u)
    width = min(round(WIDTH * u), window[0] - 8)
    lines = math.ceil(LETTER_WIDTH * u * len(question.text) / max(1, width - 2 * pad))
    text_height = round(LINE_HEIGHT * u * lines) + (gap if lines else 0)
    height = min(2 * pad + round(TITLE_HEIGHT * u) + text_height + gap + button, window[1] - 8)
    card = Rect((window[0] - width) // 2, (window[1] - height) // 2, width, height)
    title, rest = card.inset(pad).split_top(round(TITLE_HEIGHT * u))
    buttons, text = rest.split_bottom(button, gap)
    yes, no = buttons.split_columns(2, gap)
    return QuestionLayout(card, title, text, yes, no)


def make_items(question: Question, layout: QuestionLayout, window: tuple[int, int]) -> list[Item]:
    """Return the card over everything else: each button names its key."""
    items: list[Item] = [
        Veil(Rect(0, 0, *window)),
        Panel(layout.card, "panel", "accent"),
        Text(layout.title, question.title, "title", bold=True, fallback_sizes=("body",)),
    ]
    if question.text:
        items.append(Text(layout.text, question.text, "body", wrap=True, fallback_sizes=("small",)))
    yes, no = question.yes, tr("{answer} (Enter)", answer=question.no)
    if question.chosen:
        yes, no = tr("{answer} (Enter)", answer=question.yes), tr("{answer} (Esc)", answer=question.no)
    answers = ((layout.yes, True, yes), (layout.no, False, no))
    for rect, answer, label in answers:
        is_chosen = answer == question.chosen
        items.append(
            Panel(rect, "chosen" if is_chosen else "button", "accent" if is_chosen else "line", Set(ANSWER, answer))
        )
        items.append(Text(rect.inset(4), label, "body", "text", "centre", fallback_sizes=("small",)))
    return items


def find_answer(layout: QuestionLayout, px: tuple[float, float]) -> bool | None:
    """Return the answer that a click gives: beside the card it is no; None for a click on the card's empty part."""
    if layout.yes.contains(px):
        return True
    return False if layout.no.contains(px) or not layout.card.contains(px) else None
