from dataclasses import replace

import pytest

from latent_explorer.scene.controls import (
    Button,
    Choice,
    Number,
    Slider,
    Toggle,
    apply_key,
    format_tip,
    is_valid_value,
    make_help_rows,
)
from latent_explorer.scene.events import Set

FRUIT = Choice("fruit", (("a", "Apple"), ("b", "Banana"), ("c", "Cherry")), "b", "Which", key="x")
NOISE = Slider("noise", "Noise", 0.9, 0.0, 1.0, "How much", step=0.2, key="k")


@pytest.mark.parametrize(
    ("control", "key", "done"),
    [
        (FRUIT, "x", Set("fruit", "c")),
        (FRUIT, "X", Set("fruit", "a")),
        (FRUIT, "y", None),
        (NOISE, "k", Set("noise", 1.0)),
        (NOISE, "K", Set("noise", pytest.approx(0.7))),
        (Toggle("ripe", "Ripe", True, "", key="r"), "r", Set("ripe", False)),
        (Button("eat", "Eat", "", key="space"), "space", Set("eat")),
        (Button("eat", "Eat", "", key="e"), "E", None),
        (Button("eat", "Eat", ""), "", None),
        (Number("k", "k", 10, 2, 20, (2, 5, 10, 20), "", key="k"), "K", Set("k", 5)),
    ],
)
def test_a_key_does_what_the_mouse_would(control, key, done):
    assert apply_key(control, key) == done


def test_the_tooltip_and_the_page_of_keys_name_the_key():
    assert format_tip(NOISE) == "How much (K)"
    assert format_tip(Button("eat", "Eat", "Eat it")) == "Eat it"
    rows = make_help_rows((NOISE, Button("eat", "Eat", "Eat it", key="space"), Button("no", "No", "No key")))
    assert rows == (("K, Shift+K", "How much"), ("Space", "Eat it"))


@pytest.mark.parametrize(
    ("control", "good", "bad"),
    [(FRUIT, "a", "d"), (NOISE, 1, 1.1), (NOISE, 0.0, True), (Toggle("t", "", True, ""), False, 1)],
)
def test_what_a_control_can_be_set_to(control, good, bad):
    assert is_valid_value(control, good)
    assert not is_valid_value(control, bad)


def test_steps_stay_within_what_is_allowed():
    one = Number("n", "N", 20, 2, 19, (2, 10, 15, 30), "")
    assert one.step_value(1) == 20  # typed beyond the last one
    assert one.step_value(-1) == 15
    assert replace(one, value=2).step_value(-1) == 2
    assert replace(one, value=10).step_value(1) == 15
