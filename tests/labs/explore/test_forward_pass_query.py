"""The numbers of a sample on their way through the model."""

import numpy as np
import pytest

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.explore.forward_pass_query import LANES, ForwardPass, pick_values
from latent_explorer.user_image import OwnImage
from tests.labs.explore.on_screen import LAB
from tests.stage import AWAY


def test_without_the_original_it_is_said_and_no_number_flows_from_it(clicked):
    query = LAB.ask(clicked)["way"]
    context = QueryContext(clicked.library, {clicked.get_checkpoint(0).data_key: AWAY})
    value = query.answer(context)
    assert (value.original, value.note, value.inputs) == (None, AWAY, ())


def test_a_changed_number_is_decoded_and_then_no_deviation_is_the_encoder_s(planes):
    plane, context = planes["plane"], QueryContext(planes, {})
    plain, changed = (ForwardPass("plane", Dot(7), changes).answer(context) for changes in ((), ((1, 2.5),)))
    assert plain.sigma is not None
    assert changed.sigma is None
    z = plane.latents[[7]].copy()
    z[0, 1] = 2.5
    assert changed.z == pytest.approx(z[0])
    assert changed.outputs == pytest.approx(pick_values(plane.decode(z)[0]), abs=1e-6)


def test_a_picture_of_ones_own_goes_its_own_way_beside_the_nearest_sample(world):
    image = OwnImage(bytes(64 * i % 199 for i in range(64)), (8, 8), 1)
    context, first = QueryContext(world, {}), world["first"]
    value = ForwardPass("first", image).answer(context)
    seen, _ = context.find_image("first", image)
    assert value.z == pytest.approx(first.encode(seen[None])[0], abs=1e-5)
    assert value.dot == np.linalg.norm(first.latents - value.z, axis=1).argmin()
    assert value.inputs == pytest.approx(pick_values(seen))
    assert value.original.shape == (8, 8)


def test_the_numbers_shown_run_down_the_middle_of_a_picture_and_along_a_row():
    picture = np.arange(9 * 5, dtype=float).reshape(1, 9, 5)
    down = pick_values(picture)
    assert len(down) == LANES
    assert [value % 5 for value in down] == [2.0] * LANES
    assert sorted(set(down)) == list(down)
    row = pick_values(np.linspace(0, 1, 90).reshape(1, 1, 90))
    assert np.diff(row) == pytest.approx(np.full(LANES - 1, 1 / (LANES + 1)), abs=0.02)
