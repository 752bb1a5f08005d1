"""The posteriors of many samples as ellipses."""

import numpy as np
import pytest

from latent_explorer.engine.queries import posteriors
from latent_explorer.engine.queries.explain import Posterior
from latent_explorer.engine.queries.posteriors import Posteriors
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import EllipseLayer, Map
from tests import stage
from tests.stage import begin, of_kind, play


@pytest.fixture(scope="module")
def world():
    return stage.World(first=stage.make_checkpoint("first", seed=1), plane=stage.make_plane_model())


def test_each_ellipse_is_that_of_the_samples_own_posterior(world, monkeypatch):
    monkeypatch.setattr(posteriors, "MAX_SAMPLES", 25)
    monkeypatch.setattr(posteriors, "BATCH", 10)
    context = QueryContext(world, {})
    value = Posteriors("plane", "latent").answer(context)
    assert len(value.dots) == len(set(value.dots.tolist())) == 25
    for dot, root in list(zip(value.dots.tolist(), value.roots, strict=True))[:3]:
        assert root.T @ root == pytest.approx(np.array(Posterior("plane", "latent", dot).answer(context).covariance))


def test_of_large_posteriors_fewer_are_shown(world, monkeypatch):
    context = QueryContext(world, {})
    every = Posteriors("plane", "latent").answer(context)
    monkeypatch.setattr(posteriors, "MIN_SAMPLES", 5)
    monkeypatch.setattr(posteriors, "MAX_COVER", 1e-9)
    few = Posteriors("plane", "latent").answer(context)
    assert (len(few.dots), few.sample_count) == (5, 60)
    assert few.dots.tolist() == every.dots[:5].tolist()


def test_the_layer_is_there_for_variational_models_on_linear_maps(world):
    plane, first = (begin(world, models=(name, name)) for name in ("plane", "first"))
    assert "posteriors" in map_layers.list_layers(plane, 1)
    assert "posteriors" not in map_layers.list_layers(first, 1)
    state = play(plane, Set("layer", "posteriors"))
    (drawn,) = of_kind(LABS["explore"].make_view(state, stage.answered(state)), Map)
    assert isinstance(drawn.layer, EllipseLayer)
