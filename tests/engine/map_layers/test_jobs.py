"""Heat maps are worked out coarse ones first, and nothing is worked out twice."""

import numpy as np
import pytest

from latent_explorer.engine.map_layers import jobs as layers
from latent_explorer.engine.map_layers import quantities
from latent_explorer.engine.map_layers.map_grid import NODES_PER_SIDE, STRIDES
from latent_explorer.engine.map_layers.map_layer_query import HeatMap, HeatMapValue
from tests import stage

REACH = 0.08


def measured(world, kind, xy):
    return quantities.QUANTITIES[kind](world["first"], "tsne", xy)


def heat_values(world, kind="distance", store=None, **changes):
    request = HeatMap("first", "tsne", kind, REACH, **changes)
    return [one for one in layers.make_job(request, world, store or layers.LayerStore()) if one is not None]


def test_a_heat_map_comes_coarse_first_and_keeps_what_it_had(world, monkeypatch):
    asked = []
    inner = quantities.QUANTITIES["distance"]

    def watched(checkpoint, which, xy):
        asked.extend(map(tuple, xy.tolist()))
        return inner(checkpoint, which, xy)

    monkeypatch.setitem(quantities.QUANTITIES, "distance", watched)
    values = heat_values(world)
    assert [len(one.values) for one in values] == [len(range(0, NODES_PER_SIDE, stride)) for stride in STRIDES]
    assert [one.final for one in values] == [False, False, False, True]
    assert len(asked) == len(set(asked))  # no node twice
    away = world["first"].maps["tsne"].tree.query(np.array(asked))[0]
    assert away.max() <= REACH + 1e-6  # and none over empty map
    assert len(asked) < NODES_PER_SIDE * NODES_PER_SIDE / 2


def test_a_heat_map_holds_the_measured_values_at_its_nodes(world):
    coarse = heat_values(world)[0]  # not smoothed: its nodes lie farther apart than the average reaches
    n = len(coarse.values)
    row, column = np.argwhere(coarse.cover[:: STRIDES[0], :: STRIDES[0]] == 1)[3]
    at = coarse.grid.to_xy(np.array([(row * NODES_PER_SIDE + column) * STRIDES[0]]))
    assert coarse.values.shape == (n, n)
    assert coarse.values[row, column] == pytest.approx(measured(world, "distance", at)[0][0], rel=1e-4)


def test_far_from_every_dot_a_layer_is_blank_and_hidden_classes_count_as_none(world):
    shown, hiding = heat_values(world)[-1], heat_values(world, hidden=frozenset({0}))[-1]
    every = shown.grid.to_xy(np.arange(NODES_PER_SIDE * NODES_PER_SIDE))

    def cover(value, place):
        return value.cover.ravel()[np.argmin(np.square(every - np.asarray(place)).sum(axis=1))]

    assert cover(shown, stage.EMPTY) == cover(hiding, stage.EMPTY) == 0
    assert [cover(shown, centre) for centre in stage.CENTRES] == [1, 1, 1]
    assert [cover(hiding, centre) for centre in stage.CENTRES] == [0, 1, 1]
    # pieces are as large as the machine is fast, and a product of other size is rounded another way
    assert hiding.values == pytest.approx(shown.values, rel=1e-4)
    assert heat_values(world, hidden=frozenset({0, 1, 2}))[-1].cover.max() == 0


def test_what_was_worked_out_is_not_worked_out_again(world, monkeypatch):
    store = layers.LayerStore()
    (*_, before) = heat_values(world, store=store)
    monkeypatch.setitem(quantities.QUANTITIES, "distance", None)
    again = heat_values(world, store=store)
    assert [one.final for one in again] == [True]
    assert (again[0].values == before.values).all()


def test_a_job_that_was_given_up_is_gone_on_with(world):
    store, request = layers.LayerStore(), HeatMap("first", "tsne", "cycle", REACH)
    job = layers.make_job(request, world, store)
    while not isinstance(next(job), HeatMapValue):
        pass
    job.close()
    sizes = [len(one.values) for one in heat_values(world, "cycle", store)]
    assert sizes == [len(range(0, NODES_PER_SIDE, stride)) for stride in STRIDES]
    fresh = heat_values(world, "cycle")[-1]
    assert heat_values(world, "cycle", store)[-1].values == pytest.approx(fresh.values, rel=1e-4)


def test_two_jobs_on_one_quantity_share_the_work(world):
    store = layers.LayerStore()
    jobs = [
        layers.make_job(HeatMap("first", "tsne", "distance", REACH), world, store),
        layers.make_job(HeatMap("first", "tsne", "distance", REACH, hidden=frozenset({1})), world, store),
    ]
    found = []
    while jobs:
        for job in list(jobs):
            try:
                found.append(next(job))
            except StopIteration:
                jobs.remove(job)
    final = [one for one in found if isinstance(one, HeatMapValue)][-1]
    assert final.final
    assert final.values == pytest.approx(heat_values(world)[-1].values, rel=1e-4)
