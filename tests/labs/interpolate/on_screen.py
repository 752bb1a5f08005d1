"""What the tests of Interpolate share: its answers, its stops, and places of its parts."""

import numpy as np

from latent_explorer.checkpoint.interpolation import LINEAR
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.interpolate.queries import ProjectedPath, ProjectedPathValue
from latent_explorer.scene.items import Marker
from tests import stage
from tests.stage import of_kind

LAB = LABS["interpolate"]


def own(state):
    return state.lab_states["interpolate"]


def stops(state) -> tuple[object, ...]:
    way = LAB.make_queries(state).get(LINEAR)
    return way.stops if way else ()


def answered(state) -> Results:
    """With every query answered; the map places codes on a circle."""
    context = QueryContext(state.library, {})

    def answer(query):
        if not isinstance(query, ProjectedPath):
            return query.answer(context)
        angle = np.linspace(0, 1, (len(query.path.stops) - 1) * (query.path.steps - 1) + 1)
        xy = 0.5 + 0.3 * np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
        return ProjectedPathValue(query.map_name, query.path.stops, xy)

    return stage.answered(state, answer)


def hint(state, results) -> str:
    return stage.written(LAB.make_view(state, results), LAB.get_layout(state).hint)


def markers(view) -> dict[str, Marker]:
    return {one.label: one for one in of_kind(view, Marker) if one.label}
