"""Training: `fit(model, images, config) -> history`, and what is needed to go on with a run that was cut short."""

from latent_explorer.training.loop import Progress, fit
from latent_explorer.training.run_state import Epoch, History, State, origin

__all__ = ["Epoch", "History", "Progress", "State", "fit", "origin"]
