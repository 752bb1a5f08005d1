"""Which panels a model has on a map, and what has a place in them."""

from latent_explorer.labs.explore import panels
from latent_explorer.labs.explore.state import get_active_panel
from latent_explorer.scene.events import Set
from tests.labs.explore.on_screen import LAB, NOTEBOOK, opened
from tests.stage import begin, play


def test_a_model_offers_only_the_panels_that_it_has(planes):
    for model, offered in (("first", ("none", "way", "directions")), ("plane", tuple(panels.TITLES))):
        state = begin(planes, size=NOTEBOOK, models=(model, model))
        (menu,) = [one for one in LAB.make_controls(state) if one.name == "panel"]
        assert tuple(name for name, _ in menu.options) == offered
    state = play(opened(planes, "posterior"), Set("model", "first"))
    assert get_active_panel(state) == "none"
    assert "panel" not in LAB.get_layout(state).parts
    assert get_active_panel(play(state, Set("model", "plane"))) == "posterior"
