"""What the shell makes of the mouse on a lab's own parts, of drags from empty map, and of time."""

from dataclasses import dataclass, field, replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.labs.explore import layout as explore_layout
from latent_explorer.labs.explore.lab import Explore
from latent_explorer.scene.events import Leave, MapDrag, MapDrop, Move, PartEvent, Press, Release, Set, TimePassed
from tests.stage import EMPTY, begin, drag, play, px_of


@dataclass(frozen=True)
class Own:
    done: tuple[object, ...] = ()
    passing: int = field(default=0)


class Listening(Explore):
    name = "listening"
    grabbing = False

    def make_initial_state(self):
        return Own()

    def lay_out(self, state):
        return explore_layout.make_layout(state.size, state.ui_scale, False, False, 0)

    def list_interactive_parts(self, state):
        return ("picture", "not there", "gauge")

    def captures_drag(self, state):
        return self.grabbing

    def is_playing(self, state):
        return True

    def make_controls(self, state):
        return ()

    def update(self, state, action):
        own = state.lab_states[self.name]
        return state.with_lab_state(self.name, replace(own, done=(*own.done, action), passing=own.passing + 1))


@pytest.fixture
def lab(monkeypatch):
    one = Listening()
    monkeypatch.setitem(LABS, one.name, one)
    return one


@pytest.fixture
def start(world, lab):
    return begin(world, lab.name)


def done(state) -> list[object]:
    return list(state.lab_states["listening"].done)


def test_a_part_hears_of_hover_press_drag_release_and_leave(start, lab):
    rect = lab.get_layout(start).parts["picture"]
    inside, corner, beyond = rect.centre, (rect.right - 1, rect.y), (rect.right + 500, rect.y - 500)
    state = play(start, Move(inside), Press(inside), Move(corner), Move(beyond), Release(corner), Leave())
    phases = [(one.phase, one.position) for one in done(state) if isinstance(one, PartEvent)]
    assert [phase for phase, _ in phases] == ["hover", "press", "drag", "drag", "release", "hover", "leave"] or [
        phase for phase, _ in phases
    ] == ["hover", "hover", "press", "drag", "drag", "release", "hover", "leave"]
    drags = [at for phase, at in phases if phase == "drag"]
    assert drags == [(1.0, 0.0), (1.0, 0.0)]  # held at the part's edge
    assert all(one.part == "picture" for one in done(state))
    assert state.pointer.pressed_part == state.pointer.hovered_part == ""


def test_a_part_hears_that_the_mouse_is_gone_when_another_lab_is_shown(start, lab):
    state = play(start, Move(lab.get_layout(start).parts["picture"].centre), Set("lab", "generate"))
    assert [one.phase for one in done(state) if isinstance(one, PartEvent)] == ["hover", "leave"]


def test_what_a_part_does_in_one_drag_is_undone_together(start, lab):
    rect = lab.get_layout(start).parts["picture"]
    state = play(start, Press(rect.centre), Move((rect.x, rect.y)), Move((rect.x + 9, rect.y)))
    state = play(state, Release((rect.x + 9, rect.y)))
    assert len(state.history.undo_stack) == 1


def test_the_right_button_on_a_part_is_no_press(start, lab):
    rect = lab.get_layout(start).parts["picture"]
    state = play(start, Press(rect.centre, pan=True), Release(rect.centre))
    assert not [one for one in done(state) if isinstance(one, PartEvent) and one.phase == "press"]


@pytest.mark.parametrize("grabbing", [True, False])
def test_a_drag_from_empty_map_is_the_labs_only_where_it_wants_it(start, lab, monkeypatch, grabbing):
    monkeypatch.setattr(lab, "grabbing", grabbing)
    px = px_of(start, EMPTY)
    state = play(start, *drag(px, (px[0] + 60, px[1])))
    assert bool([one for one in done(state) if isinstance(one, MapDrag | MapDrop)]) is grabbing
    assert (state.get_camera(0) == start.get_camera(0)) is grabbing


def test_time_is_told_and_is_no_step_of_undo(start):
    state = play(start, TimePassed(0.25))
    assert done(state) == [TimePassed(0.25)]
    assert state.history.undo_stack == ()


def test_undo_leaves_what_is_passing(start, lab):
    rect = lab.get_layout(start).parts["picture"]
    state = play(start, Press(rect.centre), Release(rect.centre))
    from latent_explorer.scene.events import Key

    after = play(state, Key("z"))
    assert after.lab_states["listening"].done != state.lab_states["listening"].done
    assert after.lab_states["listening"].passing == state.lab_states["listening"].passing
