"""A new map in the making: progress, what ends it, and the way of the dots to it."""

import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.engine.map_making.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.engine.results import Results
from latent_explorer.scene import hint_line, new_map
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Gauge
from latent_explorer.scene.rect import Rect
from tests.scene.maps import PCA13, add_map, draw, find_control, find_dots
from tests.stage import BROKEN, begin, of_kind, play, px_of, texts


def making(world, **changes):
    state = begin(world, **changes)
    return new_map.request_map(state, PCA13)


def test_of_a_map_that_is_there_and_of_one_given_up_it_is_said(own_world):
    first, second = (MapSpec("tsne", perplexity=perplexity) for perplexity in (5, 6))
    state = new_map.request_map(begin(own_world), first)
    assert (state.map_task.in_progress.spec, state.status.message) == (first.normalised, "")
    state = new_map.request_map(state, second)
    assert state.map_task.in_progress.spec == second.normalised
    assert first.title in state.status.message
    add_map(own_world, "first", second)
    state = new_map.request_map(state, second)
    assert state.map_task.in_progress is None
    assert (state.status.message, second.title in state.status.notice) == ("", True)


def test_the_old_map_stays_until_the_new_one_is_ready(own_world):
    state = play(making(own_world), MapProgress(PCA13, 0.25, "KL 2.50"))
    assert state.view.map_name == "tsne"
    assert "PCA 1-3: 25%, KL 2.50" in texts(draw(state))
    assert [one.share for one in of_kind(draw(state), Gauge)] == [0.25]
    add_map(own_world, "first", PCA13)
    state = play(state, MapFinished("first", PCA13, PCA13.map_name))
    assert state.view.map_name == PCA13.map_name
    assert state.map_task.in_progress is None


@pytest.mark.parametrize("lab", ["compare", "denoise"])
def test_both_models_of_a_lab_get_the_map_before_it_is_shown(own_world, lab):
    state = making(own_world, lab=lab)
    assert state.map_task.in_progress.models == ("first", "second")
    add_map(own_world, "first", PCA13)
    state = play(state, MapFinished("first", PCA13, PCA13.map_name))
    assert state.view.map_name == "tsne"
    assert state.map_task.in_progress.models == ("second",)
    add_map(own_world, "second", PCA13)
    assert play(state, MapFinished("second", PCA13, PCA13.map_name)).view.map_name == PCA13.map_name


def test_esc_and_the_menu_end_it_and_a_map_that_comes_late_changes_nothing(own_world):
    state = making(own_world)
    assert find_control(state, "map").options[-1][0] == "cancel"
    assert play(state, Key("escape")).map_task.in_progress is not None  # it asks first
    for actions in ((Key("escape"), Key("return")), (Set("map", "cancel"),)):
        ended = play(state, *actions)
        assert ended.map_task.in_progress is None
        assert not ended.status.closing
        add_map(own_world, "first", PCA13)
        assert play(ended, MapFinished("first", PCA13, PCA13.map_name)) == ended


def test_what_goes_wrong_is_shown_and_the_old_map_stays(world):
    state = play(making(world), MapFailed(PCA13, BROKEN))
    assert (state.view.map_name, state.map_task.in_progress, state.status.message) == ("tsne", None, BROKEN)
    assert play(begin(world), MapUpdate("first", BROKEN)).status.message == BROKEN
    remarked = play(begin(world), MapUpdate("first", remark=BROKEN))
    _, line = hint_line.make_message_items(remarked, Results(), Rect(0, 0, 300, 20))
    assert (line.text, line.colour) == (BROKEN, "muted")
    assert play(remarked, Key("c")).status.remark == ""


def test_the_mouse_is_over_the_new_map_s_dots(world):
    state = begin(world)
    state = play(state, Move(px_of(state, (0.2, 0.25))))
    after = play(state, Set("map", "pca"))
    assert after.pointer.hover.px == state.pointer.hover.px
    assert after.pointer.hover.dot != state.pointer.hover.dot


# -- the way from map to map --------------------------------------------------------------------------


def test_without_motion_they_are_there_at_once(world):
    state = play(begin(world, animate_maps=False), Set("map", "pca"))
    assert state.map_task.transition is None
    held = new_map.freeze_transition(state, 0.5)
    assert (find_dots(held).previous_map, find_dots(held).progress) == ("tsne", 0.5)
    assert new_map.freeze_transition(held, 1).map_task.transition is None
    assert new_map.freeze_transition(begin(world), 0.5).map_task.transition is None  # it has come from nowhere


def test_another_model_or_lab_ends_the_way(world):
    state = play(begin(world), Set("map", "pca"))
    assert play(state, Set("model", "other")).map_task.transition is None
    assert play(state, Set("lab", "compare")).map_task.transition is None
