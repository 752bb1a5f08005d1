"""The denoising autoencoder: it reconstructs the clean image from a noisy one."""

import torch
from torch import Generator, Tensor

from latent_explorer.config import objectives
from latent_explorer.data.corruption import corrupt
from latent_explorer.models.autoencoder import Autoencoder, LossTerms


class DenoisingAutoencoder(Autoencoder):
    """Vincent et al. 2010 (JMLR 11:3371), with `objective.noise` of a level drawn anew for every image.

    The level is uniform from 0 to `objective.noise_level`, so that one model handles all levels up to it.
    """

    traits = objectives.DENOISING

    def loss(self, x: Tensor, generator: Generator | None = None, labels: Tensor | None = None) -> LossTerms:
        level = torch.empty(len(x), device=x.device).uniform_(0, self.objective.noise_level, generator=generator)
        noisy = corrupt(x, self.objective.noise, level, generator)
        reconstruction = self.compute_reconstruction_loss(self.decode_logits(self.encode(noisy)), x)
        return {"loss": reconstruction, "reconstruction": reconstruction}
