"""What the tests of the Compare lab share: what it asks for, and it with several models."""

from latent_explorer.engine.queries.base import Interpolation
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Set
from tests.stage import begin, play

LAB = LABS["compare"]


def ends(state) -> dict[str, tuple[int, int]]:
    wanted = LAB.make_queries(state)
    return {one.model: (one.start, one.end) for one in wanted.values() if isinstance(one, Interpolation)}


def many(shelf, count: int, **changes):
    state = begin(shelf, "compare", changes.pop("size", (1440, 900)), **changes)
    return play(state, Set("count", str(count)))
