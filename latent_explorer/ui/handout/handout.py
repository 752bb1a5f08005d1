"""What a hand-out holds, and the file it becomes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from latent_explorer import files
from latent_explorer.errors import InputError
from latent_explorer.scene import quiz
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.texts import tr_count

SUFFIXES = (".pdf", ".html")
PAGES_A_SHEET = 2
WINDOW_SIZE = (1680, 1360)
"""Size of the unseen window whose pictures are printed: 230 dots an inch on paper."""


@dataclass(frozen=True)
class HandoutPage:
    """A page of the lesson, and the window as the page sets it up."""

    number: int
    page: Page
    picture: Image.Image

    @property
    def choices(self) -> str:
        """What one can choose from, in a line; empty if there are no choices."""
        return quiz.list_choices(self.page.quiz) if self.page.quiz is not None else ""

    @property
    def answer(self) -> str:
        """The right choice and the answer; empty if the page has neither."""
        right = quiz.name_right(self.page.quiz) if self.page.quiz is not None else ""
        return f"{right}. {self.page.answer}" if right and self.page.answer else right or self.page.answer


@dataclass(frozen=True)
class Handout:
    lesson: Lesson
    pages: tuple[HandoutPage, ...]

    def list_sheets(self) -> Iterator[tuple[HandoutPage, ...]]:
        """Yield the pages of each sheet of paper."""
        for first in range(0, len(self.pages), PAGES_A_SHEET):
            yield self.pages[first : first + PAGES_A_SHEET]

    @property
    def answered_pages(self) -> tuple[HandoutPage, ...]:
        return tuple(one for one in self.pages if one.answer)

    @property
    def subtitle(self) -> str:
        """What one learns and how long it takes, as far as the lesson says it."""
        minutes = tr_count("{count} minute", "{count} minutes", self.lesson.minutes) if self.lesson.minutes else ""
        return "   ·   ".join(one for one in (self.lesson.purpose, minutes) if one)

    @property
    def text(self) -> str:
        """All that is printed, for the fonts to hold its letters."""
        said = (f"{one.page.text}{one.page.question}{one.choices}{one.answer}" for one in self.pages)
        return "".join((self.lesson.title, self.subtitle, *said))


def check_path(path: Path) -> None:
    """Raise `InputError` for a file that no hand-out can be written to."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"--handout {path} arrived; a file name that ends in {' or '.join(SUFFIXES)} is allowed")
    files.check_writable(path, "--handout")
