"""Models: a network (the bodies) and an objective (what is learnt) chosen independently.

A network is a module with `encoder(image_shape, model)` and `decoder(image_shape, model)`; an objective is a
subclass of `Autoencoder`.
"""

from latent_explorer import config
from latent_explorer.models import cnn, mlp, sequence
from latent_explorer.models.adversarial import AdversarialAutoencoder
from latent_explorer.models.autoencoder import Autoencoder
from latent_explorer.models.contractive import ContractiveAutoencoder
from latent_explorer.models.denoising import DenoisingAutoencoder
from latent_explorer.models.quantised import VectorQuantisedAutoencoder
from latent_explorer.models.robust import RobustAutoencoder
from latent_explorer.models.sparse import SparseAutoencoder
from latent_explorer.models.variational import VariationalAutoencoder
from latent_explorer.models.wasserstein import WassersteinAutoencoder

NETWORKS = {"mlp": mlp, "cnn": cnn, "sequence": sequence}
OBJECTIVES: dict[str, type[Autoencoder]] = {
    "plain": Autoencoder,
    "variational": VariationalAutoencoder,
    "denoising": DenoisingAutoencoder,
    "sparse": SparseAutoencoder,
    "contractive": ContractiveAutoencoder,
    "robust": RobustAutoencoder,
    "wasserstein": WassersteinAutoencoder,
    "adversarial": AdversarialAutoencoder,
    "quantised": VectorQuantisedAutoencoder,
}


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
