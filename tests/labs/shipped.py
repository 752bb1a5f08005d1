"""The shipped models of scikit-learn's digits, whose images are on every machine, and answers about them."""

from functools import lru_cache

from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.data import datasets
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from tests import stage

DIGITS = ("digits-anomaly", "digits-vae")


@lru_cache(maxsize=1)
def world() -> stage.World:
    return stage.World({name: checkpoint_file.load(name, "cpu") for name in DIGITS})


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
