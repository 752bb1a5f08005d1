"""The strip of Explore: pins and a trace beside each other, and steps at equal distances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs.explore.layout import STRIP_LENGTH
from latent_explorer.labs.explore.strip import MIN_STEPS, resample_evenly
from latent_explorer.scene.events import Key
from latent_explorer.scene.items import FilmStrip, Marker
from tests import stage
from tests.labs.explore.on_screen import LAB, pins
from tests.stage import begin, click, dot_px, drag, marks, of_kind, play, px_of

points = st.tuples(st.floats(-1, 2), st.floats(-1, 2))


@pytest.mark.parametrize("count", [2, STRIP_LENGTH])
def test_pins_and_a_trace_are_in_the_strip_together_and_numbered_as_on_the_map(world, count):
    state, context = begin(world), QueryContext(world, {})
    for i in range(count):
        state = play(state, *click(px_of(state, (0.05 + 0.08 * i, 0.5))))
    state = play(state, *drag(dot_px(state, 3), px_of(state, stage.EMPTY)))

    def numbers(state):
        results = Results()
        for name in ("strip", "pins"):
            if name in LAB.make_queries(state):
                results.put(name, LAB.make_queries(state)[name].answer(context))
        view, strip = LAB.make_view(state, results), LAB.get_layout(state).parts["strip"]
        labels = [(one.clip == strip, one.label) for one in of_kind(view, Marker) if one.label.isdigit()]
        return *(sorted(label for there, label in labels if there == side) for side in (True, False)), view

    in_strip, on_map, view = numbers(state)
    assert in_strip == on_map == sorted(str(1 + i) for i in range(count))
    first, second = of_kind(view, FilmStrip)
    assert len(first.pictures) == count
    assert len(second.pictures) >= MIN_STEPS
    assert first.rect.right < second.rect.x
    after = play(state, *click(px_of(state, (0.05, 0.5))), Key("backspace"))  # a pin less, then the trace
    assert len(pins(after)) == count - 1
    assert marks(after).trace == ()
    in_strip, on_map, _ = numbers(after)
    assert in_strip == on_map
    assert numbers(play(after, Key("w")))[1] == []  # Why? takes the strip: no number without its picture


@given(st.lists(points, min_size=2, max_size=8), st.integers(2, 12))
def test_evenly_spaced_steps_meet_both_ends_of_the_way(way, count):
    found = resample_evenly(tuple(way), count)
    assert len(found) == count
    assert found[0] == pytest.approx(way[0])
    assert found[-1] == pytest.approx(way[-1])


def test_evenly_goes_by_distance_and_not_by_the_speed_of_the_hand():
    way = ((0.0, 0.0), (0.01, 0.0), (0.02, 0.0), (0.03, 0.0), (1.0, 0.0), (1.0, 1.0))
    found = np.asarray(resample_evenly(way, 9))
    assert np.hypot(*np.diff(found, axis=0).T) == pytest.approx(0.25)
    assert resample_evenly(((0.3, 0.3), (0.3, 0.3)), 3) == ((0.3, 0.3),) * 3
