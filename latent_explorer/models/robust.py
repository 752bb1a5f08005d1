"""The robust autoencoder: a reconstruction loss that is insensitive to outlier pixels."""

import torch
from torch import Tensor

from latent_explorer.config import objectives
from latent_explorer.models.autoencoder import Autoencoder


class RobustAutoencoder(Autoencoder):
    """Maximum correntropy (Qi et al. 2014, ICASSP): sum over the pixels of sigma^2 (1 - exp(-e^2 / (2 sigma^2))).

    For errors e small against `objective.sigma` this is half the squared error; an outlier pixel costs at most
    sigma^2, with a gradient near 0. `objective.loss` is not used.
    """

    traits = objectives.ROBUST

    def compute_reconstruction_loss(self, logits: Tensor, x: Tensor) -> Tensor:
        return compute_correntropy_loss(self.to_image(logits.float()) - x, self.objective.sigma).sum() / len(x)


def compute_correntropy_loss(error: Tensor, sigma: float) -> Tensor:
    """Return the correntropy-induced loss of each error."""
    return sigma**2 * -torch.expm1(-error.square() / (2 * sigma**2))
