"""The row of a question that the teacher asks by word of mouth: four choices and how often the class voted for each.

It knows no lesson; the choices have letters alone, since their words are said or stand on a blackboard.
"""

from latent_explorer.scene import quiz
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Item, Panel, Text
from latent_explorer.scene.quiz import LETTERS, Quiz, Votes
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import tr

TALLY, VOTE, CLEAR = "tally", "tally vote", "clear tally"
"""Controls: the row shown or hidden, a vote for a choice by its number from 0, all votes away."""
HEIGHT, MAX_HEIGHT_SHARE = 64, 0.16
"""Height of the row in design pixels, and the largest share of the window's height."""
TITLE_WIDTH, BUTTON_WIDTH, MARGIN, GAP = 290, 172, 14, 8
"""Design pixels."""
CHOICES = Quiz(("",) * len(LETTERS))


def compute_height(window: tuple[int, int], ui_scale: float) -> int:
    return min(round(HEIGHT * ui_scale), round(MAX_HEIGHT_SHARE * window[1]))


def make_items(votes: Votes, row: Rect, ui_scale: float, key: str) -> list[Item]:
    """Return the row; `key` closes it."""
    gap, margin = round(GAP * ui_scale), round(MARGIN * ui_scale)
    inside = Rect(row.x + margin, row.y + gap, max(1, row.width - 2 * margin), max(1, row.height - 2 * gap))
    title, rest = inside.split_left(min(round(TITLE_WIDTH * ui_scale), inside.width // 4), gap)
    buttons, cells = rest.split_right(min(round(BUTTON_WIDTH * ui_scale), rest.width // 4), gap)
    upper, lower = title.split_rows(2, 0)
    items: list[Item] = [
        Panel(Rect(row.x - margin, row.y, row.width + 2 * margin, row.height), "panel", "line"),
        Text(upper, tr("Votes on your question"), "body", bold=True, fallback_sizes=("small",)),
        Text(lower, quiz.describe_voting(CHOICES, votes), "small", "muted"),
        *quiz.make_items(CHOICES, votes, cells, ui_scale, revealed=False, control=VOTE),
    ]
    labels = ((tr("Clear the votes"), Set(CLEAR)), (tr("Close  {key}", key=key), Set(TALLY, False)))
    for rect, (label, action) in zip(buttons.split_rows(2, round(4 * ui_scale)), labels, strict=True):
        items.append(Panel(rect, "background", "line", action))
        items.append(Text(rect.inset(round(2 * ui_scale)), label, "small", "text", "centre"))
    return items
