"""The pointer of a lesson's page: it stays whatever the mouse does, until the user takes it on purpose."""

from dataclasses import replace

import pytest

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Leave, Move, Press, Release, Resize, Scroll, Set
from latent_explorer.scene.items import ClassNames, Line, Text
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.state import State
from latent_explorer.shell import lesson, lesson_pointer, view
from tests.stage import EMPTY, begin, click, drag, make_world, marks, of_kind, play, px_of

CARD = Lesson("Digits", (Page("One."), Page("Two.")))


def hold_at(xy, lab: str = "explore") -> State:
    """A lesson's page that has moved the pointer to a place of the map."""
    state = lesson.start_lesson(begin(make_world(), lab), CARD)
    state = play(lesson_pointer.begin(state), Move(px_of(state, xy)))
    return lesson_pointer.hold(state, px_of(state, xy))


@pytest.fixture
def held() -> State:
    return hold_at(EMPTY)


def get_cross(state: State) -> list[tuple[float, float]]:
    """The ends of the crosshair's arms."""
    lines = [one for one in lesson_pointer.make_items(state) if isinstance(one, Line)]
    return [point for line in lines for point in line.points]


def test_it_is_drawn_around_the_place_and_leaves_the_place_free(held):
    x, y = px_of(held, EMPTY)
    points = get_cross(held)
    assert len(points) == 8
    assert (sum(a for a, _ in points) / 8, sum(b for _, b in points) / 8) == pytest.approx((x, y))
    assert min(abs(a - x) + abs(b - y) for a, b in points) > 8
    assert get_cross(lesson_pointer.take(held)) == []


def test_the_names_of_the_classes_lie_over_it(held):
    drawn = view.add_overlays(view.make_lab_view(held, Results()), held, Results())
    arms = [drawn.index(one) for one in lesson_pointer.make_items(held)]
    (names,) = of_kind(drawn, ClassNames)
    assert max(arms) < drawn.index(names)


@pytest.mark.parametrize("far", [1, 150])
def test_no_movement_undoes_what_the_page_has_set_up(held, far):
    x, y = held.pointer.hover.px
    for action in (Move((x + far, y)), Leave(), Move((x, y + 2 * far))):
        assert play(held, action).pointer == held.pointer


def test_a_click_takes_the_mouse_and_does_nothing_else(held):
    at = px_of(held, (0.3, 0.3))
    taken = play(held, *click(at))
    assert not lesson_pointer.is_held(taken)
    assert marks(taken).pins == ()
    assert taken.pointer.hover.px == at
    assert play(taken, Move(px_of(held, (0.7, 0.7)))).pointer.hover.xy == pytest.approx((0.7, 0.7))
    assert len(marks(play(taken, *click(at))).pins) == 1


def test_a_key_takes_it_too(held):
    taken = play(held, Key("f4"), Move(px_of(held, (0.7, 0.7))))
    assert taken.pointer.hover.xy == pytest.approx((0.7, 0.7))


def test_bar_and_card_work_without_taking_it(held):
    other = play(held, Set("layer", "distance"), Key("t"))
    assert (other.view.layer, other.preferences.theme) == ("distance", "light")
    assert lesson_pointer.is_held(other)
    turned = play(held, Press(lesson.make_layout(held, CARD).next.centre))
    assert turned.overlay.lesson.page == 1


def test_a_part_beside_the_map_acts_at_the_first_click(held):
    part = LABS["explore"].get_layout(held).parts["bars"]
    after = play(held, Press(part.to_px((0.5, 0.2))), Release(part.to_px((0.5, 0.2))))
    assert not lesson_pointer.is_held(after)
    assert after.lab_states["explore"].chosen is not None


@pytest.mark.parametrize(
    "action",
    [Resize((1300, 900)), Scroll((400, 300), 3), Key("]"), Set("pad", True)],
    ids=lambda one: type(one).__name__,
)
def test_it_stays_at_its_place_of_the_map_wherever_that_is_on_the_screen(held, action):
    after = play(held, action)
    assert after.pointer.hover.xy == pytest.approx(EMPTY)
    assert after.pointer.hover.px == pytest.approx(px_of(after, EMPTY))


def test_the_map_can_be_moved_below_it(held):
    x, y = px_of(held, (0.2, 0.2))
    after = play(held, *drag((x, y), (x + 60, y), pan=True))
    assert px_of(after, EMPTY)[0] == pytest.approx(px_of(held, EMPTY)[0] + 60)
    assert after.pointer.hover.xy == pytest.approx(EMPTY)
    assert lesson_pointer.is_held(after)


def test_arrow_keys_move_it_and_it_is_held_there(held):
    after = play(held, Key("right"), Leave())
    assert after.pointer.hover.px[0] > held.pointer.hover.px[0]
    assert after.pointer.by_lesson.xy == pytest.approx(after.pointer.hover.xy)


def test_it_may_be_on_a_part_of_the_lab():
    state = lesson.start_lesson(begin(make_world()), CARD)
    px = LABS["explore"].get_layout(state).parts["bars"].to_px((0.25, 0.5))
    state = lesson_pointer.hold(play(lesson_pointer.begin(state), Move(px)), px)
    assert state.pointer.by_lesson.part == "bars"
    assert lesson_pointer.make_items(state) == []  # the part shows by itself what was touched
    assert play(state, Leave()).pointer.hovered_part == "bars"


def test_a_page_without_a_place_leaves_the_mouse_free():
    state = lesson.start_lesson(begin(make_world()), CARD)
    state = lesson_pointer.hold(lesson_pointer.begin(state), None)
    assert not lesson_pointer.is_held(state)
    after = play(state, Move(px_of(state, EMPTY)))
    assert after.pointer.hover is not None
    assert len(marks(play(after, *click(px_of(state, EMPTY)))).pins) == 1


def test_the_card_says_how_to_take_it(held):
    def read(state: State) -> list[str]:
        return [one.text for one in lesson.make_items(state) if isinstance(one, Text)]

    assert lesson_pointer.say_how_to_take() in read(held)
    assert lesson_pointer.say_how_to_take() not in read(lesson_pointer.take(held))


def test_while_the_page_moves_it_movements_count(held):
    moving = held.put(replace(held.pointer, by_lesson=replace(held.pointer.by_lesson, moving=True)))
    assert play(moving, Move(px_of(held, (0.7, 0.7)))).pointer.hover.xy == pytest.approx((0.7, 0.7))
