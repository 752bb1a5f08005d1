"""What the tests of the shell share: a window whose pad is open, and a lesson that is presented."""

import pytest

from latent_explorer.scene.events import Key, Move
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_target import Target
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, lesson
from tests import stage

PAGES = (
    Page("The first page.", "What is it?", "It is a code.", "Wait for hands."),
    Page("The second page.", point_at=(Target("part", "strip"),)),
    Page("The third page."),
)


@pytest.fixture
def opened(world: stage.World) -> State:
    """The pad is open, with the mouse elsewhere."""
    return stage.play(stage.begin(world), Key("o"))


@pytest.fixture
def on_pad(opened: State) -> State:
    """The pad is open, with the mouse on its ink."""
    return stage.play(opened, Move(drawing_pad.make_layout(opened).ink.centre))


@pytest.fixture
def presented(world: stage.World) -> State:
    """A lesson of three pages, presented."""
    begun = stage.begin(world, "explore", (1366, 768))
    return stage.play(lesson.start_lesson(begun, Lesson("Codes", PAGES, minutes=10)), Key("f5"))
