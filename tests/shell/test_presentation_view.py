"""What is drawn of a presentation: the page that is shown, and nothing of the others."""

from latent_explorer.engine.results import Results
from latent_explorer.scene.items import Halo, Marker, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import presentation_view, view
from tests.stage import of_kind

SIZE = (1366, 768)


def test_nothing_beside_the_window_is_drawn(presented):
    whole = view.make_lab_view(presented, Results())
    drawn = view.add_overlays(whole, presented, Results())
    assert any(one.rect.x >= SIZE[0] for one in of_kind(whole, Panel))
    assert not any(one.rect.x >= SIZE[0] for one in of_kind(drawn, Panel))


def test_what_reaches_into_the_window_and_what_has_no_place_is_drawn(presented):
    width = presented.window_size[0]
    beside = [Panel(Rect(x, 0, 50, 50)) for x in (width, -50)]
    partly = [Panel(Rect(x, 0, 50, 50)) for x in (width - 1, -49)]
    marks = Marker((9, 9), Rect(width, 0, 50, 50)), Marker((9, 9), Rect(0, 0, 50, 50))
    halo = Halo((5.0, 5.0), 3)
    view = (*beside, *partly, *marks, halo)
    assert presentation_view.keep_shown(view, presented) == (*partly, marks[1], halo)
