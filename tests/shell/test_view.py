import pytest

from latent_explorer.engine.results import Results
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import Line, Map, Marker, Rings, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import view
from tests import stage
from tests.stage import begin, of_kind


@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1000, 200)])
def test_a_control_without_room_is_named_with_its_key_beside_the_parts(world, size):
    state = begin(world, "denoise", size)
    plain = view.make_lab_view(state, Results())
    named = view.add_overlays(plain, state, Results(), ("level",))
    hint = stage.LABS["denoise"].get_layout(state).hint
    if not hint.height:
        assert named == view.add_overlays(plain, state, Results())
        return
    first, note = sorted((one for one in of_kind(named, Text) if one.rect.y == hint.y), key=lambda one: one.rect.x)
    assert "Strength (" in note.text
    assert all(title in note.text for title in stage.LABS["denoise"].get_layout(state).left_out.values())
    assert first.rect.right < note.rect.x
    assert note.rect.right == hint.right


def test_a_map_without_dots_has_no_marks_of_own_pictures():
    shown, empty = Rect(0, 0, 300, 200), Rect(300, 0, 300, 200)
    lab_view = (Map(shown, "first", "tsne", Camera(), frozenset(), True),)

    def mark(rect):
        return Rings(rect, (), (), ()), Marker((9, 9), rect), Line(((1, 1), (9, 9)), rect)

    beside = Text(Rect(0, 300, 99, 20), "beside the maps")
    items = (*mark(shown), *mark(empty), beside)
    assert view.keep_on_dots(items, lab_view, (shown, empty)) == (*mark(shown), beside)
