"""Training: `fit(model, images, config) -> history`, and the saved state that resumes an interrupted run."""

from latent_explorer.training.loop import Progress, fit
from latent_explorer.training.run_state import Epoch, History, RunState, make_run_fingerprint

__all__ = ["Epoch", "History", "Progress", "RunState", "fit", "make_run_fingerprint"]
