"""Training: `fit(model, images, config) -> history`, and the saved state that resumes an interrupted run."""

from latent_explorer.training.loop import Progress, fit
from latent_explorer.training.run_state import Epoch, History, State, origin

__all__ = ["Epoch", "History", "Progress", "State", "fit", "origin"]
