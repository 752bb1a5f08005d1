"""A lesson from its beginning to its end: pages by number, reset, the next lesson, and what comes back afterwards."""

import json
from dataclasses import replace

import pytest

from latent_explorer.scene import lesson_page
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, MapClick, Move, Press, Set
from latent_explorer.scene.items import Panel, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_list import BEGIN, BEGIN_ANEW, FINISHED, LessonEntry, LessonPlace
from latent_explorer.shell import drawing_pad, lesson, session, update
from latent_explorer.user_image.strokes import Strokes
from tests import stage
from tests.stage import of_kind, play

GIVEN = Lesson("Digits", tuple(Page(f"Say {k}.") for k in range(12)), name="digits")
ENTRIES = (
    LessonEntry("digits", "Digits", page_count=12),
    LessonEntry("broken", "broken", error="it is broken"),
    LessonEntry("faces", "Faces", page_count=5),
    LessonEntry("/home/mine.yaml", "Mine", page_count=2, own=True),
)


@pytest.fixture
def own(world):
    """A window in which the user has done something."""
    state = stage.begin(world, "compare", entries=ENTRIES)
    return play(state, *stage.click(stage.dot_px(state, 5)), Set("map", "pca"), Set("names", False))


@pytest.fixture
def taught(world, own):
    fresh = update.start(world, ("other",), lab="explore", size=own.window_size)
    return lesson.start_lesson(lesson.prepare(own, fresh), GIVEN)


def page_of(state):
    return state.overlay.lesson.page


def type_page(state, digits):
    return play(state, *map(Key, digits))


def find_panel(state, action):
    return next(one for one in of_kind(lesson.make_items(state), Panel) if one.action == action)


def test_a_lesson_begins_as_in_a_new_window_and_its_end_brings_back_what_the_user_had(world, own, taught):
    assert (taught.lab, taught.models[0], taught.view.map_name) == ("explore", "other", "tsne")
    assert taught.preferences.show_class_names
    changed = play(taught, Set("theme", "light"), Set("lab", "generate"), Set("layer", "distance"), Key("page down"))
    ended = play(changed, Set(lesson_page.END))
    assert ended.overlay.lesson is None
    for name in ("lab", "models", "selected_models", "lab_states", "view", "history"):
        assert getattr(ended, name) == getattr(own, name), name
    assert not ended.preferences.show_class_names
    assert ended.preferences.theme == "light"  # as the user likes the window
    assert ended.lessons.own_state is None
    assert ended.lessons.stopped == {"digits": 1}


def test_a_second_lesson_does_not_take_the_first_one_for_what_the_user_had(world, own, taught):
    fresh = update.start(world, ("first",), lab="explore", size=own.window_size)
    second = lesson.start_lesson(lesson.prepare(taught, fresh), replace(GIVEN, name="faces"))
    assert lesson.end_lesson(second).lab_states == own.lab_states


@pytest.mark.parametrize(
    ("keys", "page"),
    [(["4", "return"], 3), (["1", "2", "return"], 11), (["1", "2", "backspace", "return"], 0), (["end"], 11),
     (["end", "home"], 0), (["4", "escape", "return"], 2), (["4"], 2)],
)  # fmt: skip
def test_pages_are_reached_by_their_number_and_by_home_and_end(taught, keys, page):
    state = play(taught, Key("page down"), Key("page down"), *map(Key, keys))
    assert page_of(state) == page


def test_a_number_that_is_typed_is_said_and_hides_no_class(taught):
    state = type_page(taught, "1")
    assert any("Go to page 1_" in one.text for one in of_kind(lesson.make_items(state), Text))
    assert state.view.hidden == frozenset()
    assert play(state, Set("names", False)).lessons.typed == ""


@pytest.mark.parametrize("opening", [Key("ctrl f"), Key("o"), Key("P")])
def test_a_field_a_form_and_the_pad_keep_their_digits(taught, opening):
    opened = play(taught, opening)
    if opened.drawing.pad.open:
        assert play(opened, Key("1", "1")).lessons.typed == "1"  # with the mouse elsewhere they are the lesson's
        opened = play(opened, Move(drawing_pad.make_layout(opened).ink.centre))
    assert play(opened, Key("1", "1")).lessons.typed == ""


def test_a_page_that_there_is_not_is_one_line(taught):
    state = play(taught, *map(Key, "13"), Key("return"))
    assert page_of(state) == 0
    assert state.status.message == "Page 13 arrived; 1 to 12 are allowed."


def test_while_a_page_is_set_up_its_own_keys_reach_the_lab_and_the_teachers_reach_the_lesson(taught):
    busy = taught.put(replace(taught.lessons, sets_up=True))
    assert play(busy, Key("1", scripted=True)).view.hidden == {"zero"}
    assert play(busy, Key("1", scripted=True)).lessons.typed == ""
    assert page_of(play(busy, Key("4"), Key("return"))) == 3
    steps = [Key(name, scripted=True) for name in ("f3", "page down", "f6", "end")]
    assert play(busy, *steps).overlay.lesson == busy.overlay.lesson  # a page that turned itself would never end
    assert not play(busy, *steps).lessons.listed
    assert update.update(busy, steps[2])[1] == ()
    disturbed = play(busy, Key("n"), Key("tab"))
    assert (disturbed.lab, disturbed.preferences) == (busy.lab, busy.preferences)
    assert play(busy, Key("t")).preferences.theme == "light"


def test_each_page_has_a_cell_and_a_click_goes_there(taught):
    state = play(taught, Press(find_panel(taught, Set(lesson_page.GO_TO, 7)).rect.centre))
    assert page_of(state) == 7


@pytest.mark.parametrize("by", [Key("f6"), "click"])
def test_a_page_is_set_up_anew_on_request(taught, by):
    covered = play(taught, Set("covered", True))
    action = by if isinstance(by, Key) else Press(find_panel(covered, Set(lesson_page.RESET)).rect.centre)
    after, effects = update.update(covered, action)
    assert effects == (Effect.RESET_PAGE,)
    assert not after.overlay.pictures_hidden
    assert page_of(after) == page_of(covered)


def test_escape_asks_once_and_says_that_the_lesson_goes_on_next_time(taught):
    asked = play(taught, Key("page down"), Key("escape"))
    assert asked.status.notice == lesson.ENDS_TEXT
    assert asked.overlay.lesson is not None
    assert not asked.status.closing
    ended = play(asked, Key("escape"))
    assert ended.overlay.lesson is None
    assert ended.lessons.stopped == {"digits": 1}
    again = play(ended, Set(BEGIN, "digits"))
    assert again.lessons.requested == LessonPlace("digits", 1, resumes=True)
    assert play(ended, Set(BEGIN_ANEW, "digits")).lessons.requested == LessonPlace("digits", 0)


def test_after_escape_on_its_last_page_a_lesson_begins_anew(taught):
    asked = play(taught, Key("end"), Key("escape"))
    assert asked.status.notice == lesson.LAST_TEXT
    assert play(asked, Key("escape")).lessons.stopped == {"digits": FINISHED}


def test_the_last_page_leads_to_the_next_lesson_which_one_press_too_many_does_not_begin(taught):
    last = play(taught, Key("end"))
    assert "Faces" in [one.text for one in of_kind(lesson.make_items(last), Text)]
    once = play(last, Key("page down"))
    assert once.lessons.requested is None
    assert once.status.notice.endswith("begins the next lesson: Faces")
    assert play(once, Key("n"), Key("page down")).lessons.requested is None
    for state in (
        play(once, Key("page down")), play(last, Press(find_panel(last, Set(lesson_page.FOLLOWING)).rect.centre))
    ):  # fmt: skip
        assert state.lessons.requested == LessonPlace("faces", 0)
        assert state.lessons.stopped["digits"] == FINISHED


def test_the_last_shipped_lesson_leads_to_no_file_of_the_user(taught):
    last = play(taught.put(replace(taught.overlay, lesson=replace(GIVEN, name="faces"))), Key("end"))
    assert lesson.find_next(last) is None
    ended = play(last, Press(find_panel(last, Set(lesson_page.END)).rect.centre))
    assert ended.lessons.stopped["faces"] == FINISHED


def test_a_session_keeps_the_page_and_what_the_user_had_before_the_lesson(world, own, taught):
    state = play(taught, Key("4"), Key("return"), MapClick(0, (0.5, 0.5), 3))
    document, lost = session.make_document(state, {})
    assert lost == ()
    assert document["lesson"] == {"name": "digits", "page": 3, "resumes": True}
    found = session.restore(stage.begin(world), json.loads(json.dumps(document)))
    assert found.problems == ()
    assert found.state.lessons.requested == LessonPlace("digits", 3, resumes=True)
    assert (found.state.lab, found.state.lab_states) == (own.lab, own.lab_states)


def test_a_session_that_is_opened_in_a_lesson_ends_it(world, own, taught):
    document, _ = session.make_document(own, {})
    found = session.restore(taught, document).state
    assert (found.overlay.lesson, found.lessons.own_state, found.lab) == (None, None, own.lab)


def test_the_drawing_of_before_is_put_aside_with_its_strokes_and_comes_back(world, own):
    pad = replace(own.drawing.pad, open=True, strokes=Strokes().begin_stroke((0.5, 0.5)), loading_name="a.png")
    drawn = own.put(replace(own.drawing, pad=pad, image=pad.strokes.to_image()))
    fresh = update.start(world, ("other",), lab="explore", size=own.window_size)
    given = lesson.start_lesson(lesson.prepare(drawn, fresh), GIVEN)
    assert (given.drawing.image, given.drawing.pad.strokes, given.drawing.pad.open) == (None, Strokes(), False)
    assert given.drawing.pad.loading_name == "a.png"  # it arrives all the same
    arrived = given.with_pad(replace(given.drawing.pad, loading_name=""))
    ended = play(arrived, Set(lesson_page.END))
    assert ended.drawing == replace(drawn.drawing, pad=replace(pad, loading_name=""))


def test_the_card_names_esc_for_its_end_only_where_esc_does_that(taught):
    def is_said(state):
        return "End  Esc" in [one.text for one in of_kind(lesson.make_items(state), Text)]

    assert is_said(taught)
    assert not is_said(play(taught, Key("f5")))
    assert not is_said(play(taught, Key("f")))


@pytest.mark.parametrize(("name", "end"), [("digits", ": F3 goes on."), ("/elsewhere/digits.yaml", ".")])
def test_the_list_is_named_only_for_a_lesson_that_stands_in_it(world, own, name, end):
    given = lesson.start_lesson(lesson.prepare(own, own), replace(GIVEN, name=name, page=1))
    assert play(given, Set(lesson_page.END)).status.notice == f"Put aside at page 2 of 12{end}"
