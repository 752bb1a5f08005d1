"""What the tests of the Factors lab share: its answers, and where its cells and sliders lie."""

from functools import lru_cache

from latent_explorer.engine.query_context import QueryContext
from latent_explorer.labs import LABS
from latent_explorer.labs.factors import grid
from latent_explorer.labs.factors.factor_table import count_rows
from tests import stage
from tests.labs.factors import drawn

LAB = LABS["factors"]
WORLD = drawn.world()


def own(state):
    return state.lab_states["factors"]


@lru_cache(maxsize=256)
def answer(query):
    return query.answer(QueryContext(WORLD, {}))


def answered(state):
    return stage.answered(state, answer)


def view_of(state, results=None):
    return LAB.make_view(state, results or answered(state))


def cell_px(state, row: int, column: int, slot: int = 0):
    checkpoint = state.get_checkpoint(slot)
    rect = LAB.get_layout(state).parts[f"table {slot}"]
    table = grid.make_grid(rect, count_rows(checkpoint), checkpoint.latent_dim, state.ui_scale)
    return table.place_cell(row, column).centre
