"""The grid over the prior of a plane."""

import numpy as np
import pytest

from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.explore import prior_lattice


def test_the_grid_has_the_same_share_of_the_prior_between_its_lines():
    lines = prior_lattice.compute_quantiles(3)
    assert lines == pytest.approx((-1.959964, 0.0, 1.959964), abs=1e-5)
    draws = np.random.default_rng(0).normal(size=200_000)
    counts, _ = np.histogram(draws, prior_lattice.compute_quantiles(11))
    assert counts / len(draws) == pytest.approx(0.095, abs=0.003)


def test_each_cell_is_found_at_its_own_code_and_none_far_outside(planes):
    plane = planes["plane"].maps["latent"].projection
    for side in (7, 8):
        for row in range(side):
            for column in range(side):
                z = prior_lattice.place_cell(plane, side, row, column)
                raw = [z[plane.axes[0] - 1], z[plane.axes[1] - 1]]
                assert prior_lattice.find_cell(side, np.array(raw)) == (row, column)
    upper, lower = (prior_lattice.place_cell(plane, 7, row, 3) for row in (0, 6))
    assert upper[plane.axes[1] - 1] > lower[plane.axes[1] - 1], "rows count from the top"
    for outside in ((0.0, 4.0), (-4.0, 0.0)):
        assert prior_lattice.find_cell(7, np.array(outside)) is None


def test_a_picture_of_the_grid_is_the_decoded_code_of_its_cell(planes):
    checkpoint, side = planes["plane"], 7
    value = prior_lattice.PriorLattice("plane", "latent", side).answer(QueryContext(planes, {}))
    for row, column in ((0, 2), (4, 6)):
        z = prior_lattice.place_cell(checkpoint.maps["latent"].projection, side, row, column)
        (wanted,) = decode_pictures(checkpoint, z[None])
        seen = value.picture[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
        assert np.abs(seen.astype(int) - wanted).max() <= 1
