"""What controls are called where there is no room for them: in words, and in the language of the window."""

import pytest

from latent_explorer import texts
from latent_explorer.labs import LABS
from latent_explorer.scene.controls import Choice, Toggle
from latent_explorer.scene.events import Key
from latent_explorer.shell import toolbar
from latent_explorer.shell.control_names import NAMES, name_control
from tests.stage import begin, play


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("size", [(1366, 768), (400, 400)])
def test_every_control_without_a_label_has_a_name_that_is_translated(world, lab, size):
    for state in (begin(world, lab, size), play(begin(world, lab, size), Key("P"))):
        for group in toolbar.make_groups(state):
            for control in (*group.controls, *group.right_controls):
                assert getattr(control, "label", "") or control.name in NAMES or len(control.name) == 1, control


def test_a_label_comes_before_the_name_and_a_name_is_said_in_the_language_of_the_window():
    menu, unknown = Choice("model 2", (), "", ""), Choice("cherry", (), "", "")
    assert name_control(Toggle("model", "Label", True, "")) == "Label"
    texts.use(texts.Language("xx", "Brackets", lambda text: f"[{text}]"))
    assert name_control(menu) == "[model 2]"
    assert name_control(unknown) == "[cherry]"
