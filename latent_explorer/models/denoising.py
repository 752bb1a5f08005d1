"""The denoising autoencoder: it reconstructs the clean image from a noisy one."""

import torch
from torch import Tensor

from latent_explorer.data.corruption import corrupt
from latent_explorer.models.autoencoder import Autoencoder


class DenoisingAutoencoder(Autoencoder):
    """Vincent et al. 2010 (JMLR 11:3371), with `objective.noise` of a level drawn anew for every image.

    The level is uniform from 0 to `objective.noise_level`, so that one model handles all levels up to it.
    """

    def loss(
        self, x: Tensor, generator: torch.Generator | None = None, labels: Tensor | None = None
    ) -> dict[str, Tensor]:
        level = torch.empty(len(x), device=x.device).uniform_(0, self.objective.noise_level, generator=generator)
        noisy = corrupt(x, self.objective.noise, level, generator)
        reconstruction = self.reconstruction_loss(self.decode_logits(self.encode(noisy)), x)
        return {"loss": reconstruction, "reconstruction": reconstruction}
