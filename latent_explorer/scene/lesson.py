"""A lesson as values: its pages, the one that is shown, and what the class made of its question."""

from dataclasses import dataclass, replace

from latent_explorer.scene.lesson_target import Target
from latent_explorer.scene.quiz import Quiz, Votes
from latent_explorer.texts import tr


@dataclass(frozen=True)
class Page:
    """One page of a lesson."""

    text: str
    """The text that is read out."""
    question: str = ""
    """A question for the class."""
    answer: str = ""
    """The answer to the question: for the teacher, and for the end of a hand-out."""
    notes: str = ""
    """What the teacher alone reads."""
    point_at: tuple[Target, ...] = ()
    """What is marked in the window."""
    quiz: Quiz | None = None
    """The choices that the class votes for; None if the question has none."""

    @property
    def can_reveal(self) -> bool:
        """Whether there is an answer that can be shown."""
        return bool(self.answer or (self.quiz is not None and self.quiz.right))

    @property
    def translated(self) -> "Page":
        """The page with its texts in the language of the window, as far as the catalogues have them."""
        return replace(
            self, text=tr(self.text), question=tr(self.question), answer=tr(self.answer), notes=tr(self.notes),
            quiz=None if self.quiz is None else self.quiz.translated,
        )  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What the class and the teacher have made of a page's question."""

    votes: Votes = ()
    """For each choice; empty if there were none."""
    revealed: bool = False
    """Whether the answer is shown."""


NO_REPLY = Reply()


@dataclass(frozen=True)
class Lesson:
    """A running lesson with its current page."""

    title: str
    pages: tuple[Page, ...]
    page: int = 0
    name: str = ""
    """The name of a shipped lesson, or the path of a user's file."""
    purpose: str = ""
    """What one learns, in one sentence."""
    minutes: int = 0
    """How long it takes; 0 if its file does not say."""

    @property
    def current_page(self) -> Page:
        return self.pages[self.page]

    @property
    def is_last(self) -> bool:
        return self.page == len(self.pages) - 1

    def turn_page(self, by: int) -> "Lesson":
        return self.go_to(self.page + by)

    def go_to(self, page: int) -> "Lesson":
        return replace(self, page=min(max(page, 0), len(self.pages) - 1))
