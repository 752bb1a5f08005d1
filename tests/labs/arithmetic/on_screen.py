"""What the tests of the Arithmetic lab share: its answers and its own state."""

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs.arithmetic.queries import GroupPositions, GroupPositionsValue
from tests import stage


def answered(state) -> Results:
    """With every query answered; the made-up map places nothing."""
    context, places = QueryContext(state.library, {}), ((0.2, 0.2), (0.4, 0.2), (0.2, 0.5), (0.4, 0.5))
    return stage.answered(
        state, lambda one: GroupPositionsValue(one, places) if isinstance(one, GroupPositions) else one.answer(context)
    )
