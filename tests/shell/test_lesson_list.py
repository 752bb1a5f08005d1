"""The list of lessons over the lab, by mouse and by keyboard."""

import pytest

from latent_explorer.engine.results import Results
from latent_explorer.scene.events import Key, Move, Press, Resize, Scroll, Set
from latent_explorer.scene.items import Panel
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_list import BEGIN_ANEW, FINISHED, LessonEntry, LessonPlace
from latent_explorer.scene.lesson_page import LIST
from latent_explorer.shell import lesson, lesson_list, toolbar, view
from latent_explorer.shell.view import add_overlays, make_lab_view
from tests import stage
from tests.stage import of_kind, play

ENTRIES = (
    LessonEntry("plane", "The plane", "What a plane is.", 10, 8),
    LessonEntry("elbo", "Two terms", "What they weigh.", 12, 9),
    LessonEntry("bad", "bad.yaml", own=True, error="bad.yaml, line 3: pages: nothing arrived"),
    *(LessonEntry(f"own {k}", f"Own {k}", "", 0, 1, own=True) for k in range(20)),
)


@pytest.fixture
def listed(world):
    state = stage.begin(world, entries=ENTRIES, stopped={"plane": FINISHED, "elbo": 3})
    return play(state, Key("f3"))


def written(state):
    return stage.texts(add_overlays(make_lab_view(state, Results()), state, Results()))


def chosen(state):
    return state.lessons.entries[state.lessons.chosen].name


@pytest.mark.parametrize("size", [(1366, 768), (640, 480), (300, 200), (1, 1)])
def test_the_bar_and_the_view_menu_open_it_at_any_size(world, size):
    state = play(stage.begin(world), Resize(size))
    controls = {
        one.name: one for group in toolbar.make_groups(state) for one in (*group.controls, *group.right_controls)
    }
    assert LIST in controls
    assert LIST in dict(controls[toolbar.VIEW_MENU].options)
    for action in (Set(LIST), Set(toolbar.VIEW_MENU, LIST), Key("f3")):
        opened = play(state, action)
        assert opened.lessons.listed
        assert not play(opened, Key("escape")).lessons.listed
        assert not play(opened, Key("f3")).lessons.listed
    assert view.add_overlays((), play(state, Key("f3")), Results())


def test_it_says_what_each_lesson_is_and_where_one_stopped(listed):
    text = written(listed)
    for words in ("The plane", "10 min, 8 pages", "given to its end", "What they weigh.", "page 4 of 9", "1 page"):
        assert words in text
    assert ENTRIES[2].error in text
    assert "12 min, 9 pages" not in written(play(listed, Key("escape")))


def test_the_lesson_in_which_one_stopped_last_is_chosen_and_enter_goes_on_there(listed):
    assert chosen(listed) == "elbo"
    assert play(listed, Key("return")).lessons.requested == LessonPlace("elbo", 3, resumes=True)
    assert play(listed, Key("shift return")).lessons.requested == LessonPlace("elbo", 0)
    assert play(listed, Key("return")).lessons.listed  # until it begins: its models may not be there


def test_keys_choose_and_scroll(listed):
    assert chosen(play(listed, Key("up"))) == "plane"
    last = play(listed, Key("end"))
    assert chosen(last) == "own 19"
    assert "Own 19" in written(last)
    assert "The plane" not in written(last)
    assert chosen(play(last, Key("home"))) == "plane"
    assert chosen(play(last, Key("down"))) == "own 19"


def test_a_broken_one_begins_not(listed):
    state = play(listed, Key("down"), Key("return"))
    assert chosen(state) == "bad"
    assert state.lessons.requested is None


def test_the_mouse_chooses_begins_begins_anew_and_closes(listed):
    rows = lesson_list.make_layout(listed).rows
    over = play(listed, Move(rows[0].centre))
    assert chosen(over) == "plane"
    assert play(over, Press(rows[1].centre)).lessons.requested == LessonPlace("elbo", 3, resumes=True)
    again = next(one for one in of_kind(lesson_list.make_items(listed), Panel) if one.action == Set(BEGIN_ANEW, "elbo"))
    assert play(over, Press(again.rect.centre)).lessons.requested == LessonPlace("elbo", 0)
    assert not play(over, Press((1.0, 1.0))).lessons.listed
    scrolled = play(listed, Scroll(rows[0].centre, -1))
    assert scrolled.lessons.first == 1
    assert scrolled.view == listed.view  # the map below is not zoomed


def test_the_lab_below_gets_nothing(listed):
    state = play(listed, Key("tab"), Key("n"), Set("lab", "compare"), *stage.click(stage.dot_px(listed, 3)))
    assert (state.lab, state.preferences) == (listed.lab, listed.preferences)
    assert state.lab_states == listed.lab_states
    assert play(listed, Key("t")).preferences.theme == "light"


def test_in_a_lesson_it_is_that_one_and_on_its_last_page_the_next(listed):
    given = Lesson("The plane", (Page("One."), Page("Two.")), name="plane")
    state = play(lesson.start_lesson(listed, given), Key("f3"))
    assert chosen(state) == "plane"
    assert "running, page 1 of 8" in written(state)
    assert chosen(play(state, Key("escape"), Key("page down"), Key("f3"))) == "elbo"
