"""What the tests of Learn share: it at a moment, and answers about that."""

from dataclasses import replace

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.labs.learn.playback import LearnState
from latent_explorer.labs.learn.queries import LossCurvesValue, MomentPointValue, MomentRowValue
from latent_explorer.scene.events import TimePassed
from tests import stage

LAST = stage.MOMENTS - 1


def learn(shelf, **passing):
    """Learn with its play head, or what else is passing, as it is said."""
    state = stage.begin(shelf, "learn")
    own = own_of(state)
    return stage.play(
        state.with_lab_state("learn", replace(own, passing=replace(own.passing, **passing))), TimePassed(0.0)
    )


def own_of(state) -> LearnState:
    return state.lab_states["learn"]


def results(shelf, t: int) -> Results:
    found, picture = Results(), np.zeros((8, 8), np.uint8)
    model = f"mine @ {t}"
    found.put("picture", MomentPointValue(model, 0, np.zeros(4, np.float32), picture))
    found.put("row", MomentRowValue(model, (picture,) * 3, (picture,) * 3, ""))
    parts = {"loss": 3.0, "reconstruction": 2.0, "kl": 1.0, "train loss": 2.5}
    found.put(
        "curves", LossCurvesValue("", {k: np.linspace(9, v, LAST + 1, dtype=np.float32) for k, v in parts.items()})
    )
    return found
