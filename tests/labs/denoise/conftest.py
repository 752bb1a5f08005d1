"""Models with and without noise in their training."""

import pytest

from latent_explorer import config
from tests import stage


@pytest.fixture(scope="session")
def shelf():
    """A plain model, one that denoises the same images, and one of other images."""
    found = stage.World(
        first=stage.make_checkpoint("first", seed=1),
        third=stage.make_checkpoint("third", seed=8, objective=config.Objective(name="variational")),
        calm=stage.make_checkpoint("calm", seed=2, objective=config.Objective(name="denoising")),
        other=stage.make_checkpoint("other", seed=4, data="digits"),
    )
    found.wanted = ("first", "calm")
    return found
