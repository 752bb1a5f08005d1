"""What a lab gets for nothing: controls of its settings, touches of its parts, and what another model starts anew."""

from dataclasses import dataclass, field, replace
from typing import Annotated

import pytest

from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box
from latent_explorer.scene.events import Key, PartEvent, Set
from latent_explorer.scene.lab import Lab, touch
from latent_explorer.scene.settings import PER_DATASET, PER_MODEL, SampleIndex, Slide, Switch
from latent_explorer.scene.state import State
from tests.stage import begin


@dataclass(frozen=True)
class Moment:
    at: float = 0.0


@dataclass(frozen=True)
class SketchState:
    share: Annotated[float, Slide(0, 1, label="Share", control="part of it")] = 0.5
    on: Annotated[bool, Switch("On", "Whether it is on")] = False
    image: SampleIndex = None
    drawn: Annotated[tuple[int, ...], PER_MODEL] = ()
    noted: Annotated[dict[str, int], PER_DATASET] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    passing: Moment = field(default_factory=Moment)


class Sketch(Lab[SketchState]):
    name, title, hint, state_class = "sketch", "Sketch", "Look.", SketchState

    def lay_out(self, state: State):
        content = window_layout.make_single_map(Box("picture", height=80))
        return window_layout.fill_window(state.lab_size, state.ui_scale, content)

    def note(self, state: State, word: str) -> State:
        own = self.get_own(state)
        return self.put(state, replace(own, log=(*own.log, word)))

    @touch("picture", "press")
    def press(self, state: State, event: PartEvent) -> State:
        return self.note(state, "pressed")

    @touch("picture")
    def follow(self, state: State, event: PartEvent) -> State:
        return self.note(state, "followed")

    @touch("film", "press")
    def press_film(self, state: State, event: PartEvent) -> State:
        return self.note(state, "film")

    def on_setting_changed(self, lab_state: SketchState, setting: str) -> SketchState:
        return replace(lab_state, log=(*lab_state.log, setting))

    def react(self, state: State, action) -> State:
        return self.note(state, type(action).__name__)


LAB = Sketch()


@pytest.fixture
def state(world) -> State:
    return replace(begin(world), lab="sketch", lab_states={"sketch": LAB.make_initial_state()})


def log(state: State) -> tuple[str, ...]:
    return LAB.get_own(state).log


def test_a_setting_is_followed_by_its_controls_name_and_a_value_that_is_not_allowed_goes_nowhere(state):
    after = LAB.update(state, Set("part of it", 0.25))
    assert (LAB.get_own(after).share, log(after)) == (0.25, ("share",))
    for action in (Set("part of it", 2.0), Set("on", "yes"), Set("part of it")):
        assert LAB.update(state, action) is state
    assert log(LAB.update(state, Set("share", 0.25))) == ("Set",), "the field's name is no control"
    assert log(LAB.update(state, Key("x"))) == ("Key",)


def test_controls_show_the_values_in_the_order_of_the_fields(state):
    changed = LAB.put(state, replace(LAB.get_own(state), share=0.75, on=True))
    assert [(one.name, one.value) for one in LAB.make_controls(changed)] == [("part of it", 0.75), ("on", True)]


@pytest.mark.parametrize(
    ("part", "phase", "done"),
    [
        ("picture", "press", "pressed"), ("picture", "drag", "followed"), ("film", "press", "film"),
        ("film", "drag", "PartEvent"), ("other", "press", "PartEvent"),
    ],
)  # fmt: skip
def test_what_is_declared_first_takes_the_mouse_and_what_nothing_takes_is_reacted_to(state, part, phase, done):
    assert log(LAB.update(state, PartEvent(part, (0.5, 0.5), phase))) == (done,)


def test_a_subclass_takes_the_mouse_before_what_it_extends(state):
    class Careful(Sketch):
        @touch("picture")
        def guard(self, state: State, event: PartEvent) -> State:
            return self.note(state, "guarded")

    assert log(Careful().update(state, PartEvent("picture", (0.5, 0.5), "press"))) == ("guarded",)


def test_only_parts_that_found_room_react(state):
    assert LAB.list_interactive_parts(state) == ("picture",)


def test_another_model_starts_anew_what_belonged_to_the_one_before(state):
    own = SketchState(0.75, True, 7, (1, 2), {"a": 1}, ("said",), Moment(3.0))
    same, other = (LAB.on_model_changed(own, same_dataset=one) for one in (True, False))
    assert same == replace(own, drawn=(), passing=Moment())
    assert other == replace(same, image=None, noted={})
    assert LAB.make_initial_state().noted is not other.noted, "no default is shared"


def test_what_passes_changes_without_the_rest(state):
    after = LAB.put_passing(state, at=2.0)
    assert LAB.get_own(after) == replace(LAB.get_own(state), passing=Moment(2.0))


def test_beside_the_pad_the_bar_and_the_hint_keep_the_width_of_the_window(state):
    beside = state.with_pad(replace(state.drawing.pad, open=True))
    closed, opened = LAB.get_layout(state), LAB.get_layout(beside)
    assert beside.lab_size[0] < state.size[0]
    assert opened.toolbar == closed.toolbar
    assert opened.hint == closed.hint
    assert max(rect.right for rect in (*opened.maps, *opened.parts.values())) <= beside.lab_size[0]
