"""What the tests of the Compress lab share: it with shipped models, and its chart."""

from latent_explorer.labs import LABS
from latent_explorer.scene.chart import Chart
from tests.labs import shipped
from tests.stage import of_kind

LAB = LABS["compress"]
NAME = "digits-vae"


def shown(state):
    return LAB.make_view(state, shipped.answered(state))


def chart(view) -> Chart:
    (found,) = of_kind(view, Chart)
    return found
