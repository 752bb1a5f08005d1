"""A lesson's page in the window: it takes its room, turns, and leaves everything as large as it was."""

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Key, Press, Resize, Set
from latent_explorer.scene.items import Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import lesson
from tests import stage
from tests.stage import of_kind, play

GIVEN = Lesson("Digits", (Page("One."), Page("Two.", "Why two?"), Page("Three.")))


@pytest.fixture(scope="module")
def world():
    return stage.make_world()


@pytest.fixture
def taught(world):
    return lesson.start_lesson(stage.begin(world), GIVEN)


def said(state) -> list[str]:
    return [item.text for item in of_kind(lesson.make_items(state), Text)]


@pytest.mark.parametrize("size", [(1000, 700), (1920, 1080), (640, 480), (300, 200), (1, 1)])
@pytest.mark.parametrize("lab", sorted(LABS))
def test_the_page_stands_below_the_lab_and_over_nothing(world, size, lab):
    state = play(lesson.start_lesson(stage.begin(world, lab), GIVEN), Resize(size))
    assert state.window_size == size
    assert state.size[1] + state.overlay.lesson_height == size[1]
    layout = LABS[lab].get_layout(state)
    for rect in (layout.toolbar, layout.hint, *layout.maps, *layout.parts.values()):
        assert rect.bottom <= state.size[1] + 1 or rect.height == 0 or size[1] < 300
    whole = lesson.make_layout(state, GIVEN).whole
    assert (whole.y, whole.height) == (state.size[1], state.overlay.lesson_height)


def test_letters_are_as_large_as_without_a_lesson(world, taught):
    assert taught.ui_scale == stage.begin(world).ui_scale
    assert lesson.end_lesson(taught) == stage.begin(world)


def test_the_page_grows_with_its_text(taught):
    larger = play(taught, Key("]"), Key("]"))
    assert larger.overlay.lesson_height > taught.overlay.lesson_height
    assert larger.window_size == taught.window_size
    assert play(larger, Key("["), Key("[")).overlay.lesson_height == taught.overlay.lesson_height


def test_pages_turn_by_keys_and_stay_at_the_ends(taught):
    pages = []
    state = taught
    for key in ("page up", "page down", "page down", "page down", "page up"):
        state = play(state, Key(key))
        pages.append(state.overlay.lesson.page)
    assert pages == [0, 1, 2, 2, 1]
    assert "Two." in said(state)
    assert "Why two?" in said(state)


def test_pages_turn_by_buttons(taught):
    where = lesson.make_layout(taught, GIVEN)
    state = play(taught, Press(where.next.centre), Press(where.next.centre), Press(where.back.centre))
    assert state.overlay.lesson.page == 1
    assert play(taught, Press(where.text.centre)) == taught


def test_another_page_begins_uncovered(taught):
    state = play(taught, Set("covered", True), Key("page down"))
    assert not state.overlay.pictures_hidden
    last = play(state, Key("page down"), Set("covered", True), Key("page down"))
    assert last.overlay.pictures_hidden  # there is no other page


def test_escape_leaves_the_innermost_first(taught):
    state = play(taught, Key("f1"), Key("escape"))
    assert state.overlay.lesson == GIVEN
    state = play(state, Key("escape"))
    assert state.overlay.lesson == GIVEN
    state = play(state, Key("escape"))
    assert (state.overlay.lesson, state.overlay.lesson_height, state.status.closing) == (None, 0, False)
    assert not play(state, Key("escape")).status.closing


def test_without_a_lesson_the_keys_do_nothing(world):
    state = stage.begin(world)
    assert play(state, Key("page down")).overlay.lesson is None


def test_the_class_may_play_in_between(taught):
    state = play(taught, *stage.click(stage.dot_px(taught, 3)))
    assert stage.marks(state).pins
    assert state.overlay.lesson == GIVEN


@pytest.mark.parametrize("size", [(1920, 1080), (640, 480)])
def test_nothing_on_the_page_overlaps(size):
    where = lesson_page.make_layout(
        size, lesson_page.compute_height(size, size[1] / 840), size[1] / 840, has_question=True
    )
    rects = [where.title, where.text, where.question, where.back, where.next]
    for i, one in enumerate(rects):
        assert all(one.contains(other.centre) is False for other in rects[i + 1 :])
        assert Rect(*vars(where.whole).values()).contains(one.centre)
        assert one.height >= 10
