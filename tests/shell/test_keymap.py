"""No key has two meanings at once: in the table of keys, among a lab's controls, and between the two."""

from collections import Counter
from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Button, to_shifted_key
from latent_explorer.shell import keymap, toolbar
from tests import stage

PAD_KEYS = set(keymap.get_keys("pad"))
"""Keys that are the pad's while the mouse is over it, and a lab's elsewhere."""
SHIFTED = {"O", "V"}
"""Keys of the table in place of the one before of a switch, which is the same as the next one."""


def test_each_key_of_the_table_stands_there_once():
    counts = Counter(key for one in keymap.KEYMAP for key in one.keys)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("lab", "source"),
    [*((name, "") for name in sorted(LABS)), *(("learn", one) for one in ("live", "pair", "sweep"))],
)
def test_no_control_of_a_lab_takes_a_key_of_the_table_or_of_another_control(world, lab, source):
    state = stage.begin(world, lab)
    if source:
        state = state.with_lab_state(lab, replace(state.lab_states[lab], source=source))
    controls = [one for one in toolbar.list_controls_with_keys(state) if one.key]
    keys = Counter(one.key for one in controls)
    keys += Counter(to_shifted_key(one.key) for one in controls if not isinstance(one, Button))
    assert [key for key, count in keys.items() if count > 1] == []
    taken = {key for key in keys if keymap.find_binding(key) is not None}
    assert taken <= PAD_KEYS | SHIFTED, f"{lab}: {taken - PAD_KEYS - SHIFTED} are keys of the table"
