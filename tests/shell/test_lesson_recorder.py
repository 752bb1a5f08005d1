"""Recording a lesson: which steps are made of what is done in the window."""

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene import legend
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import DoubleClick, Key, Move, Press, Release, Scroll, Set, TimePassed
from latent_explorer.scene.items import CornerNote
from latent_explorer.scene.lesson_recording import RecordedStep
from latent_explorer.shell import lesson, lesson_recorder, update
from tests.shell.test_lesson_pointer import CARD
from tests.stage import begin, click, dot_px, drag, make_world, map_rect, of_kind, play, px_of

RECORD = Key("ctrl r")
HERE, THERE = (0.3, 0.35), (0.7, 0.6)


@pytest.fixture
def recording():
    """Explore, whose recording has just begun."""
    return play(begin(make_world()), RECORD)


def steps_of(state, page: int = -1) -> list[tuple]:
    """The steps of a page after those that set it up at first: verb, value, and the map if it is not the first."""
    steps = state.recording.pages[page]
    start = len(lesson_recorder._describe_start(begin(make_world()))) if page in (0, -len(state.recording.pages)) else 0
    return [(one.verb, one.value, *([one.slot] if one.slot else [])) for one in steps[start:]]


def near(*place: float):
    return pytest.approx(place, abs=2e-3)


def test_it_begins_with_what_is_set_and_ends_with_a_file(recording):
    (first,) = recording.recording.pages
    assert first[0] == RecordedStep("lab", "explore")
    assert RecordedStep("set", {"model": "first"}) in first
    assert RecordedStep("set", {"layer": "none"}) in first
    assert recording.recording.shown_models == ("first",)
    state, effects = update.update(recording, RECORD)
    assert effects == (Effect.WRITE_LESSON,)
    assert not state.recording.is_on
    changed = play(begin(make_world(), "compare"), Set("layer", "distance"), Key("4"), Set("covered", True), RECORD)
    steps = changed.recording.pages[0]
    assert RecordedStep("lab", "compare") in steps
    assert {"layer": "distance"} in [one.value for one in steps]
    assert {"covered": True} in [one.value for one in steps]
    assert changed.recording.shown_models == ("first", "second")


def test_controls_are_recorded_by_what_they_are_set_to(recording):
    state = play(
        recording, Key("v"), Set("layer", "distance"), Set("layer", "cycle"), Key("p"), Set("view", "names"), Key("m"),
        Set("theme", "light"), Key("t"), Key("f12"), Key("tab"),
    )  # fmt: skip
    assert steps_of(state) == [
        ("set", {"covered": True}), ("set", {"layer": "cycle"}), ("set", {"map": "pca"}), ("set", {"names": False}),
        ("set", {"model": "second"}), ("lab", state.lab), ("set", {"count": "2"}),
    ]  # fmt: skip
    assert state.lab != "explore"
    assert state.recording.shown_models[:2] == ("first", "second")


def test_a_click_is_a_step_and_the_way_to_it_is_none(recording):
    here, there = px_of(recording, HERE), px_of(recording, THERE)
    state = play(recording, *(Move((here[0] + i, here[1])) for i in range(20)), *click(here), Move(there))
    assert steps_of(state) == [("click", near(*HERE))]
    assert steps_of(play(state, Key("page down")), 0) == [("click", near(*HERE)), ("move", near(*THERE))]
    clicked = play(recording, *click(here), Key("page down"))
    assert steps_of(clicked, 0) == [("click", near(*HERE))]


def test_a_double_click_is_one_step(recording):
    here = px_of(recording, HERE)
    state = play(recording, *click(here), DoubleClick(here), Release(here))
    assert steps_of(state) == [("double_click", near(*HERE))]


def test_the_wheel_at_one_place_is_one_step_and_the_map_can_be_moved(recording):
    here = px_of(recording, HERE)
    state = play(recording, Move(here), Scroll(here, 1), Scroll(here, 2), Scroll(px_of(recording, THERE), -1))
    assert steps_of(state) == [
        ("scroll", near(*HERE, 3)),
        ("scroll", (pytest.approx(0.53, abs=0.1), pytest.approx(0.49, abs=0.1), -1)),
    ]
    state = play(recording, *drag(here, px_of(recording, THERE), pan=True))
    (pan,) = steps_of(state)
    assert pan[0] == "pan"
    assert [pytest.approx(one, abs=2e-3) for one in pan[1]] == [HERE, THERE]


def test_a_drag_from_a_dot_keeps_its_corners(recording):
    start, corner, end = dot_px(recording, 3), px_of(recording, (0.5, 0.5)), px_of(recording, THERE)
    way = [
        Move((a[0] + (b[0] - a[0]) * i / 9, a[1] + (b[1] - a[1]) * i / 9))
        for a, b in ((start, corner), (corner, end)) for i in range(10)
    ]  # fmt: skip
    state = play(recording, Move(start), Press(start), *way, Release(end))
    ((verb, path),) = steps_of(state)
    assert verb == "drag"
    assert len(path) == 3
    assert path[1:] == ((near(0.5, 0.5)), near(*THERE))


def test_a_part_of_the_lab_is_touched(recording):
    bars = LABS["explore"].get_layout(recording).parts["bars"]
    one, other = bars.to_px((0.25, 0.2)), bars.to_px((0.25, 0.8))
    assert steps_of(play(recording, *click(one))) == [("touch", ("bars", *near(0.25, 0.2).expected))]
    ((verb, value),) = steps_of(play(recording, Press(one), Move(other), Release(other)))
    assert (verb, value[0], len(value)) == ("touch", "bars", 3)


def test_keys_of_the_lab_and_of_the_map_stay_keys(recording):
    at = px_of(recording, HERE)
    state = play(recording, Move(at), Key("return"), Key("+"), Key("c"), Key("z"), Key("3"))
    assert steps_of(state) == [("click", near(*HERE)), ("key", "+"), ("key", "c"), ("key", "z"), ("key", "3")]
    state = play(recording, Key("right"), Key("right"), Key("page down"))
    assert [verb for verb, *_ in steps_of(state, 0)] == ["move"]


def test_a_chip_of_the_legend_is_the_key_of_its_class(recording):
    rect = LABS["explore"].get_layout(recording).legend
    chip = legend.make_chips(recording, rect)[1]
    state = play(recording, *click(chip.rect.centre))
    assert "one" in state.view.hidden
    assert steps_of(state) == [("key", "2")]


def test_time_that_passes_in_a_lab_that_plays_is_a_pause(recording):
    state = play(recording, Set("lab", "learn"), Set("play", True), TimePassed(0.4), TimePassed(0.3))
    assert steps_of(state)[-1] == ("wait", pytest.approx(0.7))
    assert steps_of(play(recording, TimePassed(0.4))) == []


def test_the_second_map_is_named():
    state = play(begin(make_world(), "compare"), RECORD)
    state = play(state, *click(px_of(state, HERE, 1)))
    assert (state.recording.pages[0][-1].verb, state.recording.pages[0][-1].slot) == ("click", 1)


def test_pages_help_and_lessons(recording):
    state = play(recording, Key("page down"), Set("layer", "distance"), Key("page down"))
    assert [len(steps) for steps in state.recording.pages[1:]] == [1, 0]
    (note,) = of_kind(lesson_recorder.make_items(state), CornerNote)
    assert note.lines[0].endswith("page 3, 0 steps")
    assert map_rect(state) == note.rect
    open_help = play(state, Key("f1"), Key("page down"))
    assert len(open_help.recording.pages) == 3
    given = play(lesson.start_lesson(begin(make_world()), CARD), RECORD)
    assert given.status.message == lesson_recorder.IN_LESSON
    assert not given.recording.is_on
    assert lesson_recorder.make_items(given) == []


def test_what_is_not_recorded_changes_nothing():
    state = begin(make_world())
    assert play(state, *click(px_of(state, HERE))).recording == state.recording
