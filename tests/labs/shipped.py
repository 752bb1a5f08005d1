"""The shipped models of scikit-learn's digits, whose images are on every machine, and answers about them."""

from functools import lru_cache

from latent_explorer.checkpoint import checkpoint
from latent_explorer.data import datasets
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from tests import stage

DIGITS = ("digits-anomaly", "digits-vae")


@lru_cache(maxsize=1)
def world() -> stage.World:
    return stage.World({name: checkpoint.load(name, "cpu") for name in DIGITS})


@lru_cache(maxsize=1)
def originals():
    first = world()[DIGITS[0]]
    return {first.data_key: datasets.load(first.config.data, seed=first.config.training.seed)}


@lru_cache(maxsize=256)
def _answer(request: Query):
    return request.answer(QueryContext(world(), originals()))


def answered(state) -> Results:
    """Everything that the lab asks for."""
    return stage.answered(state, _answer)


def check_parts(state) -> None:
    """Every part that is shown lies in the window, and on no other one."""
    parts = {k: v for k, v in LABS[state.lab].layout(state).parts.items() if v.width > 0 and v.height > 0}
    for name, rect in parts.items():
        assert rect.x >= 0, name
        assert rect.right <= state.size[0] + 1, name
        assert rect.bottom <= state.size[1] + 1, name
        for other, place in parts.items():
            apart = rect.right <= place.x or place.right <= rect.x or rect.bottom <= place.y or place.bottom <= rect.y
            assert other == name or apart, (name, other)
