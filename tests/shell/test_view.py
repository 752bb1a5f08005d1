import pytest

from latent_explorer.engine.results import Results
from latent_explorer.scene.items import Text
from latent_explorer.shell import view
from tests import stage
from tests.stage import begin, of_kind


@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1000, 200)])
def test_a_control_without_room_is_named_with_its_key_beside_the_parts(world, size):
    state = begin(world, "denoise", size)
    plain = view.make_lab_view(state, Results())
    named = view.add_overlays(plain, state, Results(), ("level",))
    hint = stage.LABS["denoise"].layout(state).hint
    if not hint.height:
        assert named == view.add_overlays(plain, state, Results())
        return
    first, note = sorted((one for one in of_kind(named, Text) if one.rect.y == hint.y), key=lambda one: one.rect.x)
    assert "Strength (" in note.text
    assert all(title in note.text for title in stage.LABS["denoise"].layout(state).left_out.values())
    assert first.rect.right < note.rect.x
    assert note.rect.right == hint.right
