"""What the tests of the Generate lab share: it with its models, and the places of its way."""

from latent_explorer.labs import LABS
from latent_explorer.scene.items import Line
from tests.stage import answered, begin, map_rect, of_kind

LAB = LABS["generate"]


def opened(shelf, models=("plain", "vae"), **changes):
    return begin(shelf, "generate", models=models, **changes)


def shown(state):
    return LAB.make_view(state, answered(state))


def count_places(view, state) -> int:
    """Return the number of places on the way, whose pieces are joined by links."""
    lines = [one for one in of_kind(view, Line) if one.clip == map_rect(state, 1) and one.colour == "accent"]
    return 1 + sum(len(one.points) - 1 for one in lines)
