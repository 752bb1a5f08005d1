"""What stands beside the map of Explore: one thing at a time, and a session keeps which."""

import json

from latent_explorer.labs.explore.state import get_active_panel, get_explore_state
from latent_explorer.scene.events import Key, Set
from latent_explorer.shell import session
from tests.labs.explore.on_screen import NOTEBOOK, opened, press
from tests.stage import begin, play


def test_one_thing_stands_beside_the_map_and_undo_brings_the_other_back(planes):
    state = play(opened(planes, "none"), Set("films", True), Set("panel", "directions"))
    assert (get_explore_state(state).films, get_active_panel(state)) == (False, "directions")
    assert get_explore_state(play(state, Key("z"))).films
    assert get_active_panel(play(state, Key("h"))) == "none"
    assert get_active_panel(play(state, Key("w"))) == "none"
    assert get_active_panel(play(state, Key("u"))) == "posterior"


def test_a_session_keeps_the_panel_and_the_dial(planes):
    state = press(opened(planes, "posterior"), "dial", 0.2, 0.5)
    document, _ = session.make_document(state, {})
    again = session.restore(
        begin(planes, size=NOTEBOOK, models=("plane", "plane")), json.loads(json.dumps(document))
    ).state
    kept, before = get_explore_state(again), get_explore_state(state)
    assert (kept.panel, kept.epsilon) == ("posterior", before.epsilon) != ("posterior", 1.0)
