"""The offer of the last session: a word over the map, which leaves the hint where it is."""

from dataclasses import replace

import pytest

from latent_explorer.labs import LABS
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Panel
from latent_explorer.shell import update, view, window_commands
from tests import stage
from tests.stage import of_kind, texts


@pytest.fixture
def offered(world):
    return window_commands.offer_last_session(stage.begin(world))


def test_it_lies_on_the_map_and_hides_no_hint(offered):
    shown = view.add_overlays(view.make_lab_view(offered, stage.answered(offered)), offered, stage.answered(offered))
    assert window_commands.OFFER_TEXT in texts(shown)
    assert LABS["explore"].hint in texts(shown)
    (panel,) = of_kind(window_commands.make_items(offered), Panel)
    assert LABS["explore"].get_layout(offered).maps[0].contains(panel.rect.centre)


@pytest.mark.parametrize("answer", [Key("u"), None])
def test_a_key_and_a_click_take_it(offered, answer):
    (panel,) = of_kind(window_commands.make_items(offered), Panel)
    after, effects = update.update(offered, answer or panel.action)
    assert effects == (Effect.RESTORE_LAST_SESSION,)
    assert window_commands.make_items(after) == []


def test_it_goes_when_something_else_is_done(offered):
    after, effects = update.update(offered, Set("names", False))
    assert window_commands.make_items(after) == []
    assert effects == ()
    small = replace(offered, size=(200, 160))
    assert all(one.rect.right <= 200 for one in window_commands.make_items(small))
