"""Models: a network (encoder and decoder layers) and an objective (the loss), chosen independently.

A network is a module with `make_encoder(image_shape, model)` and `make_decoder(image_shape, model)`; an objective is
a subclass of `Autoencoder`.
"""

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import replace

import torch
from torch import nn

from latent_explorer.config import FOREIGN_NETWORKS, Model, Objective
from latent_explorer.errors import InputError
from latent_explorer.models import cnn, cnn1d, custom_network, external_network, mlp, resnet, sequence
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

NETWORKS = {"mlp": mlp, "cnn": cnn, "cnn1d": cnn1d, "resnet": resnet, "sequence": sequence}
OBJECTIVES: dict[str, type[Autoencoder]] = {
    kind.traits.name: kind
    for kind in (
        Autoencoder, VariationalAutoencoder, ConditionalVariationalAutoencoder, LatentDiffusionAutoencoder,
        DenoisingAutoencoder, SparseAutoencoder, ContractiveAutoencoder, RobustAutoencoder, WassersteinAutoencoder,
        AdversarialAutoencoder, VectorQuantisedAutoencoder,
    )
}  # fmt: skip


def build(
    model: Model, objective: Objective, image_shape: tuple[int, int, int], allow_import: Collection[str] = ()
) -> Autoencoder:
    """Build a new model for (C, H, W) images, with weights from torch's global generator.

    A `model.network` of the form `package.Class` is imported only if `allow_import` names its package.
    """
    kind = OBJECTIVES[objective.name]
    if model.network in FOREIGN_NETWORKS:
        raise InputError(f"model.network: {model.network} arrived; a model from elsewhere is not trained here")
    if model.network in NETWORKS:
        network, inputs = NETWORKS[model.network], model.latent_dim + objective.label_inputs
        encoder = network.make_encoder(image_shape, model)
        decoder = network.make_decoder(image_shape, replace(model, latent_dim=inputs))
    elif objective.label_inputs:
        raise InputError(
            f"objective.name: {objective.name} arrived with model.network {model.network}; its decoder takes labels, "
            f"which goes with {', '.join(NETWORKS)}"
        )
    else:
        encoder, decoder = custom_network.make_encoder_and_decoder(image_shape, model, allow_import)
    built = kind(encoder=encoder, decoder=decoder, latent_dim=model.latent_dim, objective=objective)
    built.has_linear_output = model.output == "linear"
    if model.network not in NETWORKS and not isinstance(built, VariationalAutoencoder):
        built.head = nn.Identity()  # its `encode` already returns the latent
    return built


def build_on_meta_device(
    model: Model, objective: Objective, image_shape: tuple[int, int, int], allow_import: Collection[str] = ()
) -> Autoencoder:
    """Build the model as `build` does, but on the meta device, without memory for the weights.

    A custom network is built normally, since its constructor may compute with the weights."""
    with torch.device("meta") if model.network in NETWORKS else nullcontext():
        return build(model, objective, image_shape, allow_import)


def build_external(
    model: Model, objective: Objective, image_shape: tuple[int, int, int], functions: external_network.ExternalFunctions
) -> Autoencoder:
    """Build a model from elsewhere of its two functions; `objective` is variational if there is a posterior."""
    kind = OBJECTIVES[objective.name]
    encoder, decoder = external_network.make_encoder_and_decoder(image_shape, model, kind.traits.variational, functions)
    built = kind(encoder=encoder, decoder=decoder, latent_dim=model.latent_dim, objective=objective)
    built.has_linear_output = True  # its decoder returns the picture itself
    built.head = nn.Identity()  # its encoder returns the latent itself
    return built


__all__ = [
    "NETWORKS", "OBJECTIVES", "Autoencoder", "VariationalAutoencoder", "build", "build_external",
    "build_on_meta_device",
]  # fmt: skip
