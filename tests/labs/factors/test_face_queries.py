from dataclasses import replace

import numpy as np
import pytest

from latent_explorer.engine.decode import draw_sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs.factors import face_queries, true_factors
from latent_explorer.labs.factors.face_queries import DrawnFace, FactorSweep
from latent_explorer.labs.factors.factor_table import make_table
from tests.labs.factors import drawn

WORLD = drawn.world()
CONTEXT = QueryContext(WORLD, {})
FACTORS = true_factors.find_shares(3, None)


def test_a_drawn_face_is_encoded_and_decoded():
    checkpoint, value = WORLD["drawn"], DrawnFace("drawn", "tsne", FACTORS).answer(CONTEXT)
    z = drawn.drawn_like(checkpoint, np.array([FACTORS]))
    table = make_table(CONTEXT, "drawn")
    assert value.drawn.shape == value.picture.shape == (16, 16, 3)
    assert (value.picture == draw_sample(checkpoint, checkpoint.decode(z)[0])).all()
    assert table.low + value.shares * (table.high - table.low) == pytest.approx(z[0, table.dimensions], abs=1e-4)
    assert value.xy == tuple(checkpoint.maps["tsne"].transform(z)[0])


def test_a_moved_dimension_changes_its_own_number_alone():
    checkpoint, table = WORLD["drawn"], make_table(CONTEXT, "drawn")
    value = DrawnFace("drawn", "tsne", FACTORS, ((1, 0.25), (99, 0.5))).answer(CONTEXT)
    z = drawn.drawn_like(checkpoint, np.array([FACTORS]))
    z[0, table.dimensions[1]] = table.low[1] + 0.25 * (table.high[1] - table.low[1])
    assert (value.picture == draw_sample(checkpoint, checkpoint.decode(z)[0])).all()
    assert (value.drawn == DrawnFace("drawn", "tsne", FACTORS).answer(CONTEXT).drawn).all()


@pytest.mark.parametrize(("name", "steps"), [("smile", 9), ("hair", 4), ("hat", 2)])
def test_a_sweep_goes_through_all_values_of_one_factor(name, steps):
    factor, checkpoint = true_factors.NAMES.index(name), WORLD["drawn"]
    value = FactorSweep("drawn", "tsne", FACTORS, factor).answer(CONTEXT)
    ends = np.tile(np.array(FACTORS), (2, 1))
    ends[:, factor] = (0, 1) if steps == 9 else (0.5 / steps, 1 - 0.5 / steps)
    first, last = drawn.drawn_like(checkpoint, ends)
    table = make_table(CONTEXT, "drawn")
    assert len(value.way) == steps
    assert value.way[0] == tuple(checkpoint.maps["tsne"].transform(first[None])[0])
    spread = table.high - table.low
    for z in (first, last):
        place = (z[table.dimensions] - table.low) / spread
        assert (value.low <= place + 1e-5).all()
        assert (place <= value.high + 1e-5).all()


def test_what_moves_most_is_what_is_seen_to_move_most():
    value = FactorSweep("drawn", "tsne", FACTORS, 0).answer(CONTEXT)
    longest = np.sort(value.high - value.low)[::-1]
    assert (value.high - value.low)[value.most] == longest[0]
    assert value.second_over_most == pytest.approx(longest[1] / longest[0])
    assert value.share_of_most == pytest.approx(longest[0] ** 2 / np.square(longest).sum())


def test_a_factor_that_changes_no_code_moves_nothing(monkeypatch):
    still = np.zeros((9, WORLD["drawn"].latent_dim), np.float32)
    monkeypatch.setattr(face_queries, "_draw_and_encode", lambda *_: (None, still))
    value = FactorSweep("drawn", "tsne", FACTORS, 0).answer(CONTEXT)
    assert value.share_of_most == 0
    assert value.second_over_most == 1


def test_only_what_the_sliders_show_counts_as_movement(monkeypatch):
    """Neither how far a number runs beyond its range, nor one that the decoder does not hear."""
    table, count = make_table(CONTEXT, "drawn"), WORLD["drawn"].latent_dim
    low, high = np.zeros(count, np.float32), np.ones(count, np.float32)
    low[table.dimensions], high[table.dimensions] = table.low, table.high
    first, second, third = table.dimensions[:3]
    codes = np.tile((low + high) / 2, (9, 1))
    run = np.linspace(0, 1, 9)
    codes[:, first] = low[first] + run * (high - low)[first]
    codes[:, second] = high[second] + run * (high - low)[second]  # beyond its range all the time
    codes[:, third] = low[third] + 0.5 * run * (high - low)[third]
    monkeypatch.setattr(face_queries, "_draw_and_encode", lambda *_: (None, codes.astype(np.float32)))
    value = FactorSweep("drawn", "tsne", FACTORS, 0).answer(CONTEXT)
    assert value.most == 0
    assert value.second_over_most == pytest.approx(0.5, abs=1e-4)
    unheard = replace(table, unused=np.arange(len(table.dimensions)) == 0)
    monkeypatch.setattr(face_queries, "make_table", lambda *_: unheard)
    value = FactorSweep("drawn", "tsne", FACTORS, 0).answer(CONTEXT)
    assert value.most == 2
    assert value.second_over_most == pytest.approx(0, abs=1e-6)
