"""Models: a network (the bodies) and an objective (what is learnt) chosen independently.

A network is a module with `encoder(image_shape, model)` and `decoder(image_shape, model)`; an objective is a
subclass of `Autoencoder`.
"""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import replace

import torch
from torch import nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models import cnn, custom_network, mlp, sequence
from latent_explorer.models.adversarial import AdversarialAutoencoder
from latent_explorer.models.autoencoder import Autoencoder
from latent_explorer.models.conditional import ConditionalVariationalAutoencoder
from latent_explorer.models.contractive import ContractiveAutoencoder
from latent_explorer.models.denoising import DenoisingAutoencoder
from latent_explorer.models.diffusion import LatentDiffusionAutoencoder
from latent_explorer.models.quantised import VectorQuantisedAutoencoder
from latent_explorer.models.robust import RobustAutoencoder
from latent_explorer.models.sparse import SparseAutoencoder
from latent_explorer.models.variational import VariationalAutoencoder
from latent_explorer.models.wasserstein import WassersteinAutoencoder

NETWORKS = {"mlp": mlp, "cnn": cnn, "sequence": sequence}
OBJECTIVES: dict[str, type[Autoencoder]] = {
    "plain": Autoencoder,
    "variational": VariationalAutoencoder,
    "conditional": ConditionalVariationalAutoencoder,
    "diffusion": LatentDiffusionAutoencoder,
    "denoising": DenoisingAutoencoder,
    "sparse": SparseAutoencoder,
    "contractive": ContractiveAutoencoder,
    "robust": RobustAutoencoder,
    "wasserstein": WassersteinAutoencoder,
    "adversarial": AdversarialAutoencoder,
    "quantised": VectorQuantisedAutoencoder,
}


def build(
    model: config.Model,
    objective: config.Objective,
    image_shape: tuple[int, int, int],
    allow_import: Collection[str] = (),
) -> Autoencoder:
    """A fresh model for (C, H, W) images; weights from torch's global generator.

    A `model.network` that is a `package.Class` is imported only where `allow_import` names its package.
    """
    kind = OBJECTIVES[objective.name]
    told = kind.told(objective)
    if model.network in NETWORKS:
        network = NETWORKS[model.network]
        encoder = network.encoder(image_shape, model)
        decoder = network.decoder(image_shape, replace(model, latent_dim=model.latent_dim + told))
    elif told:
        raise InputError(
            f"objective.name: {objective.name} arrived with model.network {model.network}; its decoder takes labels, "
            f"which goes with {', '.join(NETWORKS)}"
        )
    else:
        encoder, decoder = custom_network.bodies(image_shape, model, allow_import)
    made = kind(encoder=encoder, decoder=decoder, latent_dim=model.latent_dim, objective=objective)
    made.linear = model.output == "linear"
    if model.network not in NETWORKS and not isinstance(made, VariationalAutoencoder):
        made.head = nn.Identity()  # its own `encode` ends in the code
    return made


def blueprint(
    model: config.Model,
    objective: config.Objective,
    image_shape: tuple[int, int, int],
    allow_import: Collection[str] = (),
) -> Autoencoder:
    """As `build`, without memory for the weights; a network of one's own, which may compute with them while it is
    made, is built as it is."""
    with torch.device("meta") if model.network in NETWORKS else nullcontext():
        return build(model, objective, image_shape, allow_import)


__all__ = ["NETWORKS", "OBJECTIVES", "Autoencoder", "VariationalAutoencoder", "blueprint", "build"]
