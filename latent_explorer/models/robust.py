"""The robust autoencoder: a loss that shrugs at single pixels that are far off."""

import torch
from torch import Tensor

from latent_explorer.models.autoencoder import Autoencoder


class RobustAutoencoder(Autoencoder):
    """Maximum correntropy (Qi et al. 2014, ICASSP): sum over the pixels of sigma^2 (1 - exp(-e^2 / (2 sigma^2))).

    For errors e small against `objective.sigma` this is half the squared error; a pixel far off costs at most
    sigma^2 and hardly pulls. `objective.loss` is not used.
    """

    def reconstruction(self, logits: Tensor, x: Tensor) -> Tensor:
        return correntropy(self.picture(logits.float()) - x, self.objective.sigma).sum() / len(x)


def correntropy(error: Tensor, sigma: float) -> Tensor:
    """The correntropy-induced loss of each error."""
    return sigma**2 * -torch.expm1(-error.square() / (2 * sigma**2))
