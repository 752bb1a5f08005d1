"""Models: a network (the bodies) and an objective (what is learnt) chosen independently.

A network is a module with `encoder(image_shape, model)` and `decoder(image_shape, model)`; an objective is a
subclass of `Autoencoder`.
"""

from latent_explorer import config
from latent_explorer.models import cnn, mlp
from latent_explorer.models.autoencoder import Autoencoder
from latent_explorer.models.variational import VariationalAutoencoder

NETWORKS = {"mlp": mlp, "cnn": cnn}
OBJECTIVES: dict[str, type[Autoencoder]] = {"plain": Autoencoder, "variational": VariationalAutoencoder}


def build(model: config.Model, objective: config.Objective, image_shape: tuple[int, int, int]) -> Autoencoder:
    """A fresh model for (C, H, W) images; weights from torch's global generator."""
    network = NETWORKS[model.network]
    return OBJECTIVES[objective.name](
        encoder=network.encoder(image_shape, model),
        decoder=network.decoder(image_shape, model),
        latent_dim=model.latent_dim,
        objective=objective,
    )


__all__ = ["NETWORKS", "OBJECTIVES", "Autoencoder", "VariationalAutoencoder", "build"]
