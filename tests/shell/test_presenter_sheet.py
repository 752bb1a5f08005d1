"""The presenter's sheet: what the class does not see, a timer, and buttons that turn pages."""

from latent_explorer.engine.results import Results
from latent_explorer.scene import lesson_page
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Panel
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.quiz import Quiz
from latent_explorer.shell import lesson, presentation, presenter_sheet, view
from latent_explorer.shell.presenter_sheet import Moment, Timer
from tests.stage import begin, of_kind, play, texts

SIZE = (1366, 768)


NOW = Moment("14:05", "12:34", True)


def page_of(state) -> int:
    return state.overlay.lesson.page


def test_the_sheet_says_what_the_class_does_not_see(presented):
    said = texts(presenter_sheet.make_window_items(presented, (1280, 720), 1.0, NOW))
    for words in ("Wait for hands.", "It is a code.", "The second page.", "14:05", "12:34", "1 of 3", "10 min"):
        assert words in said
    assert "Wait for hands." not in texts(view.add_overlays((), presented, Results()))
    last = play(presented, Key("page up"), Key("page down"), Key("page down"), Key("page down"))
    assert presenter_sheet.LAST_PAGE in texts(presenter_sheet.make_window_items(last, (1280, 720), 1.0, NOW))


def test_its_buttons_turn_pages(presented):
    items = presenter_sheet.make_window_items(presented, (1280, 720), 1.0, NOW)
    actions = [one.action for one in of_kind(items, Panel) if one.action is not None]
    assert Set(lesson_page.GO_TO, 1) in actions
    assert page_of(play(presented, Set(lesson_page.GO_TO, 1))) == 1


def test_a_strip_takes_its_room_from_the_lab_and_gives_it_back(presented):
    shown = presentation.show_strip(presented)
    assert shown.window_size == presented.window_size == SIZE
    assert shown.size[1] < presented.size[1]
    items = presenter_sheet.make_strip_items(shown, shown.ui_scale, NOW)
    assert {"Wait for hands.", "It is a code.", "The second page."} <= set(texts(items).split("\n"))
    for one in items:
        assert shown.size[1] <= one.rect.y
        assert one.rect.bottom <= SIZE[1] - shown.overlay.lesson_height
    hidden = play(shown, Key("f8"))
    assert hidden.size == presented.size
    assert not presenter_sheet.make_strip_items(hidden, hidden.ui_scale, NOW)


def test_without_a_lesson_the_sheet_says_so(world):
    items = presenter_sheet.make_window_items(begin(world), (800, 500), 0.8, NOW)
    assert presenter_sheet.NO_LESSON.format(key="F3") in texts(items)


def test_a_timer_runs_pauses_and_begins_anew():
    timer = Timer().toggle(10)
    assert timer.write(75) == "1:05"
    paused = timer.toggle(75)
    assert paused.write(500) == "1:05"
    assert paused.toggle(500).write(505) == "1:10"
    assert timer.reset(75).write(78) == "0:03"
    assert paused.reset(80).write(90) == "0:00"
    assert timer.write(10 + 3661) == "1:01:01"


def test_the_presenter_reads_the_votes_and_the_right_choice(world):
    asked = Page("Say it.", "What is it?", "It is between them.", quiz=Quiz(("a 4", "a 9", "neither"), right=(2,)))
    state = play(lesson.start_lesson(begin(world), Lesson("Digits", (asked,))), *map(Key, "acc"))
    sheet = texts(presenter_sheet.make_window_items(state, (1280, 720), 1.0, NOW))
    assert "What is it?   A: a 4 (1)   ·   B: a 9 (0)   ·   C: neither (2)" in sheet
    assert "C, 2 of 3 votes. It is between them." in sheet
