"""The Compare lab with two models, with two of different images, and four models of the same images."""

from dataclasses import replace

import numpy as np
import pytest

from tests import stage
from tests.stage import begin


@pytest.fixture
def strangers(world):
    """Two models of different images."""
    return begin(world, "compare", models=("first", "other"))


@pytest.fixture
def four():
    """Four models of the same images, each with its dots in another order."""
    shelf = stage.make_world()
    del shelf["other"]
    for number, name in enumerate(("third", "fourth"), 3):
        order = np.random.default_rng(number).permutation(60)
        shelf[name] = replace(stage.make_checkpoint(name, seed=number), indices=order)
    return shelf
