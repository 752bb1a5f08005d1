"""What the tests of the Denoise lab share: it with a plain and a denoising model."""

from latent_explorer.labs import LABS
from tests.stage import answered, begin

LAB = LABS["denoise"]


def opened(shelf, **changes):
    return begin(shelf, "denoise", models=("first", "calm"), **changes)


def shown(state):
    return LAB.make_view(state, answered(state))
