"""What the tests of the Cluster lab share: its answers, and the colours of its dots."""

from latent_explorer.labs import LABS
from latent_explorer.labs.cluster.queries import ClusteringValue
from latent_explorer.scene.items import Map
from tests.stage import answered, of_kind

LAB = LABS["cluster"]


def found(state) -> ClusteringValue:
    return answered(state).get_value("clusters", ClusteringValue)


def paint(state, results=None):
    (drawn,) = of_kind(LAB.make_view(state, results or answered(state)), Map)
    return drawn.dot_colours
