"""What holds for the controls of every lab."""

import re

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import format_tip, to_shifted_key
from latent_explorer.shell import toolbar
from tests.stage import begin

TAKEN = {
    *"adfjlmnopqstvzADFJLMNOPQSTVZ0123456789+-=[]?", "tab", "home", "return", "escape", "f1", "f10", "f11", "f12",
    "left", "right", "up", "down",
}  # fmt: skip
"""What the window itself does with a key, in every lab."""


@pytest.mark.parametrize("lab", list(LABS))
def test_every_control_has_a_tooltip_that_names_its_key(world, lab):
    for control in toolbar.list_controls(begin(world, lab)):
        if control.name not in ("view", "lab", "model 3", "model 4"):
            assert re.search(r"\(.+\)$", format_tip(control)), control
        assert len(format_tip(control)) > 8, control


@pytest.mark.parametrize("lab", list(LABS))
def test_no_key_is_given_twice(world, lab):
    own = [one.key for one in LABS[lab].make_controls(begin(world, lab)) if one.key]
    assert len(own) == len(set(own)), own
    assert not {*own, *map(to_shifted_key, own)} & TAKEN


def test_each_lab_says_what_it_is_for(world):
    (tabs,) = [one for one in toolbar.list_controls(begin(world)) if one.name == "lab"]
    assert len(set(tabs.option_tips)) == len(tabs.options) == len(LABS)
    assert all(20 < len(tip) < 130 and tip.endswith("(Tab)") for tip in tabs.option_tips)
