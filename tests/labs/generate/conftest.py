"""Models of every source, and two of them with a way out of noise."""

import pytest

from latent_explorer import config
from latent_explorer.scene.events import Set
from tests import stage
from tests.labs.generate.on_screen import opened
from tests.stage import play


@pytest.fixture(scope="session")
def shelf():
    found = stage.World(
        plain=stage.make_checkpoint("plain", seed=1),
        vae=stage.make_checkpoint("vae", seed=2, objective=config.Objective(name="variational")),
        diffusion=stage.make_checkpoint("diffusion", seed=5, objective=config.Objective(name="diffusion")),
        told=stage.make_checkpoint("told", seed=6, objective=config.Objective(name="conditional", classes=3)),
        coded=stage.make_checkpoint("coded", seed=7, objective=config.Objective(name="quantised", codes=5, groups=2)),
        other=stage.make_checkpoint("other", seed=4, data="digits", objective=config.Objective(name="variational")),
    )
    found = stage.with_judge(found)
    found.wanted = ("plain", "vae")
    return found


@pytest.fixture
def noisy(shelf):
    return play(opened(shelf, ("vae", "diffusion")), Set("source", "diffusion"))
