"""Settings: which values they take, what becomes of them, and the control that each has."""

import math
from dataclasses import dataclass
from typing import Annotated

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Number, Slider, is_valid_value
from latent_explorer.scene.settings import PER_MODEL, CountUp, Pick, Slide, Stepper, Switch, list_notes, list_settings
from tests.stage import begin

PICK = Pick({"a": "Apple", "b": "Banana"}, "Which")
SWITCH = Switch("On", "Whether it is on")
SLIDE = Slide(-1, 3, digits=1)
WHOLE = Slide(0, 10, digits=0)
STEPPER = Stepper(2, 20, steps=(2, 5, 10, 20))
COUNT = CountUp(0)


@pytest.mark.parametrize(
    ("setting", "value", "kept"),
    [
        (PICK, "b", "b"), (PICK, "c", None), (PICK, None, None),
        (SWITCH, False, False), (SWITCH, 0, None), (SWITCH, "on", None),
        (SLIDE, 0.26, 0.3), (SLIDE, -1, -1.0), (SLIDE, 3, 3.0), (SLIDE, 3.01, None), (SLIDE, True, None),
        (SLIDE, math.nan, None), (SLIDE, "1", None), (WHOLE, 2.6, 3), (WHOLE, 10.4, None),
        (STEPPER, 7, 7), (STEPPER, 7.4, 7), (STEPPER, 1, None), (Stepper(0, 9), True, None), (STEPPER, None, None),
    ],
)  # fmt: skip
def test_a_value_is_kept_as_the_field_holds_it_or_refused(setting, value, kept):
    found = setting.accept(value, "before")
    assert found == kept
    assert type(found) is type(kept)


def test_a_button_counts_up_whatever_value_comes_with_it():
    assert [COUNT.accept(value, 7) for value in (None, 1, -5)] == [8, 8, 8]


@dataclass(frozen=True)
class Own:
    level: Annotated[
        float, Slide(0, 2.5, text=lambda own: f"{own.level:.3g} of 2.5", control="strength"), PER_MODEL
    ] = 0
    seed: Annotated[int, CountUp(0)] = 0
    log: tuple[str, ...] = ()
    plain: int = 0


def test_settings_are_found_by_the_names_of_their_controls_and_notes_by_the_fields():
    assert {name: field for name, (field, _) in list_settings(Own).items()} == {"strength": "level", "seed": "seed"}
    assert list_notes(Own)["plain"] == ()
    assert PER_MODEL in list_notes(Own)["level"]


def test_room_is_kept_for_the_longest_text_of_a_slider():
    _, setting = list_settings(Own)["strength"]
    control = setting.make_control("strength", 1.0, Own(1.0))
    longest = max((f"{setting.accept(k / 40, 0):.3g} of 2.5" for k in range(101)), key=len)
    assert len(control.longest_text) == len(longest)
    assert control.value_text == "1 of 2.5"


@pytest.mark.parametrize("lab", LABS)
def test_every_setting_of_a_lab_takes_what_its_control_shows_and_both_ends_of_it(world, lab):
    state, settings = begin(world, lab), list_settings(LABS[lab].state_class)
    shown = {one.name: one for one in LABS[lab].make_controls(state)}
    for name, (field, setting) in settings.items():
        value = getattr(LABS[lab].get_own(state), field)
        assert value in setting, name
        control = shown.get(name)
        if control is None or isinstance(setting, CountUp):
            continue
        assert is_valid_value(control, control.value), name
        assert setting.accept(control.value, value) == control.value, name
        for end in (control.low, control.high) if isinstance(control, Slider | Number) else ():
            assert setting.accept(end, value) == pytest.approx(end), name
