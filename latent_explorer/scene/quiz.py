"""The choices of a question, and how often the class has voted for each: a button and a bar side by side.

It knows no lesson and no page. Votes are counts, one for each choice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Gauge, Item, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import tr, tr_count

LETTERS = "ABCD"
"""What the choices are called; their keys, as small letters."""
MAX_VOTES = 999
VOTE, REVEAL = "vote", "reveal"
"""Controls: a vote for a choice by its number from 0, and the answer shown or hidden."""
ROW_HEIGHT = 56
"""Height of the row of choices in design pixels."""
LETTER_WIDTH, LINES, BESIDE_TEXT = 7.4, 1.8, 84
"""Design pixels of a small letter, the lines of a choice's text as far as words fill them, and the design pixels of a
choice beside its text."""
DIGIT_WIDTH = 16
"""Design pixels that are kept for a digit of a count."""
MIN_CHOICES, MAX_CHOICES = 2, len(LETTERS)
Votes = tuple[int, ...]
NO_VOTES: Votes = (0,) * MAX_CHOICES
PageVotes = Mapping[int, Votes]
"""Votes by the page of a lesson."""


@dataclass(frozen=True)
class Quiz:
    """The choices of a question."""

    choices: tuple[str, ...]
    right: tuple[int, ...] = ()
    """The numbers of the right ones from 0; none if it is a question of opinion."""

    @property
    def no_votes(self) -> Votes:
        return (0,) * len(self.choices)

    @property
    def letters(self) -> str:
        return LETTERS[: len(self.choices)]

    @property
    def translated(self) -> "Quiz":
        """The choices in the language of the window, as far as the catalogues have them."""
        return replace(self, choices=tuple(map(tr, self.choices)))


def name_right(quiz: Quiz) -> str:
    """Return the letters and the texts of the right choices: `B: the same`."""
    return "   ".join(f"{LETTERS[k]}: {quiz.choices[k]}" for k in quiz.right)


def count_vote(votes: Votes, choice: int, by: int) -> Votes:
    """Return the votes with one more for a choice, or one less."""
    return clamp(n + by * (k == choice) for k, n in enumerate(votes))


def clamp(votes: Iterable[int]) -> Votes:
    """Return votes as they can be counted; a file may hold others."""
    return tuple([min(max(n, 0), MAX_VOTES) for n in votes])


def write_result(quiz: Quiz, votes: Votes) -> str:
    """Return the letters of the right choices, and how many of the votes were for them: `B, 14 of 23 votes`."""
    letters = tr(" and ").join(LETTERS[k] for k in quiz.right)
    if not quiz.right or not sum(votes):
        return letters
    right = sum(votes[k] for k in quiz.right)
    return tr_count(
        "{letters}, {right} of {count} vote", "{letters}, {right} of {count} votes", sum(votes),
        letters=letters, right=right,
    )  # fmt: skip


def describe_voting(quiz: Quiz, votes: Votes) -> str:
    """Return how many votes there are; without any, how one votes."""
    count = sum(votes)
    if count:
        return tr_count("{count} vote", "{count} votes", count)
    first, last = quiz.letters[0], quiz.letters[-1]
    return tr("{first} to {last}: a vote, with Shift one less", first=first, last=last)


def list_choices(quiz: Quiz, votes: Votes = ()) -> str:
    """Return the choices in one text, with their votes if there are any: `A: the same (9)   ·   B: none (14)`."""
    counts = [f" ({n})" if sum(votes) else "" for n in votes or quiz.no_votes]
    return "   ·   ".join(
        f"{letter}: {text}{count}" for letter, text, count in zip(quiz.letters, quiz.choices, counts, strict=True)
    )


def make_items(
    quiz: Quiz, votes: Votes, row: Rect, ui_scale: float, *, revealed: bool, control: str = VOTE
) -> list[Item]:
    """Return a button for each choice, with its votes; the right ones are marked once they are `revealed`. A click
    sets `control` to the number of the choice."""
    items: list[Item] = []
    for k, cell in enumerate(split_row(quiz, row, ui_scale)):
        items.append(Panel(cell, "background", "good" if revealed and k in quiz.right else "line", Set(control, k)))
        items += _make_choice(quiz, votes, k, cell, ui_scale, is_marked=revealed and k in quiz.right)
    return items


def split_row(quiz: Quiz, row: Rect, ui_scale: float) -> list[Rect]:
    """Return the place of each choice: side by side, or two by two if their texts have no room for that."""
    gap, count = round(8 * ui_scale), len(quiz.choices)
    cells = row.split_columns(count, gap)
    room = cells[0].width / ui_scale - BESIDE_TEXT
    if LETTER_WIDTH * max(map(len, quiz.choices)) / LINES <= room or count == MIN_CHOICES:
        return cells
    rows = row.split_rows(2, round(4 * ui_scale))
    return [cell for one in rows for cell in one.split_columns(2, gap)][:count]


def _make_choice(quiz: Quiz, votes: Votes, k: int, cell: Rect, ui_scale: float, *, is_marked: bool) -> list[Item]:
    gap, count = round(7 * ui_scale), sum(votes)
    across, margin = Rect(cell.x + gap, cell.y, max(0, cell.width - 2 * gap), cell.height), round(5 * ui_scale)
    is_low = cell.height < 0.7 * ROW_HEIGHT * ui_scale
    size = "body" if is_low else "title"
    _, inside = across.split_bottom(round(2 * ui_scale) if is_low else margin)
    bar, words = inside.split_bottom(max(3, round((3 if is_low else 5) * ui_scale)), 0 if is_low else margin // 2)
    letter, rest = words.split_left(round((46 if is_marked else 20) * ui_scale), gap)
    number, text = rest.split_right(round(DIGIT_WIDTH * len(str(max(votes))) * ui_scale) if count else 0, gap)
    colour = "good" if is_marked else "accent"
    items: list[Item] = [
        Text(letter, f"✓ {LETTERS[k]}" if is_marked else LETTERS[k], size, colour, bold=True),
        Text(text, quiz.choices[k], "body", bold=is_marked, wrap=True, fallback_sizes=("small",)),
    ]
    if count:
        items.append(Text(number, str(votes[k]), size, "text" if votes[k] else "muted", "right", bold=True))
    if votes[k]:
        items.append(Gauge(bar, votes[k] / count, colour))
    return items
