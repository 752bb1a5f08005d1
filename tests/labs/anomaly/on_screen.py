"""What the tests of the Anomaly lab read from its view."""

from latent_explorer.labs import LABS
from tests.labs import shipped

LAB = LABS["anomaly"]
NAME = "digits-anomaly"


def subject(state):
    return LAB.make_queries(state)["score"].subject


def shown(state):
    return LAB.make_view(state, shipped.answered(state))
