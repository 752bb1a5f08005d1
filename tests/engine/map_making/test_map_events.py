"""Whatever the map maker tells, the window shows."""

from typing import get_args

import pytest

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.engine.map_making.map_events import MapEvent, MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.scene import new_map
from tests.stage import begin, play

SPEC = MapSpec("pca", axes=(1, 3))
EVENTS = (
    MapProgress(SPEC, 0.5, "half"), MapFinished("first", SPEC, SPEC.map_name), MapFailed(SPEC, "no memory"),
    MapUpdate("first", error="no room"),
)  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_of_the_map_that_is_made_is_seen_in_the_window(world, event):
    making = new_map.request_map(begin(world), SPEC)
    assert making.map_task.in_progress is not None
    after = play(making, event)
    assert (after.map_task, after.status) != (making.map_task, making.status)


def test_no_event_is_left_out_here():
    assert {type(event) for event in EVENTS} == set(get_args(MapEvent))
